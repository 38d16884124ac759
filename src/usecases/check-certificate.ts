// Whether a certificate is one of ours, and what stands on it. Anybody may ask who has its code.
import { refreshDueAt } from '../domain/competency.ts'
import { certificateByCode, codeMeant } from '../store/certificates.ts'
import { recordsOf } from '../store/competency-records.ts'
import type { Instant } from '../words/clock.ts'
import type { LocalText } from '../words/language.ts'
import type { Desk } from './desk.ts'

/** `due`: the validation stands, and is worth refreshing since `dueAt`. */
export type Checked =
  | { readonly state: 'unknown' }
  | {
      readonly state: 'valid' | 'due'
      readonly name: string
      readonly competency: LocalText
      readonly facility: string
      readonly at: Instant
      readonly dueAt: Instant | undefined
    }

export async function checkCertificate(
  { database, shelf, clock }: Pick<Desk, 'database' | 'shelf' | 'clock'>,
  typed: string,
): Promise<Checked> {
  const code = codeMeant(typed)
  const kept = code === undefined ? undefined : await certificateByCode(database, code)
  if (!kept) return { state: 'unknown' }
  const { name, facility, issuedAt: at } = kept
  const { title: competency, shelfLife } = shelf.competencies.named(kept.competency)
  const record = (await recordsOf(database, kept.personId)).find((one) => one.competency === kept.competency)
  const dueAt = record && refreshDueAt(record, shelfLife)
  // Without a validation behind it a certificate says nothing any more.
  if (dueAt === undefined) return { state: 'unknown' }
  const isDue = dueAt <= clock.now()
  return { state: isDue ? 'due' : 'valid', name, competency, facility, at, dueAt: isDue ? dueAt : undefined }
}
