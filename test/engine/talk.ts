// A conversation with the engine alone: the session goes through JSON between every two messages, a small programme
// without a database does the deeds, and what is said is spoken as people would read it.
import { readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import type { Event } from '../../src/engine/events.ts'
import { type FlowContent, parseFlow } from '../../src/engine/parse.ts'
import { type Input, run } from '../../src/engine/run.ts'
import {
  NEW_SESSION,
  type Purpose,
  PURPOSES,
  type QuizFrame,
  type Session,
  type Vars,
} from '../../src/engine/session.ts'
import { flowSchema } from '../../src/engine/schema.ts'
import { type Flow, makeShelf, type Shelf } from '../../src/engine/shelf.ts'
import { speak } from '../../src/engine/speak.ts'
import type { FlowFile } from '../../src/store/flows.ts'
import { readFlows } from '../../src/usecases/open-shelf.ts'
import { screenOf } from '../../src/usecases/screen-text.ts'
import { MINUTE, SECOND } from '../../src/words/clock.ts'
import type { AttemptId, FlowId, FlowVersion } from '../../src/words/ids.ts'
import { type Language, LANGUAGES } from '../../src/words/language.ts'
import type { Bubble, Content } from '../../src/words/message.ts'

export const FLOWS = join(import.meta.dirname, '../../flows')
let all: Promise<FlowFile[]> | undefined
/** All of the flows folder, read once for the files of a worker. */
export const everyFlow = (): Promise<FlowFile[]> => (all ??= readFlows(FLOWS))
/** The kinds of flow, as a fault lists them. */
export const KINDS = flowSchema.options.map((option) => option.shape.kind.value).join(', ')
/** A Monday, 10:00 in Kigali. */
export const MONDAY = Date.parse('2026-11-23T08:00:00Z')
export const KIGALI = 'Africa/Kigali'

/** Four questions in four languages, all asked, in the order written; the right answer is always `a`. */
export const COLOURS = `
kind: quiz
title: { en: Colours, fr: Couleurs, rw: Amabara, sw: Rangi }
competency: NB-HBB
cadres: [nurse]
languages: [en, fr, rw, sw]
status: draft
draw: 4
shuffle: false
questions:
${['blood', 'milk', 'grass', 'night']
  .map(
    (id, index) => `
  - id: ${id}
    critical: ${index === 0}
    source: Handbook of colours
    guideline_year: 2020
    ask: { en: 'Colour of ${id}?', fr: 'Couleur ${id} ?', rw: 'Ibara ${id}?', sw: 'Rangi ya ${id}?' }
    answer: a
    options:
      a: { text: { en: Right red, fr: Réponse rouge, rw: Umutuku, sw: Nyekundu }, because: { en: It is., fr: Oui., rw: Yego., sw: Ndiyo. } }
      b: { text: { en: Blue sky, fr: Bleu ciel, rw: Ubururu, sw: Bluu }, because: { en: Not blue., fr: Non., rw: Oya., sw: Hapana. } }
      c: { text: { en: Blue sea, fr: Bleu mer, rw: Inyanja, sw: Bahari }, because: { en: Not sea., fr: Non., rw: Oya., sw: Hapana. } }`,
  )
  .join('')}
`

/** Every kind of question a dialogue can ask. */
export const INTERVIEW = `
kind: dialogue
title: { en: Interview }
languages: [en]
status: draft
steps:
  - say: { en: 'Hello {name}.' }
  - ask: { en: Your age? }
    answer: { as: number, min: 18, max: 99 }
    save: age
  - ask: { en: Your village? }
    answer: { as: text, max: 20, unscreened: their own village }
    save: village
  - ask: { en: Your phone? }
    answer: { as: phone }
    save: phone
    unclear: { en: 'That is no number, {name}.' }
  - ask: { en: Tea or coffee? }
    answer: { as: choice, options: { tea: { en: Tea }, coffee: { en: Coffee } } }
    save: drink
  - if: drink
    is: tea
    goto: sugar
  - say: { en: Coffee it is. }
  - end: true
  - id: sugar
    say: { en: 'Tea for {village}, aged {age}, {phone}.' }
`

/** One flow from its YAML. */
export function flowOf(id: string, source: string): Flow {
  const content = contentOf(`${id}.yaml`, source)
  if (content.kind !== 'quiz' && content.kind !== 'dialogue')
    throw new Error(`${id} is neither quiz nor dialogue`)
  return { id: id as FlowId, version: `${id}@1` as FlowVersion, content }
}

function contentOf(file: string, source: string): FlowContent {
  const { content, faults } = parseFlow(file, source)
  if (!content) throw new Error(faults.map(({ line, message }) => `${file}:${line} ${message}`).join('\n'))
  return content
}

const real = readdirSync(FLOWS, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.yaml') && !file.endsWith('.transcript.yaml'))
  .map((file) => ({ file, source: readFileSync(join(FLOWS, file), 'utf8') }))
  // Not the banks and checklists: they are most of the lines, and a test that wants one reads it.
  .filter(({ source }) => /^kind: (words|dialogue|privacy)$/m.test(source))
  .map(({ file, source }) => ({ file, content: contentOf(file, source) }))

/** The real words and dialogues with these flows beside them. */
export function shelfOf(...flows: readonly Flow[]): Shelf {
  const words = real.map(({ content }) => content).find((content) => content.kind === 'words')
  if (!words) throw new Error('the words are gone')
  const dialogues = real.flatMap(({ file, content }): Flow[] =>
    content.kind === 'dialogue'
      ? [{ id: basename(file, '.yaml') as FlowId, version: `${file}@1` as FlowVersion, content }]
      : [],
  )
  const privacy = real.map(({ content }) => content).find((content) => content.kind === 'privacy')
  if (!privacy) throw new Error('the privacy lists are gone')
  const screen = screenOf(privacy, words)
  return makeShelf({ current: [...flows, ...dialogues], older: [], words, programmeLanguage: 'en', screen })
}

export interface Kept {
  readonly flow: FlowId
  readonly purpose: Purpose
  /** What counts at each place: the last try, in a first test the first. */
  readonly answers: Map<number, { attemptTry: number; option: string }>
  finished: boolean
}

/** One person talking with the engine. */
export class Talk {
  session: Session = NEW_SESSION
  now = MONDAY
  language: Language = 'en'
  home: 'welcome' | 'join' | 'menu' | 'stopped' = 'menu'
  purpose: Purpose | undefined
  /** What the last turn came to. */
  events: Event[] = []
  /** Every deed asked for so far. */
  readonly deeds: { deed: string; vars: Vars }[] = []
  readonly attempts = new Map<AttemptId, Kept>()
  readonly left = new Map<AttemptId, QuizFrame>()
  /** Left, and then begun anew: nobody goes on with these. */
  readonly startedOver = new Set<AttemptId>()
  readonly shelf: Shelf
  #seed = 1

  constructor(shelf: Shelf) {
    this.shelf = shelf
  }

  say(text: string): Bubble[] {
    return this.send({ kind: 'text', text })
  }

  /** Taps a choice of the last question by its place from 0, or any token. */
  tap(choice: number | string): Bubble[] {
    return this.send({
      kind: 'choice',
      token: typeof choice === 'number' ? `${this.session.asked}.${choice}` : choice,
    })
  }

  send(content: Content): Bubble[] {
    return this.turn({ kind: 'message', content })
  }

  open(flow: string): Bubble[] {
    return this.turn({ kind: 'open', flow: flow as FlowId })
  }

  startQuiz(
    flow: string,
    more: { purpose?: Purpose; seed?: number; questions?: readonly string[] } = {},
  ): Bubble[] {
    return this.turn({
      kind: 'quiz',
      flow: flow as FlowId,
      attempt: this.#newAttempt(),
      purpose: 'practice',
      seed: this.#seed++,
      ...more,
    })
  }

  turn(input: Input): Bubble[] {
    this.now += 10 * SECOND
    this.events = []
    for (let next: Input | undefined = input; next;) {
      const world = {
        shelf: this.shelf,
        now: this.now,
        home: this.home as FlowId,
        facts: { name: 'Joseph', code: '', 'language-known': '', subject: '' },
      }
      const { session, events } = run(world, this.session, next)
      const kept: unknown = JSON.parse(JSON.stringify(session))
      this.session = kept as Session
      this.events.push(...events)
      next = undefined
      for (const event of events) {
        this.#note(event)
        if (event.type === 'deed_asked') next = this.#do(event.deed, event.vars)
      }
    }
    const says = this.events.flatMap((event) => (event.type === 'said' ? [event.say] : []))
    return speak(this.shelf, says, { language: this.language, timezone: KIGALI })
  }

  /** Waits before the next message. */
  rest(minutes: number): void {
    this.now += minutes * MINUTE
  }

  happened<Type extends Event['type']>(type: Type): Extract<Event, { type: Type }>[] {
    return this.events.filter((event): event is Extract<Event, { type: Type }> => event.type === type)
  }

  #newAttempt(): AttemptId {
    return (this.attempts.size + 1) as AttemptId
  }

  #note(event: Event): void {
    if (event.type === 'attempt_started')
      this.attempts.set(event.attempt, {
        flow: event.flow,
        purpose: event.purpose,
        answers: new Map(),
        finished: false,
      })
    if (event.type === 'question_answered') {
      const kept = this.attempts.get(event.attempt)
      if (kept?.purpose !== 'pre_test' || event.attemptTry === 1)
        kept?.answers.set(event.ordinal, { attemptTry: event.attemptTry, option: event.option })
    }
    const finished = event.type === 'attempt_finished' ? this.attempts.get(event.attempt) : undefined
    if (finished) finished.finished = true
    if (event.type === 'attempt_left')
      this.left.set(event.frame.attempt, JSON.parse(JSON.stringify(event.frame)) as QuizFrame)
  }

  #leftRefresher(): QuizFrame | undefined {
    return [...this.left.values()].findLast(({ purpose }) => purpose === 'refresher')
  }

  #do(deed: string, vars: Vars): Input {
    this.deeds.push({ deed, vars })
    const choice = typeof vars['choice'] === 'string' ? vars['choice'] : ''
    const flow = choice.replace('quiz:', '') as FlowId
    const begun = [...this.attempts].filter(([, attempt]) => attempt.flow === flow)
    const waiting = [...this.left.values()].find(
      (frame) => frame.purpose !== 'refresher' && begun.some(([attempt]) => attempt === frame.attempt),
    )
    const outcome = (name: string, found: Vars = {}): Input => ({ kind: 'outcome', outcome: name, found })
    switch (deed) {
      case 'list-menu': {
        const quizzes = this.shelf.flows.filter(({ content }) => content.kind === 'quiz')
        const item = (id: string, word: string) => ({ id, text: this.shelf.words[word] ?? {} })
        const menu = quizzes.map(({ id, content }) => ({ id: `quiz:${id}`, text: content.title }))
        if (this.#leftRefresher()) menu.unshift(item('refresher', 'menu_refresher'))
        return outcome('done', {
          menu: [...menu, item('scores', 'menu_scores'), item('hours', 'menu_reminders')],
        })
      }
      case 'choose':
        if (!choice.startsWith('quiz:')) return outcome(choice)
        if (waiting)
          return outcome('unfinished', { answered: waiting.answers.length, of: waiting.questions.length })
        return outcome(begun.some(([, attempt]) => attempt.finished) ? 'again' : 'first')
      case 'start-quiz': {
        if (waiting) {
          this.left.delete(waiting.attempt)
          this.startedOver.add(waiting.attempt)
        }
        const wanted = typeof vars['purpose'] === 'string' ? vars['purpose'].replace('-', '_') : 'pre_test'
        const purpose = this.purpose ?? PURPOSES.find((known) => known === wanted) ?? 'practice'
        return { kind: 'quiz', flow, attempt: this.#newAttempt(), purpose, seed: this.#seed++ }
      }
      case 'go-on': {
        const left = choice === 'refresher' ? this.#leftRefresher() : waiting
        if (!left) return { kind: 'open', flow: this.home as FlowId }
        this.left.delete(left.attempt)
        return { kind: 'return', frame: left }
      }
      case 'set-language':
        this.language = LANGUAGES.find((known) => known === vars['language']) ?? this.language
        return outcome('done')
      case 'join-with-code':
        return vars['code'] === 'joseph'
          ? { kind: 'open', flow: 'join' as FlowId, vars: { 'language-known': 'yes' } }
          : outcome('unknown')
      case 'record-consent':
        if (vars['consent'] === 'yes') this.home = 'menu'
        return outcome(vars['consent'] === 'yes' ? 'given' : 'refused')
      case 'tell-hours':
        return outcome('done', {
          hour: 17,
          days: { en: 'every day', fr: 'tous les jours', rw: 'buri munsi', sw: 'kila siku' },
        })
      case 'take-leave':
        return outcome(vars['leave-days'] === 0 ? 'returned' : 'away', { until: { at: this.now } })
      case 'stop':
        if (this.home === 'menu') this.home = 'stopped'
        return outcome('done')
      case 'start-again':
        if (this.home === 'stopped') this.home = 'menu'
        return outcome(
          { welcome: 'stranger', join: 'newcomer', menu: 'member', stopped: 'member' }[this.home],
        )
      default:
        return outcome('done')
    }
  }
}

/** All that a turn said, as one text. */
export const told = (bubbles: readonly Bubble[]): string => bubbles.map(({ text }) => text).join('\n---\n')
