// Transcripts of what is not talked but read: a checklist and the marks put to it, a report form and a line of counts, a
// card of first steps, a packet, a template. What the service would say of them, in its own words.
import type { Say } from '../engine/events.ts'
import { readMarks } from '../engine/marks.ts'
import { readLine } from '../engine/report-line.ts'
import type { FlowContent } from '../engine/parse.ts'
import type { Checklist } from '../engine/schema-checklist.ts'
import type { ReportForm } from '../engine/schema-report.ts'
import { type Line, type Talk, transcriptSchema } from '../engine/schema-transcript.ts'
import type { Template } from '../engine/schema-template.ts'
import type { Shelf } from '../engine/shelf.ts'
import { speak } from '../engine/speak.ts'
import type { Replay } from '../engine/transcript.ts'
import { Voice } from '../engine/voice.ts'
import { firstSteps } from '../usecases/first-steps.ts'
import {
  askItems,
  formOf,
  itemsAsked,
  marked,
  notTaken,
  readBack,
  type Sheet,
} from '../usecases/checklist-marks.ts'
import { readBackSays, zeros } from '../usecases/report-form.ts'
import type { Day } from '../words/clock.ts'
import type { FlowVersion } from '../words/ids.ts'
import { inLanguage, type Language, LANGUAGES } from '../words/language.ts'

/** A form is read aloud for this one. */
const A_MONTH = { every: 'month', first: '2026-01-01' as Day } as const

const KINDS = ['checklist', 'emergency', 'packet', 'report', 'template'] as const

/** Content that is read. */
export type Read = Extract<FlowContent, { kind: (typeof KINDS)[number] }>

export const isRead = (content: FlowContent | undefined): content is Read =>
  KINDS.some((kind) => kind === content?.kind)

/** Reads it out, and hears what is typed to it; what the bot says is heard anew. */
export function readAloud(
  shelf: Shelf,
  { version, content }: { version: FlowVersion; content: Read },
  { language, talk }: Pick<Talk, 'language' | 'talk'>,
): Replay {
  const lines: Line[] = []
  const tell = (says: readonly Say[]): void => {
    for (const { text } of speak(shelf, says, { language, timezone: 'Africa/Kigali' }))
      lines.push({ bot: text })
  }
  const { begins, hear } = hearerOf(shelf, { version, content }, language)
  if (typeof begins === 'string') lines.push({ bot: begins })
  else tell(begins)
  for (const [at, line] of talk.entries()) {
    if ('bot' in line) continue
    const answer = 'says' in line ? hear?.(line.says) : undefined
    if (!answer || !('says' in line)) {
      const why = 'only marks of a checklist and counts of a report are typed here'
      return { lines, visited: new Set(), stuck: { line: at, why } }
    }
    lines.push(line)
    tell(answer)
  }
  return { lines, visited: new Set() }
}

export interface Hearer {
  /** What is read first: what the service says, or words as they stand in the file. */
  readonly begins: readonly Say[] | string
  /** What is answered; none where nothing is heard. */
  readonly hear?: (text: string) => readonly Say[]
}

/** What is read, and what answers to the lines that are typed to it. */
export function hearerOf(
  shelf: Shelf,
  { version, content }: { version: FlowVersion; content: Read },
  language: Language,
): Hearer {
  switch (content.kind) {
    case 'checklist':
      return markingOf(shelf, { version, checklist: content }, language)
    case 'report':
      return countingOf(shelf, content, language)
    case 'packet':
      return { begins: [{ say: 'packet', flow: version }] }
    case 'emergency':
      return { begins: firstSteps(content) }
    case 'template':
      return { begins: templateText(shelf, content, language) }
  }
}

/** Group after group is marked, and the full sheet is read back with its score. */
function markingOf(
  shelf: Shelf,
  list: { version: FlowVersion; checklist: Checklist },
  language: Language,
): Hearer {
  let sheet: Sheet = { ...list, marks: list.checklist.items.map(() => undefined) }
  return {
    begins: askItems(sheet),
    hear(text) {
      const read = readMarks(text, formOf(sheet, language))
      if (read.read !== 'marks') return notTaken(shelf, sheet, read)
      sheet = marked(sheet, read.marks)
      return itemsAsked(sheet).length > 0 ? askItems(sheet) : readBack(sheet)
    },
  }
}

/** The form's questions, and a line of counts read back. */
function countingOf({ words }: Shelf, form: ReportForm, language: Language): Hearer {
  return {
    begins: form.items.map(({ ask }) => inLanguage(ask, language)).join('\n'),
    hear(text) {
      const { values, rest, words: unclear } = readLine(text, form, language)
      const counts = { ...(rest && zeros(form)), ...Object.fromEntries(values) }
      return readBackSays(form, { period: A_MONTH, counts, before: undefined, unclear }, words)
    },
  }
}

/** With its values by name, as they stand in the file, and what is on its button. */
function templateText(shelf: Shelf, { text, variables, button }: Template, language: Language): string {
  const values = Object.fromEntries(variables.map((name) => [name, `(${name})`]))
  const voice = new Voice(shelf, { language, timezone: 'Africa/Kigali' })
  return [
    voice.filled(inLanguage(text, language), values),
    ...(button ? [`[${inLanguage(button, language)}]`] : []),
  ].join('\n\n')
}

/** A first transcript: the whole of it in its first language, and in each other. */
export function draftRead(shelf: Shelf, flow: { version: FlowVersion; content: Read }): Talk[] {
  const spoken = LANGUAGES.filter((language) => flow.content.languages.includes(language))
  return spoken.map((language, index) => {
    const typed = typedTo(flow.content, language, index === 0)
    const about = typed.length === 0 ? 'Read from the first word to the last.' : ABOUT[flow.content.kind]
    const [talk] = transcriptSchema.parse([{ about, language, talk: typed.map((says) => ({ says })) }]) as [
      Talk,
    ]
    return { ...talk, talk: [...readAloud(shelf, flow, talk).lines] }
  })
}

const ABOUT: Partial<Record<Read['kind'], string>> = {
  checklist: 'Marked group by group, and read back.',
  report: 'Asked one by one, and answered in one line.',
}

/** What is typed to it: every group done; in its first language but the first critical step, which nobody has seen. */
function typedTo(content: Read, language: Language, first: boolean): string[] {
  if (content.kind === 'report')
    return [content.items.map(({ label }, index) => `${inLanguage(label, language)} ${index}`).join(', ')]
  if (content.kind !== 'checklist') return []
  let sheet: Sheet = {
    version: '' as FlowVersion,
    checklist: content,
    marks: content.items.map(() => undefined),
  }
  const missed = first ? content.items.findIndex(({ critical }) => critical) : -1
  const typed: string[] = []
  for (let asked = itemsAsked(sheet); asked.length > 0; asked = itemsAsked(sheet)) {
    typed.push(asked.map((index) => `${index + 1} ${index === missed ? '?' : 'd'}`).join(', '))
    sheet = marked(sheet, new Map(asked.map((index) => [index + 1, 'done'])))
  }
  return typed
}
