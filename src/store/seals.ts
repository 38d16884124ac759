import { createHmac, timingSafeEqual } from 'node:crypto'
import { z } from 'zod'
import type { Instant } from '../words/clock.ts'
import type { PersonId } from '../words/ids.ts'

/**
 * What a sealed note is good for: `link` opens the browser chat, `talk` is the tab that has opened it. `admin-link` opens
 * the pages for administrators, `admin` is the tab that has; they are about nobody.
 */
export type SealPurpose = 'link' | 'talk' | 'admin-link' | 'admin'

/** Whom a note is about that is good for whoever has it. */
export const ANYBODY = 0 as PersonId

export interface Seals {
  /** A note that this person may do this until then. */
  seal(purpose: SealPurpose, person: PersonId, until: Instant): string
  /** Whom a note is about, or undefined when it is not ours, for something else, or too old. */
  open(purpose: SealPurpose, note: string, now: Instant): PersonId | undefined
}

const noteSchema = z.tuple([z.string(), z.int().nonnegative(), z.number()])

/** Notes signed with the service's key (HMAC-SHA-256): whoever changes one has none. */
export function makeSeals(key: string): Seals {
  const sign = (text: string): Buffer => createHmac('sha256', key).update(text).digest()
  return {
    seal(purpose, person, until) {
      const text = Buffer.from(JSON.stringify([purpose, person, until])).toString('base64url')
      return `${text}.${sign(text).toString('base64url')}`
    },
    open(purpose, note, now) {
      const [text, signature] = note.length < 500 ? note.split('.') : []
      if (text === undefined || signature === undefined) return undefined
      const given = Buffer.from(signature, 'base64url')
      const right = sign(text)
      if (given.length !== right.length || !timingSafeEqual(given, right)) return undefined
      const read = noteSchema.safeParse(JSON.parse(Buffer.from(text, 'base64url').toString()))
      if (!read.success || read.data[0] !== purpose || read.data[2] < now) return undefined
      return read.data[1] as PersonId
    },
  }
}
