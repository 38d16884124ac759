/// <reference lib="dom" />
// A real Chromium on the chat page, against the real server beside it.
import type { Browser, BrowserContextOptions, Locator, Page } from 'playwright-core'
import { afterEach, beforeEach, expect } from 'vitest'
import { openBrowser } from '../browser.ts'
import { ChatPageServer } from './chat-page-server.ts'

/** How long anything the page does may take before a test gives up on it. */
export const SOON = { timeout: 60_000, interval: 50 }

export interface Visit {
  page: Page
  server: ChatPageServer
}

/** Gives every test of a file its own server and browser context; `open` visits the page in it. */
export function useBrowser(): { open: (options?: OpenOptions) => Promise<Visit> } {
  let browser: Browser
  const visits: Visit[] = []
  const complaints: string[] = []

  beforeEach(async (context) => void (browser = await openBrowser(context)))
  afterEach(async () => {
    for (const { page, server } of visits.splice(0)) {
      await page.context().close()
      await server.stop()
    }
    expect(
      complaints.splice(0),
      'what the browser complained about: content security policy, errors',
    ).toEqual([])
  })

  async function open({
    demo = true,
    path = '/chat',
    server: given,
    ...options
  }: OpenOptions = {}): Promise<Visit> {
    const server = given ?? new ChatPageServer(demo)
    if (!given) await server.start()
    const context = await browser.newContext({
      viewport: { width: 390, height: 844 },
      locale: 'en',
      ...options,
    })
    const page = await context.newPage()
    page.on('pageerror', (error) => complaints.push(String(error)))
    page.on('console', (message) => {
      // The network failing is what some of these tests are about.
      const network = /Failed to load resource|net::ERR_/.test(message.text())
      if (['error', 'warning'].includes(message.type()) && !network) complaints.push(message.text())
    })
    visits.push({ page, server })
    await page.goto(server.url + path)
    return { page, server }
  }
  return { open }
}

type OpenOptions = BrowserContextOptions & { demo?: boolean; path?: string; server?: ChatPageServer }

/** Chooses a person of the demo and waits for the welcome. */
export async function beJoseph(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Joseph Habimana' }).click()
  await shows(page, 'What would you like to do?')
}

export const log = (page: Page): Locator => page.getByRole('log')
export const box = (page: Page): Locator => page.getByRole('textbox')
export const own = (page: Page): Locator => page.locator('.bubble.own')

/** Waits until the conversation shows a text. */
export async function shows(page: Page, text: string): Promise<void> {
  await log(page).getByText(text).first().waitFor({ state: 'attached', timeout: SOON.timeout })
}

/** The texts of the bubbles in the order read, without times and states: `own: …` for the person's. */
export function bubblesOf(page: Page): Promise<string[]> {
  return page.locator('#log > .bubble').evaluateAll((nodes) =>
    nodes.map((node) => {
      const texts = [...node.querySelectorAll('.said > p:not(.meta)')].map((part) => part.textContent)
      return (node.classList.contains('own') ? 'own: ' : '') + texts.join('\n\n')
    }),
  )
}
