// Waits and splits of a RapidPro flow: what is asked, and where each answer leads.
import type { LocalText } from '../words/language.ts'
import { counted } from './counted.ts'
import { choosable, Names, type Notes, SCREENED, type Written } from './draft-steps.ts'
import type { Action, Router } from './rapidpro-export.ts'
import type { RapidproTexts } from './rapidpro-texts.ts'

/** A test, as an `if` without its goal, and the category it leads to. */
export interface Branch {
  /** What must hold before, as an `unless` without its goal. */
  readonly guard?: Written | undefined
  readonly test: Written
  readonly category: string
}

interface Places {
  readonly where: string
  readonly texts: RapidproTexts
  readonly notes: Notes
  readonly commands: ReadonlySet<string>
}

export interface Routed {
  readonly steps: Written[]
  readonly branches: Branch[]
  /** The category that everything else leads to. */
  readonly otherwise: string | undefined
}

const WORDS = new Set([
  'has_any_word',
  'has_all_words',
  'has_phrase',
  'has_only_phrase',
  'has_only_text',
  'has_beginning',
])
const NUMBERS: Readonly<Record<string, (given: readonly number[]) => Written[]>> = {
  has_number_gt: ([a]) => [{ above: a }],
  has_number_gte: ([a]) => [{ at_least: a }],
  has_number_lt: ([a]) => [{ below: a }],
  has_number_lte: ([a]) => [{ at_most: a }],
  has_number_eq: ([a]) => [{ is: String(a) }],
}

/** The longest message RapidPro takes in pieces of a text message: four of them. */
const LONGEST_TEXT = 640

/** A wait: a question in the shape its categories ask for, and what leads on from each. */
export function askedBy(
  router: Router,
  question: Action | undefined,
  places: Places,
  textOf: (action: Action | undefined) => LocalText,
): Routed {
  const { where, texts, notes } = places
  const save = texts.result(router.result_name || 'answer')
  const timeout = router.wait?.timeout
  if (timeout) {
    const name = router.categories.find(({ uuid }) => uuid === timeout.category_uuid)?.name ?? ''
    notes.add(
      where,
      `"${name}" after ${lasting(timeout.seconds)} without an answer is not carried over: the question waits until they come back, and nobody is written to unasked; what is said on its way alone is listed too, to be put where it belongs`,
    )
  }
  for (const file of question?.attachments ?? [])
    notes.add(where, `the attachment ${file} is not carried over`)
  if (router.wait?.type !== 'msg')
    notes.add(where, `it waits for "${router.wait?.type}": words are asked for`)
  const ask = textOf(question)
  texts.heard(save)
  const otherwise = router.default_category_uuid ?? undefined
  const types = new Set(router.cases.map(({ type }) => type))
  const only = (known: (type: string) => boolean): boolean => types.size > 0 && [...types].every(known)
  if (only((type) => WORDS.has(type))) return choiceOf(router, { ask, save, question }, places)
  if (only((type) => type in NUMBERS || type === 'has_number' || type === 'has_number_between')) {
    const branches = router.cases.flatMap((one) => numberBranch(save, one))
    noteOther(router, places)
    const [min, max] = boundsOf(router)
    return {
      steps: [{ ask, answer: { as: 'number', min, max }, save }],
      branches,
      // What is a number and none of these is what the flow calls other.
      otherwise: router.cases.find(({ type }) => type === 'has_number')?.category_uuid ?? otherwise,
    }
  }
  const [first] = router.cases
  const as = only((type) => type === 'has_phone')
    ? 'phone'
    : only((type) => type === 'has_date')
      ? 'date'
      : 'text'
  if (as !== 'text') {
    noteOther(router, places)
    return { steps: [{ ask, answer: { as }, save }], branches: [], otherwise: first?.category_uuid }
  }
  for (const { type } of router.cases)
    if (type !== 'has_text')
      notes.add(where, `the test "${type}" is not carried over: words are asked for, whichever they are`)
  notes.add(where, `it takes words of its own, at most ${LONGEST_TEXT} letters; ${SCREENED}`)
  if (question?.quick_replies?.length) notes.add(where, 'its quick replies are left out: words are asked for')
  return {
    // What people write freely may tell who a patient is.
    steps: [{ ask, answer: { as: 'text', max: LONGEST_TEXT, screened: true }, save }],
    branches: [],
    otherwise: first?.category_uuid ?? otherwise,
  }
}

/** Categories told by words: options to choose from, which are understood by all those words. */
function choiceOf(
  router: Router,
  { ask, save, question }: { ask: LocalText; save: string; question: Action | undefined },
  places: Places,
): Routed {
  const { where, texts, notes, commands } = places
  const keys = new Names('-')
  const told = router.categories.filter(({ uuid }) => router.cases.some((one) => one.category_uuid === uuid))
  const replies = (question?.quick_replies ?? []).map((reply) =>
    typeof reply === 'string' ? reply : reply.text,
  )
  const options: Record<string, LocalText> = {}
  const also: Record<string, string[]> = {}
  const taken = new Set<number>()
  for (const { uuid, name } of told) {
    const cases = router.cases.filter((one) => one.category_uuid === uuid)
    const words = [...new Set(cases.flatMap((one) => texts.all(one.uuid, 'arguments', one.arguments)))]
      .flatMap((all) => (cases.some(({ type }) => type === 'has_any_word') ? all.split(/[\s,]+/) : [all]))
      .filter((word) => word.trim() !== '')
    const reply = replies.findIndex(
      (text, at) => !taken.has(at) && [name, ...words].some((word) => alike(word, text)),
    )
    if (reply !== -1) taken.add(reply)
    const key = keys.of(name)
    options[key] =
      reply === -1
        ? texts.text({ uuid, key: 'name' }, name, where)
        : texts.text(
            { uuid: question?.uuid ?? '', key: 'quick_replies', index: reply },
            replies[reply] ?? name,
            where,
          )
    if (words.length > 0) also[key] = [...new Set(words)]
  }
  replies.forEach((reply, at) => {
    if (!taken.has(at)) notes.add(where, `the quick reply "${reply}" belongs to no category: it is left out`)
  })
  noteOther(router, places)
  const shown = choosable(options, commands, (label) =>
    notes.add(
      where,
      `the option "${label}" has got its number before it: alone it would mean something else`,
    ),
  )
  const branches = told.map(({ uuid, name }) => ({ test: { if: save, is: keys.of(name) }, category: uuid }))
  const last = branches.pop()
  return {
    steps: [{ ask, answer: { as: 'choice', options: shown, also }, save }],
    branches,
    otherwise: last?.category,
  }
}

/** How a flow ended that was entered. */
const CHILD = /^@child\.(?:run\.)?status$/

/** A split: where to go on by what is known already. */
export function chosenBy(router: Router, { where, texts, notes }: Places): Omit<Routed, 'steps'> {
  const otherwise = router.default_category_uuid ?? router.categories.at(-1)?.uuid
  if (router.type === 'random') {
    notes.add(where, 'it goes on by chance: only its first way is carried over')
    return { branches: [], otherwise: router.categories[0]?.uuid }
  }
  const isGroup = router.cases.some(({ type }) => type === 'has_group')
  const name = isGroup ? undefined : texts.nameOf(router.operand)
  if (!isGroup && name === undefined) {
    // A flow that was entered is put in its place, and always comes to its end.
    const ended = router.cases.find((one) => CHILD.test(router.operand) && one.arguments[0] === 'completed')
    const on = ended?.category_uuid ?? otherwise
    const called = router.categories.find(({ uuid }) => uuid === on)?.name ?? ''
    const operand = router.operand || 'what is not known here'
    notes.add(where, `it splits by ${operand}: all go on as "${called}", and its other ways are left out`)
    return { branches: [], otherwise: on }
  }
  const branches = router.cases.flatMap((one): Branch[] => {
    const { type, category_uuid: category } = one
    const [given = ''] = one.arguments
    if (type === 'has_group') {
      const group = texts.group(one.arguments[1] ?? given)
      texts.used.add(group)
      return [{ test: { if: group, is: 'yes' }, category }]
    }
    if (name === undefined) {
      notes.add(where, `it splits by groups, and by "${type}": this way is left out`)
      return []
    }
    texts.used.add(name)
    if (type === 'has_text') return [{ test: { unless: name, is: '' }, category }]
    if (type === 'has_category' || WORDS.has(type)) {
      const words = type === 'has_category' ? one.arguments : texts.all(one.uuid, 'arguments', one.arguments)
      return [...new Set(words.flatMap((word) => [word, new Names('-').of(word)]))].map((is) => ({
        test: { if: name, is },
        category,
      }))
    }
    const number = numberBranch(name, one)
    if (number.length === 0) notes.add(where, `the test "${type}" is not carried over: this way is left out`)
    return number
  })
  return { branches, otherwise }
}

function numberBranch(name: string, one: Router['cases'][number]): Branch[] {
  const given = one.arguments.map(Number)
  if (given.some(Number.isNaN)) return []
  const [from, to] = given
  if (one.type === 'has_number_between')
    return [
      {
        guard: { unless: name, at_least: from },
        test: { if: name, at_most: to },
        category: one.category_uuid,
      },
    ]
  return (NUMBERS[one.type]?.(given) ?? []).map((test) => ({
    test: { if: name, ...test },
    category: one.category_uuid,
  }))
}

/** What was not understood leads to a way of its own there; here the question is asked again. */
function noteOther({ categories, default_category_uuid: other }: Router, { where, notes }: Places): void {
  const name = categories.find(({ uuid }) => uuid === other)?.name
  if (name !== undefined)
    notes.add(
      where,
      `"${name}": what is none of the answers is asked for again, with a hint; its own way is left out`,
    )
}

const boundsOf = (router: Router): [number, number] => {
  const [only] = router.cases
  const [from = Number.NaN, to = Number.NaN] =
    only?.type === 'has_number_between' ? only.arguments.map(Number) : []
  const whole = router.cases.length === 1 && Number.isInteger(from) && Number.isInteger(to) && from >= 0
  return whole ? [from, to] : [0, 999_999]
}

const alike = (one: string, other: string): boolean => one.trim().toLowerCase() === other.trim().toLowerCase()

const lasting = (seconds: number): string =>
  seconds < 120
    ? counted(seconds, 'second')
    : seconds < 7200
      ? counted(Math.round(seconds / 60), 'minute')
      : counted(Math.round(seconds / 3600), 'hour')
