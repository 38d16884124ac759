// The engine: one input in, the new session and what happened out. No I/O, no clock, no chance: everything is handed
// in, so the same conversation always comes out the same, and a test can be written as the talk it is.
import type { Instant } from '../words/clock.ts'
import type { AttemptId, FlowId } from '../words/ids.ts'
import type { Content } from '../words/message.ts'
import {
  asksForCode,
  choicesShown,
  dialogueOf,
  flowNamed,
  isAnswer,
  isDialogue,
  isQuiz,
  quizOf,
  stepOf,
} from './at-hand.ts'
import {
  type Answer,
  answerDialogue,
  asksForPhone,
  askStep,
  continueDialogue,
  holdMedia,
  offersPhone,
  takesMedia,
  startDialogue,
  stepBack,
  type Walk,
} from './dialogue.ts'
import { type Event, saidWord } from './events.ts'
import { commandSaid, offeredBy, type Subject, subjectMeant } from './offer.ts'
import { answerQuiz, askQuestion, leaveQuiz, startQuiz, takeBack } from './quiz.ts'
import type { Frame, Purpose, QuizFrame, Session, Vars } from './session.ts'
import type { Shelf } from './shelf.ts'
import { COMMANDS } from './vocabulary.ts'

export type Input =
  /** The person has written or tapped something. */
  | { readonly kind: 'message'; readonly content: Content }
  /** A dialogue begins; a quiz that was running is left for later. `over`: what was running goes on afterwards; with `beside`
   * the same dialogue about something else does, too. */
  | {
      readonly kind: 'open'
      readonly flow: FlowId
      readonly vars?: Vars
      readonly over?: boolean
      readonly beside?: boolean
    }
  /** A quiz begins. */
  | {
      readonly kind: 'quiz'
      readonly flow: FlowId
      readonly attempt: AttemptId
      readonly purpose: Purpose
      readonly seed: number
      readonly questions?: readonly string[]
    }
  /** A quiz left earlier goes on where it was. */
  | { readonly kind: 'return'; readonly frame: QuizFrame }
  /** A deed has been done. */
  | { readonly kind: 'outcome'; readonly outcome: string; readonly found?: Vars }

/** What the engine needs to know beside the session: the flows, the time, and where this person is at home. */
export interface World {
  readonly shelf: Shelf
  readonly now: Instant
  /** The dialogue that greets this person when nothing else is going on, such as `menu`. */
  readonly home: FlowId
  /** They have nothing to tap: a bare number may mean a choice where words are asked for. */
  readonly numbered?: boolean
  /** What every dialogue may say of this person, such as their name. */
  readonly facts: Vars
}

export interface Turn {
  readonly session: Session
  readonly events: readonly Event[]
}

/** One turn of a conversation. */
export function run(world: World, session: Session, input: Input): Turn {
  switch (input.kind) {
    case 'message':
      return hear(world, session, input.content)
    case 'open':
      return open(world, session, input)
    case 'quiz': {
      const flow = flowNamed(world.shelf, input.flow)
      if (!isQuiz(flow)) throw new Error(`${input.flow} is no quiz`)
      const { frame, events } = startQuiz(flow, { ...input, now: world.now })
      const left = leave(world.shelf, session, { events: [...events] })
      return settle(world, left.session, frame, left.events)
    }
    case 'return': {
      const left = leave(world.shelf, session, { events: [] })
      return settle(world, left.session, { ...input.frame, askedAt: world.now }, left.events)
    }
    case 'outcome': {
      const frame = session.stack.at(-1)
      if (frame?.kind !== 'dialogue')
        throw new Error('a deed was done for a conversation that asked for none')
      const walked = continueDialogue(dialogueOf(world.shelf, frame), frame, input.outcome, input.found ?? {})
      return follow(world, { ...session, stack: session.stack.slice(0, -1) }, walked)
    }
  }
}

function hear(world: World, session: Session, content: Content): Turn {
  const frame = session.stack.at(-1)
  if (content.kind === 'choice') return tapped(world, session, frame, content.token)
  if (content.kind === 'text') {
    const command = world.shelf.command(content.text)
    if (command !== undefined) return obey(world, session, command)
    const about = subjectMeant(content.text)
    const opened = about && openAbout(world, session, about)
    if (opened) return opened
    const link = codeAfter('link', world.shelf, content.text)
    if (link !== undefined && !(frame && isAnswer(world.shelf, frame, content.text)))
      return open(world, session, { kind: 'open', flow: LINK, over: true, vars: { code: link } })
    const code = codeAfter('start', world.shelf, content.text)
    if (code !== undefined && !(frame && isAnswer(world.shelf, frame, content.text))) {
      // Who is in already has no use for a code, unless it is somebody else's who uses the same telephone.
      if (!asksForCode(world.shelf, world.home))
        return world.shelf.current(SHARE)
          ? open(world, session, { kind: 'open', flow: SHARE, over: true, vars: { code } })
          : obey(world, session, 'start')
      return open(world, session, { kind: 'open', flow: world.home, vars: { code } })
    }
    if (frame && content.text !== '')
      return answer(world, session, frame, { text: content.text, numbered: world.numbered === true })
  }
  if (frame?.kind === 'dialogue' && content.kind === 'phone') {
    const step = stepOf(world.shelf, frame)
    if (asksForPhone(step)) return answer(world, session, frame, { text: content.phone })
    // Somebody on the roster would have been let in by it before this.
    if (offersPhone(step))
      return askAgain(session, frame, [{ type: 'misunderstood', code: 'unclear' }, saidWord('unknown_phone')])
  }
  if (frame?.kind === 'dialogue' && content.kind === 'media') {
    const held = holdMedia(stepOf(world.shelf, frame), content, world.shelf)
    if (held) return follow(world, underTop(session), { frame: { ...frame, held }, events: [] })
    // What cannot be freed of names is not taken, and it is said what is.
    if (takesMedia(stepOf(world.shelf, frame)))
      return askAgain(session, frame, [{ type: 'misunderstood', code: 'not_text' }, saidWord('media_other')])
  }
  if (!frame) return open(world, session, { kind: 'open', flow: world.home })
  if (content.kind === 'opened') return askAgain(session, frame, [])
  // A sticker, a file, an empty message: nothing is counted wrong, the question simply stands.
  return askAgain(session, frame, [{ type: 'misunderstood', code: 'not_text' }, saidWord('not_text')])
}

const LINK = 'link' as FlowId
const SHARE = 'share' as FlowId

/** The code in `START <code>`, which a link such as `t.me/<bot>?start=<code>` makes people send, or in `LINK <code>`. */
function codeAfter(command: string, shelf: Shelf, text: string): string | undefined {
  const [first, code, ...more] = text.length > 80 ? [] : text.trim().split(/\s+/)
  return first !== undefined && code !== undefined && more.length === 0 && shelf.command(first) === command
    ? code
    : undefined
}

/** A button says which question it belongs to: `<question of the conversation>.<index of the choice>`. */
function tapped(world: World, session: Session, frame: Frame | undefined, token: string): Turn {
  const command = world.shelf.command(commandSaid(token) ?? '')
  if (command !== undefined) return obey(world, session, command)
  const subject = offeredBy(token)
  if (subject) {
    const opened = openAbout(world, session, subject)
    if (opened) return opened
  }
  const match = /^(\d{1,9})\.(\d{1,3})$/.exec(token)
  const asked = Number(match?.[1])
  const shown = Number(match?.[2])
  if (frame && asked === session.asked && shown < choicesShown(world.shelf, frame).length)
    return answer(world, session, frame, { shown })
  const old: Event[] = [{ type: 'misunderstood', code: 'old_button' }, saidWord('old_button')]
  return frame
    ? askAgain(session, frame, old)
    : { session, events: [old[0] as Event, saidWord('old_button_idle')] }
}

function obey(world: World, session: Session, command: string): Turn {
  const frame = session.stack.at(-1)
  switch (command) {
    case 'help': {
      const help = saidWord('help')
      return frame ? askAgain(session, frame, [help]) : { session, events: [help] }
    }
    case 'back':
      return back(world, session, frame)
    case 'menu':
      return open(world, session, { kind: 'open', flow: world.home })
    case 'language':
    case 'link':
    case 'switch':
      return open(world, session, { kind: 'open', flow: command as FlowId, over: true })
    default:
      // What the programme does is for its people; all others may stop, begin and be greeted.
      if (world.home !== 'menu' && !COMMANDS.includes(command))
        return open(world, session, { kind: 'open', flow: world.home })
      return open(world, session, { kind: 'open', flow: command as FlowId })
  }
}

function back(world: World, session: Session, frame: Frame | undefined): Turn {
  // The quiz is over and its result told, but nothing has come after its last answer.
  const last = frame ?? session.ended
  if (!last) return { session, events: [saidWord('nothing_to_take_back')] }
  const before = last.kind === 'quiz' ? takeBack(last, world.now) : stepBack(last)
  if (before) {
    const first = before.kind === 'quiz' && before.purpose === 'pre_test' ? [saidWord('first_counts')] : []
    return ask(
      { ...session, stack: [...session.stack.slice(0, -1), before], ended: undefined },
      before,
      first,
    )
  }
  if (!frame) return { session, events: [saidWord('nothing_to_take_back')] }
  const word =
    frame.kind === 'quiz' && frame.purpose === 'post_test' ? 'answers_stand' : 'nothing_to_take_back'
  return askAgain(session, frame, [saidWord(word)])
}

/** What lies under the frame that listens. */
const underTop = (session: Session): Session => ({ ...session, stack: session.stack.slice(0, -1) })

function answer(world: World, session: Session, frame: Frame, given: Answer): Turn {
  const under = underTop(session)
  if (frame.kind === 'dialogue') {
    const walked = answerDialogue(dialogueOf(world.shelf, frame), frame, given, (text) =>
      world.shelf.screen(text),
    )
    return walked.frame === frame ? askAgain(session, frame, walked.events) : follow(world, under, walked)
  }
  const stepped = answerQuiz(quizOf(world.shelf, frame.version), frame, given, world.now)
  return stepped.frame === frame
    ? askAgain(session, frame, stepped.events)
    : settle(world, { ...under, ended: stepped.ended }, stepped.frame, stepped.events)
}

function open(world: World, session: Session, input: Extract<Input, { kind: 'open' }>): Turn {
  const flow = flowNamed(world.shelf, input.flow)
  if (!isDialogue(flow)) throw new Error(`${input.flow} is no dialogue`)
  const walked = startDialogue(flow, { ...world.facts, ...input.vars })
  if (input.over !== true) {
    const left = leave(world.shelf, session, walked)
    return follow(world, left.session, { ...walked, events: left.events })
  }
  if (input.beside === true) return follow(world, session, walked)
  // Asked twice, the same dialogue does not pile up, whichever version of it was open.
  const stack = session.stack.filter((frame) => world.shelf.version(frame.version).id !== flow.id)
  return follow(world, { ...session, stack }, walked)
}

/**
 * Opens the dialogue about one thing, over what is running; undefined when there is none, or for somebody who is not in
 * the programme. Whether this thing is theirs to see, the dialogue's deeds decide.
 */
function openAbout(
  world: World,
  session: Session,
  { letter, flow, number, said }: Subject,
): Turn | undefined {
  if (world.home !== 'menu') return undefined
  const found = world.shelf.flows.find(
    ({ id, content }) =>
      content.kind === 'dialogue' &&
      content.code !== undefined &&
      (flow === undefined ? content.code === letter : id === flow),
  )
  const vars = { subject: number, ...(said !== undefined && { said }) }
  return found && open(world, session, { kind: 'open', flow: found.id, vars, over: true })
}

/** Goes where a dialogue has walked to: another dialogue in its place, its next question, or its end. */
function follow(world: World, below: Session, walked: Walk): Turn {
  if (walked.open !== undefined) {
    const next = open(world, below, {
      kind: 'open',
      flow: (walked.open === 'home' ? world.home : walked.open) as FlowId,
    })
    return { session: next.session, events: [...walked.events, ...next.events] }
  }
  const waitsForDeed = walked.events.at(-1)?.type === 'deed_asked'
  if (walked.frame && waitsForDeed)
    return { session: { ...below, stack: [...below.stack, walked.frame] }, events: walked.events }
  return settle(world, below, walked.frame, walked.events)
}

/** Puts the frame on top and asks its question; when it has ended, the one below asks again. */
function settle(world: World, below: Session, frame: Frame | undefined, events: readonly Event[]): Turn {
  if (frame) return ask({ ...below, stack: [...below.stack, frame] }, frame, events)
  const uncovered = below.stack.at(-1)
  if (!uncovered) return { session: below, events }
  const woken = uncovered.kind === 'quiz' ? { ...uncovered, askedAt: world.now } : uncovered
  return ask({ ...below, stack: [...below.stack.slice(0, -1), woken] }, woken, events)
}

/** Asks a new question: the conversation's count grows, and every button shown before is old. */
function ask(session: Session, frame: Frame, events: readonly Event[]): Turn {
  const asked = session.asked + 1
  return { session: { ...session, asked }, events: [...events, asking(frame, asked)] }
}

/** Asks the same question once more: buttons already shown for it stay good. */
function askAgain(session: Session, frame: Frame, events: readonly Event[]): Turn {
  return { session, events: [...events, asking(frame, session.asked)] }
}

const asking = (frame: Frame, asked: number): Event =>
  frame.kind === 'quiz' ? askQuestion(frame, asked) : askStep(frame, asked)

/** Empties the stack for something new; a quiz in it is left for later, not lost. One whose result is told stands. */
function leave(shelf: Shelf, session: Session, coming: { events: readonly Event[] }): Turn {
  const left = session.stack.flatMap((frame): Event[] =>
    frame.kind === 'quiz' && frame.ended !== true ? [leaveQuiz(quizOf(shelf, frame.version), frame)] : [],
  )
  return { session: { ...session, stack: [], ended: undefined }, events: [...left, ...coming.events] }
}
