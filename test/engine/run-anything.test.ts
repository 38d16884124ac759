import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Content } from '../../src/words/message.ts'
import { COLOURS, flowOf, INTERVIEW, shelfOf, Talk } from './talk.ts'

const shelf = shelfOf(flowOf('colours', COLOURS), flowOf('interview', INTERVIEW))

/** The dialogues that open over what is running, and then let it go on. */
const OVER = ['language', 'link', 'share', 'switch']

describe('whatever people send', () => {
  const words = fc.oneof(
    fc.constantFrom(
      'menu',
      'HELP',
      'language',
      'stop',
      'START',
      'back',
      'start over',
      'start joseph',
      'go on',
      'go on with the refresher',
      'practise',
      'post-test',
      'Français',
    ),
    fc.constantFrom(
      'a',
      'b',
      'c',
      '1',
      '2',
      '3',
      'Right red',
      'blue',
      'yes',
      'no',
      '0',
      '17',
      '30',
      'English',
      'Colours',
    ),
    fc.string({ unit: 'binary', maxLength: 12 }),
    fc.string({ unit: 'grapheme-composite', maxLength: 12 }),
  )
  type Act =
    | { text: string }
    | { tap: number }
    | { token: string }
    | { content: Content }
    | { rest: number }
    | { begin: 'practice' | 'post_test' | 'refresher' }
    | { nudge: true }
  const acts: fc.Arbitrary<Act> = fc.oneof(
    { weight: 6, arbitrary: fc.record({ text: words }) },
    { weight: 6, arbitrary: fc.record({ tap: fc.nat(3) }) },
    { weight: 1, arbitrary: fc.record({ token: fc.oneof(fc.string(), fc.stringMatching(/^\d{1,3}\.\d$/)) }) },
    {
      weight: 1,
      arbitrary: fc.record({
        content: fc.constantFrom<Content>(
          { kind: 'other', type: 'x' },
          { kind: 'phone', phone: '+250788123456' },
        ),
      }),
    },
    { weight: 1, arbitrary: fc.record({ rest: fc.nat(2000) }) },
    { weight: 2, arbitrary: fc.record({ begin: fc.constantFrom('practice', 'post_test', 'refresher') }) },
    { weight: 1, arbitrary: fc.record({ nudge: fc.constant(true as const) }) },
  )

  function act(one: Talk, what: Act): void {
    if ('text' in what) one.say(what.text)
    else if ('tap' in what) one.tap(what.tap)
    else if ('token' in what) one.tap(what.token)
    else if ('content' in what) one.send(what.content)
    else if ('rest' in what) one.rest(what.rest)
    else if ('begin' in what) one.startQuiz('colours', { purpose: what.begin })
    else {
      const [frame] = one.left.values()
      if (!frame) return
      one.left.delete(frame.attempt)
      one.turn({ kind: 'return', frame })
    }
  }

  it('nothing breaks, no answer is lost, and the conversation stays small', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('menu', 'join', 'welcome'),
        fc.array(acts, { minLength: 1, maxLength: 60, size: 'max' }),
        (home, all) => {
          const one = new Talk(shelf)
          one.home = home
          for (const what of all) {
            const { asked } = one.session
            act(one, what)
            expect(one.session.asked).toBeGreaterThanOrEqual(asked)
            // Over a quiz, a code, and over that the choice of a language: each dialogue is open once at most.
            const open = one.session.stack.map(({ version }) => version)
            expect(new Set(open).size).toBe(open.length)
            expect(open.length).toBeLessThanOrEqual(1 + OVER.length)
            expect(JSON.stringify(one.session).length).toBeLessThan(4000)
            everyAnswerStands(one)
          }
        },
      ),
      { numRuns: 300 },
    )
  })

  /** Each attempt not finished is somewhere to go on with, and its frame holds what was answered. */
  function everyAnswerStands(one: Talk): void {
    const frames = [
      ...one.left.values(),
      ...one.session.stack.flatMap((frame) => (frame.kind === 'quiz' ? [frame] : [])),
    ]
    expect(new Set(frames.map(({ attempt }) => attempt)).size).toBe(frames.length)
    for (const frame of frames) {
      const kept = one.attempts.get(frame.attempt)
      const options = [...(kept?.answers ?? [])]
        .toSorted(([a], [b]) => a - b)
        .map(([, answer]) => 'abc'.indexOf(answer.option))
      // While the last answer is being corrected, what was said first is still kept.
      expect(frame.answers).toEqual(frame.correcting ? options.slice(0, -1) : options)
      expect(kept?.finished).toBe(frame.ended === true)
    }
    for (const [attempt, { finished, answers }] of one.attempts) {
      if (finished) expect(answers.size).toBe(4)
      else if (!one.startedOver.has(attempt)) expect(frames.map((frame) => frame.attempt)).toContain(attempt)
    }
  }

  it('the same talk comes out the same', () => {
    fc.assert(
      fc.property(fc.array(acts, { maxLength: 30, size: 'max' }), (all) => {
        const [one, other] = [new Talk(shelf), new Talk(shelf)]
        for (const what of all) {
          act(one, what)
          act(other, what)
        }
        expect(other.session).toEqual(one.session)
        expect(other.events).toEqual(one.events)
      }),
      { numRuns: 50 },
    )
  })
})
