// What an author can get wrong in the steps of a dialogue: names that lead nowhere, ways that never end.
import type { LocalText } from '../words/language.ts'
import { hasPicked } from './dialogue.ts'
import { lintFilled, lintOptions, type Path, type Report, type Surroundings } from './lint-texts.ts'
import type { Dialogue, Step } from './schema.ts'
import { commandWord } from './shelf.ts'
import { FACTS } from './vocabulary.ts'

type Ask = Extract<Step, { ask: unknown }>

export function lintDialogue({ steps }: Dialogue, around: Surroundings, fault: Report): void {
  const ids = new Set<string>()
  const known = namesKnown(steps)
  steps.forEach((step, index) => {
    const path = ['steps', index]
    if (step.id !== undefined && ids.has(step.id))
      fault([...path, 'id'], `"${step.id}" is the id of two steps: give each its own`)
    if (step.id !== undefined) ids.add(step.id)
    for (const filled of textsFilled(step, path)) lintFilled(filled, known, fault)
    if ('say' in step && step.offer) lintOffer(step.offer, [...path, 'offer'], around, fault)
    if ('ask' in step && (step.answer.as === 'choice' || step.answer.as === 'many')) {
      const options = Object.entries(step.answer.options)
      lintOptions(
        options.map(([key, text]) => ({ path: [...path, 'answer', 'options', key], text })),
        around,
        fault,
      )
    }
    if ('ask' in step && step.answer.as === 'text' && step.answer.media.length > 0 && !step.answer.screened)
      fault(
        [...path, 'answer', 'media'],
        'what stands under a picture is free text: write screened: true, or take media out',
      )
    if ('ask' in step && step.answer.as === 'text') lintScreen(step.answer, [...path, 'answer'], fault)
    if ('ask' in step && step.answer.as === 'pick')
      isKnown([...path, 'answer', 'from'], step.answer.from, known, fault)
    for (const { key, name } of readBy(step)) isKnown([...path, ...key], name, known, fault)
    if ('do' in step && !around.deeds.has(step.do))
      fault(
        [...path, 'do'],
        `the programme knows no deed "${step.do}": use one of ${[...around.deeds].toSorted().join(', ')}`,
      )
    if ('open' in step && step.open !== 'home' && !around.dialogues.has(step.open))
      fault(
        [...path, 'open'],
        `there is no dialogue "${step.open}": write the name of a file in flows, or home`,
      )
  })
  lintWays(steps, fault)
}

/** A button says its own words, which people may write as well. */
function lintOffer(offer: LocalText, path: Path, { commands }: Surroundings, fault: Report): void {
  for (const [language, word] of Object.entries(offer))
    if (!commands.has(commandWord(word ?? '')))
      fault([...path, language], `"${word}" is no command: write a word of commands in words.yaml`)
}

/** Whatever is asked, somebody may write of a patient: words are looked at, or their author says why they need not be. */
function lintScreen(
  { screened, unscreened }: Extract<Ask['answer'], { as: 'text' }>,
  path: Path,
  fault: Report,
): void {
  if (!screened && unscreened === undefined)
    fault(
      path,
      'what is written may tell who a patient is: add screened: true, so that it is looked at before it is kept, or unscreened with the reason why it need not be',
    )
  if (screened && unscreened !== undefined)
    fault([...path, 'unscreened'], 'it is screened all the same: take one of the two out')
}

/** The names a text or an `if` may use; undefined when a deed may have found more. */
function namesKnown(steps: readonly Step[]): ReadonlySet<string> | undefined {
  if (steps.some((step) => 'do' in step)) return undefined
  return new Set([
    ...FACTS,
    ...steps.flatMap((step) => {
      if ('ask' in step) return [step.save, ...(hasPicked(step) ? ['picked'] : [])]
      if ('total' in step) return [step.total]
      return 'set' in step ? [step.set] : 'copy' in step ? [step.to] : []
    }),
  ])
}

/** The names a step looks at, and where they stand. */
function readBy(step: Step): { key: (string | number)[]; name: string }[] {
  if ('if' in step) return [{ key: ['if'], name: step.if }]
  if ('unless' in step) return [{ key: ['unless'], name: step.unless }]
  if ('copy' in step) return [{ key: ['copy'], name: step.copy }]
  if (!('total' in step)) return []
  return step.of.flatMap((term, at) => {
    if (typeof term === 'number') return []
    const name =
      typeof term === 'string' ? term : 'value' in term ? term.value : 'if' in term ? term.if : term.unless
    return [{ key: ['of', at], name }]
  })
}

function isKnown(path: Path, name: string, known: ReadonlySet<string> | undefined, fault: Report): void {
  if (known?.has(name) === false)
    fault(path, `no step saves "${name}": write one of ${[...known].join(', ')}`)
}

function textsFilled(step: Step, path: Path): { path: Path; text: LocalText }[] {
  if ('say' in step) return [{ path: [...path, 'say'], text: step.say }]
  if (!('ask' in step)) return []
  const unclear = step.unclear ? [{ path: [...path, 'unclear'], text: step.unclear }] : []
  return [{ path: [...path, 'ask'], text: step.ask }, ...unclear]
}

/** Every step can be come to, every name leads to one, and no way goes round without asking anything. */
function lintWays(steps: readonly Step[], fault: Report): void {
  const named = (id: string): number => steps.findIndex((step) => step.id === id)
  steps.forEach((step, index) => {
    for (const { key, id } of targetsOf(step))
      if (named(id) === -1)
        fault(['steps', index, ...key], `there is no step "${id}": write the id of a step of this dialogue`)
  })
  const nextOf = (index: number): number[] => {
    const step = steps[index]
    if (!step) return []
    const stops =
      'end' in step || 'open' in step || ('goto' in step && !('if' in step) && !('unless' in step))
    return [...targetsOf(step).map(({ id }) => named(id)), ...(stops ? [] : [index + 1])]
  }
  const reached = reachable([0], nextOf)
  steps.forEach((step, index) => {
    const name = step.id ? ` "${step.id}"` : ''
    if (!reached.has(index))
      fault(['steps', index], `no way leads to this step${name}: go to it or take it out`)
    // Whoever waits for an answer or a deed may come back: between them somebody does something.
    const waits = (at: number): boolean => ['ask', 'do'].some((word) => word in (steps[at] ?? {}))
    const silent = (at: number): number[] => (waits(at) ? [] : nextOf(at))
    const to = 'goto' in step ? named(step.goto) : -1
    // Every round has a jump back in it, so that each is told once.
    if (to !== -1 && to <= index && reachable([to], silent).has(index))
      fault(
        ['steps', index, 'goto'],
        'this goes round for ever without asking anything: ask something on the way, or end',
      )
  })
}

function targetsOf(step: Step): { key: string[]; id: string }[] {
  if ('goto' in step) return [{ key: ['goto'], id: step.goto }]
  return 'do' in step
    ? Object.entries(step.then ?? {}).map(([outcome, id]) => ({ key: ['then', outcome], id }))
    : []
}

function reachable(from: readonly number[], nextOf: (index: number) => number[]): Set<number> {
  const reached = new Set<number>()
  const open = [...from]
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    if (at < 0 || reached.has(at)) continue
    reached.add(at)
    open.push(...nextOf(at))
  }
  return reached
}
