import fc from 'fast-check'
import { expect, it } from 'vitest'
import { capOf, counted, NEW_PACE, nextSlot, PACING } from '../../../src/channels/whatsapp-web/pacing.ts'
import { DAY } from '../../../src/words/clock.ts'

it('never writes faster than the pauses, over the number and to one chat, whatever is asked when', () => {
  const send = fc.record({
    chat: fc.constantFrom('a', 'b', 'c'),
    after: fc.nat(2000),
    chance: fc.double({ min: 0, max: 0.999, noNaN: true }),
  })
  fc.assert(
    fc.property(fc.array(send, { minLength: 2, maxLength: 60 }), (sends) => {
      let now = 0
      let pace = NEW_PACE
      const sent: { chat: string; at: number; now: number }[] = []
      for (const { chat, after, chance } of sends) {
        now += after
        const slot = nextSlot(pace, chat, now, { pacing: PACING, chance: () => chance })
        pace = slot.pace
        sent.push({ chat, at: slot.at, now })
      }
      for (const [index, { at, chat, now: asked }] of sent.entries()) {
        expect(at).toBeGreaterThanOrEqual(asked)
        const before = sent.slice(0, index)
        const last = before.at(-1)
        if (last) expect(at - last.at).toBeGreaterThanOrEqual(PACING.number.pause)
        const same = before.findLast((one) => one.chat === chat)
        if (same) expect(at - same.at).toBeGreaterThanOrEqual(PACING.chat.pause)
      }
    }),
  )
})

it('pauses by chance, so that no two are alike', () => {
  const after = (chance: number): number => {
    const { pace } = nextSlot(NEW_PACE, 'a', 0, { pacing: PACING, chance: () => chance })
    return nextSlot(pace, 'b', 0, { pacing: PACING, chance: () => chance }).at
  }
  expect([after(0), after(0.5), after(1)]).toEqual([500, 1000, 1500])
})

it('forgets chats that have rested', () => {
  let pace = NEW_PACE
  for (let chat = 0; chat < 1000; chat += 1)
    pace = nextSlot(pace, String(chat), chat * 1000, { pacing: PACING, chance: () => 0 }).pace
  expect(pace.chatsAt.size).toBeLessThan(5)
})

it('lets a new number write a fifth on its first day, and more each day until it may write all', () => {
  const caps = Array.from({ length: 16 }, (_, day) => capOf(0, day * DAY, 1000))
  expect(caps[0]).toBe(200)
  expect(caps.slice(14)).toEqual([1000, 1000])
  expect(caps).toEqual(caps.toSorted((a, b) => a - b))
  expect(capOf(0, 0, 1)).toBe(1)
})

it('counts by the day', () => {
  const first = counted({ day: '2026-11-24', sent: 7 }, '2026-11-24')
  expect(first.sent).toBe(8)
  expect(counted(first, '2026-11-25')).toEqual({ day: '2026-11-25', sent: 1 })
})
