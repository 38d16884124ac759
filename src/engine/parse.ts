// From a file's text to a flow, or to a list of what is wrong with it, each with line and column.
import { type Document, isMap, isNode, isScalar, LineCounter, parseDocument, type YAMLError } from 'yaml'
import type { z } from 'zod'
import { inWords, withoutEchoes } from './complaint.ts'
import { flowSchema } from './schema.ts'

export type FlowContent = z.infer<typeof flowSchema>

/** One thing wrong in a flow file, said so that its author can mend it. */
export interface Fault {
  /** The file's name inside the flows folder. */
  readonly file: string
  /** From 1. */
  readonly line: number
  readonly column: number
  readonly message: string
}

export interface ParsedFlow {
  /** The content, when its shape is right. */
  readonly content: FlowContent | undefined
  /** The content as written, for the version's hash and the archive; canonical JSON. */
  readonly written: string
  readonly faults: readonly Fault[]
  /** Where in the file a path of keys stands, for faults found later. */
  at(path: readonly PropertyKey[]): { line: number; column: number }
}

/** Parses one flow file. Never throws: what is wrong comes back as faults. */
export function parseFlow(file: string, source: string): ParsedFlow {
  const lines = new LineCounter()
  const document = parseDocument(source, { lineCounter: lines, uniqueKeys: true })
  const placeOf = (offset: number): { line: number; column: number } => {
    const { line, col } = lines.linePos(offset)
    // An empty file has no lines; its first is where something should be.
    return { line: Math.max(1, line), column: Math.max(1, col) }
  }
  const at = (path: readonly PropertyKey[]): { line: number; column: number } =>
    placeOf(offsetOf(document, path))
  const broken = (faults: Fault[]): ParsedFlow => ({ content: undefined, written: '', faults, at })

  // After the first sign that means nothing the reader guesses: what it then complains of is that mistake once more.
  const all = [...document.errors, ...document.warnings]
  const first = all.findIndex(({ code }) => code !== 'DUPLICATE_KEY')
  const unreadable = first === -1 ? all : all.slice(0, first + 1)
  if (unreadable.length > 0)
    return broken(
      unreadable.map((error) => ({ file, ...placeOf(error.pos[0]), message: yamlComplaint(error) })),
    )
  let written: unknown
  try {
    written = document.toJS()
  } catch {
    return broken([
      {
        file,
        line: 1,
        column: 1,
        message: 'an alias (*name) leads nowhere or round in circles: write the text out',
      },
    ])
  }
  const result = flowSchema.safeParse(written, { error: inWords })
  const faults = withoutEchoes(result.error?.issues ?? []).map((issue): Fault => {
    const place =
      issue.code === 'unrecognized_keys'
        ? keyOffset(document, issue.path, issue.keys[0])
        : offsetOf(document, issue.path)
    const where = issue.path.length > 0 ? `${issue.path.map(String).join('.')}: ` : ''
    return { file, ...placeOf(place), message: where + issue.message }
  })
  return { content: result.data, written: JSON.stringify(written), faults, at }
}

/** What the YAML reader says, without the place it repeats, and with what usually mends it. */
function yamlComplaint({ code, message }: YAMLError): string {
  const said = (message.split('\n')[0] ?? '').replace(/ at line \d+, column \d+:?$/, '')
  if (code === 'DUPLICATE_KEY') return 'this key stands here twice: take one of them out'
  if (code === 'TAB_AS_INDENT') return 'there is a tab here: indent with spaces'
  return `${said}: look at the indentation here, and put a text that holds ": " or begins with a sign in quotes`
}

/** The place of the deepest node on the path that exists. */
function offsetOf(document: Document, path: readonly PropertyKey[]): number {
  for (let depth = path.length; depth >= 0; depth--) {
    const node: unknown = document.getIn(path.slice(0, depth), true)
    if (isNode(node) && node.range) return node.range[0]
  }
  return 0
}

/** The place of a key itself, not of its value. */
function keyOffset(document: Document, path: readonly PropertyKey[], key: string | undefined): number {
  const map: unknown = document.getIn(path, true)
  const pair = isMap(map)
    ? map.items.find((item) => isScalar(item.key) && String(item.key.value) === key)
    : undefined
  return isScalar(pair?.key) && pair.key.range ? pair.key.range[0] : offsetOf(document, path)
}
