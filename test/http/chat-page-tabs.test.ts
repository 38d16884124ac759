// The same chat in several tabs of one browser.
import type { Page } from 'playwright-core'
import { describe, expect, it, vi } from 'vitest'
import { beJoseph, box, bubblesOf, own, shows, SOON, useBrowser } from './chat-page-browser.ts'

const { open } = useBrowser()

/** The tab is covered by another, or seen again. */
const cover = (page: Page, hidden: boolean): Promise<void> =>
  page.evaluate((is) => {
    Object.defineProperty(document, 'hidden', { value: is, configurable: true })
    document.dispatchEvent(new Event('visibilitychange'))
  }, hidden)

describe('two tabs', () => {
  it('show the same talk, whichever it is written in', async () => {
    const { page, server } = await open()
    await beJoseph(page)
    await box(page).fill('first words')
    await box(page).press('Enter')
    await shows(page, 'You wrote:\nfirst words')
    const other = await page.context().newPage()
    await other.goto(`${server.url}/chat`)
    await beJoseph(other)
    // What was said before it was opened is there, too.
    await own(other).getByText('first words').waitFor(SOON)
    await box(other).fill('second words')
    await box(other).press('Enter')
    await own(page).getByText('second words').waitFor(SOON)
    await shows(page, 'You wrote:\nsecond words')
    await shows(other, 'You wrote:\nsecond words')
    await vi.waitFor(async () => expect(await bubblesOf(other)).toEqual(await bubblesOf(page)), SOON)
    expect(server.received.map(({ text }) => text)).toEqual(['first words', 'second words'])
  })

  it('call the person by the name they have from now on', async () => {
    const { page, server } = await open()
    await beJoseph(page)
    const other = await page.context().newPage()
    await other.goto(`${server.url}/chat`)
    await beJoseph(other)
    await vi.waitFor(() => expect(server.listening(1)).toBe(2), SOON)
    server.names.set(1, 'Joseph M. Habimana')
    server.say(1, { text: 'Your name is written Joseph M. Habimana here from now on.' })
    for (const tab of [page, other])
      await expect.poll(() => tab.locator('#name').textContent(), SOON).toBe('Joseph M. Habimana')
  })

  it('leave the line to the one that is looked at, and miss nothing', async () => {
    const { page, server } = await open()
    await page.clock.install()
    await beJoseph(page)
    await vi.waitFor(() => expect(server.listening(1)).toBe(1), SOON)
    await cover(page, true)
    await page.clock.fastForward(10_000)
    await cover(page, false)
    await page.clock.fastForward(15_000)
    expect(server.listening(1)).toBe(1)
    await cover(page, true)
    await page.clock.fastForward(21_000)
    await vi.waitFor(() => expect(server.listening(1)).toBe(0), SOON)
    server.say(1, { text: 'While you were not looking' })
    await cover(page, false)
    await shows(page, 'While you were not looking')
    expect(server.listening(1)).toBe(1)
  })

  it('do not push each other out: one that is told so waits until it is touched', async () => {
    const { page, server } = await open()
    await beJoseph(page)
    server.pushOut(1)
    await page.getByRole('status').getByText('Open in several windows').waitFor(SOON)
    server.say(1, { text: 'Said elsewhere' })
    await page.waitForTimeout(1500)
    expect(await bubblesOf(page)).not.toContain('Said elsewhere')
    await page.mouse.click(200, 400)
    await shows(page, 'Said elsewhere')
    await page.getByRole('status').getByText('Connected').waitFor(SOON)
  })
})
