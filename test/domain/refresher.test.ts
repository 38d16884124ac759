import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type ReviewCard, reviewed } from '../../src/domain/refresher.ts'
import { DAY, HOUR, MINUTE } from '../../src/words/clock.ts'

const NOW = Date.parse('2026-11-23T08:00:00Z')

/** The card after these answers, each given when it was due; `undefined` once it is known. */
function after(...answers: boolean[]): ReviewCard | undefined {
  let card: ReviewCard | undefined
  for (const correct of answers) card = reviewed(card, correct, card?.dueAt ?? NOW)
  return card
}

function must(card: ReviewCard | undefined): ReviewCard {
  if (!card) throw new Error('there is no card')
  return card
}

const wait = (card: ReviewCard | undefined): number => (must(card).dueAt - must(card).memory.reviewedAt) / DAY

describe('reviewed', () => {
  it('keeps no card of a question that was never missed', () => {
    expect(reviewed(undefined, true, NOW)).toBeUndefined()
  })

  it('brings a missed question back the next day', () => {
    expect(after(false)).toMatchObject({
      dueAt: NOW + DAY,
      rightInARow: 0,
      memory: { reviewedAt: NOW, reps: 1 },
    })
  })

  it('waits longer when it was right, and lets go when it was right twice running', () => {
    const once = after(false, true)
    expect(must(once).rightInARow).toBe(1)
    expect(wait(once)).toBeGreaterThan(wait(after(false)))
    expect(after(false, true, true)).toBeUndefined()
  })

  it('begins to count anew when it was wrong in between', () => {
    expect(must(after(false, true, false)).rightInARow).toBe(0)
    expect(must(after(false, true, false, true)).rightInARow).toBe(1)
    expect(after(false, true, false, true, true)).toBeUndefined()
  })

  it('does not take a right answer minutes after the explanation for knowing it', () => {
    const missed = must(reviewed(undefined, false, NOW))
    expect(reviewed(missed, true, NOW + 5 * MINUTE)).toEqual(missed)
    expect(reviewed(missed, true, NOW + 11 * HOUR)).toEqual(missed)
    // The refresher of the next day at five, when the test was at ten at night.
    expect(reviewed(missed, true, NOW + 19 * HOUR)?.rightInARow).toBe(1)
  })

  it('takes a wrong answer at any time', () => {
    const missed = must(reviewed(undefined, false, NOW))
    expect(reviewed(missed, false, NOW + 5 * MINUTE)).toMatchObject({
      rightInARow: 0,
      memory: { reviewedAt: NOW + 5 * MINUTE },
    })
  })

  it('comes back in whole days, never sooner than one, whatever was answered and however late', () => {
    const answers = fc.array(
      fc.record({ correct: fc.boolean(), late: fc.integer({ min: -DAY, max: 400 * DAY }) }),
      { maxLength: 30 },
    )
    fc.assert(
      fc.property(answers, (given) => {
        let card = reviewed(undefined, false, NOW)
        for (const { correct, late } of given) {
          if (!card) break
          const now = Math.max(card.memory.reviewedAt, card.dueAt + late)
          const next = reviewed(card, correct, now)
          // Through JSON, as it is kept.
          card = next && (JSON.parse(JSON.stringify(next)) as ReviewCard)
          expect(card).toEqual(next)
          if (!card) continue
          expect(wait(card)).toBe(Math.round(wait(card)))
          expect(wait(card)).toBeGreaterThanOrEqual(1)
          expect(card.rightInARow).toBeLessThan(2)
          if (!correct) expect(card.rightInARow).toBe(0)
        }
      }),
    )
  })

  it('gives the same days for the same answers', () => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), { maxLength: 20 }), (answers) => {
        expect(after(false, ...answers)).toEqual(after(false, ...answers))
      }),
    )
  })
})
