/// <reference lib="dom" />
import { mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { env } from 'node:process'
import type { Page } from 'playwright-core'
import { describe, expect, it, vi } from 'vitest'
import { beJoseph, box, own, shows, useBrowser } from './chat-page-browser.ts'
import { ChatPageServer } from './chat-page-server.ts'

const { open } = useBrowser()
vi.setConfig({ testTimeout: 60_000 })

/** Pictures for people to look at; nothing is compared with them. */
const PICTURES = env['CHAT_PICTURES'] ?? join(tmpdir(), 'chat-pictures')
// Dark is a matter of colours alone, and one size has them all.
const SCREENS = [
  [320, 640, 'light'],
  [390, 844, 'light'],
  [390, 844, 'dark'],
  [1280, 800, 'light'],
] as const

/** What somebody could not see, tap or hear on the screen that is shown now. Leaves a picture of it. */
async function faultsOf(page: Page, name: string): Promise<string[]> {
  mkdirSync(PICTURES, { recursive: true })
  await page.waitForTimeout(250)
  await page.screenshot({ path: join(PICTURES, `${name}.png`) })
  const faults = {
    'wider than the screen': await sideways(page),
    'smaller than 44 pixels': await tooSmall(page),
    'broken within a word': await torn(page),
    'contrast below WCAG AA': await tooFaint(page),
    'without a name': await nameless(page),
  }
  return Object.entries(faults).flatMap(([fault, places]) =>
    places.map((place) => `${name}: ${fault}: ${place}`),
  )
}

/** Elements that stick out of the page at its side. */
function sideways(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const wide = document.documentElement.scrollWidth > innerWidth ? ['the page'] : []
    const shown = [...document.querySelectorAll<HTMLElement>('body *')].filter(
      (node) => node.offsetParent !== null,
    )
    const out = shown.filter((node) => node.getBoundingClientRect().right > innerWidth + 0.5)
    return [...wide, ...out.map((node) => node.outerHTML.slice(0, 80))]
  })
}

function tooSmall(page: Page): Promise<string[]> {
  return page.evaluate(() =>
    [...document.querySelectorAll<HTMLElement>('button, summary, textarea')]
      .filter((node) => node.offsetParent !== null)
      .filter((node) => {
        const { width, height } = node.getBoundingClientRect()
        return width < 44 || height < 44
      })
      .map((node) => `${node.outerHTML.slice(0, 60)} ${node.getBoundingClientRect().height}`),
  )
}

/** Texts whose contrast with what is painted behind them is below 4.5. */
function tooFaint(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    // A canvas turns whatever way a colour is written into four bytes.
    const canvas = new OffscreenCanvas(1, 1).getContext('2d', { willReadFrequently: true })
    const rgba = (colour: string): number[] => {
      canvas?.clearRect(0, 0, 1, 1)
      if (canvas) canvas.fillStyle = colour
      canvas?.fillRect(0, 0, 1, 1)
      return [...(canvas?.getImageData(0, 0, 1, 1).data ?? [])]
    }
    const light = (colour: string) => {
      const [r = 0, g = 0, b = 0] = rgba(colour).map((part) => part / 255)
      const [x = 0, y = 0, z = 0] = [r, g, b].map((c) =>
        c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4,
      )
      return 0.2126 * x + 0.7152 * y + 0.0722 * z
    }
    const behind = (node: Element | null): string => {
      if (!node) return 'rgb(255, 255, 255)'
      const colour = getComputedStyle(node).backgroundColor
      return rgba(colour)[3] === 0 ? behind(node.parentElement) : colour
    }
    const contrast = (node: Element) => {
      const [bright = 0, dim = 0] = [light(getComputedStyle(node).color), light(behind(node))].toSorted(
        (a, b) => b - a,
      )
      return (bright + 0.05) / (dim + 0.05)
    }
    return [...document.querySelectorAll<HTMLElement>('body *')]
      .filter(
        (node) =>
          node.offsetParent !== null &&
          [...node.childNodes].some((child) => child.nodeType === 3 && child.textContent?.trim()),
      )
      .filter((node) => contrast(node) < 4.5)
      .map((node) => `${node.outerHTML.slice(0, 80)} ${contrast(node).toFixed(2)}`)
  })
}

/** Words on buttons that begin on one line and end on the next, such as "Badilish-a mtu" on a small phone. */
function torn(page: Page): Promise<string[]> {
  return page.evaluate(() =>
    [...document.querySelectorAll('button')].flatMap((button) => {
      const texts = document.createTreeWalker(button, NodeFilter.SHOW_TEXT)
      const words: string[] = []
      while (texts.nextNode())
        for (const { 0: word, index } of texts.currentNode.textContent?.matchAll(/\S+/g) ?? []) {
          const range = new Range()
          range.setStart(texts.currentNode, index)
          range.setEnd(texts.currentNode, index + word.length)
          if (new Set([...range.getClientRects()].map(({ top }) => top)).size > 1) words.push(word)
        }
      return words
    }),
  )
}

/** Controls that a screen reader finds in the browser's accessibility tree and cannot name. */
async function nameless(page: Page): Promise<string[]> {
  const devtools = await page.context().newCDPSession(page)
  const { nodes } = await devtools.send('Accessibility.getFullAXTree')
  await devtools.detach()
  const controls = [
    'button',
    'textbox',
    'link',
    'DisclosureTriangle',
    'log',
    'region',
    'group',
    'list',
    'heading',
  ]
  const found = nodes.filter(({ ignored, role }) => !ignored && controls.includes(String(role?.value)))
  return found.filter(({ name }) => !String(name?.value ?? '').trim()).map(({ role }) => String(role?.value))
}

describe.each(SCREENS)('at %i by %i in %s', (width, height, colorScheme) => {
  it('is whole, readable, tappable and named on every screen', async () => {
    const shot = (screen: string) => `${width}-${colorScheme}-${screen}`
    const { page, server } = await open({ viewport: { width, height }, colorScheme })
    await page.getByRole('heading', { name: 'Who would you like to be?' }).waitFor()
    expect.soft(await faultsOf(page, shot('1-people'))).toEqual([])
    server.next = { at: server.now() + 27 * 3_600_000, kind: 'refresher' }
    await beJoseph(page)
    expect.soft(await faultsOf(page, shot('2-welcome'))).toEqual([])
    await page.getByRole('button', { name: 'start the quiz' }).click()
    await shows(page, 'Question 1 of 10')
    expect.soft(await faultsOf(page, shot('3-question'))).toEqual([])
    await page.waitForTimeout(700)
    await page.getByRole('button', { name: 'A Within 1 minute of birth' }).click()
    await shows(page, 'Shall we go on?')
    await box(page).fill('Thank you. I have a question about the mask:\nwhich size for a small baby?')
    expect.soft(await faultsOf(page, shot('4-feedback'))).toEqual([])
    await page.locator('#clock').evaluate((node) => node.toggleAttribute('open', true))
    await page.getByRole('button', { name: 'To the next message' }).click()
    await shows(page, 'Two questions are waiting for you.')
    server.refuseWith = [400, { error: { code: 'bad_request', message: 'This is too long.' } }]
    await box(page).press('Enter')
    await own(page).getByText('Not sent.').waitFor()
    await page.context().setOffline(true)
    await box(page).fill('Are you there?')
    await box(page).press('Enter')
    await own(page).getByText('Not sent yet').waitFor()
    await page.locator('#scroller').evaluate((node) => node.scrollTo(0, node.scrollHeight))
    expect.soft(await faultsOf(page, shot('5-clock'))).toEqual([])
    await page.locator('#scroller').evaluate((node) => node.scrollTo(0, 150))
    await page.waitForTimeout(100)
    await page.context().setOffline(false)
    server.say(1, { text: 'A new one' })
    await page.getByRole('button', { name: 'New messages' }).waitFor()
    expect.soft(await faultsOf(page, shot('6-newer'))).toEqual([])
  })

  it('says when a link is too old', async () => {
    const { page } = await open({
      viewport: { width, height },
      colorScheme,
      demo: false,
      path: '/chat#link=old',
    })
    await page.getByRole('heading', { name: 'This link is too old' }).waitFor()
    expect.soft(await faultsOf(page, `${width}-${colorScheme}-7-expired`)).toEqual([])
  })
})

it.each(['fr', 'rw', 'sw'])('has room for its words in %s on the smallest phone', async (language) => {
  const server = new ChatPageServer(true)
  server.language = language
  await server.start()
  const { page } = await open({ viewport: { width: 320, height: 640 }, locale: language, server })
  await page.locator('#people-list button').first().waitFor()
  expect.soft(await faultsOf(page, `320-${language}-people`)).toEqual([])
  await page.locator('#people-list button').first().click()
  await shows(page, 'What would you like to do?')
  await page.locator('#clock').evaluate((node) => node.toggleAttribute('open', true))
  expect.soft(await faultsOf(page, `320-${language}-chat`)).toEqual([])
})

it('can be read when zoomed in four times, or on a phone lying on its side', async () => {
  const { page } = await open({ viewport: { width: 320, height: 256 } })
  await beJoseph(page)
  expect.soft(await faultsOf(page, 'zoomed')).toEqual([])
  const room = await page.locator('#scroller').evaluate((node) => node.clientHeight)
  expect(room).toBeGreaterThan(120)
  // The clock came after the welcome and pushed it down: the last choice is still in sight.
  const { y = 0, height = 0 } =
    (await page.getByRole('button', { name: 'Choose my hour' }).boundingBox()) ?? {}
  expect(y + height).toBeLessThanOrEqual(room)
})

it('announces new messages politely and moves nothing for those who want no motion', async () => {
  const { page } = await open({ reducedMotion: 'reduce' })
  await beJoseph(page)
  const log = page.getByRole('log', { name: 'Messages' })
  expect(await log.getAttribute('aria-live')).toBe('polite')
  expect(
    await log
      .locator('.bubble')
      .first()
      .evaluate((node) => getComputedStyle(node).animationName),
  ).toBe('none')
  await page.emulateMedia({ reducedMotion: 'no-preference' })
  expect(
    await log
      .locator('.bubble')
      .first()
      .evaluate((node) => getComputedStyle(node).animationName),
  ).toBe('arrive')
  // Whoever walks with the Tab key sees where they are.
  await page.keyboard.press('Shift+Tab')
  expect(
    await page.evaluate(() => getComputedStyle(document.activeElement ?? document.body).outlineWidth),
  ).toBe('3px')
})

it('is small enough for a slow link and asks nobody else for anything', async () => {
  const folder = join(import.meta.dirname, '../../src/http/chat')
  // As the service sends them.
  const bytes = readdirSync(folder).map((name) => gzipSync(readFileSync(join(folder, name))).length)
  expect(bytes.reduce((sum, size) => sum + size, 0)).toBeLessThan(32_000)
  const server = new ChatPageServer(true)
  await server.start()
  const { page } = await open({ server })
  const asked: string[] = []
  page.on('request', (request) => asked.push(request.url()))
  await page.reload()
  await beJoseph(page)
  expect(asked.filter((url) => !url.startsWith(`${server.url}/chat`))).toEqual([])
})
