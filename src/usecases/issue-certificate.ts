// On validation: a certificate, as a picture to show and as a document to print, both owed to its owner alone.
import { fill } from '../engine/fill.ts'
import type { Say } from '../engine/events.ts'
import type { Certificate } from '../pictures/certificate.ts'
import { addCertificate, codeShown, type KeptCertificate } from '../store/certificates.ts'
import type { Db } from '../store/db.ts'
import { type FileType, keepFile } from '../store/files.ts'
import { type Person, personById } from '../store/people.ts'
import type { Instant } from '../words/clock.ts'
import type { PersonId } from '../words/ids.ts'
import { inLanguage, type Language, LOCALES } from '../words/language.ts'
import type { Desk } from './desk.ts'

/** Keeps the certificate and its two files; what its owner is told with them. */
export async function issueCertificate(
  desk: Desk,
  db: Db,
  validated: { person: PersonId; competency: string; now: Instant },
): Promise<Say[]> {
  const { person: id, competency, now } = validated
  const person = await personById(db, id)
  if (!person) return []
  const facility = person.facility ?? ''
  const code = await addCertificate(db, { person: id, competency, facility, at: now })
  return sayCertificate(desk, db, { competency, code, facility, issuedAt: now }, person)
}

/** Draws a certificate that is kept, as it was on its day, and keeps the two files for its owner. */
export async function sayCertificate(
  desk: Desk,
  db: Db,
  kept: Pick<KeptCertificate, 'competency' | 'code' | 'facility' | 'issuedAt'>,
  person: Person,
): Promise<Say[]> {
  const { competency, facility, issuedAt } = kept
  const code = codeShown(kept.code)
  const { shelf, publicUrl, programme } = desk
  const say = (word: string, values: Record<string, string> = {}): string =>
    fill(
      inLanguage(shelf.words[word] ?? {}, person.language, shelf.programmeLanguage),
      person.language,
      values,
    )
  const { title } = shelf.competencies.named(competency)
  const certificate: Certificate = {
    heading: say('certificate_heading'),
    lead: say('certificate_lead'),
    name: person.name,
    shown: say('certificate_shown'),
    competency: inLanguage(title, person.language, shelf.programmeLanguage),
    facility,
    date: dayOf(issuedAt, person.language, programme.timezone),
    check: say('certificate_check', { code }),
    link: publicUrl === undefined ? undefined : `${publicUrl}/check/${code}`,
    at: issuedAt,
  }
  const owed = async (kind: 'image' | 'document', mime: FileType, bytes: Uint8Array): Promise<Say> => {
    const name = `certificate-${competency}.${kind === 'image' ? 'png' : 'pdf'}`
    const file = await keepFile(db, { person: person.id, name, mime, bytes })
    const values = { title, code, link: certificate.link ?? '' }
    return {
      say: 'file',
      attachment: { file, kind, name, mime },
      word: kind === 'image' ? 'certificate_picture' : 'certificate_document',
      values,
      ...(kind === 'image' && { alt: 'certificate_alt' }),
    }
  }
  const { drawCertificate, writeCertificate } = await import('../pictures/certificate.ts')
  return [
    await owed('image', 'image/png', await drawCertificate(certificate)),
    await owed('document', 'application/pdf', await writeCertificate(certificate)),
  ]
}

const dayOf = (at: Instant, language: Language, timeZone: string): string =>
  new Intl.DateTimeFormat(LOCALES[language], { dateStyle: 'long', timeZone }).format(at)
