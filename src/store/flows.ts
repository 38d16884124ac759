import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { z } from 'zod'
import { lintFlow } from '../engine/lint.ts'
import { type Fault, type FlowContent, parseFlow, type ParsedFlow } from '../engine/parse.ts'
import { flowSchema } from '../engine/schema.ts'
import { commandWord, type Flow } from '../engine/shelf.ts'
import type { FlowId, FlowVersion } from '../words/ids.ts'
import type { Db } from './db.ts'

/** One flow file as read: what it holds, and what is wrong with it. */
export interface FlowFile {
  /** The file's name inside the folder, such as `menu.yaml`. */
  readonly file: string
  readonly id: FlowId
  readonly version: FlowVersion
  readonly parsed: ParsedFlow
  readonly faults: readonly Fault[]
}

/** Reads and checks every `*.yaml` of the flows folder and the folders in it (transcripts are tests, not flows). */
export async function readFlowFiles(directory: string, deeds: ReadonlySet<string>): Promise<FlowFile[]> {
  const names = await flowNames(directory)
  const parsed = await Promise.all(
    names.map(async (file) => ({
      file,
      parsed: parseFlow(file, await readFile(join(directory, file), 'utf8')),
    })),
  )
  // A file that cannot be read may well be a dialogue: its own fault is told, not one for each that opens it.
  const dialogues = new Set(
    parsed.flatMap(({ file, parsed: { content } }) =>
      !content || content.kind === 'dialogue' ? [idOf(file)] : [],
    ),
  )
  const commands = new Set(
    parsed.flatMap(({ parsed: { content } }) =>
      content?.kind === 'words'
        ? Object.values(content.commands).flatMap((texts) => Object.values(texts).flat().map(commandWord))
        : [],
    ),
  )
  const facts = parsed.flatMap(({ parsed: { content } }) => (content?.kind === 'facts' ? content.facts : []))
  const around = {
    deeds,
    dialogues,
    commands,
    facts: facts.length > 0 ? new Map(facts.map((fact) => [fact.id, fact])) : undefined,
  }
  return parsed.map((flow) => ({
    ...flow,
    id: idOf(flow.file),
    version: versionOf(flow.parsed.written) as FlowVersion,
    faults: lintFlow(flow.file, flow.parsed, around),
  }))
}

async function flowNames(directory: string): Promise<string[]> {
  return (await readdir(directory, { recursive: true }))
    .filter((name) => name.endsWith('.yaml') && !name.endsWith('.transcript.yaml'))
    .toSorted()
}

/** What the files of one kind hold; the others are not parsed, and what cannot be read is left out. */
export async function readFlowsOfKind<Kind extends FlowContent['kind']>(
  directory: string,
  kind: Kind,
): Promise<Extract<FlowContent, { kind: Kind }>[]> {
  const sources = await Promise.all(
    (await flowNames(directory)).map(async (file) => ({
      file,
      source: await readFile(join(directory, file), 'utf8'),
    })),
  )
  return sources
    .filter(({ source }) => new RegExp(`^kind: *['"]?${kind}\\b`, 'm').test(source))
    .flatMap(({ file, source }) => {
      const { content } = parseFlow(file, source)
      return content?.kind === kind ? [content as Extract<FlowContent, { kind: Kind }>] : []
    })
}

/** The first twelve hex digits of the SHA-256 of a text: enough to tell all versions there will ever be apart. */
export const versionOf = (text: string): string =>
  createHash('sha256').update(text).digest('hex').slice(0, 12)

const idOf = (file: string): FlowId => basename(file, '.yaml') as FlowId

/** Keeps today's versions, so that a session that begins on one can end on it after any number of deploys. */
export async function keepVersions(db: Db, files: readonly FlowFile[]): Promise<void> {
  // All but the first start of a deploy finds them kept: two megabytes need not be sent to be thrown away.
  const known = await db.query('select version from flow_version where version = any($1)', [
    files.map(({ version }) => version),
  ])
  const kept = new Set(known.map((row) => keptRow.parse(row).version))
  const missing = files.filter(({ version }) => !kept.has(version))
  if (missing.length === 0) return
  const rows = missing.map(({ id, version, parsed }) => ({
    flow: id,
    version,
    content: JSON.parse(parsed.written) as unknown,
  }))
  await db.query(
    `insert into flow_version (version, flow, content)
     select version, flow, content from json_to_recordset($1) as f(version text, flow text, content json)
     on conflict do nothing`,
    [JSON.stringify(rows)],
  )
}

const keptRow = z.object({ version: z.string() })

/** What sessions and records run on, version by version; words, calendar and lists are only ever those of today. */
export const isServed = (content: FlowContent): content is Flow['content'] =>
  content.kind === 'quiz' ||
  content.kind === 'dialogue' ||
  content.kind === 'checklist' ||
  content.kind === 'packet'

const versionRow = z.object({ version: z.string(), flow: z.string(), content: z.unknown() })

/** Every version ever served that this service can still read, but for those at hand already. */
export async function keptVersions(db: Db, atHand: readonly FlowVersion[] = []): Promise<Flow[]> {
  const rows = await db.query(
    'select version, flow, content from flow_version where version <> all($1::text[])',
    [atHand],
  )
  return rows.flatMap((row) => {
    const { version, flow, content } = versionRow.parse(row)
    const read = flowSchema.safeParse(content)
    if (!read.success || !isServed(read.data)) return []
    return [{ id: flow as FlowId, version: version as FlowVersion, content: read.data }]
  })
}
