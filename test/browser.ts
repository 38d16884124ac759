// The browser of the tests.
import { env } from 'node:process'
import { type Browser, chromium } from 'playwright-core'
import type { TestContext } from 'vitest'
import { findChromium } from '../src/channels/whatsapp-web/chromium.ts'

const WITHOUT = 'No Chromium here: install it, or name it in CHROMIUM_PATH'

/** The program; undefined when there is none. In CI there must be one. */
export const browserPath = findChromium(env['CHROMIUM_PATH'])
if (browserPath === undefined && env['CI']) throw new Error(WITHOUT)

/** The program for a test that needs it: `npm test` works on a machine without one, where such a test says so and is left out. */
export function needBrowser(context: TestContext): string {
  return browserPath ?? context.skip(WITHOUT)
}

const args = ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking']
let running: Promise<Browser> | undefined

/** The one browser that the files of a worker share, each with contexts of its own; it ends with the worker. */
export async function openBrowser(context: TestContext): Promise<Browser> {
  const executablePath = needBrowser(context)
  if (running && (await running).isConnected()) return running
  return (running = chromium.launch({ executablePath, args }))
}
