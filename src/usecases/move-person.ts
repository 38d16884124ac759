// Rotation, leave, transfer, leaving and coming back: ordinary acts. The record stays with the person and changes
// nothing; whoever mentors them is told.
import { standingAfter, type StandingEvent } from '../domain/competency.ts'
import type { Say } from '../engine/events.ts'
import type { Db } from '../store/db.ts'
import { beginDuty, endDuties, heldDuties } from '../store/duties.ts'
import { endPairings, menteesOf, mentorsOf } from '../store/pairings.ts'
import { moveTo, personById, placeOf, setStanding, standingOf } from '../store/people.ts'
import { setLeave } from '../store/rhythms.ts'
import { DAY, type Instant } from '../words/clock.ts'
import type { FacilityId, PersonId } from '../words/ids.ts'
import type { Tell } from './deeds/deed.ts'
import { replaceMentor } from './replace-mentor.ts'

export const MOVEMENTS = ['rotation', 'leave', 'transfer', 'left', 'back'] as const

export type Movement = (typeof MOVEMENTS)[number]

const EVENT: Readonly<Record<Movement, StandingEvent>> = {
  rotation: 'paused',
  leave: 'paused',
  transfer: 'transferred',
  left: 'left',
  back: 'resumed',
}

export interface Move {
  readonly person: PersonId
  readonly movement: Movement
  /** Who says so. */
  readonly by: PersonId
  readonly now: Instant
  /** Where to, of a transfer. */
  readonly place?: FacilityId | undefined
  /** How long, of a leave. */
  readonly days?: number | undefined
}

/** Moves somebody. Gives back who is told. */
export async function movePerson(db: Db, move: Move): Promise<Tell[]> {
  const { person, movement, now } = move
  const before = await standingOf(db, person)
  const event = movement === 'back' && before === 'left' ? 'returned' : EVENT[movement]
  await setStanding(db, person, { standing: standingAfter(before, event), at: now })
  if (movement === 'leave') await setLeave(db, person, now + (move.days ?? 1) * DAY)
  if (movement === 'back') {
    await setLeave(db, person, null)
    if (event === 'returned')
      await beginDuty(db, person, { role: 'mentee', facilityId: await placeOf(db, person), at: now })
  }
  const mentors = [...new Set((await mentorsOf(db, person)).map(({ mentorId }) => mentorId))]
  const tells = await toldOf(db, move, mentors)
  if (movement === 'transfer' && move.place !== undefined) await transfer(db, { ...move, place: move.place })
  if (movement === 'left') {
    tells.push(...(await leave(db, move)))
  }
  return tells
}

async function toldOf(db: Db, move: Move, mentors: readonly PersonId[]): Promise<Tell[]> {
  const name = (await personById(db, move.person))?.name ?? ''
  const says: Say[] = [{ say: 'word', word: `moved_${move.movement}`, values: { name } }]
  return mentors.filter((mentor) => mentor !== move.by).map((person) => ({ person, says }))
}

/** The same duties at the new place; the mentors stay behind. */
async function transfer(db: Db, { person, now, place }: Move & { place: FacilityId }): Promise<void> {
  const held = await heldDuties(db, person)
  const end = { at: now, because: 'transferred' } as const
  await endDuties(db, person, end)
  for (const { role } of held) await beginDuty(db, person, { role, facilityId: place, at: now })
  await moveTo(db, person, place)
  await endPairings(db, { mentee: person }, end)
}

async function leave(db: Db, { person, now }: Move): Promise<Tell[]> {
  const end = { at: now, because: 'left' } as const
  const theirs = await menteesOf(db, person)
  await endDuties(db, person, end)
  await endPairings(db, { mentee: person }, end)
  await endPairings(db, { mentor: person }, { ...end, because: 'replaced' })
  return replaceMentor(db, { mentor: person, mentees: theirs, now })
}
