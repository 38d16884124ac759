// The browser on this machine.
import { existsSync } from 'node:fs'

const PLACES = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
  '/opt/google/chrome/chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
]

/** Where the browser is: where the settings say, or one of the usual places; undefined when there is none. */
export function findChromium(named: string | undefined): string | undefined {
  return (named === undefined ? PLACES : [named]).find((place) => existsSync(place))
}

/** There is no browser to run WhatsApp Web in. */
export class BrowserMissing extends Error {
  override readonly name = 'BrowserMissing'
  constructor(named: string | undefined) {
    super(
      named === undefined
        ? 'WHATSAPP_WEB is on and there is no Chromium on this machine: install it (apt-get install chromium), or name it in CHROMIUM_PATH.'
        : 'CHROMIUM_PATH names no file: write the name of the browser, or remove it to look in the usual places.',
    )
  }
}
