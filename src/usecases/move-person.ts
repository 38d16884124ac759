// Rotation, leave, transfer, leaving and coming back: ordinary acts. The record stays with the person and changes
// nothing; whoever mentors them is told.
import { standingAfter, type StandingEvent } from '../domain/competency.ts'
import type { Say } from '../engine/events.ts'
import type { Db } from '../store/db.ts'
import { beginDuty, endDuties, heldDuties, holdersAt } from '../store/duties.ts'
import { facilityById, placesAbove } from '../store/facilities.ts'
import { planFollowUps } from '../store/follow-ups.ts'
import { endPairings, isLeftBehind, menteesOf, mentorsOf, type Pairing } from '../store/pairings.ts'
import { moveTo, personById, placeOf, setStanding, standingOf } from '../store/people.ts'
import { rhythmsOf, setLeave } from '../store/rhythms.ts'
import type { Instant } from '../words/clock.ts'
import type { FacilityId, PersonId } from '../words/ids.ts'
import type { Role } from '../words/roles.ts'
import type { Tell } from './deeds/deed.ts'
import type { Desk } from './desk.ts'
import { handOnVisits, tellVisitsInLeave } from './hand-on-visits.ts'
import { replaceMentor } from './replace-mentor.ts'
import { passCasesOf } from './route-case.ts'

export const MOVEMENTS = ['rotation', 'leave', 'transfer', 'left', 'back'] as const

export type Movement = (typeof MOVEMENTS)[number]

const EVENT: Readonly<Record<Exclude<Movement, 'back'>, StandingEvent>> = {
  rotation: 'paused',
  leave: 'paused',
  transfer: 'transferred',
  left: 'left',
}

export interface Move {
  readonly person: PersonId
  readonly movement: Movement
  /** Who says so. */
  readonly by: PersonId
  readonly now: Instant
  /** Where to, of a transfer. */
  readonly place?: FacilityId | undefined
  /** When it is over, of a leave. */
  readonly until?: Instant | undefined
}

/** Moves somebody. Gives back who is told. */
export async function movePerson(desk: Desk, db: Db, move: Move): Promise<Tell[]> {
  const { person, movement, now } = move
  const before = await standingOf(db, person)
  const event =
    movement !== 'back'
      ? EVENT[movement]
      : before === 'left'
        ? 'returned'
        : (await isLeftBehind(db, person))
          ? 'resumed_alone'
          : 'resumed'
  await setStanding(db, person, { standing: standingAfter(before, event), at: now })
  if (movement === 'leave' && move.until !== undefined)
    await keepLeave(db, { person, until: move.until, wasAway: before === 'paused' })
  if (movement === 'back') {
    await setLeave(db, person, null)
    if (event === 'returned')
      await beginDuty(db, person, { role: 'mentee', facilityId: await placeOf(db, person), at: now })
  }
  const mentors = [...new Set((await mentorsOf(db, person)).map(({ mentorId }) => mentorId))]
  const tells = await toldOf(db, move, mentors)
  if (movement === 'transfer' && move.place !== undefined)
    tells.push(...(await transfer(desk, db, { ...move, place: move.place })))
  if (movement === 'left') tells.push(...(await leave(desk, db, move)))
  if (movement === 'left' || movement === 'transfer') await handOnVisits(desk, db, person, now)
  // Nobody waits for an answer of who is away.
  if (movement === 'leave' || movement === 'rotation')
    tells.push(...(await passCasesOf(desk, db, person, now)))
  if (movement === 'leave' && move.until !== undefined)
    tells.push(...(await tellVisitsInLeave(desk, db, { person, now, until: move.until })))
  return tells
}

async function toldOf(db: Db, move: Move, mentors: readonly PersonId[]): Promise<Tell[]> {
  const name = (await personById(db, move.person))?.name ?? ''
  const says: Say[] = [{ say: 'word', word: `moved_${move.movement}`, values: { name } }]
  return mentors.filter((mentor) => mentor !== move.by).map((person) => ({ person, says }))
}

/** Keeps how long somebody is on leave; when it is over, they take part again. */
export async function keepLeave(
  db: Db,
  { person, until, wasAway = false }: { person: PersonId; until: Instant; wasAway?: boolean },
): Promise<void> {
  // Who has been rotated elsewhere and then takes leave is not back when it is over.
  const rotated = wasAway && (await rhythmsOf(db, [person])).get(person)?.leaveUntil === undefined
  await setLeave(db, person, until)
  if (rotated) return
  await planFollowUps(db, [
    { kind: 'leave_over', key: `leave_over:${person}`, person_id: person, subject: null, due_at: until },
  ])
}

/** A leave is over: whoever still is on it takes part again, and their mentors are told. */
export async function endLeave(desk: Desk, db: Db, person: PersonId, now: Instant): Promise<Tell[]> {
  const until = (await rhythmsOf(db, [person])).get(person)?.leaveUntil
  if (until === undefined || until > now || (await standingOf(db, person)) !== 'paused') return []
  return movePerson(desk, db, { person, movement: 'back', by: person, now })
}

/**
 * The same duties at the new place; the mentors stay behind, and so do mentees who are not below it. Whoever leads the new
 * place hears of it, and who was mentored gets a mentor in reach of it, in the same areas.
 */
async function transfer(
  desk: Desk,
  db: Db,
  { person, now, place, by }: Move & { place: FacilityId },
): Promise<Tell[]> {
  const held = await heldDuties(db, person)
  const end = { at: now, because: 'transferred' } as const
  await endDuties(db, person, end)
  for (const { role } of held) await beginDuty(db, person, { role, facilityId: place, at: now })
  await moveTo(db, person, place)
  const mentored = await mentorsOf(db, person)
  await endPairings(db, { mentee: person }, end)
  const behind: Pairing[] = []
  for (const one of await menteesOf(db, person)) {
    const at = await placeOf(db, one.menteeId)
    if (at === undefined || !(await placesAbove(db, at)).includes(place)) behind.push(one)
  }
  const mentees = [...new Set(behind.map(({ menteeId }) => menteeId))]
  for (const mentee of mentees)
    await endPairings(db, { mentor: person, mentee }, { at: now, because: 'replaced' })
  const tells = await tellArrival(db, { person, place, by })
  tells.push(...(await replaceMentor(desk, db, { mentor: person, mentees: behind, now })))
  // Who mentors in all areas is asked for once.
  const areas = mentored.filter((one, index) => mentored.findIndex(({ area }) => area === one.area) === index)
  tells.push(...(await replaceMentor(desk, db, { mentor: person, mentees: areas, now })))
  // Whoever mentors and is not mentored waits for nobody.
  const waits = held.some(({ role }) => role === 'mentee') && (await mentorsOf(db, person)).length === 0
  if (!waits) await setStanding(db, person, { standing: standingAfter('transferred', 'paired'), at: now })
  return tells
}

/** The person, and whoever leads the place they have come to. */
async function tellArrival(
  db: Db,
  { person, place, by }: { person: PersonId; place: FacilityId; by: PersonId },
): Promise<Tell[]> {
  const values = {
    name: (await personById(db, person))?.name ?? '',
    place: (await facilityById(db, place))?.name ?? '',
  }
  const leaders = await holdersAt(db, await placesAbove(db, place), LEADERS)
  const theirs = [...new Set(leaders)].filter((one) => one !== by && one !== person)
  return [
    { person, says: [{ say: 'word', word: 'moved_you', values }] },
    ...theirs.map((one): Tell => ({ person: one, says: [{ say: 'word', word: 'moved_here', values }] })),
  ]
}

const LEADERS: readonly Role[] = ['facility_manager', 'hospital_supervisor']

async function leave(desk: Desk, db: Db, { person, now }: Move): Promise<Tell[]> {
  const end = { at: now, because: 'left' } as const
  const theirs = await menteesOf(db, person)
  await endDuties(db, person, end)
  await endPairings(db, { mentee: person }, end)
  await endPairings(db, { mentor: person }, { ...end, because: 'replaced' })
  return [
    ...(await replaceMentor(desk, db, { mentor: person, mentees: theirs, now })),
    ...(await passCasesOf(desk, db, person, now)),
  ]
}
