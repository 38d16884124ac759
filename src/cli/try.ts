// A talk with one flow in the terminal, by the engine alone: nobody is told and nothing is kept.
import { readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { stepOf } from '../engine/at-hand.ts'
import type { Event, Say as Said } from '../engine/events.ts'
import { type Input, run } from '../engine/run.ts'
import { NEW_SESSION, type Session } from '../engine/session.ts'
import type { Flow, Shelf } from '../engine/shelf.ts'
import { speak } from '../engine/speak.ts'
import { type DeedDone, deedsIn } from '../engine/transcript-file.ts'
import { foundIn } from '../engine/transcript.ts'
import type { FlowFile } from '../store/flows.ts'
import type { AttemptId, FlowId } from '../words/ids.ts'
import type { Language } from '../words/language.ts'
import type { Cadre } from '../words/roles.ts'
import { hearerOf, isRead, type Read } from './read-aloud.ts'
import type { Say } from './say.ts'
import { shelfOf } from './shelf.ts'
import { transcriptOf } from './transcripts.ts'

/** Who tries: as whom, in what language, and what they type line by line. */
export interface Tester {
  readonly name: string
  /** Whom the flow has to be offered to; anybody where none is named. */
  readonly cadre: Cadre | undefined
  readonly language: Language
  readonly lines: AsyncIterable<string>
  readonly say: Say
}

/**
 * Talks until the flow has ended or no line comes any more. What is read and not talked, such as a packet, is read out;
 * a checklist is marked. Resolves with the exit code.
 */
export async function tryFlow(
  folder: string,
  files: readonly FlowFile[],
  name: string,
  tester: Tester,
): Promise<number> {
  const { say } = tester
  const id = basename(name, '.yaml')
  const file = files.find((one) => one.id === id)
  const content = file?.parsed.content
  if (!file || !content) {
    say(`There is no flow "${name}" in the folder of the flows: write the name of one of its files.`)
    return 1
  }
  const shelf = shelfOf(files, tester.language)
  tellWhose(content, tester)
  if (isRead(content)) return readOut(shelf, { ...file, content }, tester)
  if (content.kind !== 'quiz' && content.kind !== 'dialogue') {
    say(`Nobody talks with "${id}", it is for the service: \`npm run flows -- check\` looks at it.`)
    return 1
  }
  const transcript = await readFile(join(folder, transcriptOf(file.file)), 'utf8').catch(() => '[]')
  return talk(
    shelf,
    { id: file.id, version: file.version, content },
    { ...tester, deeds: deedsIn(transcript) },
  )
}

/** Says it where the person would not be offered the flow, or would read it in another language. */
function tellWhose(content: object, { cadre, language, say }: Tester): void {
  if (cadre && 'cadres' in content && !(content.cadres as readonly Cadre[]).includes(cadre))
    say(`(it is not offered to ${cadre}: it is for ${(content.cadres as readonly Cadre[]).join(', ')})`)
  if ('languages' in content && !(content.languages as readonly Language[]).includes(language))
    say(
      `(it is not written in ${language}: there is ${(content.languages as readonly Language[]).join(', ')})`,
    )
}

/** Reads it out and, where it is marked or counted, hears what is typed. */
async function readOut(
  shelf: Shelf,
  flow: FlowFile & { readonly content: Read },
  { language, lines, say }: Tester,
): Promise<number> {
  const tell = (says: readonly Said[]): void => tellSays(shelf, says, { language, say })
  const { begins, hear } = hearerOf(shelf, flow, language)
  if (typeof begins === 'string') say(begins)
  else tell(begins)
  if (hear) for await (const line of lines) tell(hear(line))
  return 0
}

async function talk(
  shelf: Shelf,
  flow: Pick<Flow, 'id' | 'version' | 'content'>,
  tester: Tester & { readonly deeds: ReadonlyMap<string, readonly DeedDone[]> },
): Promise<number> {
  const { say, deeds } = tester
  const lines = tester.lines[Symbol.asyncIterator]()
  const seed = Date.now() % 2 ** 31
  let session: Session = NEW_SESSION
  let input: Input =
    flow.content.kind === 'quiz'
      ? { kind: 'quiz', flow: flow.id, attempt: 1 as AttemptId, purpose: 'practice', seed }
      : { kind: 'open', flow: flow.id }
  for (;;) {
    const facts = { name: tester.name, code: '', 'language-known': '', subject: '' }
    const world = { shelf, now: Date.now(), home: 'menu' as FlowId, facts, numbered: true }
    const turn = run(world, session, input)
    session = turn.session
    show(shelf, turn.events, tester)
    const deed = turn.events.findLast((event) => event.type === 'deed_asked')?.deed
    if (session.stack.length === 0 && deed === undefined) return 0
    if (deed === undefined) {
      const line = await lines.next()
      if (line.done === true) return 0
      input = { kind: 'message', content: { kind: 'text', text: line.value } }
      continue
    }
    const known = deeds.get(deed) ?? []
    const outcomes = outcomesOf(shelf, session, known)
    let typed: string | undefined
    do {
      say(`(the programme does "${deed}": type its outcome, ${outcomesShown(outcomes)})`)
      const line = await lines.next()
      if (line.done === true) return 0
      typed = line.value.trim()
    } while (typed !== '' && outcomes.length > 0 && !outcomes.includes(typed))
    input = outcomeOf(typed, known)
  }
}

/** What a deed may come to: what the talks beside the flow say, and what its step leads on from. */
function outcomesOf(shelf: Shelf, { stack }: Session, known: readonly DeedDone[]): string[] {
  const frame = stack.at(-1)
  const step = frame?.kind === 'dialogue' ? stepOf(shelf, frame) : undefined
  const led = step && 'do' in step ? Object.keys(step.then ?? {}) : []
  return [...new Set([...known.flatMap(({ outcome }) => outcome ?? []), ...led])]
}

function outcomesShown(outcomes: readonly string[]): string {
  const [first = 'done', ...others] = outcomes
  return others.length > 0 ? `${others.join(', ')}, or nothing for "${first}"` : `or nothing for "${first}"`
}

/** With what the deed finds in those talks: a menu without its places could not be tried. */
function outcomeOf(typed: string, known: readonly DeedDone[]): Input {
  const done = typed === '' ? known[0] : known.find(({ outcome }) => outcome === typed)
  return { kind: 'outcome', outcome: done?.outcome ?? (typed || 'done'), found: foundIn(done?.found ?? {}) }
}

function show(shelf: Shelf, events: readonly Event[], tester: Tester): void {
  tellSays(
    shelf,
    events.flatMap((event) => (event.type === 'said' ? [event.say] : [])),
    tester,
  )
  for (const event of events)
    if (event.type === 'attempt_finished') tester.say(`(${event.score} of ${event.max} right)`)
}

function tellSays(
  shelf: Shelf,
  says: readonly Said[],
  { language, say }: Pick<Tester, 'language' | 'say'>,
): void {
  // A terminal is a channel without buttons.
  const listener = { language, timezone: 'Africa/Kigali', typed: true }
  for (const { text, choices = [] } of speak(shelf, says, listener)) {
    say(text)
    choices.forEach(({ label }, index) => say(`${index + 1}. ${label}`))
    say('')
  }
}
