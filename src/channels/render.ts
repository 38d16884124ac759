// How one bubble looks on a channel that can show only so much. Pure: the same bubble always looks the same.
import type { Attachment, Bubble, Choice, Poll } from '../words/message.ts'
import type { Capabilities, ListLimits, PollLimits } from './channel.ts'

/** One message as the provider is given it: plain text, a file or a poll, and rows of buttons under it. */
export interface Part {
  /** The caption where there is an attachment; empty where the attachment or the poll stands alone. */
  readonly text: string
  readonly buttons?: readonly (readonly Choice[])[]
  /** The choices as rows of a list that opens. */
  readonly rows?: readonly Row[]
  readonly attachment?: Attachment
  /** Within the limits of the channel. */
  readonly poll?: Poll
}

/** One row of a list. `detail` is a second, smaller line: a choice that is too long for the first, shortened. */
export interface Row extends Choice {
  readonly detail?: string
}

/** What of the capabilities decides the look. `maxText` is at least 2, the size of one emoji. */
export type Frame = Pick<
  Capabilities,
  'choices' | 'maxText' | 'maxLabel' | 'list' | 'attachments' | 'maxCaption' | 'polls'
>

/** More buttons than this in one row are too narrow for a thumb on a small phone. */
const MOST_IN_A_ROW = 5

/** The room a button's own edges take, counted in characters of its label. */
const EDGES = 2

/**
 * The bubble as one or more messages, in the order to send them; nothing of its words is left out.
 *
 * - `buttons`: labels that all fit stand on the buttons. If one does not, all choices are listed in the text as
 *   `A. …` and the buttons carry the letters, so that nobody must choose from half a sentence.
 * - `list`: a few choices are buttons as above, more are rows of a list, still more are listed as `numbers`. Choices too
 *   long for a row are listed in the text, and the row is the letter with the choice, perhaps shortened, under it.
 * - `numbers`: the choices are listed in the text as `1. …`, or as they are `written`.
 *
 * Long texts become several messages; buttons stand under the last, an attachment above the first. A bubble without any
 * words gives no message. A poll comes after the text; what does not fit into it stands in the text before it.
 *
 * @example render({ text: 'Go on?', choices: [{ token: 'y', label: 'Yes' }] }, frame)
 * // [{ text: 'Go on?', buttons: [[{ token: 'y', label: 'Yes' }]] }]
 */
export function render(bubble: Bubble, frame: Frame): Part[] {
  const { attachment, poll } = bubble
  if (poll !== undefined) {
    // More answers than a poll takes: they are written out, as where there are no polls.
    if (frame.polls === undefined || poll.options.length > frame.polls.options)
      return render(asText(bubble, poll, frame), frame)
    const { before, poll: fitting } = fitted(poll, frame.polls)
    const text = joined(bubble.text, before)
    return [...render({ text, attachment }, frame), { text: '', poll: fitting }]
  }
  const texts = textsOf(bubble, frame)
  if (attachment === undefined || !frame.attachments.includes(attachment.kind)) return texts
  const [first, ...rest] = texts
  // Nothing stands under what is heard.
  return attachment.kind !== 'audio' &&
    first !== undefined &&
    first.rows === undefined &&
    first.text.length <= frame.maxCaption
    ? [{ ...first, attachment }, ...rest]
    : [{ text: '', attachment }, ...texts]
}

/** The words and the choices, without what stands around them. */
function textsOf(bubble: Bubble, frame: Frame): Part[] {
  // Numbers before shortcuts would be taken for what the text asks to be written.
  const left = bubble.shortcuts === true && frame.choices === 'numbers'
  // What leads elsewhere can only be tapped.
  const choices = left
    ? []
    : (bubble.choices ?? []).filter(({ start }) => start === undefined || frame.choices === 'buttons')
  if (choices.length === 0) return splitText(bubble.text, frame.maxText).map((text) => ({ text }))
  if (frame.choices === 'numbers') {
    const text = joined(bubble.text, bubble.written ?? listed(labelsOf(choices), frame))
    return splitText(text, frame.maxText).map((part) => ({ text: part }))
  }
  if (frame.choices === 'list' && frame.list !== undefined)
    return withList(bubble.text, choices, frame, frame.list)
  const onButtons = bubble.text.trim() !== '' && choices.every(({ label }) => fits(label, frame.maxLabel))
  const text = onButtons ? bubble.text : joined(bubble.text, listed(labelsOf(choices), frame))
  const buttons = onButtons ? choices : choices.map(({ token }, index) => ({ token, label: letter(index) }))
  const texts = splitText(text, frame.maxText)
  const last = texts.length - 1
  return texts.map((part, index) =>
    index === last ? { text: part, buttons: inRows(buttons, frame.maxLabel) } : { text: part },
  )
}

function withList(text: string, choices: readonly Choice[], frame: Frame, limits: ListLimits): Part[] {
  if (choices.length > limits.rows) return textsOf({ text, choices }, { ...frame, choices: 'numbers' })
  const hasWords = text.trim() !== ''
  const fit = (most: number): boolean => hasWords && choices.every(({ label }) => fits(label, most))
  const few = choices.length <= limits.buttons
  // What fits a button fits a row; what only fits a row is one tap less as a letter on a button.
  const asTheyAre = fit(few ? frame.maxLabel : limits.maxRow)
  const texts = splitText(asTheyAre ? text : joined(text, listed(labelsOf(choices), frame)), frame.maxText)
  const last = texts.at(-1) ?? ''
  const shown = choices.map(({ token, label }, index) => ({
    token,
    label: asTheyAre ? label : letter(index),
  }))
  const under: Part =
    few && last.length <= limits.maxTextOverButtons
      ? { text: last, buttons: shown.map((choice) => [choice]) }
      : {
          text: last,
          rows: shown.map((choice, index) => {
            const detail = shortened(choices[index]?.label ?? '', limits.maxDetail)
            return asTheyAre || detail === '' ? choice : { ...choice, detail }
          }),
        }
  return [...texts.slice(0, -1).map((one) => ({ text: one })), under]
}

/** The label on one line, with a sign where something is left out. */
function shortened(label: string, max: number): string {
  const line = label.trim().replaceAll(/\s+/g, ' ')
  // Half a character at the cut is left out as well.
  return line.length <= max
    ? line
    : `${line
        .slice(0, max - 1)
        .replace(/[\ud800-\udbff]$/, '')
        .trimEnd()}…`
}

/**
 * The bubbles with neighbours made one where one message can hold both: for a provider that counts messages. Something
 * that is tapped, shown or shared stays the last of its message.
 */
export function join(bubbles: readonly Bubble[], frame: Frame): Bubble[] {
  const joint: Bubble[] = []
  for (const bubble of bubbles) {
    const before = joint.at(-1)
    const both =
      before && isPlain(before) && isPlain({ ...bubble, ...TAPPED })
        ? { ...bubble, text: joined(before.text, bubble.text), about: oneOf(before.about, bubble.about) }
        : undefined
    if (both && render(both, frame).length <= 1) joint[joint.length - 1] = both
    else joint.push(bubble)
  }
  return joint
}

/** What a joined message is about where both say the same, or one says nothing. */
function oneOf(one: Bubble['about'], other: Bubble['about']): Bubble['about'] {
  if (!one || !other) return one ?? other
  return one.flow === other.flow && one.subject === other.subject ? one : undefined
}

/** What may stand under joined words. Everything else makes a bubble a message of its own. */
const TAPPED = { choices: undefined, choose: undefined, sharePhone: undefined, about: undefined } as const

/** Nothing but words. */
const isPlain = ({ text: _text, about: _about, ...more }: Bubble): boolean =>
  Object.values(more).every((value) => value === undefined)

/** The bubble with its poll written out, for a channel without polls. */
export function asText(bubble: Bubble, poll: Poll, frame: Pick<Frame, 'choices'>): Bubble {
  const { poll: _left, ...rest } = bubble
  const text = joined(bubble.text, poll.question)
  if ((bubble.choices ?? []).length > 0) return { ...rest, text }
  return { ...rest, text: joined(text, listed(poll.options, frame)) }
}

/** The poll within the limits, and what must be read before it because it did not fit. */
function fitted(poll: Poll, limits: PollLimits): { before: string; poll: Poll } {
  const { question, options, correct } = poll
  // What does not fit is told afterwards, by whoever asks; half of it would be worse than nothing.
  const { explanation = '' } = poll
  const explained = explanation !== '' && explanation.length <= limits.maxExplanation && { explanation }
  const asked = question.length <= limits.maxQuestion
  if (asked && options.every((option) => fits(option, limits.maxOption)))
    return { before: '', poll: { question, options, correct, ...explained } }
  const letters = options.map((_option, index) => letter(index))
  return {
    before: joined(question, listed(options, { choices: 'buttons' })),
    poll: {
      question: asked ? question : ending(question, limits.maxQuestion),
      options: letters,
      correct,
      ...explained,
    },
  }
}

/** The last sentences that fit: the end of a long question is what is asked, what comes before it tells the case. */
function ending(question: string, max: number): string {
  let end = ''
  for (const sentence of question.trim().split(SENTENCES).toReversed()) {
    const longer = end === '' ? sentence : `${sentence} ${end}`
    if (longer.length > max) break
    end = longer
  }
  return end === '' ? (splitText(question, max).at(-1) ?? '?') : end
}

/**
 * The text in pieces of at most `max` UTF-16 units: parted between paragraphs where it can be, else between lines,
 * sentences, words, and only then inside a word, never inside one character. Only white space is lost, at the joints.
 */
export function splitText(text: string, max: number): string[] {
  if (text.trim() === '') return []
  if (text.length <= max) return [text]
  const pieces: string[] = []
  let rest = text.trim()
  while (rest.length > max) {
    const end = cut(rest, max)
    pieces.push(rest.slice(0, end).trimEnd())
    rest = rest.slice(end).trimStart()
  }
  return rest === '' ? pieces : [...pieces, rest]
}

const SENTENCES = /(?<=[.!?…]["'”’»)\]]{0,3})\s+/

/** From the joint that reads best to the one that reads worst. Each matches the white space where a piece may end. */
const JOINTS = [/\n[^\S\n]*\n/g, /\n/g, /(?<=[.!?…]["'”’»)\]]{0,3})\s/g, /\s/g]

/** Where the first piece of a text longer than `max` ends. The text begins with no white space. */
function cut(text: string, max: number): number {
  for (const joint of JOINTS) {
    let end = 0
    for (const { index } of text.matchAll(joint)) {
      if (index > max) break
      end = index
    }
    if (end > 0) return end
  }
  const insidePair = isHighSurrogate(text.charCodeAt(max - 1)) && isLowSurrogate(text.charCodeAt(max))
  return insidePair && max > 1 ? max - 1 : max
}

const isHighSurrogate = (unit: number): boolean => unit >= 0xd800 && unit <= 0xdbff
const isLowSurrogate = (unit: number): boolean => unit >= 0xdc00 && unit <= 0xdfff

/** An empty label cannot be read, and a button shows one line only. */
function fits(label: string, maxLabel: number): boolean {
  return label.trim() !== '' && label.length <= maxLabel && !label.includes('\n')
}

const labelsOf = (choices: readonly Choice[]): string[] => choices.map(({ label }) => label)

/** One line each, by the number where it is typed and by the letter where a button carries it. */
function listed(labels: readonly string[], { choices }: Pick<Frame, 'choices'>): string {
  return labels
    .map((label, index) => `${choices === 'numbers' ? index + 1 : letter(index)}. ${label}`)
    .join('\n')
}

/** Paragraphs with an empty line between them; those without words are left out. */
function joined(...paragraphs: readonly string[]): string {
  const told = paragraphs.filter((paragraph) => paragraph.trim() !== '')
  return told.join('\n\n')
}

/** A, B … Z, AA, AB … as the columns of a spreadsheet. */
function letter(index: number): string {
  const last = String.fromCharCode(65 + (index % 26))
  return index < 26 ? last : letter(Math.floor(index / 26) - 1) + last
}

/** Rows of equal length, no wider together than the longest label that reads well alone. */
function inRows(buttons: readonly Choice[], maxLabel: number): Choice[][] {
  const widest = Math.max(...buttons.map(({ label }) => label.length))
  const most = Math.min(MOST_IN_A_ROW, Math.max(1, Math.floor(maxLabel / (widest + EDGES))))
  const length = Math.ceil(buttons.length / Math.ceil(buttons.length / most))
  const rows: Choice[][] = []
  for (let from = 0; from < buttons.length; from += length) rows.push(buttons.slice(from, from + length))
  return rows
}
