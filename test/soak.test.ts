// A minute of `npm run soak -- --delivery 10m`: the built service, providers on a bad day, kills at random.
import { describe, expect, inject, it } from 'vitest'
import { builtMain } from './built.ts'
import { judgeDelivery, soakDelivery } from './soak/delivery.ts'
import type { Accepted } from './soak/rough-provider.ts'

// oxlint-disable-next-line node/no-process-env -- to go back to a run that failed
const seed = Number(process.env['SOAK_SEED'] ?? Date.now() % 2 ** 31)

it('sends every message once and in order, whatever goes wrong', { timeout: 400_000 }, async () => {
  const say = (line: string): unknown => process.stderr.write(`${line}\n`)
  const { faults, ...figures } = await soakDelivery({
    flows: inject('flowsDir'),
    main: await builtMain(),
    seed,
    seconds: 60,
    progress: say,
  })
  say(JSON.stringify(figures))
  expect(faults).toEqual([])
  expect(figures.kills).toBeGreaterThan(0)
  expect(Object.values(figures.provider).reduce((sum, count) => sum + count, 0)).toBeGreaterThan(10)
})

describe('the judge', () => {
  /** Forty chats that get these, the last of them other than the rest. */
  const lives = (...runs: readonly (readonly number[])[]): Accepted[] => {
    const of = (chat: number, all: readonly (readonly number[])[]): Accepted[] =>
      all.flatMap((run, life) =>
        run.map((number) => ({
          chat: String(chat),
          life,
          text: number === 0 ? 'You can send at any time' : `Refresher done: ${number} of 3 right.`,
        })),
      )
    return [...Array.from({ length: 39 }, (_, chat) => of(chat, [[0, 1, 2, 3]])).flat(), ...of(39, runs)]
  }

  it.each([
    ['what came in order', lives([0, 1, 2, 3]), 0],
    ['what a new life repeats', lives([0, 1, 2], [2, 3]), 1],
    ['a life that repeated and died again', lives([0, 1, 2], [1, 2], [2, 3]), 3],
  ])('takes %s', (_, accepted, repeated) =>
    expect(judgeDelivery(3, accepted)).toEqual({ repeated, faults: [] }),
  )

  it.each([
    ['a gap', lives([0, 1, 3])],
    ['a gap over a death', lives([0, 1], [3])],
    ['a repetition without a death', lives([0, 1, 1, 2, 3])],
    ['two that changed places', lives([0, 2, 1, 3])],
    ['an end that never came', lives([0, 1, 2])],
    ['a chat that heard nothing', lives()],
  ])('does not take %s', (_, accepted) => expect(judgeDelivery(3, accepted).faults).not.toEqual([]))
})
