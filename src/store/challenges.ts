// Challenges as rows: what is missing where, who has said so, who is to see to it now.
import { z } from 'zod'
import {
  CHALLENGE_KINDS,
  CHALLENGE_TIERS,
  type ChallengeKind,
  type ChallengeTier,
} from '../domain/challenge.ts'
import type { Instant } from '../words/clock.ts'
import type { ChallengeId, FacilityId, PersonId } from '../words/ids.ts'
import type { Db } from './db.ts'

const challengeRow = z.object({
  id: z.int(),
  facility_id: z.int(),
  facility: z.string(),
  kind: z.enum(CHALLENGE_KINDS),
  item: z.string(),
  note: z.string(),
  tier: z.enum(CHALLENGE_TIERS),
  state: z.enum(['open', 'resolved']),
  raised_at: z.number(),
  told_at: z.number().nullable(),
  resolution: z.string(),
  voices: z.int(),
  chws: z.int(),
  groups: z.string(),
})

export interface Challenge {
  readonly id: ChallengeId
  readonly facilityId: FacilityId
  readonly facility: string
  readonly kind: ChallengeKind
  readonly item: string
  readonly note: string
  readonly tier: ChallengeTier
  readonly state: 'open' | 'resolved'
  readonly raisedAt: Instant
  /** When those of this tier were told; undefined until they may be written to. */
  readonly toldAt: Instant | undefined
  readonly resolution: string
  /** How many people have raised it. */
  readonly voices: number
  /** How many of them are CHWs. */
  readonly chws: number
  /** The groups of CHWs they belong to, by name. */
  readonly groups: string
}

const CHALLENGE = `select c.id, c.facility_id, f.name facility, c.kind, c.item, c.note, c.tier, c.state, c.raised_at, c.told_at,
  c.resolution, r.voices, r.chws, r.groups
  from challenge c join facility f on f.id = c.facility_id cross join lateral (
    select count(*)::int voices, count(g.id)::int chws, coalesce(string_agg(distinct g.name, ', '), '') groups
    from challenge_voice v join person p on p.id = v.person_id
      left join facility g on g.id = p.facility_id and p.cadre = 'chw' and g.level = 'village_chw_group'
    where v.challenge_id = c.id) r`

function challengeOf(row: unknown): Challenge {
  const { id, facility_id, raised_at, told_at, ...rest } = challengeRow.parse(row)
  return {
    ...rest,
    id: id as ChallengeId,
    facilityId: facility_id as FacilityId,
    raisedAt: raised_at,
    toldAt: told_at ?? undefined,
  }
}

const idRow = z.object({ id: z.int() })

export interface ChallengeRaised {
  readonly facilityId: FacilityId
  readonly kind: ChallengeKind
  readonly item: string
  readonly note: string
  readonly tier: ChallengeTier
  readonly by: PersonId
  readonly at: Instant
}

/** Opens a challenge, or adds a voice to the open one of the same thing at the same place; `opened` says which. */
export async function openChallenge(
  db: Db,
  raised: ChallengeRaised,
): Promise<{ id: ChallengeId; opened: boolean }> {
  const { facilityId, kind, item, note, tier, by, at } = raised
  const [added] = await db.query(
    `insert into challenge (facility_id, kind, item, note, tier, raised_at, tier_since)
     values ($1, $2, $3, $4, $5, to_timestamp($6::float8 / 1000), to_timestamp($6::float8 / 1000))
     on conflict do nothing returning id`,
    [facilityId, kind, item, note, tier, at],
  )
  const [found] = added
    ? [added]
    : await db.query(
        `select id from challenge where facility_id = $1 and kind = $2 and lower(item) = lower($3) and state = 'open' for update`,
        [facilityId, kind, item],
      )
  const id = idRow.parse(found).id as ChallengeId
  await db.query(
    `insert into challenge_voice (challenge_id, person_id, at) values ($1, $2, to_timestamp($3::float8 / 1000)) on conflict do nothing`,
    [id, by, at],
  )
  return { id, opened: added !== undefined }
}

/** Others raise it as well. */
export async function addVoices(
  db: Db,
  id: ChallengeId,
  { people, at }: { people: readonly PersonId[]; at: Instant },
): Promise<void> {
  await db.query(
    `insert into challenge_voice (challenge_id, person_id, at) select $1, p, to_timestamp($3::float8 / 1000) from unnest($2::bigint[]) p
     on conflict do nothing`,
    [id, people, at],
  )
}

/** Locks a challenge, so that of two who resolve it one is told that it is. */
export async function challengeForUpdate(db: Db, id: ChallengeId): Promise<Challenge | undefined> {
  const [row] = await db.query(`${CHALLENGE} where c.id = $1 for update of c`, [id])
  return row ? challengeOf(row) : undefined
}

/** Who has raised it, the first first. */
export async function voicesOf(db: Db, id: ChallengeId): Promise<PersonId[]> {
  const rows = await db.query(
    'select person_id id from challenge_voice where challenge_id = $1 order by at, person_id',
    [id],
  )
  return rows.map((row) => idRow.parse(row).id as PersonId)
}

/** Gives it to a tier; nobody there has been told so far. */
export async function moveChallenge(
  db: Db,
  id: ChallengeId,
  { tier, at }: { tier: ChallengeTier; at: Instant },
): Promise<void> {
  await db.query(
    `update challenge set tier = $2, tier_since = to_timestamp($3::float8 / 1000), told_at = null where id = $1`,
    [id, tier, at],
  )
}

export async function markTold(db: Db, id: ChallengeId, at: Instant): Promise<void> {
  await db.query('update challenge set told_at = to_timestamp($2::float8 / 1000) where id = $1', [id, at])
}

export async function resolveChallenge(
  db: Db,
  id: ChallengeId,
  end: { by: PersonId; text: string; at: Instant },
): Promise<void> {
  await db.query(
    `update challenge set state = 'resolved', resolved_by = $2, resolution = $3, resolved_at = to_timestamp($4::float8 / 1000)
     where id = $1`,
    [id, end.by, end.text, end.at],
  )
}

/** The open challenges at places or below them, or that somebody has raised; the oldest first. */
export async function openChallenges(
  db: Db,
  about: {
    places: readonly FacilityId[] | 'everywhere'
    /** These places, and none below them. */
    at?: readonly FacilityId[]
    raisedBy: PersonId
    limit: number
  },
): Promise<Challenge[]> {
  const everywhere = about.places === 'everywhere'
  const rows = await db.query(
    `with recursive below as (
       select id, 0 depth from facility where id = any($2)
       union all select f.id, depth + 1 from facility f join below on f.parent_id = below.id where depth < 12)
     ${CHALLENGE} where c.state = 'open' and ($1 or c.facility_id in (select id from below) or c.facility_id = any($5)
       or exists (select from challenge_voice v where v.challenge_id = c.id and v.person_id = $3))
     order by c.raised_at, c.id limit $4`,
    [everywhere, everywhere ? [] : about.places, about.raisedBy, about.limit, about.at ?? []],
  )
  return rows.map(challengeOf)
}
