/// <reference lib="dom" />
import { describe, expect, it, vi } from 'vitest'
import { beJoseph, box, bubblesOf, log, own, shows, SOON, useBrowser } from './chat-page-browser.ts'
import { QUESTION } from './chat-page-script.ts'

const { open } = useBrowser()
vi.setConfig({ testTimeout: 40_000 })

describe('a conversation', () => {
  it('goes by buttons: the tapped label is what the person said, and the buttons look used but stay', async () => {
    const { page, server } = await open()
    await beJoseph(page)
    await page.getByRole('button', { name: 'A Newborn resuscitation: start the quiz' }).click()
    await shows(page, 'Question 1 of 10')
    await page.getByRole('button', { name: 'A Within 1 minute of birth' }).click()
    await shows(page, 'Shall we go on?')
    expect(server.received.map(({ choice }) => choice)).toEqual(['quiz', 'q1-a'])
    const said = await bubblesOf(page)
    expect(said.slice(1, 4)).toEqual([
      'own: Newborn resuscitation: start the quiz',
      QUESTION.text,
      'own: Within 1 minute of birth',
    ])
    const chosen = page.getByRole('button', { name: 'A Within 1 minute of birth (your answer)' })
    expect(await chosen.evaluate((node) => node.closest('.choices')?.classList.contains('used'))).toBe(true)
    const older = page.getByRole('button', { name: 'C After oxygen has been found' })
    // Nobody reads and decides faster than this; a faster tap counts as the echo of the last one.
    await page.waitForTimeout(750)
    await older.click()
    await vi.waitFor(() => expect(server.received.at(-1)?.choice).toBe('q1-c'), SOON)
    // Two choices with short labels need no letters.
    expect(await page.getByRole('button', { name: 'Later' }).textContent()).toBe('Later')
  })

  it('takes a double click, and two taps of a finger, for one answer', async () => {
    const { page, server } = await open({ hasTouch: true })
    await beJoseph(page)
    await page.getByRole('button', { name: 'See my scores' }).dblclick()
    await shows(page, 'You wrote:')
    expect(server.received).toHaveLength(1)
    expect(await own(page).count()).toBe(1)
    await page.waitForTimeout(750)
    const { x = 0, y = 0 } = (await page.getByRole('button', { name: 'start the quiz' }).boundingBox()) ?? {}
    await page.touchscreen.tap(x + 100, y + 20)
    await page.touchscreen.tap(x + 100, y + 20)
    await shows(page, 'Question 1 of 10')
    expect(server.received.map(({ choice }) => choice)).toEqual(['scores', 'quiz'])
  })

  it('goes by the keyboard alone, from choosing a person to an answer by letter and by button', async () => {
    const { page, server } = await open()
    await page.getByRole('button', { name: 'Joseph Habimana' }).waitFor()
    await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')
    await shows(page, 'What would you like to do?')
    await expect.poll(() => box(page).evaluate((node) => node === document.activeElement), SOON).toBe(true)
    await page.keyboard.type('first line')
    await page.keyboard.press('Shift+Enter')
    await page.keyboard.type('second line')
    expect(server.received).toEqual([])
    await page.keyboard.press('Enter')
    await vi.waitFor(() => expect(server.received.at(-1)?.text).toBe('first line\nsecond line'), SOON)
    expect(await box(page).inputValue()).toBe('')
    await shows(page, 'You wrote:')
    // Backwards over the five quick words to the buttons of the last question.
    for (let presses = 0; presses < 6; presses += 1) await page.keyboard.press('Shift+Tab')
    await page.keyboard.press('Enter')
    await vi.waitFor(() => expect(server.received.at(-1)?.choice).toBe('hour'), SOON)
    await page.locator('#skip').focus()
    await page.keyboard.press('Enter')
    await page.keyboard.type('a')
    await page.keyboard.press('Enter')
    await vi.waitFor(() => expect(server.received.at(-1)?.text).toBe('a'), SOON)
    expect(page.url()).toBe(`${server.url}/chat`)
  })

  it('sends the quick words', async () => {
    const { page, server } = await open()
    await beJoseph(page)
    for (const name of ['MENU', 'HELP', 'BACK', 'LANGUAGE', 'STOP'])
      await page.getByRole('button', { name }).click()
    await vi.waitFor(
      () =>
        expect(server.received.map(({ text }) => text)).toEqual(['MENU', 'HELP', 'BACK', 'LANGUAGE', 'STOP']),
      SOON,
    )
  })

  it('shows markup as the text it is and keeps paragraphs and line breaks', async () => {
    const { page, server } = await open()
    await beJoseph(page)
    const evil = '<img src=x onerror="document.title=1"><script>document.title=2</script>'
    await box(page).fill(evil)
    await box(page).press('Enter')
    await shows(page, 'You wrote:')
    server.say(1, { text: `${evil}\n\nnew paragraph\nnew line`, choices: [{ token: 't', label: evil }] })
    await shows(page, 'new paragraph')
    expect((await bubblesOf(page)).at(-1)).toBe(`${evil}\n\nnew paragraph\nnew line`)
    expect(await log(page).locator('img, script').count()).toBe(0)
    expect(await page.title()).toBe('Preceptor')
    const last = log(page).locator('.bubble').last().locator('.said > p:not(.meta)')
    expect(await last.count()).toBe(2)
    const heights = await last.evaluateAll((parts) =>
      parts.map((part) => part.getBoundingClientRect().height),
    )
    expect(heights[1]).toBeGreaterThan(40)
  })

  it('begins at the beginning of what was just said, so that a verdict is read before the next question', async () => {
    const { page, server } = await open()
    await page.setViewportSize({ width: 360, height: 640 })
    await beJoseph(page)
    const verdict =
      'Not quite.\n\nBecause of this.\n\nAnd of that.\n\nAnd why not the others.\n\nSource: a book'
    const question = 'Question 2 of 10\n\nWhat now?\n\nThink of it.'
    const choices = ['One', 'Two', 'Three', 'Four'].map((label) => ({ token: label, label }))
    server.say(1, { text: verdict })
    await shows(page, 'Because of this.')
    server.say(1, { text: question, choices })
    await shows(page, 'What now?')
    const seen = (words: string): Promise<boolean> =>
      page
        .getByText(words)
        .last()
        .evaluate((node) => {
          const { top, bottom } = node.getBoundingClientRect()
          const edge = document.querySelector('.top')?.getBoundingClientRect().bottom ?? 0
          const end = document.querySelector('#scroller')?.getBoundingClientRect().bottom ?? 0
          return top >= edge && bottom <= end
        })
    await expect.poll(() => seen('Not quite.'), SOON).toBe(true)
    expect(await seen('Four')).toBe(false)
    // An arrow beside the answers, not words over them.
    const more = page.getByRole('button', { name: 'New messages' })
    expect((await more.boundingBox())?.width).toBeLessThan(50)
    await more.click()
    await expect.poll(() => seen('Four'), SOON).toBe(true)
    // What the person says goes to the bottom, and the next turn begins anew.
    await box(page).fill('two')
    await box(page).press('Enter')
    await shows(page, 'You wrote:\ntwo')
    await expect.poll(() => seen('two'), SOON).toBe(true)
  })

  it('stays at the bottom, but never pulls a reader away from older messages', async () => {
    const { page, server } = await open()
    await beJoseph(page)
    for (let line = 1; line <= 12; line += 1) server.say(1, { text: `Filling ${line}\n\nmore\n\nand more` })
    await shows(page, 'Filling 12')
    const gap = () =>
      page.locator('#scroller').evaluate((node) => node.scrollHeight - node.scrollTop - node.clientHeight)
    await expect.poll(gap, SOON).toBeLessThan(3)
    const panel = page.locator('#clock')
    await panel.evaluate((node) => node.toggleAttribute('open'))
    await expect.poll(gap, SOON).toBeLessThan(3)
    await panel.evaluate((node) => node.toggleAttribute('open'))
    await expect.poll(gap, SOON).toBeLessThan(3)
    await page.locator('#scroller').evaluate((node) => node.scrollTo(0, 200))
    await page.waitForTimeout(100)
    server.say(1, { text: 'The latest' })
    const newer = page.getByRole('button', { name: 'New messages' })
    await newer.waitFor()
    expect(await page.locator('#scroller').evaluate((node) => node.scrollTop)).toBe(200)
    await newer.click()
    await expect.poll(gap, SOON).toBeLessThan(3)
    expect(await newer.isVisible()).toBe(false)
  })

  it('speaks the language of the person, also after they have changed it', async () => {
    const { page, server } = await open()
    await beJoseph(page)
    server.language = 'fr'
    await page.getByRole('button', { name: 'LANGUAGE' }).click()
    await page.getByRole('button', { name: 'Changer de personne' }).waitFor()
    expect(await page.locator('html').getAttribute('lang')).toBe('fr')
    await page.getByRole('button', { name: 'AIDE' }).click()
    await vi.waitFor(() => expect(server.received.at(-1)?.text).toBe('HELP'), SOON)
    expect((await bubblesOf(page)).filter((bubble) => bubble.startsWith('own'))).toEqual([
      'own: LANGUAGE',
      'own: AIDE',
    ])
  })
})

describe('who may come in', () => {
  it('shows the list again to change person, and to each person only what is theirs', async () => {
    const { page } = await open()
    await beJoseph(page)
    await page.getByRole('button', { name: 'See my scores' }).click()
    await box(page).fill('I am Joseph')
    await box(page).press('Enter')
    await shows(page, 'You wrote:\nI am Joseph')
    const before = await bubblesOf(page)
    await page.getByRole('button', { name: 'Change person' }).click()
    await page.getByRole('button', { name: 'Amina Mukamana Midwife, Health centre mentor' }).click()
    await shows(page, 'What would you like to do?')
    expect(await bubblesOf(page)).toHaveLength(1)
    await page.getByRole('button', { name: 'Change person' }).click()
    await beJoseph(page)
    await expect.poll(() => bubblesOf(page), SOON).toEqual(before)
    expect(await page.getByRole('button', { name: 'See my scores (your answer)' }).count()).toBe(1)
  })

  it('asks again who to be when the demo has forgotten the session', async () => {
    const { page, server } = await open()
    await beJoseph(page)
    server.sessions.clear()
    await page.reload()
    await page.getByRole('heading', { name: 'Who would you like to be?' }).waitFor()
    await beJoseph(page)
    expect(server.sessions.size).toBe(1)
  })

  it('opens by an own link, takes it out of the address bar, and has neither people nor clock', async () => {
    const { page, server } = await open({ demo: false, path: '/chat#link=fresh-link' })
    await shows(page, 'What would you like to do?')
    expect(page.url()).toBe(`${server.url}/chat`)
    expect(await page.getByRole('button', { name: 'Change person' }).isVisible()).toBe(false)
    expect(await page.locator('#clock').isVisible()).toBe(false)
    await page.reload()
    await shows(page, 'What would you like to do?')
    expect(server.sessions.size).toBe(1)
  })

  it('says that a link is too old and how to get a new one, and takes the new one in the same tab', async () => {
    const { page, server } = await open({ demo: false, path: '/chat#link=used-link' })
    await page.getByRole('heading', { name: 'This link is too old' }).waitFor()
    await page.getByText('Ask your mentor').waitFor()
    expect(page.url()).toBe(`${server.url}/chat`)
    await page.goto(`${server.url}/chat#link=fresh-link`)
    await shows(page, 'What would you like to do?')
  })

  it('says the same when the session ends, and keeps what was not sent for the new link', async () => {
    const { page, server } = await open({ demo: false, path: '/chat#link=fresh-link' })
    await shows(page, 'What would you like to do?')
    server.sessions.clear()
    await box(page).fill('not gone')
    await box(page).press('Enter')
    await page.getByText('Messages not sent yet: 1').waitFor()
    await page.goto(`${server.url}/chat#link=fresh-link`)
    await shows(page, 'You wrote:\nnot gone')
    expect(server.received).toHaveLength(1)
  })

  it('asks for a link where there is none, and goes on trying while the service is away', async () => {
    const { page, server } = await open({ demo: false })
    await page.getByRole('heading', { name: 'Please open the chat with your own link' }).waitFor()
    await page.route('**/chat/session', (route) => route.abort())
    await page.goto(`${server.url}/chat#link=fresh-link`)
    await page.getByRole('heading', { name: 'No connection' }).waitFor()
    // The link left the address bar, but not the page's memory.
    await page.reload()
    await page.getByRole('heading', { name: 'No connection' }).waitFor()
    await page.unroute('**/chat/session')
    await shows(page, 'What would you like to do?')
    expect(server.sessions.size).toBe(1)
  })
})

describe('the clock of the demo', () => {
  it('shows what it was skipped to, also right after something long was said', async () => {
    const { page, server } = await open()
    await page.setViewportSize({ width: 360, height: 640 })
    await beJoseph(page)
    server.next = { at: server.now() + 3_600_000, kind: 'nudge' }
    server.say(1, { text: `Not quite.${'\n\nAnd why not the others.'.repeat(12)}` })
    const newer = page.getByRole('button', { name: 'New messages' })
    await newer.waitFor()
    await page.locator('#clock').evaluate((node) => node.toggleAttribute('open', true))
    await page.getByRole('button', { name: 'To the next message' }).click()
    await shows(page, 'Two questions are waiting for you.')
    await newer.waitFor({ state: 'hidden' })
    const nudge = log(page).getByText('Two questions are waiting for you.')
    await expect
      .poll(
        () =>
          nudge.evaluate((node) => {
            const { bottom } = node.getBoundingClientRect()
            return bottom <= (document.querySelector('#scroller')?.getBoundingClientRect().bottom ?? 0)
          }),
        SOON,
      )
      .toBe(true)
  })

  it('says the time in words and skips an hour, a day, or to the next message when there is one', async () => {
    const { page, server } = await open()
    server.next = { at: server.now() + 27 * 3_600_000, kind: 'refresher' }
    await beJoseph(page)
    const time = page.locator('#clock-now')
    await expect.poll(() => time.textContent(), SOON).toBe('Tuesday 5 March, 14:05')
    expect(await page.locator('#clock-next').textContent()).toBe('Next message: Tomorrow, 17:05')
    await page.getByRole('button', { name: '1 hour' }).click()
    await expect.poll(() => time.textContent(), SOON).toBe('Tuesday 5 March, 15:05')
    const next = page.getByRole('button', { name: 'To the next message' })
    await next.click()
    await shows(page, 'Two questions are waiting for you.')
    await expect.poll(() => time.textContent(), SOON).toBe('Wednesday 6 March, 17:05')
    expect(await page.locator('.day').allTextContents()).toEqual(['Yesterday', 'Today'])
    expect(await next.getAttribute('aria-disabled')).toBe('true')
    expect(await page.locator('#clock-next').textContent()).toContain('No message is due')
    // What is said may plan the next message; the page asks, also when nobody tells it.
    server.next = { at: server.now() + 3_600_000, kind: 'nudge' }
    await page.getByRole('button', { name: 'HELP' }).click()
    await expect.poll(() => next.getAttribute('aria-disabled'), SOON).toBe('false')
    server.next = null
    await page.getByRole('button', { name: 'BACK' }).click()
    await expect.poll(() => next.getAttribute('aria-disabled'), SOON).toBe('true')
    await next.click({ force: true })
    await page.getByRole('button', { name: '1 day' }).click()
    await expect.poll(() => time.textContent(), SOON).toBe('Thursday 7 March, 17:05')
    await page.reload()
    await expect.poll(() => time.textContent(), SOON).toBe('Thursday 7 March, 17:05')
  })
})
