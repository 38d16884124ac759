// A dialogue: steps in order that say, ask, branch, and ask the programme to do named deeds.
import type { LocalText } from '../words/language.ts'
import type { Content } from '../words/message.ts'
import { toE164 } from '../words/phone.ts'
import { type Event, said, saidWord } from './events.ts'
import { holds, sumOf } from './condition.ts'
import { choiceMeant, plain } from './match.ts'
import { dateMeant, numberMeant, severalMeant } from './understood.ts'
import type { Step as Outcome } from './quiz.ts'
import type { Dialogue, Step } from './schema.ts'
import type { DialogueFrame, Held, HeldMedia, ListItem, Value, Vars } from './session.ts'
import type { Flow, Shelf } from './shelf.ts'

/** More steps than this without a question is a loop an author has made; the dialogue ends there. */
const MOST_STEPS = 100

/** Where a dialogue goes after it: to a deed, to another dialogue, on waiting, or to its end. */
export interface Walk extends Outcome<DialogueFrame> {
  readonly open?: string
}

/** Begins a dialogue with what is known so far, and walks to its first question, deed or end. */
export function startDialogue(flow: Flow<Dialogue>, vars: Vars): Walk {
  return walk(flow, { kind: 'dialogue', version: flow.version, step: 0, vars, path: [] }, 0)
}

/** Says the question the frame waits on again, as question number `asked` of the conversation. */
export function askStep(frame: DialogueFrame, asked: number): Event {
  return said({
    say: 'step',
    flow: frame.version,
    step: frame.step,
    values: frame.vars,
    asked,
    ...(frame.held && { held: frame.held }),
  })
}

/** Takes an answer to the question the frame waits on; asks again with a hint when it is unclear. */
export function answerDialogue(
  flow: Flow<Dialogue>,
  frame: DialogueFrame,
  answer: Answer,
  screen: Shelf['screen'],
): Walk {
  const step = flow.content.steps[frame.step]
  if (!step || !('ask' in step)) throw new Error(`step ${frame.step} of ${flow.id} asks nothing`)
  if (frame.held?.media)
    return answerMedia({ flow, step, frame, held: frame.held, media: frame.held.media }, answer, screen)
  const picked = frame.held ? undefined : pickedBeside(step, answer)
  if (picked !== undefined) return goOn(flow, frame, { [step.save]: '', picked, ...noMedia(step) })
  const value =
    frame.held && agreed(frame.held, answer) ? frame.held.masked : understood(step, frame.vars, answer)
  if (value === undefined) {
    const hint = step.unclear
      ? said({ say: 'step', flow: frame.version, step: frame.step, values: { ...frame.vars, unclear: 1 } })
      : saidWord(...hintFor(step, frame.vars))
    return { frame, events: [{ type: 'misunderstood', code: 'unclear' }, hint] }
  }
  const isNew = typeof value === 'string' && value !== frame.held?.masked
  const held = isNew && isScreened(step) ? screen(value) : undefined
  if (held) return { frame: { ...frame, held }, events: [] }
  return goOn(flow, frame, { [step.save]: value, ...(hasPicked(step) && { picked: '' }), ...noMedia(step) })
}

/** Where something may be sent and is not, nothing that was sent before counts. */
const noMedia = ({ answer }: Ask): Vars =>
  answer.as === 'text' && answer.media.length > 0 ? { media: '', 'media-ref': '', 'media-mime': '' } : {}

interface Sent {
  readonly flow: Flow<Dialogue>
  readonly step: Ask
  readonly frame: DialogueFrame
  readonly held: Held
  readonly media: HeldMedia
}

/** What becomes of something that was sent: it goes on once they have ticked; whatever else they say gives it up. */
function answerMedia(
  { flow, step, frame, held, media }: Sent,
  answer: Answer,
  screen: Shelf['screen'],
): Walk {
  const meant = 'shown' in answer ? answer.shown : choiceMeant(answer.text, [held.agree, media.drop])
  if (meant === 0) {
    const { kind, ref, mime } = media
    const sent = { picked: 'media', media: kind, 'media-ref': ref, 'media-mime': mime }
    return goOn(flow, frame, { [step.save]: held.masked, ...sent })
  }
  const without = { ...frame, held: undefined }
  const given = saidWord('media_dropped')
  if (meant === 1) return { frame: without, events: [given] }
  const walked = answerDialogue(flow, without, answer, screen)
  return { ...walked, events: [given, ...walked.events] }
}

/**
 * Something was sent: kept back until they say that nobody can be recognised. Undefined where the question takes
 * nothing of that kind.
 */
export function holdMedia(
  step: Step,
  content: Extract<Content, { kind: 'media' }>,
  { screen, words }: Pick<Shelf, 'screen' | 'words'>,
): Held | undefined {
  if (!('ask' in step) || step.answer.as !== 'text') return undefined
  // A picture that was sent as a file is a picture.
  const kind = content.mime.startsWith('image/') ? 'image' : content.media
  if (!step.answer.media.includes(kind)) return undefined
  const under = content.caption.slice(0, step.answer.max)
  const found = screen(under)
  return {
    masked: found?.masked ?? under,
    found: found?.found ?? [],
    agree: words['media_agree'] ?? {},
    media: { kind, ref: content.ref, mime: content.mime, drop: words['media_drop'] ?? {} },
  }
}

/** Whether a question takes anything but words. */
export const takesMedia = (step: Step): boolean =>
  'ask' in step && step.answer.as === 'text' && step.answer.media.length > 0

/** Whether a question asks for a telephone number. */
export const asksForPhone = (step: Step): boolean => 'ask' in step && step.answer.as === 'phone'

/** Whether a question of something else offers to share the person's own telephone number. */
export const offersPhone = (step: Step): boolean => 'ask' in step && step.share_phone !== undefined

function goOn(flow: Flow<Dialogue>, frame: DialogueFrame, answered: Vars): Walk {
  const vars = { ...frame.vars, ...answered }
  return walk(flow, { ...frame, held: undefined, vars, path: [...frame.path, frame.step] }, frame.step + 1)
}

/** Whether something else than words may be the answer, which `picked` then names. */
export const hasPicked = (step: Ask): boolean =>
  Object.keys(besideOf(step)).length > 0 || (step.answer.as === 'text' && step.answer.media.length > 0)

const isScreened = (step: Ask): boolean => step.answer.as === 'text' && step.answer.screened

const agreed = (held: Held, answer: Answer): boolean =>
  ('shown' in answer ? answer.shown : choiceMeant(answer.text, [held.agree])) === 0

/** Goes on after a deed: `outcome` picks the next step, `found` is what the deed has found out. */
export function continueDialogue(
  flow: Flow<Dialogue>,
  frame: DialogueFrame,
  outcome: string,
  found: Vars,
): Walk {
  const step = flow.content.steps[frame.step]
  const next = step && 'do' in step ? step.then?.[outcome] : undefined
  // An earlier question may not be gone back to over a deed that has been done.
  const after = { ...frame, vars: { ...frame.vars, ...found }, path: [] }
  return walk(flow, after, next === undefined ? frame.step + 1 : stepNamed(flow.content, next))
}

/** `BACK`: the question before this one, or undefined at the first. */
export function stepBack(frame: DialogueFrame): DialogueFrame | undefined {
  const before = frame.path.at(-1)
  return before === undefined
    ? undefined
    : { ...frame, step: before, path: frame.path.slice(0, -1), held: undefined }
}

/** What a question is asked with: what is known, and what is held back. */
type Asked = Pick<DialogueFrame, 'vars' | 'held'>

/** The choices of the question a frame waits on, as shown; none when it is answered in free words. */
export function choicesOf(step: Step, asked: Asked): readonly ListItem[] {
  return everyChoice(step, asked).filter(({ hidden }) => hidden !== true)
}

/** Those that are shown, and after them those that are only understood. */
function everyChoice(step: Step, { vars, held }: Asked): readonly ListItem[] {
  if (!('ask' in step)) return []
  if (held)
    return [{ id: 'agree', text: held.agree }, ...(held.media ? [{ id: 'drop', text: held.media.drop }] : [])]
  if ('or' in step.answer) return Object.entries(besideOf(step)).map(([id, text]) => ({ id, text }))
  if (step.answer.as === 'choice' || step.answer.as === 'many')
    return Object.entries(step.answer.options).map(([id, text]) => ({ id, text }))
  if (step.answer.as !== 'pick') return []
  const list = vars[step.answer.from]
  return Array.isArray(list) ? (list as readonly ListItem[]) : []
}

function walk(flow: Flow<Dialogue>, start: DialogueFrame, from: number): Walk {
  const events: Event[] = []
  let at = from
  let vars = start.vars
  for (let steps = 0; steps < MOST_STEPS; steps++) {
    const step = flow.content.steps[at]
    const here: DialogueFrame = { ...start, vars, step: at }
    if (!step || 'end' in step) return { frame: undefined, events }
    if ('ask' in step) return { frame: here, events }
    if ('open' in step) return { frame: undefined, events, open: step.open }
    if ('do' in step) {
      events.push({ type: 'deed_asked', deed: step.do, vars })
      return { frame: here, events }
    }
    if ('say' in step) {
      events.push(said({ say: 'step', flow: flow.version, step: at, values: vars }))
      at += 1
    } else if ('if' in step) {
      at = holds(vars[step.if], step) ? stepNamed(flow.content, step.goto) : at + 1
    } else if ('unless' in step) {
      at = holds(vars[step.unless], step) ? at + 1 : stepNamed(flow.content, step.goto)
    } else if ('total' in step) {
      vars = { ...vars, [step.total]: sumOf(step, vars) }
      at += 1
    } else if ('set' in step) {
      vars = { ...vars, [step.set]: step.to }
      at += 1
    } else if ('copy' in step) {
      vars = { ...vars, [step.to]: vars[step.copy] ?? '' }
      at += 1
    } else {
      at = stepNamed(flow.content, step.goto)
    }
  }
  return { frame: undefined, events: [...events, { type: 'misunderstood', code: 'too_many_steps' }] }
}

function stepNamed(dialogue: Dialogue, id: string): number {
  const at = dialogue.steps.findIndex((step) => step.id === id)
  return at === -1 ? dialogue.steps.length : at
}

type Ask = Extract<Step, { ask: unknown }>

/** What somebody answers: the index of what they tapped, or words. */
export type Answer = { readonly shown: number } | { readonly text: string; readonly numbered?: boolean }

/** The buttons beside an answer in free words or figures. */
const besideOf = ({ answer }: Ask): Readonly<Record<string, LocalText>> => ('or' in answer ? answer.or : {})

/** Which button beside an answer somebody means: by a tap, or by all its words. A number or a letter may be the answer. */
function pickedBeside(step: Ask, answer: Answer): string | undefined {
  const buttons = Object.entries(besideOf(step))
  if ('shown' in answer) return buttons[answer.shown]?.[0]
  const meant = plain(answer.text)
  // Where buttons can be tapped, "4" answers how many and is no button.
  if (
    step.answer.as === 'text' &&
    step.answer.numbered &&
    answer.numbered === true &&
    /^(?:[a-z]|\d{1,2})$/.test(meant)
  )
    return buttons[choiceMeant(meant, Object.values(step.answer.or)) ?? -1]?.[0]
  return buttons.find(([, label]) =>
    Object.values(label).some((words) => words !== undefined && plain(words) === meant),
  )?.[0]
}

/** What an answer means for this question, or undefined when it is not clear. */
function understood(step: Ask, vars: Vars, answer: Answer): Value | undefined {
  const shape = step.answer
  if (shape.as === 'choice' || shape.as === 'pick') {
    const choices = choicesOf(step, { vars })
    const texts = (of: readonly ListItem[]): LocalText[] => of.map(({ text }) => text)
    if ('shown' in answer) return choices[answer.shown]?.id
    const index = choiceMeant(answer.text, texts(choices))
    if (index !== undefined) return choices[index]?.id
    // A number or a letter names what is seen; what is not seen is called by its words.
    const all = /^(?:[a-z]|\d+)$/.test(plain(answer.text)) ? [] : everyChoice(step, { vars })
    const hidden = choiceMeant(answer.text, texts(all))
    if (hidden !== undefined) return all[hidden]?.id
    return shape.as === 'choice' ? calledAlso(shape.also, answer.text) : undefined
  }
  if (shape.as === 'many') {
    const choices = choicesOf(step, { vars })
    const places =
      'shown' in answer
        ? [answer.shown]
        : severalMeant(
            answer.text,
            choices.map(({ text }) => text),
          )
    return places?.flatMap((at) => choices[at] ?? [])
  }
  if ('shown' in answer) return undefined
  if (answer.text.trim() === '') return undefined
  if (shape.as === 'text') return answer.text.length <= shape.max ? answer.text : undefined
  if (shape.as === 'phone') return toE164(answer.text)
  if (shape.as === 'date') return dateMeant(answer.text)
  const number = numberMeant(answer.text, shape.decimals)
  return number !== undefined && number >= shape.min && number <= shape.max ? number : undefined
}

function calledAlso(also: Readonly<Record<string, readonly string[]>>, text: string): string | undefined {
  const words = plain(text)
  return Object.entries(also).find(([, names]) => names.some((one) => plain(one) === words))?.[0]
}

function hintFor(step: Ask, vars: Vars): [word: string, values: Record<string, Value>] {
  const shape = step.answer
  if (shape.as === 'number') return ['unclear_number', { min: shape.min, max: shape.max }]
  if (shape.as === 'text') return ['unclear_text', { max: shape.max }]
  if (shape.as === 'phone') return ['unclear_phone', {}]
  if (shape.as === 'date') return ['unclear_date', {}]
  if (shape.as === 'many') return ['unclear_many', {}]
  return ['unclear_choice', { count: choicesOf(step, { vars }).length }]
}
