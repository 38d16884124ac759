// Transcripts as they stand in their files, and where what is said differs from what is written.
import { type Document, isNode, LineCounter, parseDocument, stringify } from 'yaml'
import { inWords } from './complaint.ts'
import type { Fault } from './parse.ts'
import { type Line, type Talk, transcriptSchema } from './schema-transcript.ts'
import type { Replay } from './transcript.ts'

export interface Transcript {
  readonly talks: readonly Talk[]
  readonly faults: readonly Fault[]
  /** The line of the file, from 1, of a line of a talk; of the talk itself without one. */
  readonly lineOf: (talk: number, line?: number) => number
}

/** Reads a transcript. Never throws: what is wrong comes back as faults. */
export function parseTranscript(file: string, source: string): Transcript {
  const counter = new LineCounter()
  const document = parseDocument(source, { lineCounter: counter, uniqueKeys: true })
  const at = (path: readonly PropertyKey[]): { line: number; column: number } => {
    const { line, col } = counter.linePos(offsetOf(document, path))
    return { line: Math.max(1, line), column: Math.max(1, col) }
  }
  const lineOf = (talk: number, line?: number): number =>
    at(line === undefined ? [talk] : [talk, 'talk', line]).line
  const [unreadable] = [...document.errors, ...document.warnings]
  if (unreadable)
    return {
      talks: [],
      faults: [{ file, ...at([]), message: unreadable.message.split('\n')[0] ?? '' }],
      lineOf,
    }
  const read = transcriptSchema.safeParse(document.toJS({ maxAliasCount: -1 }), { error: inWords })
  const faults = (read.error?.issues ?? []).map(({ path, message }) => ({
    file,
    ...at(path),
    message:
      path.includes('talk') && path.length === 3 ? 'a line has one of bot, says, taps, deed, opens' : message,
  }))
  return { talks: read.data ?? [], faults, lineOf }
}

/** What a deed came to in a talk, and what it found. */
export type DeedDone = Required<Pick<Extract<Line, { deed: string }>, 'outcome'>> &
  Pick<Extract<Line, { deed: string }>, 'found'>

/** What each deed comes to in the talks of a transcript, in their order; none where it cannot be read. */
export function deedsIn(source: string): ReadonlyMap<string, readonly DeedDone[]> {
  const deeds = new Map<string, DeedDone[]>()
  for (const line of parseTranscript('', source).talks.flatMap(({ talk }) => talk))
    if ('deed' in line && line.outcome !== undefined)
      deeds.set(line.deed, [
        ...(deeds.get(line.deed) ?? []),
        { outcome: line.outcome, ...(line.found && { found: line.found }) },
      ])
  return deeds
}

/** A transcript as it is written: what people read in lines, all that goes without saying left out. */
export function writeTranscript(talks: readonly Talk[], heading: string): string {
  const written = talks.map((talk) => ({
    about: talk.about,
    ...(talk.language !== 'en' && { language: talk.language }),
    ...(talk.clock !== USUAL.clock && { clock: talk.clock }),
    ...(talk.person !== USUAL.person && { person: talk.person }),
    ...(talk.home !== USUAL.home && { home: talk.home }),
    ...(talk.purpose !== USUAL.purpose && { purpose: talk.purpose }),
    ...(talk.questions && { questions: talk.questions }),
    ...(Object.keys(talk.knows).length > 0 && { knows: talk.knows }),
    talk: talk.talk,
  }))
  return `${heading}\n${stringify(written, {
    lineWidth: 0,
    blockQuote: 'literal',
    aliasDuplicateObjects: false,
  })}`
}

const USUAL = transcriptSchema.parse([{ about: '-', talk: [] }])[0] as Talk

/** Where a replayed talk leaves its transcript: the place of the line in the talk, and what differs. */
export function difference(
  talk: Talk,
  { lines, stuck }: Replay,
): { line: number; message: string } | undefined {
  if (stuck) return { line: stuck.line, message: stuck.why }
  const count = Math.max(talk.talk.length, lines.length)
  for (let at = 0; at < count; at++) {
    const [written, said] = [talk.talk[at], lines[at]]
    if (JSON.stringify(written) === JSON.stringify(said)) continue
    const line = Math.min(at, Math.max(0, talk.talk.length - 1))
    if (!said) return { line, message: `the talk has ended before this: ${shown(written)}` }
    if (!written) return { line, message: `after this comes more: ${shown(said)}` }
    return { line, message: `it should come: ${shown(written)}\n  and there comes: ${shown(said)}` }
  }
  return undefined
}

/** A line in one line, from the first word that matters. */
const shown = (line: Line | undefined): string =>
  JSON.stringify(line ?? {})
    .slice(1, -1)
    .replace(/^"(\w+)":/, '$1: ')

function offsetOf(document: Document, path: readonly PropertyKey[]): number {
  for (let depth = path.length; depth >= 0; depth--) {
    const node: unknown = document.getIn(path.slice(0, depth), true)
    if (isNode(node) && node.range) return node.range[0]
  }
  return 0
}
