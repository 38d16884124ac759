// Something stands in the way at a place. Who can resolve it is told, in working hours; when they do not, it goes to the
// next level by itself; whoever has raised it hears what came of it.
import {
  challengeDueAt,
  type ChallengeKind,
  type ChallengeTier,
  isSupply,
  RESOLVERS,
  tierAbove,
} from '../domain/challenge.ts'
import { isQuietAt, quietEndAfter } from '../domain/rhythm.ts'
import type { Say } from '../engine/events.ts'
import { subjectCode } from '../engine/offer.ts'
import type { Vars } from '../engine/session.ts'
import {
  addVoices,
  type Challenge,
  challengeForUpdate,
  markTold,
  moveChallenge,
  openChallenge,
  resolveChallenge,
  voicesOf,
} from '../store/challenges.ts'
import type { Db } from '../store/db.ts'
import { holdersAnywhere, holdersAt } from '../store/duties.ts'
import { placesAbove } from '../store/facilities.ts'
import { dropFollowUps, planFollowUps } from '../store/follow-ups.ts'
import type { Instant } from '../words/clock.ts'
import type { ChallengeId, FacilityId, PersonId } from '../words/ids.ts'
import type { LocalText } from '../words/language.ts'
import type { Tell } from './deeds/deed.ts'
import type { Desk } from './desk.ts'

/** At one level more people than this are not asked for one thing. */
const MOST_TOLD = 5

export interface NewChallenge {
  readonly facilityId: FacilityId
  readonly kind: ChallengeKind
  /** A name of `SUPPLIES`, or words that have gone through the screen; at most 120 characters. */
  readonly item: string
  /** Screened words, at most 1000 characters. */
  readonly note?: string
  /** Who can resolve it, as far as the one who raises it knows. */
  readonly tier?: ChallengeTier
  readonly by: PersonId
  /** Who else it has befallen: whoever is told hears of how many. */
  readonly others?: readonly PersonId[]
  readonly now: Instant
}

/**
 * Raises a challenge in the running transaction. The same thing at the same place is one: `opened` is false when it was
 * open already, and whoever raises it is then told of its end, too. `tells` go into the result of the deed.
 */
export async function raiseChallenge(
  desk: Desk,
  db: Db,
  raised: NewChallenge,
): Promise<{ id: ChallengeId; opened: boolean; tells: readonly Tell[] }> {
  const { now, by } = raised
  // Two spaces, or letters of full width, make no other thing of it.
  const item = raised.item.normalize('NFKC').trim().replaceAll(/\s+/gu, ' ').slice(0, 120)
  const { id, opened } = await openChallenge(db, {
    facilityId: raised.facilityId,
    kind: raised.kind,
    item,
    note: raised.note ?? '',
    tier: raised.tier ?? 'facility',
    by,
    at: now,
  })
  if (raised.others?.length) await addVoices(db, id, { people: raised.others, at: now })
  if (!opened) return { id, opened, tells: [] }
  return { id, opened, tells: await tellTier(desk, db, { id, now, by, why: 'new' }) }
}

/** The clock of a challenge: those of its tier are told, or, when they had their time, those of the next one. */
export async function ringChallenge(
  desk: Desk,
  db: Db,
  { id, by, now }: { id: ChallengeId; by: PersonId; now: Instant },
): Promise<readonly Tell[]> {
  const challenge = await challengeForUpdate(db, id)
  if (!challenge || challenge.state === 'resolved') return []
  if (isQuietAt(now, desk.programme)) {
    await setClock(db, { id, by, at: quietEndAfter(now, desk.programme) })
    return []
  }
  if (challenge.toldAt === undefined) return tellTier(desk, db, { id, by, now, why: 'new' })
  return escalateChallenge(desk, db, { id, by, now })
}

/** Gives a challenge to the next level up, and tells those who raised it. Empty when there is none. */
export async function escalateChallenge(
  desk: Desk,
  db: Db,
  { id, by, now }: { id: ChallengeId; by: PersonId; now: Instant },
): Promise<readonly Tell[]> {
  const challenge = await challengeForUpdate(db, id)
  const above = challenge && tierAbove(challenge.tier)
  if (!challenge || !above) return []
  await moveChallenge(db, id, { tier: above, at: now })
  const told = await tellTier(desk, db, { id, by, now, why: 'late' })
  const moved = await challengeForUpdate(db, id)
  const values = {
    ...challengeValues(desk, challenge),
    tier: desk.shelf.words[`challenge_tier_${moved?.tier ?? above}`] ?? {},
  }
  const raisers = await voicesOf(db, id)
  return [
    ...told,
    ...raisers.map((person): Tell => ({ person, says: [{ say: 'word', word: 'challenge_moved', values }] })),
  ]
}

/** Ends a challenge; everybody who raised it is told how. */
export async function endChallenge(
  desk: Desk,
  db: Db,
  end: { challenge: Challenge; by: PersonId; text: string; now: Instant },
): Promise<readonly Tell[]> {
  const { challenge, by, text, now } = end
  await resolveChallenge(db, challenge.id, { by, text, at: now })
  await dropFollowUps(db, [clockKey(challenge.id)], now)
  const values = { ...challengeValues(desk, challenge), text }
  const raisers = await voicesOf(db, challenge.id)
  return raisers
    .filter((person) => person !== by)
    .map((person) => ({ person, says: [{ say: 'word', word: 'challenge_resolved', values }] }))
}

/** How a challenge is told of: its code, what kind it is, what is missing, and where. */
export function challengeValues(desk: Desk, { id, kind, item, facility }: Challenge): Vars {
  return {
    code: challengeCode(id),
    kind: desk.shelf.words[`challenge_kind_${kind}`] ?? {},
    item: itemText(desk, item),
    facility,
  }
}

export const challengeCode = (id: ChallengeId): string => subjectCode('H', id)

export function itemText(desk: Desk, item: string): LocalText | string {
  return isSupply(item) ? (desk.shelf.words[`supply_${item}`] ?? item) : item
}

const clockKey = (id: ChallengeId): string => `challenge_clock:${id}`

interface Telling {
  readonly id: ChallengeId
  readonly by: PersonId
  readonly now: Instant
  readonly why: 'new' | 'late'
}

/** Tells those of a challenge's tier, or those of the first tier above where there is anybody; at night in the morning. */
async function tellTier(desk: Desk, db: Db, { id, by, now, why }: Telling): Promise<readonly Tell[]> {
  const challenge = await challengeForUpdate(db, id)
  if (!challenge) return []
  if (isQuietAt(now, desk.programme)) {
    await setClock(db, { id, by, at: quietEndAfter(now, desk.programme) })
    return []
  }
  const { tier, people } = await resolversOf(db, challenge, by)
  if (tier !== challenge.tier) await moveChallenge(db, id, { tier, at: now })
  await markTold(db, id, now)
  const due = challengeDueAt(now, { kind: challenge.kind, tier }, desk.programme)
  if (due !== undefined) await setClock(db, { id, by, at: due })
  const values = {
    ...challengeValues(desk, challenge),
    why: desk.shelf.words[`challenge_why_${why}`] ?? {},
    voices: challenge.voices,
    chws: challenge.chws,
    groups: challenge.groups,
  }
  const says: Say[] = [{ say: 'word', word: 'challenge_comes', values }]
  return people.map((person) => ({
    person,
    says,
    open: { flow: 'challenge', subject: id, word: 'challenge_open', values: { code: challengeCode(id) } },
  }))
}

async function setClock(
  db: Db,
  { id, by, at }: { id: ChallengeId; by: PersonId; at: Instant },
): Promise<void> {
  await planFollowUps(db, [
    { kind: 'challenge_clock', key: clockKey(id), person_id: by, subject: id, due_at: at },
  ])
}

/** Whoever brings it is not told of it: where there is nobody else at a level, it is the next one's at once. */
async function resolversOf(
  db: Db,
  { facilityId, tier }: Challenge,
  by: PersonId,
): Promise<{ tier: ChallengeTier; people: PersonId[] }> {
  const places = await placesAbove(db, facilityId)
  for (let at: ChallengeTier | undefined = tier; at; at = tierAbove(at)) {
    const holders =
      at === 'national'
        ? await holdersAnywhere(db, RESOLVERS[at])
        : await holdersAt(db, places, RESOLVERS[at])
    const people = holders.filter((person) => person !== by)
    if (people.length > 0) return { tier: at, people: people.slice(0, MOST_TOLD) }
  }
  // Nobody holds any of these duties: it stands in the lists of whoever comes.
  return { tier: 'national', people: [] }
}
