import type { FlowId, FlowVersion } from '../words/ids.ts'
import type { Language, LocalText } from '../words/language.ts'
import { type Competencies, makeCompetencies } from './catalogue.ts'
import { plain } from './match.ts'
import type { Catalogue } from './schema-catalogue.ts'
import type { ReportForm } from './schema-report.ts'
import type { Template } from './schema-template.ts'
import type { Emergency } from './schema-emergency.ts'
import type { Checklist } from './schema-checklist.ts'
import type { Packet } from './schema-packet.ts'
import type { Dialogue, Quiz, Words } from './schema.ts'
import type { Held } from './session.ts'

/** One flow as the engine runs it: its content, and the name and version it is known by. */
export interface Flow<
  Content extends Quiz | Dialogue | Checklist | Packet = Quiz | Dialogue | Checklist | Packet,
> {
  readonly id: FlowId
  readonly version: FlowVersion
  readonly content: Content
}

/** Everything that can be said: the flows of today, and every older version that a session still runs on. */
export interface Shelf {
  /** Today's version of a flow, the one a new session begins with. */
  current(id: FlowId): Flow | undefined
  /** A version by its hash. @throws UnknownVersion when it is not on the shelf. */
  version(version: FlowVersion): Flow
  /** Adds versions that another process has begun to serve. */
  learn(flows: readonly Flow[]): void
  /** Today's flows. */
  readonly flows: readonly Flow[]
  readonly words: Readonly<Record<string, LocalText>>
  /** The messages that providers have been asked to approve. */
  readonly templates: readonly Template[]
  /** The command a text is, in any language, if it is one. */
  command(text: string): string | undefined
  readonly competencies: Competencies
  /** The packets of a competency, in the order of their names. */
  packetsOf(competency: string): readonly Flow<Packet>[]
  /** First steps when somebody may die, by sign. */
  readonly emergencies: readonly Emergency[]
  /** What CHWs report by, one form a technical area. */
  readonly reports: readonly ReportForm[]
  readonly programmeLanguage: Language
  /** The text masked where it could tell who a patient is; undefined when nothing in it could. */
  screen(text: string): Held | undefined
}

/** A session runs on a version this process has not read: a newer process began it. It stands in the database. */
export class UnknownVersion extends Error {
  override readonly name = 'UnknownVersion'
}

export function makeShelf(parts: {
  current: readonly Flow[]
  older: readonly Flow[]
  words: Words
  catalogue?: Catalogue | undefined
  templates?: readonly Template[]
  emergencies?: readonly Emergency[]
  reports?: readonly ReportForm[]
  programmeLanguage: Language
  screen: Shelf['screen']
}): Shelf {
  const byId = new Map(parts.current.map((flow) => [flow.id, flow]))
  const byVersion = new Map([...parts.older, ...parts.current].map((flow) => [flow.version, flow]))
  const commands = new Map(
    Object.entries(parts.words.commands).flatMap(([command, inLanguages]) =>
      Object.values(inLanguages).flatMap((texts) =>
        texts.map((text) => [commandWord(text), command] as const),
      ),
    ),
  )
  const longestCommand = Math.max(...[...commands.keys()].map((text) => text.length))
  return {
    current: (id) => byId.get(id),
    version(version) {
      const flow = byVersion.get(version)
      if (!flow) throw new UnknownVersion(`flow version ${version} is not on the shelf`)
      return flow
    },
    learn(flows) {
      for (const flow of flows) if (!byVersion.has(flow.version)) byVersion.set(flow.version, flow)
    },
    flows: parts.current,
    words: parts.words.words,
    templates: parts.templates ?? [],
    command: (text) => (text.length > 2 * longestCommand + 8 ? undefined : commands.get(commandWord(text))),
    competencies: makeCompetencies(
      parts.catalogue,
      new Set(parts.current.flatMap(({ content }) => (content.kind === 'quiz' ? [content.competency] : []))),
    ),
    packetsOf: (competency) =>
      parts.current
        .filter((flow): flow is Flow<Packet> => flow.content.kind === 'packet')
        .filter(({ content }) => content.competency === competency)
        .toSorted((a, b) => (a.id < b.id ? -1 : 1)),
    programmeLanguage: parts.programmeLanguage,
    emergencies: parts.emergencies ?? [],
    reports: parts.reports ?? [],
    screen: parts.screen,
  }
}

/** What makes two commands the same word. One of signs only, such as "?", is known by these signs. */
export const commandWord = (text: string): string => plain(text) || text.trim()
