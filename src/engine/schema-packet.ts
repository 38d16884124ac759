// What an author may write in a packet: three minutes of training at the workplace, a low dose at high frequency.
import { z } from 'zod'
import {
  cadres,
  competency,
  factsNamed,
  languages,
  measured,
  notFacts,
  numbers,
  review,
  sourced,
  text,
} from './schema-parts.ts'

export const packetSchema = z.strictObject({
  kind: z.literal('packet'),
  title: text,
  competency,
  cadres,
  languages,
  ...review,
  ...sourced,
  numbers,
  facts: factsNamed,
  /** Numbers that are worked out for its case and stand in no guideline: `['18 mg']`. */
  worked_out: z.array(measured).default([]),
  not_facts: notFacts,
  /** What happens on a ward, told of nobody who could be known by it; it ends where somebody has to decide. */
  case: text,
  /** What to take along from it. */
  points: z.array(text).length(2, 'write two points: three minutes hold no more'),
  /** One thing to practise at the workplace until the next packet, alone or with a colleague. */
  task: text,
})

export type Packet = z.infer<typeof packetSchema>
