// The browser of the tests.
import { env } from 'node:process'
import { type Browser, chromium } from 'playwright-core'
import { findChromium } from '../src/channels/whatsapp-web/chromium.ts'

export const WITHOUT = 'No Chromium here: install it, or name it in CHROMIUM_PATH'

/** The program; undefined when there is none, and the tests that need it are skipped. In CI they must not be. */
export const browserPath = findChromium(env['CHROMIUM_PATH'])
if (browserPath === undefined && env['CI']) throw new Error(WITHOUT)

const args = ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking']
let running: Promise<Browser> | undefined

/** The one browser that the files of a worker share, each with contexts of its own; it ends with the worker. */
export async function openBrowser(): Promise<Browser | undefined> {
  if (browserPath === undefined) return undefined
  if (running && (await running).isConnected()) return running
  return (running = chromium.launch({ executablePath: browserPath, args }))
}
