// Who has which part in a case, and what the others are told of it: by role, never by name.
import type { Say } from '../engine/events.ts'
import { mayWake } from '../domain/case.ts'
import { subjectCode } from '../engine/offer.ts'
import type { Vars } from '../engine/session.ts'
import { offersOf } from '../store/case-offers.ts'
import { mediaBytes } from '../store/case-media.ts'
import { type CasePart, type ClinicalCase } from '../store/cases.ts'
import type { Db } from '../store/db.ts'
import { heldDuties } from '../store/duties.ts'
import { standingOf } from '../store/people.ts'
import { FILE_TYPES, keepFile } from '../store/files.ts'
import type { PersonId } from '../words/ids.ts'
import type { About, Media } from '../words/message.ts'
import type { Tell } from './deeds/deed.ts'
import type { Desk } from './desk.ts'

export type CaseRole = CasePart | 'offered' | 'reader' | 'closed' | 'gone'

export const codeOf = (id: number): string => subjectCode('C', id)

export const aboutCase = (id: number): About => ({ flow: 'case', subject: id })

/** A word about a case: whoever answers the message it stands in speaks of that case. */
export const caseSay = (id: number, word: string, values: Vars = {}): Say => ({
  say: 'word',
  word,
  values: { code: codeOf(id), ...values },
  about: aboutCase(id),
})

/** What somebody is to a case now. */
export async function roleIn(db: Db, asked: ClinicalCase, person: PersonId): Promise<CaseRole> {
  const mine = asked.askerId === person || asked.mentorId === person
  if (asked.state === 'resolved' && mine) return 'closed'
  if (asked.askerId === person) return 'asker'
  // Who has left the programme was a mentor of it.
  if ((await standingOf(db, person)) === 'left') return 'gone'
  if (asked.mentorId === person) return 'mentor'
  const offer = (await offersOf(db, asked.id)).find((other) => other.person === person)
  if (offer?.second) return asked.state === 'resolved' ? 'closed' : 'second'
  // Somebody who was asked and answers late is welcome while nobody else has it.
  if (offer && asked.state === 'waiting') return 'offered'
  const duties = await heldDuties(db, person)
  return duties.some(({ role }) => role === 'programme_supervisor') ? 'reader' : 'gone'
}

/**
 * Who hears what somebody in a case says: who asks and who answers, and those who have given a second opinion. Such an
 * opinion is for the two alone: an association of thirty does not hear thirty times.
 */
export async function listenersOf(
  db: Db,
  asked: ClinicalCase,
  speaker: { person: PersonId; part: CasePart },
): Promise<PersonId[]> {
  const seconds =
    speaker.part === 'second'
      ? []
      : (await offersOf(db, asked.id)).filter(({ second, answer }) => second && answer === 'spoken')
  return [asked.askerId, asked.mentorId, ...seconds.map(({ person }) => person)].filter(
    (person): person is PersonId => person !== undefined && person !== speaker.person,
  )
}

/** The same, and whoever is being asked and has not said whether they take it. */
export async function hearersOf(
  db: Db,
  asked: ClinicalCase,
  speaker: { person: PersonId; part: CasePart },
): Promise<PersonId[]> {
  const listeners = await listenersOf(db, asked, speaker)
  const waiting =
    asked.state === 'waiting'
      ? (await offersOf(db, asked.id)).filter(({ second, answer }) => !second && answer === undefined)
      : []
  return [...new Set([...listeners, ...waiting.map(({ person }) => person)])]
}

/** The asker, told one word. */
export function tellAsker(asked: ClinicalCase, word: string, values: Vars = {}): Tell[] {
  return asked.askerId === undefined
    ? []
    : [{ person: asked.askerId, says: [caseSay(asked.id, word, values)], awaited: mayWake(asked.urgency) }]
}

const NAMES: Readonly<Record<string, string>> = {
  'image/jpeg': 'jpg',
  'audio/ogg': 'ogg',
  'application/pdf': 'pdf',
}

/** What was sent into a case, for one who may see it; undefined when it is no longer kept. */
export async function mediaSay(
  desk: Pick<Desk, 'shelf'>,
  db: Db,
  person: PersonId,
  shown: { id: number; caseId: number; part: CasePart; kind: Media; text: string },
): Promise<Say | undefined> {
  const kept = await mediaBytes(db, shown.id)
  const mime = FILE_TYPES.find((type) => type === kept?.mime)
  if (!kept || mime === undefined) return undefined
  const { words } = desk.shelf
  const name = `${codeOf(shown.caseId)}-${shown.id}.${NAMES[mime] ?? 'bin'}`
  const file = await keepFile(db, { person, name, mime, bytes: kept.bytes })
  return {
    say: 'file',
    attachment: { file, kind: shown.kind, name, mime },
    word: shown.text === '' ? 'media_entry' : 'media_entry_words',
    values: {
      code: codeOf(shown.caseId),
      who: words[`case_part_${shown.part}`] ?? {},
      kind: words[`media_${shown.kind}`] ?? {},
      text: shown.text,
    },
    about: aboutCase(shown.caseId),
  }
}
