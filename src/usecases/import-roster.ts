// The roster: who is in the programme. Good rows go in, bad rows are named with line and reason, twice changes nothing.
import { maySite } from '../domain/cascade.ts'
import { facilityById, placesAbove, settleTree } from '../store/facilities.ts'
import { mentorsAt } from '../store/pairings.ts'
import { placeOf } from '../store/people.ts'
import { addPerson, pairFromRoster, type RosterPerson } from '../store/roster.ts'
import { ASSOCIATIONS, isCadre, isLevel, isRole } from '../words/roles.ts'
import { LANGUAGES } from '../words/language.ts'
import { cleanText } from '../words/message.ts'
import { toE164 } from '../words/phone.ts'
import type { Database, Db } from '../store/db.ts'
import type { PersonId } from '../words/ids.ts'

/** One line of a roster file as read: the header's names to the cells. */
export interface RosterLine {
  /** From 1, the header being line 1. */
  readonly line: number
  readonly cells: Readonly<Record<string, string>>
}

export interface RosterReport {
  readonly added: number
  readonly changed: number
  readonly unchanged: number
  readonly refused: readonly { readonly line: number; readonly reason: string }[]
}

export const ROSTER_COLUMNS = [
  'name',
  'phone',
  'telegram',
  'language',
  'role',
  'cadre',
  'facility',
  'district',
  'invite_code',
  'level',
  'facility_code',
  'mentor',
  'technical_area',
  'oriented',
  'association',
] as const

/**
 * Imports a roster. Each line is a transaction of its own, so a bad one takes nothing with it. Mentors are looked for
 * when all lines are in, so that they may stand below their mentees. `areas`: the technical areas there are; any is
 * believed when nothing is said.
 */
export async function importRoster(
  database: Database,
  lines: readonly RosterLine[],
  areas?: readonly string[],
): Promise<RosterReport> {
  const sums = { added: 0, changed: 0, unchanged: 0 }
  const refused: { line: number; reason: string }[] = []
  const taken = new Map<string, Taken>()
  const paired: { line: number; person: RosterPerson; mentor: string }[] = []
  for (const { line, cells } of lines) {
    const read = readLine(cells, areas)
    const person = typeof read === 'string' ? read : (clash(taken, line, read) ?? read)
    if (typeof person === 'string') {
      refused.push({ line, reason: person })
      continue
    }
    const result = await database.inTransaction((db) => addPerson(db, person))
    if (typeof result !== 'string') refused.push({ line, reason: result.conflict })
    else {
      sums[result] += 1
      if (person.mentor !== undefined) paired.push({ line, person, mentor: person.mentor })
    }
  }
  await database.inTransaction(settleTree)
  for (const { line, person, mentor } of paired) {
    const reason = await database.inTransaction((db) => pairFromRoster(db, person, mentor, mayTakeOn))
    if (reason !== undefined) refused.push({ line, reason })
  }
  return { ...sums, refused }
}

/** The rule of the cascade, as the chat holds to it; what an older roster has paired stays. */
async function mayTakeOn(db: Db, mentor: PersonId, mentee: PersonId): Promise<string | undefined> {
  const place = await placeOf(db, mentee)
  const site = place === undefined ? undefined : await facilityById(db, place)
  const above = place === undefined ? [] : await placesAbove(db, place)
  const one = (await mentorsAt(db, { places: above })).find(({ id }) => id === mentor)
  // Who mentors from elsewhere is the roster's to say.
  if (!site || !one) return undefined
  const answer = maySite(one.role, { ...site, own: site.id === one.place }, one.sites)
  if (answer === 'not_their_level')
    return `the mentor mentors the level below their own, and ${site.name} is not of it`
  return answer === 'too_many_sites'
    ? `the mentor looks after as many places as one can, and ${site.name} is none of them`
    : undefined
}

/** Whose a phone, telegram id or invite code is in this file. */
interface Taken {
  readonly line: number
  readonly person: RosterPerson
}

/** Why a line cannot stand beside the ones before it: two people with one phone would overwrite one another. */
function clash(taken: Map<string, Taken>, line: number, person: RosterPerson): string | undefined {
  const { phone, telegram, inviteCode } = person
  const keys = Object.entries({
    phone,
    'telegram id': telegram,
    'invite code': inviteCode?.toLowerCase(),
  }).filter(([, value]) => value !== undefined)
  for (const [what, value] of keys) {
    const before = taken.get(`${what} ${value}`)
    if (before && JSON.stringify(before.person) !== JSON.stringify(person))
      return `the ${what} stands on line ${before.line} already, for somebody else or said otherwise: give each person one line and ${what === 'invite code' ? 'an' : 'a'} ${what} of their own`
  }
  for (const [what, value] of keys) taken.set(`${what} ${value}`, { line, person })
  return undefined
}

/** Names and places stand in messages and on certificates; what is longer has slipped into the wrong cell. */
const LONGEST_CELL = 200

/** The person a line names, or why it cannot be one. */
function readLine(
  cells: Readonly<Record<string, string>>,
  areas: readonly string[] | undefined,
): RosterPerson | string {
  const cell = (name: (typeof ROSTER_COLUMNS)[number]): string | undefined =>
    cleanText(cells[name] ?? '') || undefined
  const name = cell('name')
  const role = cell('role')?.toLowerCase()
  const cadre = cell('cadre')?.toLowerCase()
  const language = cell('language')?.toLowerCase()
  const known = LANGUAGES.find((other) => other === language)
  const phone = cell('phone')
  const e164 = phone === undefined ? undefined : toE164(phone)
  const telegram = cell('telegram')
  const long = ROSTER_COLUMNS.find((column) => (cell(column)?.length ?? 0) > LONGEST_CELL)
  if (long !== undefined) return `the ${long} is longer than ${LONGEST_CELL} characters: shorten it`
  if (name === undefined) return 'the name is missing'
  if (role === undefined) return 'the role is missing'
  if (!isRole(role))
    return `"${role}" is no role of the programme: write one such as mentee, district_based_mentor or community_mentor`
  if (cadre !== undefined && !isCadre(cadre))
    return `"${cadre}" is no cadre: write nurse, midwife, medical_doctor, intern_doctor, health_post_provider or chw`
  if (language !== undefined && !known)
    return `"${language}" is no language of the service: write en, fr, rw or sw`
  if (phone !== undefined && e164 === undefined)
    return 'the phone is not a telephone number: write it as +250 and nine digits'
  if (telegram !== undefined && !/^[1-9]\d{0,15}$/.test(telegram))
    return 'telegram is not a numeric user id: leave it empty if you only know the name'
  const inviteCode = cell('invite_code')
  if (inviteCode !== undefined && !/^[\p{L}\p{N}_-]{4,40}$/u.test(inviteCode))
    return 'the invite code needs 4 to 40 letters, digits or hyphens, without spaces'
  const place = readPlace(cell)
  if (typeof place === 'string') return place
  const mentor = cell('mentor')
  const area = cell('technical_area')?.toLowerCase() ?? ''
  if (mentor !== undefined && role !== 'mentee') return 'only a mentee has a mentor: leave the column empty'
  if (mentor === undefined && area !== '')
    return 'there is a technical_area and no mentor: name the mentor, or leave both empty'
  if (area !== '' && areas?.includes(area) === false)
    return `"${area}" is no technical area of the catalogue: write ${areas.join(', ')}, or leave it empty for all`
  const oriented = cell('oriented')?.toLowerCase()
  if (oriented !== undefined && !['yes', 'no'].includes(oriented))
    return 'oriented is yes or no: whether a mentor has completed the orientation'
  const named = cell('association')?.toUpperCase()
  const association = ASSOCIATIONS.find((one) => one === named)
  if (named !== undefined && !association)
    return `"${named}" is no association of the programme: write RSOG, RAM or RPA`
  if (e164 === undefined && telegram === undefined && inviteCode === undefined)
    return 'there is no way to know them: give a phone, a telegram id or an invite code'
  return {
    name,
    role,
    cadre,
    language: known,
    phone: e164,
    telegram,
    inviteCode,
    facility: cell('facility'),
    district: cell('district'),
    ...place,
    mentor,
    area,
    oriented: oriented !== 'no',
    association,
  }
}

/** A health centre the associations mentor like a hospital. */
const UPGRADED = 'upgraded_health_centre'

/** How high the place stands and what the ministry calls it, or what is wrong with that. */
function readPlace(
  cell: (name: (typeof ROSTER_COLUMNS)[number]) => string | undefined,
): Pick<RosterPerson, 'level' | 'upgraded' | 'facilityCode'> | string {
  const said = cell('level')?.toLowerCase()
  const upgraded = said === UPGRADED
  const level = upgraded ? 'health_centre' : said
  const facilityCode = cell('facility_code')
  if (level !== undefined && !isLevel(level))
    return `"${level}" is no level: write one such as district_hospital, health_centre, upgraded_health_centre, health_post or village_chw_group`
  if ((level !== undefined || facilityCode !== undefined) && cell('facility') === undefined)
    return 'a level or a code without a facility: name the facility'
  return { level, upgraded, facilityCode }
}
