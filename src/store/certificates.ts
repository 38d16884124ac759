// Certificates of validation, and the codes they are checked by.
import { randomBytes } from 'node:crypto'
import { z } from 'zod'
import type { Instant } from '../words/clock.ts'
import type { PersonId } from '../words/ids.ts'
import type { Db } from './db.ts'

/** Digits and letters that are not taken for one another: no I, L, O, U. */
const SIGNS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
const LENGTH = 12

const CODE = /^[0-9A-HJKMNP-TV-Z]{12}$/

const newCode = (): string => Array.from(randomBytes(LENGTH), (byte) => SIGNS[byte % 32] ?? '').join('')

/** A code as people read it: `7KQ2-M9XD-4TRB`. */
export const codeShown = (code: string): string => code.replaceAll(/(.{4})(?=.)/g, '$1-')

/** A code as it was meant, however it was typed; undefined when it can be none. */
export function codeMeant(typed: string): string | undefined {
  if (typed.length > 40) return undefined
  const code = typed.toUpperCase().replaceAll(/[\s-]/g, '').replaceAll('O', '0').replaceAll(/[IL]/g, '1')
  return CODE.test(code) ? code : undefined
}

/** Keeps a certificate of today; its code. */
export async function addCertificate(
  db: Db,
  issued: { person: PersonId; competency: string; facility: string; at: Instant },
): Promise<string> {
  const code = newCode()
  await db.query(
    `insert into certificate (person_id, competency, code, facility, issued_at)
     values ($1, $2, $3, $4, to_timestamp($5::float8 / 1000))`,
    [issued.person, issued.competency, code, issued.facility, issued.at],
  )
  return code
}

const certificateRow = z.object({
  person_id: z.int(),
  name: z.string(),
  competency: z.string(),
  code: z.string(),
  facility: z.string(),
  issued_at: z.number(),
})

export interface KeptCertificate {
  readonly personId: PersonId
  readonly name: string
  readonly competency: string
  readonly code: string
  readonly facility: string
  readonly issuedAt: Instant
}

/** Somebody's certificates, of each competency the newest, by competency. */
export async function certificatesOf(db: Db, person: PersonId): Promise<KeptCertificate[]> {
  const rows = await db.query(
    `select distinct on (c.competency) c.person_id, p.name, c.competency, c.code, c.facility, c.issued_at
     from certificate c join person p on p.id = c.person_id where c.person_id = $1
     order by c.competency, c.issued_at desc, c.id desc`,
    [person],
  )
  return rows.map(certificateOf)
}

function certificateOf(row: unknown): KeptCertificate {
  const { person_id, issued_at, ...kept } = certificateRow.parse(row)
  return { ...kept, personId: person_id as PersonId, issuedAt: issued_at }
}

/** The certificate with this code, as `codeMeant` gives it. */
export async function certificateByCode(db: Db, code: string): Promise<KeptCertificate | undefined> {
  const [row] = await db.query(
    `select c.person_id, p.name, c.competency, c.code, c.facility, c.issued_at
     from certificate c join person p on p.id = c.person_id where c.code = $1`,
    [code],
  )
  return row ? certificateOf(row) : undefined
}
