import { beforeEach, describe, expect, it } from 'vitest'
import { run } from '../../src/engine/run.ts'
import { NEW_SESSION } from '../../src/engine/session.ts'
import { UnknownVersion } from '../../src/engine/shelf.ts'
import { HOUR } from '../../src/words/clock.ts'
import type { FlowId, FlowVersion } from '../../src/words/ids.ts'
import type { Content } from '../../src/words/message.ts'
import { COLOURS, flowOf, INTERVIEW, MONDAY, shelfOf, Talk, told } from './talk.ts'

const shelf = shelfOf(flowOf('colours', COLOURS), flowOf('interview', INTERVIEW))

let talk: Talk
beforeEach(() => {
  talk = new Talk(shelf)
})

const asking = (): string => talk.session.stack.at(-1)?.kind ?? 'nothing'

describe('a message', () => {
  it('opens home when nothing is going on, whatever it is', () => {
    const contents: Content[] = [
      { kind: 'text', text: 'hello' },
      { kind: 'text', text: '' },
      { kind: 'text', text: '👍' },
      { kind: 'other', type: 'sticker' },
      { kind: 'phone', phone: '+250788123456' },
    ]
    for (const content of contents) {
      talk = new Talk(shelf)
      expect({ content, reply: told(talk.send(content)) }).toMatchObject({
        content,
        reply: expect.stringContaining('What would you like to do?'),
      })
    }
  })

  it('that is no words leaves the question as it stands, and its buttons good', () => {
    talk.startQuiz('colours')
    const before = talk.session
    for (const content of [
      { kind: 'other', type: 'photo' },
      { kind: 'text', text: '' },
      { kind: 'phone', phone: '+250788123456' },
    ] as const) {
      const reply = told(talk.send(content))
      expect(reply).toContain('I can only read words and buttons here')
      expect(reply).toContain('Question 1 of 4')
      expect(talk.session).toEqual(before)
    }
    expect(told(talk.tap(0))).toContain('✅ Right.')
  })

  it('of signs alone is no command', () => {
    talk.startQuiz('colours')
    expect(told(talk.say('👍'))).toContain('nothing was counted')
    expect(told(talk.say('?'))).toContain('You can send at any time')
  })
})

describe('a button', () => {
  it('of an earlier question changes nothing, and says where one is', () => {
    talk.startQuiz('colours')
    talk.tap(0)
    const before = talk.session
    const reply = told(talk.tap(`${before.asked - 1}.1`))
    expect(reply).toContain('That button belongs to an earlier question')
    expect(reply).toContain('Question 2 of 4')
    expect(talk.session).toEqual(before)
    expect(talk.happened('question_answered')).toEqual([])
  })

  it('tapped twice counts once', () => {
    talk.startQuiz('colours')
    const token = `${talk.session.asked}.0`
    talk.tap(token)
    expect(told(talk.tap(token))).toContain('an earlier question')
    expect(talk.attempts.get(1 as never)?.answers.size).toBe(1)
  })

  it('of a quiz that is over sends to the menu', () => {
    talk.startQuiz('colours')
    for (let at = 0; at < 4; at++) talk.tap(0)
    expect(told(talk.tap(0))).toContain('a question that is over. Send MENU')
    expect(talk.session.stack).toEqual([])
  })

  it.each(['1', '1.', '.1', '1.9', '1.-1', '1.1.1', 'x.y', '', '1.0 ', '9999999999.0', '1.0\n', '١.٠'])(
    'that was made up (%j) answers nothing',
    (token) => {
      talk.startQuiz('colours')
      const before = talk.session
      talk.tap(token)
      expect(talk.session).toEqual(before)
      expect(talk.happened('misunderstood')).toEqual([{ type: 'misunderstood', code: 'old_button' }])
    },
  )
})

describe('a command', () => {
  const states: [string, (one: Talk) => void][] = [
    ['nothing', () => undefined],
    ['a quiz', (one) => one.startQuiz('colours')],
    ['a quiz in the middle', (one) => (one.startQuiz('colours'), one.tap(0))],
    ['a correction', (one) => (one.startQuiz('colours'), one.tap(0), one.say('back'))],
    ['a post-test', (one) => (one.startQuiz('colours', { purpose: 'post_test' }), one.tap(0))],
    ['the menu', (one) => one.say('menu')],
    ['a question in words', (one) => one.open('interview')],
    ['the choice of a language over a quiz', (one) => (one.startQuiz('colours'), one.say('language'))],
    ['joining', (one) => ((one.home = 'join'), one.say('hello'))],
    ['being a stranger', (one) => ((one.home = 'welcome'), one.say('hello'), one.say('English'))],
    ['having stopped', (one) => one.say('stop')],
  ]

  describe.each(states)('from %s', (_name, bring) => {
    beforeEach(() => bring(talk))

    it.each(['HELP', 'aide', 'Ubufasha!', 'MSAADA', '?', '/help'])(
      '%s helps, and the question stands',
      (words) => {
        const before = talk.session
        expect(told(talk.say(words))).toContain('You can send at any time')
        expect(talk.session).toEqual(before)
      },
    )

    it.each(['MENU', 'menyu', 'Ibikubiyemo', '/menu'])('%s goes home', (words) => {
      const home = talk.home
      const reply = told(talk.say(words))
      expect(reply).toContain(
        {
          welcome: 'a mentorship service',
          join: 'your mentorship programme',
          menu: 'What would you like to do?',
          stopped: 'You have stopped',
        }[home],
      )
      expect(talk.session.stack.length).toBeLessThanOrEqual(1)
    })

    it.each(['LANGUAGE', 'langue', 'Ururimi', 'lugha', 'Languages'])(
      '%s asks for the language, once',
      (words) => {
        expect(told(talk.say(words))).toContain('Which language do you prefer?')
        const { length } = talk.session.stack
        expect(told(talk.say(words))).toContain('Which language do you prefer?')
        expect(talk.session.stack).toHaveLength(length)
      },
    )

    it.each(['STOP', 'Arrêter', 'ARRETER', 'hagarika', 'acha'])('%s stops', (words) => {
      const { home } = talk
      expect(told(talk.say(words))).toContain('You will get no more messages')
      expect(talk.session.stack).toEqual([])
      expect(talk.home).toBe(home === 'menu' ? 'stopped' : home)
    })

    it.each(['START', 'Démarrer', 'tangira', 'ANZA', '/start'])('%s begins again', (words) => {
      const home = {
        welcome: 'a mentorship service',
        join: 'your mentorship programme',
        menu: 'What would',
        stopped: 'What would',
      }[talk.home]
      expect(told(talk.say(words))).toContain(home)
    })

    it.each(['BACK', 'rétour', 'Subira inyuma', 'RUDI'])('%s takes back at most one answer', (words) => {
      const answers = (): number =>
        talk.session.stack.reduce((sum, frame) => sum + (frame.kind === 'quiz' ? frame.answers.length : 0), 0)
      const before = answers()
      talk.say(words)
      expect(talk.happened('question_answered')).toEqual([])
      expect(before - answers()).toBeLessThanOrEqual(1)
    })
  })

  it('with words around it is no command', () => {
    talk.startQuiz('colours')
    talk.say('stop bleeding')
    expect(asking()).toBe('quiz')
    talk.say('menu '.repeat(300))
    expect(asking()).toBe('quiz')
  })
})

describe('LANGUAGE over a running quiz', () => {
  it('comes back to the same question, in the language chosen, and loses nothing', () => {
    talk.startQuiz('colours')
    talk.tap(0)
    talk.say('LANGUAGE')
    expect(told(talk.say('Français'))).toBe(
      'Je vous écrirai en français.\n\nQuestion 2 sur 4\n\nCouleur milk ?',
    )
    expect(talk.session.stack).toMatchObject([{ kind: 'quiz', answers: [0] }])
    talk.rest(1)
    talk.say('a')
    // The time of choosing a language is not the time of the answer.
    expect(talk.happened('question_answered')).toMatchObject([{ ordinal: 2, attemptTry: 1, took: 70_000 }])
  })

  it('asks the quiz’s question under a new number: the button shown before is old', () => {
    talk.startQuiz('colours')
    const token = `${talk.session.asked}.0`
    talk.say('language')
    expect(told(talk.tap(token))).toContain('an earlier question')
    talk.tap(1)
    expect(talk.language).toBe('fr')
    expect(told(talk.tap(token))).toContain('Ce bouton appartient à une question précédente')
    expect(told(talk.tap(0))).toContain('✅ Exact.')
  })

  it('keeps a correction a correction', () => {
    talk.startQuiz('colours')
    talk.tap(1)
    talk.say('back')
    talk.say('language')
    talk.say('English')
    talk.tap(0)
    expect(talk.happened('question_answered')).toMatchObject([{ ordinal: 1, attemptTry: 2 }])
  })
})

describe('leaving a quiz', () => {
  it('keeps its place, and going on asks the same question of the same quiz', () => {
    const first = told(talk.startQuiz('colours'))
    talk.tap(0)
    const second = talk.session.stack[0]
    const reply = told(talk.say('menu'))
    expect(reply).not.toContain('Question')
    expect(talk.happened('attempt_left')).toEqual([
      { type: 'attempt_left', flow: 'colours', frame: second, results: [] },
    ])
    talk.rest(60 * 20)
    expect(told(talk.say('colours'))).toContain('You have answered 1 of 4 questions of this quiz. Go on?')
    const again = told(talk.say('go on'))
    expect(again).toContain('Question 2 of 4')
    expect(first).toContain('Question 1 of 4')
    expect(talk.session.stack).toEqual([{ ...second, askedAt: talk.now }])
    talk.tap(0)
    expect(talk.happened('question_answered')).toMatchObject([{ ordinal: 2, took: 10_000 }])
  })

  it('for another quiz leaves the first, too', () => {
    talk.startQuiz('colours')
    talk.tap(0)
    talk.startQuiz('colours', { purpose: 'refresher' })
    expect(talk.happened('attempt_left')).toHaveLength(1)
    expect(talk.session.stack).toHaveLength(1)
  })

  it('and starting over begins a new attempt; what was answered stays answered', () => {
    talk.startQuiz('colours')
    talk.tap(0)
    talk.say('menu')
    talk.say('Colours')
    talk.say('start over')
    talk.say('practise')
    expect(asking()).toBe('quiz')
    expect(talk.attempts.size).toBe(2)
    expect(talk.attempts.get(1 as never)?.answers.size).toBe(1)
    expect(talk.session.stack).toMatchObject([{ answers: [] }])
  })
})

it('a session runs on the version it began with, and says so when it has not got it', () => {
  const [frame] = (talk.startQuiz('colours'), talk.session.stack)
  const gone = { asked: 1, stack: [{ ...frame, version: 'gone' as FlowVersion }] } as typeof talk.session
  const world = { shelf, now: MONDAY, home: 'menu' as FlowId, facts: {} }
  expect(() => run(world, gone, { kind: 'message', content: { kind: 'text', text: 'a' } })).toThrow(
    UnknownVersion,
  )
  const older = {
    ...flowOf('colours', COLOURS.replaceAll('Right red', 'Old red')),
    version: 'old' as FlowVersion,
  }
  shelf.learn([older])
  const old = { asked: 1, stack: [{ ...frame, version: 'old' as FlowVersion }] } as typeof talk.session
  const { events } = run(world, old, { kind: 'message', content: { kind: 'text', text: 'old red' } })
  expect(events).toContainEqual(expect.objectContaining({ type: 'question_answered', correct: true }))
})

it('refuses what a program got wrong, and does not do half of it', () => {
  const world = { shelf, now: MONDAY, home: 'menu' as FlowId, facts: {} }
  expect(() => run(world, NEW_SESSION, { kind: 'open', flow: 'nowhere' as FlowId })).toThrow(
    'there is no flow nowhere',
  )
  expect(() => run(world, NEW_SESSION, { kind: 'open', flow: 'colours' as FlowId })).toThrow(
    'colours is no dialogue',
  )
  expect(() => run(world, NEW_SESSION, { kind: 'outcome', outcome: 'done' })).toThrow('asked for none')
})

it('keeps the place over a day', () => {
  talk.startQuiz('colours')
  talk.tap(0)
  talk.now += 26 * HOUR
  expect(told(talk.tap(0))).toContain('Question 3 of 4')
  expect(talk.happened('question_answered')).toMatchObject([{ ordinal: 2, took: 26 * HOUR + 10_000 }])
})
