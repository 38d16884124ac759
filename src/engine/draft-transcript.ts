// A first transcript for a flow that has none: every way the engine can find through it, in as few talks as will do.
// An author then corrects what the person says; what the bot says is written by replaying it.
import { type Language, LANGUAGES } from '../words/language.ts'
import { namesIn } from './fill.ts'
import type { Found, Line, Talk } from './schema-transcript.ts'
import { transcriptSchema } from './schema-transcript.ts'
import type { Test } from './schema-condition.ts'
import type { Dialogue, Quiz, Step } from './schema.ts'
import type { Vars } from './session.ts'
import type { Flow, Shelf } from './shelf.ts'
import { replay, Stage } from './transcript.ts'
import { FACTS } from './vocabulary.ts'

/** Ways looked at in one dialogue; what is not come to by then waits for its author. */
const MOST_WAYS = 600

/** Talks that show a flow, the first in its first language, and a short one in each other language. */
export function draftTranscript(shelf: Shelf, flow: Flow): Talk[] {
  const { content } = flow
  if (content.kind === 'quiz') return draftQuiz(shelf, flow, content)
  return content.kind === 'dialogue' ? draftDialogue(shelf, flow, content) : []
}

const talkOf = (talk: Partial<Talk> & Pick<Talk, 'about' | 'talk'>): Talk => {
  const [read] = transcriptSchema.parse([talk])
  if (!read) throw new Error('one talk is one')
  return read
}

/** One answer that is not clear, one right, one wrong, and away: what was answered must not be lost. */
function draftQuiz(shelf: Shelf, flow: Flow, { questions, languages }: Quiz): Talk[] {
  const asked = questions.slice(0, 3)
  const answer = (at: number, right: boolean): Line[] => {
    const question = asked[at]
    const option = question?.options.find((_, index) => (index === question.answer) === right)
    return option ? [{ taps: option.key }] : []
  }
  const away: Line[] = asked.length > 2 ? [{ says: 'menu' }] : []
  return LANGUAGES.filter((language) => languages.includes(language)).map((language, index) =>
    recorded(
      shelf,
      flow,
      index === 0
        ? talkOf({
            about: 'An unclear answer, a right one, a wrong one; then something else is wanted.',
            language,
            questions: asked.map(({ id }) => id),
            talk: [{ says: 'perhaps' }, ...answer(0, true), ...answer(1, false), ...away],
          })
        : talkOf({
            about: 'One question, answered wrong.',
            language,
            questions: asked.slice(0, 1).map(({ id }) => id),
            talk: answer(0, false),
          }),
    ),
  )
}

const recorded = (shelf: Shelf, flow: Flow, talk: Talk): Talk => ({
  ...talk,
  talk: [...replay(shelf, flow, talk).lines],
})

/** What somebody does, as against what they read. */
type Deed = Exclude<Line, { bot: string } | { opens: string }>

interface Way {
  readonly from: Talk
  readonly doing: readonly Deed[]
  readonly visited: ReadonlySet<string>
  readonly over: boolean
}

function draftDialogue(shelf: Shelf, flow: Flow, dialogue: Dialogue): Talk[] {
  const [language = 'en'] = LANGUAGES.filter((one) => dialogue.languages.includes(one))
  const isHome = ['welcome', 'join', 'stopped'].includes(flow.id)
  const start = talkOf({
    about: 'drafted',
    language,
    talk: [],
    ...(isHome && { home: flow.id }),
    ...(dialogue.code !== undefined && { knows: { subject: '142' } }),
  })
  // What is known of the person may lead elsewhere from the first step on, such as a code they came with.
  const facts = dialogue.steps.flatMap((step) => ('if' in step && FACTS.includes(step.if) ? [step.if] : []))
  const starts = [start, ...new Set(facts)].map((name) =>
    typeof name === 'string' ? { ...start, knows: { ...start.knows, [name]: '4711' } } : name,
  )
  const talks = fewest(starts.flatMap((one) => waysThrough(shelf, flow, dialogue, one))).map(
    ({ doing, from }) => recorded(shelf, flow, { ...from, about: aboutOf(doing), talk: [...doing] }),
  )
  const [first] = talks
  const others = dialogue.languages.filter((one) => one !== language)
  return first ? [...talks, ...others.map((one) => recorded(shelf, flow, { ...first, language: one }))] : []
}

/** Ways until nothing new is come to, the shortest first. */
function waysThrough(shelf: Shelf, flow: Flow, dialogue: Dialogue, start: Talk): Way[] {
  const samples = samplesOf(dialogue, start.language)
  const seen = new Set<string>()
  const ways: Way[] = []
  const open: Deed[][] = [[]]
  for (let looked = 0; open.length > 0 && looked < MOST_WAYS; looked++) {
    const doing = open.shift() ?? []
    const stage = new Stage(shelf, flow, start)
    stage.turn({ kind: 'open', flow: flow.id, vars: start.knows as Record<string, string> })
    const stuck = doing.some((line) => stage.take(line) !== undefined)
    if (stuck) continue
    const frame = stage.session.stack.at(-1)
    const here = frame?.kind === 'dialogue' && shelf.version(frame.version).id === flow.id ? frame : undefined
    const own = new Set([...stage.visited].filter((place) => place.startsWith(`${flow.id}#`)))
    ways.push({ from: start, doing, visited: own, over: !here })
    if (!here) continue
    const asked = samples.decisive.map((name) => JSON.stringify(here.vars[name] ?? '')).join()
    const key = `${here.step} ${asked}`
    if (seen.has(key)) continue
    seen.add(key)
    const step = dialogue.steps[here.step]
    if (step) for (const next of nextOf(step, stage, samples)) open.push([...doing, next])
  }
  return ways
}

/** The fewest ways that come to all that any way comes to; of two alike the one that ends. */
function fewest(ways: readonly Way[]): Way[] {
  const chosen: Way[] = []
  const covered = new Set<string>()
  for (;;) {
    const gain = ({ visited }: Way): number => [...visited].filter((place) => !covered.has(place)).length
    const [best] = ways.toSorted(
      (one, other) =>
        gain(other) - gain(one) ||
        Number(other.over) - Number(one.over) ||
        one.doing.length - other.doing.length,
    )
    // A dialogue that says nothing by itself has one talk all the same.
    if (!best || (gain(best) === 0 && chosen.length > 0)) return chosen
    chosen.push(best)
    for (const place of best.visited) covered.add(place)
  }
}

/** What a step looks at before it goes on. */
interface Looked extends Test {
  readonly name: string
}

interface Samples {
  readonly found: Readonly<Record<string, Found>>
  /** What steps look at before they go on: names and values. */
  readonly tests: readonly Looked[]
  /** Values a deed may find that decide where to go on. */
  readonly deciding: readonly (readonly [name: string, value: string])[]
  /** The names of values that decide anything. */
  readonly decisive: readonly string[]
}

function nextOf(step: Step, stage: Stage, { found, deciding, tests }: Samples): Deed[] {
  if ('do' in step) {
    const outcomes = [...new Set([...Object.keys(step.then ?? {}), 'done'])]
    // What was found once is known from then on.
    const known = varsOf(stage)
    const fresh = Object.fromEntries(Object.entries(found).filter(([name]) => !(name in known)))
    const more = Object.keys(fresh).length > 0 ? { found: fresh } : {}
    return [
      ...outcomes.map((outcome) => ({ deed: step.do, outcome, ...more })),
      ...outcomes.flatMap((outcome) =>
        deciding.map(([name, value]) => ({
          deed: step.do,
          outcome,
          found: { ...fresh, [name]: value },
        })),
      ),
    ]
  }
  if (!('ask' in step)) return []
  const { answer } = step
  if (answer.as === 'choice') return Object.keys(answer.options).map((taps) => ({ taps }))
  const buttons = 'or' in answer ? Object.keys(answer.or).map((taps) => ({ taps })) : []
  if (answer.as === 'number')
    return [
      ...[...new Set([answer.min, ...numbersNear(step.save, tests), answer.max])]
        .filter((one) => one >= answer.min && one <= answer.max && (answer.decimals || Number.isInteger(one)))
        .map((one) => ({ says: String(one) })),
      ...buttons,
    ]
  if (answer.as === 'date') return [{ says: '7/4/2026' }, ...buttons]
  if (answer.as === 'many') {
    const ids = Object.keys(answer.options)
    return [...ids.map((taps) => ({ taps })), { says: ids.map((_, at) => String(at + 1)).join(' ') }]
  }
  if (answer.as === 'phone') return [{ says: '+250788123456' }]
  if (answer.as === 'text') {
    const told = tests.flatMap(({ name, is = '' }) => (name === step.save && is !== '' ? [is] : []))
    return [...['All is well'.slice(0, answer.max), ...told].map((says) => ({ says })), ...buttons]
  }
  const list = varsOf(stage)[answer.from]
  return Array.isArray(list) ? list.flatMap((item) => ('id' in item ? [{ taps: String(item.id) }] : [])) : []
}

function varsOf({ session }: Stage): Vars {
  const frame = session.stack.at(-1)
  return frame?.kind === 'dialogue' ? frame.vars : {}
}

/** Numbers on both sides of every mark that a step looks for. */
const numbersNear = (save: string, tests: readonly Looked[]): number[] =>
  tests.flatMap(({ name, at_least: least, at_most: most, above, below, is }) =>
    name === save
      ? [least, most, above, below, is === undefined || is === '' ? undefined : Number(is)].flatMap((mark) =>
          mark === undefined || Number.isNaN(mark) ? [] : [mark, mark - 1, mark + 1],
        )
      : [],
  )

const savedIn = (steps: readonly Step[]): ReadonlySet<string> =>
  new Set([
    ...FACTS,
    ...steps.flatMap((step) => {
      if ('ask' in step) return [step.save, 'picked']
      if ('total' in step) return [step.total]
      return 'set' in step ? [step.set] : 'copy' in step ? [step.to] : []
    }),
  ])

/** What deeds may find for this dialogue: a value for each name that nobody else gives. */
function samplesOf({ steps }: Dialogue, language: Language): Samples {
  const saved = savedIn(steps)
  const found: Record<string, Found> = {}
  for (const step of steps) {
    const text = ('say' in step ? step.say : 'ask' in step ? step.ask : {})[language] ?? ''
    for (const name of namesIn(text, language) ?? [])
      if (!saved.has(name))
        found[name] = sampleOf(name, new RegExp(`\\{${name}, ?(?:plural|number|select)`).test(text))
  }
  const tests = steps.flatMap((step): Looked[] =>
    'if' in step ? [{ ...step, name: step.if }] : 'unless' in step ? [{ ...step, name: step.unless }] : [],
  )
  for (const step of steps)
    if ('ask' in step && step.answer.as === 'pick') {
      const ids = tests.flatMap(({ name, is }) => (name === step.save && is !== undefined ? [is] : []))
      found[step.answer.from] = [...new Set([...ids, 'first'])].map((id) => ({ id, text: { en: id } }))
    }
  return {
    found,
    tests,
    deciding: tests.flatMap(({ name, is = '' }) =>
      saved.has(name) || is === '' ? [] : [[name, is] as const],
    ),
    decisive: [...new Set(tests.map(({ name }) => name))],
  }
}

const TITLE: Found = { en: 'Newborn resuscitation', fr: 'Réanimation du nouveau-né' }

const SAMPLES: Readonly<Record<string, Found>> = {
  who: 'Claudine',
  person: 'Claudine',
  mentee: 'Claudine',
  mentor: 'Amina',
  other: 'Amina',
  hour: 17,
  answered: 3,
  of: 10,
  at: 4,
  checklist: TITLE,
  title: TITLE,
  missing: { en: 'the orientation', fr: 'la formation', rw: 'amahugurwa', sw: 'mwongozo' },
  invite: 'K7M2-Q9XD',
  link: 'K7M2Q9XD',
  which: 'C-0142',
  until: { at: '2026-11-30T09:00:00+02:00' },
}

const sampleOf = (name: string, isNumber: boolean): Found => (isNumber ? 2 : (SAMPLES[name] ?? `(${name})`))

/** A talk by what is done in it, so that its author finds it. */
function aboutOf(doing: readonly Deed[]): string {
  const words = doing.flatMap((line) =>
    'taps' in line
      ? [line.taps]
      : 'says' in line
        ? [`“${line.says}”`]
        : line.outcome === 'done'
          ? []
          : [line.outcome],
  )
  return words.length === 0 ? 'Straight through.' : `By way of ${words.join(', ')}.`
}
