import type { Calendar } from '../domain/rhythm.ts'
import type { Fault, FlowContent } from '../engine/parse.ts'
import type { Template } from '../engine/schema-template.ts'
import { type Flow, makeShelf, type Shelf } from '../engine/shelf.ts'
import type { Db } from '../store/db.ts'
import { type FlowFile, isServed, keepVersions, keptVersions, readFlowFiles } from '../store/flows.ts'
import type { Language } from '../words/language.ts'
import { DEED_NAMES } from './deeds.ts'
import { screenOf } from './screen-text.ts'

/** The flows folder cannot be served: every fault with its place and its remedy. */
export class FlowsBroken extends Error {
  override readonly name = 'FlowsBroken'
  readonly faults: readonly Fault[]

  constructor(faults: readonly Fault[]) {
    super(faults.map(({ file, line, column, message }) => `${file}:${line}:${column} ${message}`).join('\n'))
    this.faults = faults
  }
}

/** What the programme opens by itself, and of which kind: without one of them somebody would be left without an answer. */
const NEEDED: readonly { readonly id: string; readonly kind: FlowContent['kind'] }[] = [
  ...['welcome', 'join', 'menu', 'language', 'stop', 'stopped', 'start', 'hours'].map((id) => ({
    id,
    kind: 'dialogue' as const,
  })),
  { id: 'words', kind: 'words' },
  { id: 'calendar', kind: 'calendar' },
  { id: 'privacy', kind: 'privacy' },
]

const NO_FOLDER: ReadonlyMap<unknown, string> = new Map([
  ['ENOENT', 'there is no such folder: set FLOWS_DIR to the folder of the flows'],
  ['ENOTDIR', 'this is a file, and its flow is looked at with the others: name the folder of the flows'],
])

/** Reads and checks the flows folder. @throws FlowsBroken when any file has a fault: nothing is served half. */
export async function readFlows(directory: string): Promise<FlowFile[]> {
  const files = await readFlowFiles(directory, DEED_NAMES).catch((error: unknown) => {
    const wrong = error instanceof Error && 'code' in error ? NO_FOLDER.get(error.code) : undefined
    if (wrong === undefined) throw error
    throw new FlowsBroken([faultAtTop(directory, wrong)])
  })
  const faults = [
    ...files.flatMap((file) => file.faults),
    ...NEEDED.flatMap(({ id, kind }) => missing(files, id, kind)),
    ...files.flatMap((file, index) => namesake(file, files.slice(0, index))),
    ...files.flatMap((file, index) => rival(file, files.slice(0, index))),
  ]
  if (faults.length > 0) throw new FlowsBroken(faults)
  return files
}

function missing(files: readonly FlowFile[], id: string, kind: FlowContent['kind']): Fault[] {
  const file = files.find((other) => other.id === id)
  if (!file) return [faultAtTop(`${id}.yaml`, 'this file is missing: the service cannot do without it')]
  const { content } = file.parsed
  return content && content.kind !== kind
    ? [faultAtTop(file.file, `this must be a ${kind}: the service opens it by itself`)]
    : []
}

/** A flow is called by its file's name, whatever folder it lies in. */
function namesake({ file, id }: FlowFile, before: readonly FlowFile[]): Fault[] {
  const other = before.find((earlier) => earlier.id === id)
  return other ? [faultAtTop(file, `${other.file} has the same name: give one of them another`)] : []
}

/** Two templates that stand for the same message, or are called the same: nobody could tell which one is sent. */
function rival({ file, parsed: { content } }: FlowFile, before: readonly FlowFile[]): Fault[] {
  if (content?.kind !== 'template') return []
  const wordsOf = ({ instead_of: words }: Template): readonly string[] =>
    words === 'anything' ? [words] : words
  const other = before.find(
    ({ parsed: { content: earlier } }) =>
      earlier?.kind === 'template' &&
      (earlier.name === content.name || wordsOf(earlier).some((word) => wordsOf(content).includes(word))),
  )
  return other
    ? [faultAtTop(file, `${other.file} has the same name or stands for the same message: change one`)]
    : []
}

const faultAtTop = (file: string, message: string): Fault => ({ file, line: 1, column: 1, message })

/** What the service says and when it is silent: today's flows beside every older version kept. */
export async function openShelf(
  db: Db,
  files: readonly FlowFile[],
  language: Language,
): Promise<{ shelf: Shelf; calendar: Calendar }> {
  const current = files.flatMap(({ id, version, parsed: { content } }): Flow[] =>
    content && isServed(content) ? [{ id, version, content }] : [],
  )
  const only = <Kind extends FlowContent['kind']>(
    kind: Kind,
  ): Extract<FlowContent, { kind: Kind }> | undefined =>
    files.flatMap(({ parsed: { content } }) =>
      content?.kind === kind ? [content as Extract<FlowContent, { kind: Kind }>] : [],
    )[0]
  const words = only('words')
  const calendar = only('calendar')
  const privacy = only('privacy')
  const catalogue = only('catalogue')
  if (!words || !calendar || !privacy)
    throw new Error('words.yaml, calendar.yaml and privacy.yaml were not checked')
  await keepVersions(
    db,
    files.filter(({ parsed: { content } }) => content && isServed(content)),
  )
  const older = await keptVersions(
    db,
    current.map(({ version }) => version),
  )
  const shelf = makeShelf({
    current,
    older,
    words,
    catalogue,
    templates: files.flatMap(({ parsed: { content } }) => (content?.kind === 'template' ? [content] : [])),
    emergencies: files.flatMap(({ parsed: { content } }) => (content?.kind === 'emergency' ? [content] : [])),
    reports: files.flatMap(({ parsed: { content } }) => (content?.kind === 'report' ? [content] : [])),
    programmeLanguage: language,
    screen: screenOf(privacy, words),
  })
  return { shelf, calendar }
}
