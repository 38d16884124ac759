import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { DAY, HOUR, MINUTE } from '../../../src/words/clock.ts'
import { JOSEPH, makeWhatsApp, told, tokens, type WhatsApp } from './programme.ts'

let whatsapp: WhatsApp
afterEach(async () => {
  const { refused } = whatsapp.graph
  await whatsapp.close()
  // Never a send that must fail: nothing was refused for its shape, and nothing came outside the window.
  if (refused.length > 0) throw new Error(JSON.stringify(refused))
})

/** Joseph, known by the number he writes from, has joined and stands before a quiz's first question. */
async function begin() {
  const hello = await whatsapp.write('Muraho')
  await whatsapp.choose(await whatsapp.choose(hello, 'English'), 'Yes')
  // By its name: where in the menu it stands changes with what else there is.
  return whatsapp.write('Newborn resuscitation')
}

describe('a quiz over the Cloud API', () => {
  beforeEach(async () => {
    whatsapp = await makeWhatsApp()
  })

  it('knows joseph by his number, and takes him through a whole quiz by taps, one message an answer', async () => {
    let shown = await begin()
    expect(told(shown)).toContain('Question 1 of 10')
    for (let at = 2; at <= 10; at++) {
      expect(tokens(shown).length).toBeGreaterThanOrEqual(2)
      shown = await whatsapp.tap(tokens(shown)[0] ?? '')
      // Feedback and the next question together, since WhatsApp counts what one person gets.
      expect(shown).toHaveLength(1)
      expect(told(shown)).toContain('Source:')
      expect(told(shown)).toContain(`Question ${at} of 10`)
    }
    shown = await whatsapp.tap(tokens(shown)[0] ?? '')
    expect(told(shown)).toMatch(/\d+ of 10/)
    const [attempt] = await whatsapp.fresh.db.query(
      'select score, finished_at is not null finished from attempt',
    )
    expect(attempt).toMatchObject({ finished: true })
    const lists = whatsapp.graph
      .to(JOSEPH)
      .filter((one) => one.type === 'interactive' && one.interactive.type === 'list')
    expect(lists.length).toBeGreaterThan(0)
    for (const list of lists) expect(list).toMatchObject({ interactive: { action: { button: 'Choose' } } })
  })

  it('counts a post that comes three times once, and takes what comes in the wrong order', async () => {
    const shown = await begin()
    const { graph } = whatsapp
    const token = tokens(shown)[1] ?? ''
    const answers = await whatsapp.during(async () => {
      await graph.tap(JOSEPH, token)
      const body = graph.posts.at(-1)?.body ?? ''
      await Promise.all([graph.post(body), graph.post(body)])
    })
    expect(answers).toHaveLength(1)
    expect(await whatsapp.fresh.db.query('select ordinal from answer')).toEqual([{ ordinal: 1 }])
    // The receipt's report may be there before anything else.
    await graph.status(answers[0]?.ref ?? '', 'read')
    await graph.status(answers[0]?.ref ?? '', 'sent')
    const states = await whatsapp.fresh.db.query('select state from receipt where ref = $1', [
      answers[0]?.ref,
    ])
    expect(states).toEqual([{ state: 'read' }])
  })

  it('answers what it cannot read kindly, and says nothing to a thumb', async () => {
    await begin()
    const { graph } = whatsapp
    for (const type of ['sticker', 'video', 'contacts', 'unsupported', 'hologram']) {
      const shown = await whatsapp.during(() => graph.deliver(graph.incoming(JOSEPH, { type, [type]: {} })))
      expect(told(shown)).toContain('Question 1 of 10')
    }
    const thumb = { type: 'reaction', reaction: { message_id: 'wamid.out1', emoji: '👍' } }
    expect(await whatsapp.during(() => graph.deliver(graph.incoming(JOSEPH, thumb)))).toEqual([])
  })
})

describe('outside the window of 24 hours', () => {
  it('holds a reminder while no template is approved, and sends it when joseph writes', async () => {
    whatsapp = await makeWhatsApp()
    await begin()
    // In the evening he is reminded freely; the next day nothing may be said.
    expect(told(await whatsapp.later(9 * HOUR))).toContain('waiting at question 1')
    const unsaid = await whatsapp.later(5 * DAY)
    expect(unsaid).toEqual([])
    const held = (await whatsapp.outbox()).filter((turn) => turn.held !== null)
    expect(held).toHaveLength(1)
    expect(held[0]?.held).toContain('no approved template')
    // He cannot have answered what he has not seen.
    const back = await whatsapp.write('1')
    expect(told(back)).toContain('still waiting at question 1')
    expect(await whatsapp.fresh.db.query('select ordinal from answer')).toEqual([])
    expect(await whatsapp.outbox()).toEqual([])
    // The buttons that came are good.
    expect(told(await whatsapp.tap(tokens(back)[0] ?? ''))).toContain('Question 2 of 10')
  })

  it('announces it by the approved template, and says it in full when joseph comes back', async () => {
    whatsapp = await makeWhatsApp({ approved: true })
    await begin()
    await whatsapp.later(9 * HOUR)
    const announced = await whatsapp.later(5 * DAY)
    expect(announced).toHaveLength(1)
    expect(announced[0]?.message).toMatchObject({
      type: 'template',
      template: { name: 'preceptor_quiz_waits_last', language: { code: 'en' } },
    })
    expect((await whatsapp.outbox()).map(({ held }) => held)).toEqual([expect.stringContaining('was sent')])
    const back = await whatsapp.during(() => whatsapp.graph.comeBack(JOSEPH))
    expect(told(back)).toContain('still waiting at question 1')
    expect(back).toHaveLength(1)
    // Once more there is nothing held: the question simply stands.
    expect(told(await whatsapp.during(() => whatsapp.graph.comeBack(JOSEPH)))).toContain('Question 1 of 10')
  })

  it('obeys a command all the same, after what was held', async () => {
    whatsapp = await makeWhatsApp()
    await begin()
    await whatsapp.later(9 * HOUR)
    await whatsapp.later(5 * DAY)
    const back = await whatsapp.write('menu')
    expect(told(back.slice(0, 1))).toContain('still waiting at question 1')
    expect(told(back.slice(1))).toContain('What would you like to do?')
  })

  it('holds what a template WhatsApp has paused was to announce, with its reason', async () => {
    whatsapp = await makeWhatsApp({ approved: true })
    await begin()
    await whatsapp.later(9 * HOUR)
    whatsapp.graph.faults.push(132015)
    expect(await whatsapp.later(5 * DAY)).toEqual([])
    expect((await whatsapp.outbox()).map(({ held }) => held)).toEqual([expect.stringContaining('132015')])
  })

  it('believes WhatsApp when it says that the window is closed', async () => {
    whatsapp = await makeWhatsApp({ approved: true })
    await begin()
    whatsapp.graph.faults.push(131047)
    const shown = await whatsapp.write('help')
    expect(shown.map(({ message }) => message.type)).toEqual(['template'])
    expect(await whatsapp.outbox()).toHaveLength(1)
    expect(told(await whatsapp.during(() => whatsapp.graph.comeBack(JOSEPH)))).toContain('Question 1 of 10')
  })
})

describe('a message that was accepted and did not arrive', () => {
  const failing = async (code: number) => {
    whatsapp = await makeWhatsApp()
    const shown = await begin()
    const ref = shown.at(-1)?.ref ?? ''
    const again = await whatsapp.during(async () => {
      await whatsapp.graph.status(ref, 'sent')
      await whatsapp.graph.status(ref, 'failed', code)
    })
    return { shown, again, ref }
  }

  it('is sent again when the trouble passes by itself, three times at most', async () => {
    const { shown, again } = await failing(131000)
    expect(told(again)).toBe(told(shown.slice(-1)))
    const third = await whatsapp.during(() =>
      whatsapp.graph.status(again.at(-1)?.ref ?? '', 'failed', 131000),
    )
    expect(third).toHaveLength(1)
    const none = await whatsapp.during(() => whatsapp.graph.status(third.at(-1)?.ref ?? '', 'failed', 131000))
    expect(none).toEqual([])
    expect(await whatsapp.outbox()).toMatchObject([
      { failed: true, failure: expect.stringContaining('131000') },
    ])
  })

  it('is given up with its reason when nobody is there, and they are asked again when they write', async () => {
    const { again } = await failing(131026)
    expect(again).toEqual([])
    expect(await whatsapp.outbox()).toMatchObject([
      { failed: true, failure: expect.stringMatching(/^blocked: 131026/) },
    ])
    expect(
      await whatsapp.fresh.db.query('select 1 from address where unreachable_at is not null'),
    ).toHaveLength(1)
    expect(told(await whatsapp.write('menu'))).toContain('What would you like to do?')
    expect(
      await whatsapp.fresh.db.query('select 1 from address where unreachable_at is not null'),
    ).toHaveLength(0)
  })

  it('counts as arrived when it was read before it failed, whatever the order', async () => {
    whatsapp = await makeWhatsApp()
    const ref = (await begin()).at(-1)?.ref ?? ''
    await whatsapp.graph.status(ref, 'read')
    expect(await whatsapp.during(() => whatsapp.graph.status(ref, 'failed', 131000))).toEqual([])
    expect(await whatsapp.outbox()).toEqual([])
  })

  it('is nothing to us when it was never ours', async () => {
    whatsapp = await makeWhatsApp()
    await begin()
    await whatsapp.graph.status('wamid.somebody-else', 'failed', 131000)
    expect(whatsapp.graph.posts.at(-1)?.status).toBe(200)
    expect(await whatsapp.outbox()).toEqual([])
    await whatsapp.later(MINUTE)
  })
})
