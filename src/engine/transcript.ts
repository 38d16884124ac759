// A talk replayed by the engine alone: the same lines in, what is really said out. The session goes through JSON
// between every two messages, as it does in the service.
import type { AttemptId, FlowId } from '../words/ids.ts'
import type { Bubble } from '../words/message.ts'
import { choiceIds, dialogueOf } from './at-hand.ts'
import type { Event } from './events.ts'
import { letterOf } from './match.ts'
import { type Input, run, type Turn } from './run.ts'
import { type Found, instantIn, type Line, type Talk } from './schema-transcript.ts'
import { NEW_SESSION, type Session, type Value, type Vars } from './session.ts'
import type { Flow, Shelf } from './shelf.ts'
import { speak } from './speak.ts'

/** One way through a flow. */
export interface Replay {
  /** The lines as they really go. */
  readonly lines: readonly Line[]
  /** The steps and questions come to, as `placeOf`. */
  readonly visited: ReadonlySet<string>
  /** A line of the talk, by its place from 0, that the person could not have said there, and why. */
  readonly stuck?: { readonly line: number; readonly why: string } | undefined
}

/** A step of a dialogue or a question of a quiz. */
export const placeOf = (flow: string, index: number): string => `${flow}#${index}`

/** Milliseconds from one message to the next. */
const PAUSE = 10_000

/** Replays what the person does in a talk; what the bot says is heard anew. */
export function replay(shelf: Shelf, flow: Flow, talk: Talk): Replay {
  const stage = new Stage(shelf, flow, talk)
  stage.turn(
    flow.content.kind === 'quiz'
      ? {
          kind: 'quiz',
          flow: flow.id,
          attempt: 1 as AttemptId,
          purpose: talk.purpose,
          seed: 1,
          ...(talk.questions && { questions: talk.questions }),
        }
      : { kind: 'open', flow: flow.id, vars: foundIn(talk.knows) },
  )
  for (const [at, line] of talk.talk.entries()) {
    if ('bot' in line || 'opens' in line) continue
    const why = stage.take(line)
    if (why !== undefined) return { lines: stage.lines, visited: stage.visited, stuck: { line: at, why } }
  }
  return { lines: stage.lines, visited: stage.visited }
}

/** A talk while it goes on. */
export class Stage {
  readonly lines: Line[] = []
  readonly visited = new Set<string>()
  session: Session = NEW_SESSION
  /** The deed that waits to be done. */
  deed: string | undefined
  readonly #shelf: Shelf
  readonly #flow: Flow
  readonly #talk: Talk
  #now: number

  constructor(shelf: Shelf, flow: Flow, talk: Talk) {
    this.#shelf = shelf
    this.#flow = flow
    this.#talk = talk
    this.#now = instantIn(talk.clock)
  }

  /** Does what a line says; gives back why it cannot be done here. */
  take(line: Exclude<Line, { bot: string } | { opens: string }>): string | undefined {
    if ('deed' in line) {
      if (this.deed !== line.deed)
        return this.deed === undefined
          ? `the flow does not ask for "${line.deed}" here`
          : `the flow asks for "${this.deed}" here, not for "${line.deed}"`
      if (line.outcome === undefined) return undefined
      this.lines.pop()
      this.lines.push(line)
      this.deed = undefined
      this.turn({ kind: 'outcome', outcome: line.outcome, found: foundIn(line.found ?? {}) })
      return undefined
    }
    if (this.deed !== undefined) return `"${this.deed}" is to be done first: write its outcome`
    if ('says' in line) {
      this.lines.push(line)
      this.turn({ kind: 'message', content: { kind: 'text', text: line.says } })
      return undefined
    }
    const frame = this.session.stack.at(-1)
    const ids = frame ? choiceIds(this.#shelf, frame) : []
    const shown = ids.indexOf(line.taps)
    if (shown === -1)
      return `there is no "${line.taps}" to tap here: ${ids.join(', ') || 'nothing is offered'}`
    this.lines.push(line)
    this.turn({ kind: 'message', content: { kind: 'choice', token: `${this.session.asked}.${shown}` } })
    return undefined
  }

  turn(input: Input): void {
    this.#now += PAUSE
    const { person, home, language } = this.#talk
    const facts = { name: person, code: '', 'language-known': '', subject: '', ...foundIn(this.#talk.knows) }
    const world = { shelf: this.#shelf, now: this.#now, home: home as FlowId, facts }
    const before = this.#top()
    const turn: Turn = run(world, this.session, input)
    this.session = JSON.parse(JSON.stringify(turn.session)) as Session
    for (const event of turn.events) this.#note(event)
    const says = turn.events.flatMap((event) => (event.type === 'said' ? [event.say] : []))
    for (const bubble of speak(this.#shelf, says, { language, timezone: 'Africa/Kigali' }))
      this.lines.push({ bot: asLines(bubble) })
    const after = this.#top()
    if (after !== undefined && after !== before && after !== this.#flow.id) this.lines.push({ opens: after })
    if (this.deed !== undefined) this.lines.push({ deed: this.deed })
  }

  #top(): string | undefined {
    const frame = this.session.stack.at(-1)
    return frame && this.#shelf.version(frame.version).id
  }

  #note(event: Event): void {
    if (event.type === 'deed_asked') {
      this.deed = event.deed
      const frame = this.session.stack.at(-1)
      if (frame?.kind === 'dialogue') this.visited.add(placeOf(dialogueOf(this.#shelf, frame).id, frame.step))
    }
    if (event.type !== 'said') return
    const { say } = event
    if (say.say === 'step') this.visited.add(placeOf(this.#shelf.version(say.flow).id, say.step))
    if (say.say === 'question') this.visited.add(placeOf(this.#shelf.version(say.flow).id, say.question))
  }
}

/** A message as it stands in a transcript: its choices under it, with the letters people answer by. */
function asLines({ text, choices = [], sharePhone, attachment }: Bubble): string {
  const options = choices.map(({ label }, index) => `${letterOf(index)}. ${label}`)
  return [
    ...(attachment ? [`(${attachment.name})`] : []),
    ...(text === '' ? [] : [text]),
    ...(options.length > 0 ? [options.join('\n')] : []),
    ...(sharePhone === undefined ? [] : [`(${sharePhone})`]),
  ].join('\n\n')
}

/** What a deed has found, as the engine keeps it. */
export function foundIn(found: Readonly<Record<string, Found>>): Vars {
  return Object.fromEntries(
    Object.entries(found).map(([name, value]): [string, Value] => [
      name,
      typeof value === 'object' && !Array.isArray(value) && 'at' in value
        ? { at: instantIn(value.at) }
        : (value as Value),
    ]),
  )
}
