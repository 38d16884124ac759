/// <reference lib="dom" />
import { describe, expect, it, vi } from 'vitest'
import { beJoseph, box, bubblesOf, own, shows, SOON, useBrowser } from './chat-page-browser.ts'

const { open } = useBrowser()
vi.setConfig({ testTimeout: 40_000 })

describe('nothing is lost and nothing is shown twice', () => {
  it('keeps everything over a reload: messages, taps, and what is still being typed', async () => {
    const { page, server } = await open()
    await beJoseph(page)
    await page.getByRole('button', { name: 'start the quiz' }).click()
    await shows(page, 'Question 1 of 10')
    await box(page).fill('half a thou')
    const before = await bubblesOf(page)
    await page.reload()
    await shows(page, 'Question 1 of 10')
    expect(await bubblesOf(page)).toEqual(before)
    expect(await box(page).inputValue()).toBe('half a thou')
    expect(await page.getByRole('button', { name: 'start the quiz (your answer)' }).count()).toBe(1)
    await vi.waitFor(() => expect(server.resumedAfter).toEqual([undefined, '2']), SOON)
    await box(page).press('Enter')
    await shows(page, 'You wrote:')
    expect(await bubblesOf(page)).toEqual([...before, 'own: half a thou', 'You wrote:\nhalf a thou'])
  })

  it('keeps what is typed offline, says so, and sends it once under its id when the network is back', async () => {
    const { page, server } = await open()
    await beJoseph(page)
    await page.context().setOffline(true)
    for (const text of ['one', 'two']) {
      await box(page).fill(text)
      await box(page).press('Enter')
    }
    await expect
      .poll(() => own(page).allInnerTexts(), SOON)
      .toEqual([
        expect.stringContaining('Not sent yet, trying again'),
        expect.stringContaining('Not sent yet, trying again'),
      ])
    const ids = await page.evaluate(() =>
      JSON.parse(sessionStorage.getItem('preceptor.said.demo.1') ?? '[]').map(({ id }: { id: string }) => id),
    )
    expect(server.posted).toEqual([])
    await page.context().setOffline(false)
    await shows(page, 'You wrote:\ntwo')
    expect(server.received.map(({ text }) => text)).toEqual(['one', 'two'])
    expect(server.posted).toEqual(ids)
    await expect.poll(() => own(page).locator('.state').allTextContents(), SOON).toEqual(['Sent', 'Sent'])
  })

  it('asks again under the same id when the answer was lost on the way: one message, one reply', async () => {
    const { page, server } = await open()
    await beJoseph(page)
    server.loseAnswers = 2
    await box(page).fill('only once')
    await page.getByRole('button', { name: 'Send' }).click()
    await expect.poll(() => own(page).locator('.state').allTextContents(), SOON).toEqual(['Sent'])
    expect(server.posted).toHaveLength(3)
    expect(new Set(server.posted).size).toBe(1)
    expect((await bubblesOf(page)).filter((bubble) => bubble.includes('only once'))).toHaveLength(2)
  })

  it('sends after a reload what was not sent before it', async () => {
    const { page, server } = await open()
    await beJoseph(page)
    server.refuseWith = [503, { error: { code: 'unavailable', message: 'Please try again shortly.' } }]
    await box(page).fill('hold on to this')
    await box(page).press('Enter')
    await own(page).getByText('Not sent yet').waitFor()
    server.refuseWith = undefined
    await page.reload()
    await shows(page, 'You wrote:\nhold on to this')
    expect(server.received).toHaveLength(1)
    expect(new Set(server.posted).size).toBe(1)
  })

  it('goes on after a restart of the service where it was, without doubles', async () => {
    const { page, server } = await open()
    await beJoseph(page)
    await page.getByRole('button', { name: 'start the quiz' }).click()
    await shows(page, 'Question 1 of 10')
    await server.stop()
    await page.getByRole('status').getByText('No connection').waitFor()
    await box(page).fill('while you were away')
    await box(page).press('Enter')
    server.say(1, { text: 'Said in the dark' })
    server.forgetful = true
    await server.start()
    await shows(page, 'Said in the dark')
    await shows(page, 'You wrote:\nwhile you were away')
    await page.getByRole('status').getByText('Connected').waitFor()
    const said = await bubblesOf(page)
    expect(new Set(said).size).toBe(said.length)
    expect(said).toHaveLength(6)
    expect(server.resumedAfter.at(-1)).toBe('2')
  })

  it('hears at once what was said while the network was away, though the old stream just hangs', async () => {
    const { page, server } = await open()
    await beJoseph(page)
    server.hangStreams()
    await page.context().setOffline(true)
    server.say(1, { text: 'You cannot hear this yet' })
    await page.waitForTimeout(300)
    expect(await bubblesOf(page)).toHaveLength(1)
    await page.context().setOffline(false)
    await shows(page, 'You cannot hear this yet')
    await vi.waitFor(() => expect(server.resumedAfter).toEqual([undefined, '1']), SOON)
    expect(await bubblesOf(page)).toHaveLength(2)
  })

  it('says why a message was refused, hinders no other, and gives the words back to be changed', async () => {
    const { page, server } = await open()
    await beJoseph(page)
    server.refuseWith = [400, { error: { code: 'bad_request', message: 'This is too long.' } }]
    await box(page).fill('far too long')
    await box(page).press('Enter')
    await own(page).getByText('Not sent. This is too long.').waitFor()
    server.refuseWith = undefined
    await box(page).fill('short')
    await box(page).press('Enter')
    await shows(page, 'You wrote:\nshort')
    await page.getByRole('button', { name: 'Change it' }).click()
    expect(await box(page).inputValue()).toBe('far too long')
    expect(await bubblesOf(page)).not.toContain('own: far too long')
  })
})
