// One listener's voice: each say in their words, with the buttons and the poll that go with it. `speak.ts` joins them.
import { inLanguage, type Language, type LocalText } from '../words/language.ts'
import { type Mark, marksIn } from '../words/marks.ts'
import type { About, Bubble, Choice } from '../words/message.ts'
import { choicesOf } from './dialogue.ts'
import { commandToken, offerToken, subjectCode } from './offer.ts'
import type { Offer, Say } from './events.ts'
import { fill } from './fill.ts'
import { letterOf } from './match.ts'
import { moment } from './moment.ts'
import { optionOrder } from './quiz.ts'
import type { Dialogue, Quiz } from './schema.ts'
import type { Held, Value, Vars } from './session.ts'
import type { Shelf } from './shelf.ts'
import { PRIVACY_RULES } from '../words/privacy.ts'
import type { FlowVersion } from '../words/ids.ts'

/** Who is spoken to: their language, and the time zone dates are told in (an IANA name). */
export interface Listener {
  readonly language: Language
  readonly timezone: string
  /** Whether choices may open from a list, which then needs words for what opens it. */
  readonly lists?: boolean
  /** There are no buttons: what one would open is written, and choices are numbered. */
  readonly typed?: boolean
}

/** What stands alone in its chat. */
export type Apart = Extract<Say, { say: 'notice' | 'reply' | 'poll' | 'poll_over' }>

/** One listener's language over the shelf. */
export class Voice {
  readonly #shelf: Shelf
  readonly #listener: Listener

  constructor(shelf: Shelf, listener: Listener) {
    this.#shelf = shelf
    this.#listener = listener
  }

  /** A text with these values in it, as it is said to the listener. */
  filled(text: string, values: Vars): string {
    return this.#filled(text, values)
  }

  /** One value as it stands in a text. */
  shown(value: Value): string {
    return String(this.#shown(value))
  }

  /** What opens a list of choices, where there may be one. */
  opener(): Pick<Bubble, 'choose'> {
    return this.#listener.lists === true ? { choose: this.#word('choose') } : {}
  }

  bubble(say: Exclude<Say, Apart>): Bubble {
    switch (say.say) {
      case 'word':
        return this.#leading(this.#offering(this.#word(say.word, say.values), say.offers ?? []), say.start)
      case 'step':
        return this.#step(say)
      case 'question':
        return this.#question(say)
      case 'verdict':
        return { text: this.#verdict(say) }
      case 'items':
        return { text: this.#items(say) }
      case 'file':
        return {
          text: this.#word(say.word, say.values),
          attachment: {
            ...say.attachment,
            ...(say.alt !== undefined && { alt: this.#word(say.alt, say.values) }),
          },
        }
      case 'lines':
        return { text: say.lines.map(({ word, values }) => this.#word(word, values)).join('\n') }
      case 'practise':
        return { text: this.#practise(say) }
      case 'packet':
        return { text: this.#packet(say) }
    }
  }

  /** What it is about; nothing where nobody has said so. */
  about(say: Exclude<Say, Apart>): About[] {
    if (say.say === 'word' || say.say === 'file') return say.about ? [say.about] : []
    if (say.say !== 'step') return []
    const { id, content } = this.#shelf.version(say.flow)
    const subject = Number(say.values?.['subject'])
    const isCoded = content.kind === 'dialogue' && content.code !== undefined
    return isCoded && Number.isSafeInteger(subject) && subject > 0 ? [{ flow: id, subject }] : []
  }

  /** A text with its buttons, or with the codes to write where there are none. */
  #offering(text: string, offers: readonly Offer[]): Omit<Bubble, 'choose'> {
    if (offers.length === 0) return { text }
    const written = this.#listener.typed === true ? this.#written(offers) : undefined
    if (written) return { text: [text, ...written].join('\n') }
    const choices = offers.map(({ flow, subject, said, word, values }) => ({
      token: offerToken(flow, subject, said),
      label: this.#word(word, values),
    }))
    return { text, choices }
  }

  /** What is to be written instead of tapping; undefined where one of them has no code. */
  #written(offers: readonly Offer[]): string[] | undefined {
    const said = offers.flatMap(({ unbuttoned }) => (unbuttoned === undefined ? [] : this.#word(unbuttoned)))
    // Several answers to one question have one code: whoever writes it is asked.
    const labels = new Map<string, string>()
    for (const { flow, subject, word, unbuttoned, values } of offers) {
      if (unbuttoned !== undefined) continue
      const content = this.#shelf.flows.find(({ id }) => id === flow)?.content
      if (content?.kind !== 'dialogue' || content.code === undefined) return undefined
      const code = subjectCode(content.code, subject)
      const before = labels.get(code)
      const label = this.#word(word, values)
      labels.set(code, before === undefined ? label : `${before} / ${label}`)
    }
    return [...said, ...[...labels].map(([code, label]) => this.#word('offer_write', { label, code }))]
  }

  /** With a button that leads from a group to the private chat. */
  #leading(
    said: Omit<Bubble, 'choose'>,
    start: { readonly code: string; readonly word: string } | undefined,
  ): Omit<Bubble, 'choose'> {
    if (!start) return said
    const button = { token: `start ${start.code}`, label: this.#word(start.word), start: start.code }
    return { ...said, choices: [...(said.choices ?? []), button] }
  }

  poll({ name, flow, question: index, seed }: Extract<Say, { say: 'poll' }>): Bubble {
    const quiz = this.#quiz(flow)
    const { ask, options, answer } = questionAt(quiz, index)
    const order = optionOrder(quiz, index, seed)
    return {
      text: '',
      notice: name,
      poll: {
        question: this.#read(ask),
        options: order.map((option) => this.#read(options[option]?.text ?? {})),
        correct: order.indexOf(answer),
        explanation: this.#read(options[answer]?.because ?? {}),
      },
    }
  }

  #step(say: Extract<Say, { say: 'step' }>): Bubble {
    const step = (this.#shelf.version(say.flow).content as Dialogue).steps[say.step]
    const values = say.values ?? {}
    if (step && 'say' in step) {
      const text = this.#filled(this.#read(step.say), values)
      if (!step.offer || this.#listener.typed === true) return { text }
      const label = this.#read(step.offer)
      return { text, choices: [{ token: commandToken(label), label }] }
    }
    if (!step || !('ask' in step)) throw new Error(`step ${say.step} says nothing`)
    if (say.asked === undefined) return { text: this.#filled(this.#read(step.unclear ?? step.ask), values) }
    const choices = choicesOf(step, { vars: values, held: say.held }).map((item, index) => ({
      token: `${say.asked}.${index}`,
      label: this.#read(item.text),
    }))
    if (say.held) return { text: this.#held(say.held), choices }
    return {
      text: this.#filled(this.#read(step.ask), values),
      ...(choices.length > 0 && { choices }),
      ...(choices.length > 0 && step.answer.as === 'text' && step.answer.shortcuts && { shortcuts: true }),
      ...(choices.length > 0 && isCountedBeside(step.answer) && { written: this.#beside(choices) }),
      ...(step.share_phone && { sharePhone: this.#read(step.share_phone) }),
    }
  }

  /** Choices to be written in words: their numbers would answer the question itself. */
  #beside(choices: readonly Choice[]): string {
    return choices.map(({ label }) => this.#word('beside_write', { label })).join('\n')
  }

  /** What is kept back, and what has to be said before it goes on. */
  #held({ masked: text, found, media }: Held): string {
    if (!media) return this.#word('private_found', { found, text })
    const consent = this.#word('media_consent', { kind: this.#word(`media_${media.kind}`) })
    const under =
      found.length > 0
        ? [this.#word('media_words_masked', { found, text })]
        : text === ''
          ? []
          : [this.#word('media_words', { text })]
    return [consent, ...under].join('\n\n')
  }

  #question({ flow, question: index, seed, at, of, asked }: Extract<Say, { say: 'question' }>): Bubble {
    const quiz = this.#quiz(flow)
    const question = questionAt(quiz, index)
    const choices: Choice[] = optionOrder(quiz, index, seed).map((option, shown) => ({
      token: `${asked}.${shown}`,
      label: this.#read(question.options[option]?.text ?? {}),
    }))
    return { text: `${this.#word('quiz_question', { at, of })}\n\n${this.#read(question.ask)}`, choices }
  }

  #verdict({ flow, question: index, seed, chosen }: Extract<Say, { say: 'verdict' }>): string {
    const quiz = this.#quiz(flow)
    const { options, answer, source, guideline_year: year } = questionAt(quiz, index)
    const order = optionOrder(quiz, index, seed)
    // As the options were shown: numbers where they are typed, letters where a button carries them.
    const placeOf = this.#listener.typed === true ? (at: number) => String(at + 1) : letterOf
    const placed = (option: number, text: LocalText = {}): string =>
      `${placeOf(order.indexOf(option))}. ${this.#read(text)}`
    const others = order
      .filter((option) => option !== answer)
      .map((option) => placed(option, options[option]?.because))
    return [
      chosen === answer
        ? this.#word('quiz_right')
        : this.#word('quiz_wrong', { answer: placed(answer, options[answer]?.text) }),
      this.#read(options[answer]?.because ?? {}),
      [this.#word('quiz_others'), ...others].join('\n'),
      this.#word('quiz_source', { source, year: String(year) }),
    ].join('\n\n')
  }

  #practise({ flow, questions }: Extract<Say, { say: 'practise' }>): string {
    const quiz = this.#quiz(flow)
    const lines = questions.map((index) => {
      const { ask, options, answer } = questionAt(quiz, index)
      return `• ${this.#read(ask)}\n→ ${this.#read(options[answer]?.text ?? {})}`
    })
    return [this.#word('quiz_practise'), ...lines].join('\n\n')
  }

  #packet({ flow }: Extract<Say, { say: 'packet' }>): string {
    const { content } = this.#shelf.version(flow)
    if (content.kind !== 'packet') throw new Error(`${flow} is no packet`)
    const { title, case: story, points, task, source, guideline_year: year } = content
    const [first = {}, second = {}] = points
    return this.#word('packet', { title, story, first, second, task, source, year: String(year) })
  }

  #items({ flow, items, marks }: Extract<Say, { say: 'items' }>): string {
    const { content } = this.#shelf.version(flow)
    if (content.kind !== 'checklist') throw new Error(`${flow} is no checklist`)
    const given = marks === undefined ? [] : marksIn(marks)
    const lines = items.flatMap((index) => {
      const item = content.items[index]
      if (!item) return []
      const mark = given[index]
      const sign = mark === undefined ? '' : `${MARK_SIGNS[mark]} `
      return [`${sign}${index + 1}. ${this.#read(item.observe)}${item.critical ? ' ★' : ''}`]
    })
    return lines.join('\n')
  }

  #quiz(version: FlowVersion): Quiz {
    const { content } = this.#shelf.version(version)
    if (content.kind !== 'quiz') throw new Error(`${version} is no quiz`)
    return content
  }

  #read(text: LocalText): string {
    return inLanguage(text, this.#listener.language, this.#shelf.programmeLanguage)
  }

  #word(name: string, values: Vars = {}): string {
    const text = this.#shelf.words[name]
    if (!text) throw new Error(`the interface has no word ${name}`)
    return this.#filled(this.#read(text), values)
  }

  #filled(text: string, values: Vars): string {
    if (!text.includes('{')) return text
    const shown: Record<string, string | number> = {}
    for (const [name, value] of Object.entries(values)) shown[name] = this.#shown(value)
    return fill(text, this.#listener.language, shown)
  }

  #shown(value: Value): string | number {
    if (typeof value === 'string') return unmasked(value, (rule) => this.#word(`private_${rule}`))
    if (typeof value !== 'object') return value
    if ('at' in value && typeof value.at === 'number') return moment(value.at, this.#listener)
    if (Array.isArray(value)) return value.map((item) => this.#read(item.text)).join(', ')
    return this.#read(value as LocalText)
  }
}

function questionAt(quiz: Quiz, index: number): Quiz['questions'][number] {
  const question = quiz.questions[index]
  if (!question) throw new Error(`there is no question ${index}`)
  return question
}

/** `[[name]]`, as a screened text holds it, in words: `[name]`. */
function unmasked(text: string, word: (rule: string) => string): string {
  return text.includes('[[') ? text.replaceAll(MASK, (_, rule: string) => `[${word(rule)}]`) : text
}

const MASK = new RegExp(`\\[\\[(${PRIVACY_RULES.join('|')})\\]\\]`, 'g')

const MARK_SIGNS: Readonly<Record<Mark, string>> = {
  done: '✅',
  partly: '🟡',
  not_done: '❌',
  not_applicable: '➖',
  not_observed: '❔',
  stock_out: '📦',
}

/** Whether a bare number answers the question, so that it picks none of the buttons beside it. */
const isCountedBeside = (answer: Extract<Dialogue['steps'][number], { ask: unknown }>['answer']): boolean =>
  'or' in answer && (answer.as !== 'text' || (!answer.numbered && !answer.shortcuts))
