// The whole way once, as a newcomer goes it: a real browser on the real service.
import { join } from 'node:path'
import { env } from 'node:process'
import type { Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { openBrowser } from '../browser.ts'
import { count, type House, startHouse } from './client.ts'

const SOON = { timeout: 60_000 }

let house: House
beforeAll(async () => void (house = await startHouse()))
afterAll(() => house.close())

/** For people who want to look: name a directory in SHOTS. */
async function shoot(page: Page, name: string): Promise<void> {
  if (env['SHOTS']) await page.screenshot({ path: join(env['SHOTS'], `${name}.png`) })
}

it('joseph joins, takes a quiz by its buttons, and sees the refresher arrive by skipping ahead', async (context) => {
  const browser = await openBrowser(context)
  const page = await browser.newPage({ viewport: { width: 390, height: 844 }, locale: 'en' })
  const complaints: string[] = []
  page.on('pageerror', (error) => complaints.push(String(error)))
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text())
  })
  const log = page.getByRole('log')
  const shows = (text: string): Promise<void> => log.getByText(text).last().waitFor(SOON)
  /** The buttons of the last question. */
  const choices = (): Locator =>
    log
      .locator('.bubble')
      .filter({ has: page.locator('button') })
      .last()
      .locator('button')

  await page.goto(`${house.service.url}/chat`)
  await page.getByRole('button', { name: 'Joseph Nshuti' }).waitFor(SOON)
  await shoot(page, '1-people')
  await page.getByRole('button', { name: 'Joseph Nshuti' }).click()
  await shows('Hello Joseph Nshuti')
  await shoot(page, '2-hello')
  await page.getByRole('button', { name: 'English' }).click()
  await shows('Do you agree?')
  await shoot(page, '3-consent')
  await page.getByRole('button', { name: 'Yes' }).click()
  await shows('What would you like to do?')
  await shoot(page, '4-menu')
  await page.getByRole('button', { name: 'Learn' }).click()
  await shows('Which one?')
  await page.waitForTimeout(750)
  await page.getByRole('button', { name: 'Newborns' }).click()
  // Nobody reads and decides faster than this; a faster tap counts as the echo of the last one.
  await page.waitForTimeout(750)
  await page.getByRole('button', { name: 'Newborn resuscitation' }).click()
  await shows('Question 1 of 10')
  await shoot(page, '5-question')
  for (let at = 1; at <= 10; at++) {
    // Nobody reads and decides faster than this; a faster tap counts as the echo of the last one.
    await page.waitForTimeout(750)
    await choices().first().click()
    await shows(at < 10 ? `Question ${at + 1} of 10` : 'Next: on')
    if (at === 1) await shoot(page, '6-verdict')
  }
  await shows('of 10 right')
  await shoot(page, '7-result')
  expect(await count(house, 'answer')).toBe(10)
  expect(await count(house, 'attempt where finished_at is not null')).toBe(1)

  const next = page.getByRole('button', { name: 'To the next message' })
  if (!(await next.isVisible())) await page.locator('#clock summary').click()
  await expect.poll(() => next.getAttribute('aria-disabled'), SOON).toBe('false')
  await shoot(page, '8-clock')
  await next.click()
  await shows('A short refresher on “Newborn resuscitation”')
  await shows('Question 1 of')
  await shoot(page, '9-refresher')
  expect(complaints).toEqual([])
  await page.close()
}, 90_000)

it.for(['fr', 'rw', 'sw'])('says in %s who everybody of the demo is', async (locale, context) => {
  const browser = await openBrowser(context)
  const page = await browser.newPage({ locale })
  await page.goto(`${house.service.url}/chat`)
  const does = page.locator('#people-list .does')
  await does.first().waitFor(SOON)
  // A code without words in a language is read in English.
  expect(
    (await does.allTextContents()).filter((text) => /supervisor|manager|worker|nurse/i.test(text)),
  ).toEqual([])
  await page.close()
})
