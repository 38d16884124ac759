// What may stand in a transcript, `X.transcript.yaml` beside `X.yaml`: talks as they are to go, line by line.
import { z } from 'zod'
import type { Instant } from '../words/clock.ts'
import { LANGUAGES } from '../words/language.ts'
import { name } from './schema-parts.ts'
import { PURPOSES } from './session.ts'

/** A value a deed has found: words, a number, a text in several languages, a list to pick from, or a moment. */
const value = z.union([
  z.string(),
  z.number(),
  z.array(z.strictObject({ id: z.string(), text: z.partialRecord(z.enum(LANGUAGES), z.string()) })),
  z.strictObject({ at: z.iso.datetime({ offset: true }) }),
  z.partialRecord(z.enum(LANGUAGES), z.string()),
])

const line = z.union([
  /** What the person reads: one message. */
  z.strictObject({ bot: z.string() }),
  /** What the person types. */
  z.strictObject({ says: z.string() }),
  /** What the person taps, by its name in the flow: the letter of an option, the name of a choice. */
  z.strictObject({ taps: z.string() }),
  /** What the programme does here. Without an outcome the talk ends there. */
  z.strictObject({
    deed: name,
    outcome: z.string().optional(),
    found: z.record(z.string(), value).optional(),
  }),
  /** Another dialogue begins, by a command or because the one before leads there; only its name is told. */
  z.strictObject({ opens: name }),
])

const talk = z.strictObject({
  about: z.string().min(1),
  language: z.enum(LANGUAGES).default('en'),
  /** When it begins; every message takes ten seconds. */
  clock: z.iso.datetime({ offset: true }).default('2026-11-23T10:00:00+02:00'),
  person: z.string().default('Joseph'),
  /** The dialogue that greets this person: `welcome` a stranger, `menu` who is in the programme. */
  home: name.default('menu'),
  /** Of a quiz: why it is taken, and which questions are asked, by id. Without a list those that chance draws. */
  purpose: z.enum(PURPOSES).default('practice'),
  questions: z.array(name).optional(),
  /** Of a dialogue: what is known when it opens, such as `{ subject: '142' }`. */
  knows: z.record(z.string(), value).default({}),
  talk: z.array(line),
})

export const transcriptSchema = z.array(talk).min(1)

export type Talk = z.infer<typeof talk>
export type Line = z.infer<typeof line>
export type Found = z.infer<typeof value>

/** A moment as it is written, in milliseconds. */
export const instantIn = (written: string): Instant => z.coerce.date().parse(written).getTime()
