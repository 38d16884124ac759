import { z } from 'zod'
import type { FacilityId, PersonId } from '../words/ids.ts'
import { type Level, LEVELS } from '../words/roles.ts'
import type { Db } from './db.ts'

/** The tree is at most this deep; a deeper one has been made a ring. */
const DEEPEST = 12

const idRow = z.object({ id: z.int() })

const facilityRow = z.object({
  id: z.int(),
  name: z.string(),
  district: z.string(),
  level: z.enum(LEVELS).nullable(),
  upgraded: z.boolean(),
})

export interface Facility extends z.infer<typeof facilityRow> {
  readonly id: FacilityId
}

function facilityOf(row: unknown): Facility {
  const facility = facilityRow.parse(row)
  return { ...facility, id: facility.id as FacilityId }
}

/** What a roster says of a place; what is undefined there stays as it is. */
export interface Place {
  readonly name: string
  readonly district: string
  readonly level?: Level | undefined
  readonly code?: string | undefined
  /** Of a health centre; said with the level. */
  readonly upgraded?: boolean
}

/** The place of that name in that district, made when there is none, with what is said of it. */
export async function facilityNamed(
  db: Db,
  { name, district, level, code, upgraded = false }: Place,
): Promise<FacilityId> {
  const [row] = await db.query(
    `with added as (insert into facility (name, district, level, code, upgraded) values ($1, $2, $3, $4, $5)
       on conflict (name, district) do update set level = coalesce(excluded.level, facility.level),
         code = coalesce(excluded.code, facility.code),
         upgraded = case when $3::text is null then facility.upgraded else excluded.upgraded end
       where ($3::text is not null and ($3, $5) is distinct from (facility.level, facility.upgraded))
          or ($4::text is not null and $4 is distinct from facility.code)
       returning id)
     select id from added union all select id from facility where name = $1 and district = $2 limit 1`,
    [name, district, level ?? null, code ?? null, upgraded],
  )
  return idRow.parse(row).id as FacilityId
}

export async function facilityById(db: Db, id: FacilityId): Promise<Facility | undefined> {
  const [row] = await db.query('select id, name, district, level, upgraded from facility where id = $1', [id])
  return row ? facilityOf(row) : undefined
}

/** A place and every place above it, from below. */
export async function placesAbove(db: Db, id: FacilityId): Promise<FacilityId[]> {
  const rows = await db.query(
    `with recursive above as (
       select id, parent_id, 0 depth from facility where id = $1
       union all select f.id, f.parent_id, depth + 1 from facility f join above on f.id = above.parent_id
       where depth < $2)
     select id from above order by depth`,
    [id, DEEPEST],
  )
  return rows.map((row) => idRow.parse(row).id as FacilityId)
}

/** Places and all that lie below them, by name; at most `limit`. */
export async function placesBelow(db: Db, ids: readonly FacilityId[], limit: number): Promise<Facility[]> {
  const rows = await db.query(
    `with recursive below as (
       select id, 0 depth from facility where id = any($1)
       union all select f.id, depth + 1 from facility f join below on f.parent_id = below.id where depth < $2)
     select f.id, f.name, f.district, f.level, f.upgraded from facility f where f.id in (select id from below)
     order by f.name, f.id limit $3`,
    [ids, DEEPEST, limit],
  )
  return rows.map(facilityOf)
}

/** Places whose name holds these words, by name; at most `limit`. */
export async function placesNamed(db: Db, words: string, limit: number): Promise<Facility[]> {
  const rows = await db.query(
    `select id, name, district, level, upgraded from facility where strpos(lower(name), lower($1)) > 0
     order by lower(name) <> lower($1), name, id limit $2`,
    [words, limit],
  )
  return rows.map(facilityOf)
}

/** Every place, by name; at most `limit`. */
export async function everyPlace(db: Db, limit: number): Promise<Facility[]> {
  const rows = await db.query(
    'select id, name, district, level, upgraded from facility order by name, id limit $1',
    [limit],
  )
  return rows.map(facilityOf)
}

/** Puts a place under another. False when that one lies below it: the tree would be a ring. */
export async function putUnder(db: Db, id: FacilityId, parent: FacilityId): Promise<boolean> {
  if ((await placesAbove(db, parent)).includes(id)) return false
  await db.query('update facility set parent_id = $2 where id = $1 and parent_id is distinct from $2', [
    id,
    parent,
  ])
  return true
}

/**
 * Finds a parent for every place that has none but a district: the only place of the next level up in that district
 * that there is one of, and the district itself where there is no such place.
 */
export async function settleTree(db: Db): Promise<void> {
  await db.query(
    `insert into facility (name, district, level)
     select distinct district, district, 'district' from facility where district <> '' and level is distinct from 'district'
     on conflict (name, district) do nothing`,
  )
  await db.query(
    `with ranked as (
       select f.*, array_position(array['district', 'district_hospital', 'health_centre', 'health_post', 'village_chw_group'],
         coalesce(level, 'district_hospital')) rank
       from facility f where district <> ''
     ), single as (
       select district, rank, min(id) id from ranked where level is not null group by district, rank having count(*) = 1
     )
     update facility f set parent_id = (
       select s.id from single s where s.district = r.district and s.rank < r.rank order by s.rank desc limit 1)
     from ranked r where r.id = f.id and f.parent_id is null and r.level is distinct from 'district'`,
  )
}

/** Sets the number to call at every place of that name when somebody may die; how many places there are. */
export async function setEmergencyPhone(db: Db, name: string, phone: string): Promise<number> {
  const rows = await db.query(
    `update facility set emergency_phone = nullif($2, '') where lower(name) = lower($1) returning id`,
    [name, phone],
  )
  return rows.length
}

/** Somebody's cadre, and the number to call at their place when somebody may die; what is not known is undefined. */
export async function workOf(
  db: Db,
  person: PersonId,
): Promise<{ cadre: string | undefined; emergencyPhone: string | undefined }> {
  const [row] = await db.query(
    'select p.cadre, f.emergency_phone from person p left join facility f on f.id = p.facility_id where p.id = $1',
    [person],
  )
  const { cadre, emergency_phone } = workRow.parse(row)
  return { cadre: cadre ?? undefined, emergencyPhone: emergency_phone ?? undefined }
}

const workRow = z.object({ cadre: z.string().nullable(), emergency_phone: z.string().nullable() })

/** Places of these levels that are one of those given or below it, or all there are, by name; at most `limit`. */
export async function facilitiesFor(
  db: Db,
  about: { places: readonly FacilityId[] | 'everywhere'; levels: readonly Level[]; limit: number },
): Promise<Facility[]> {
  const everywhere = about.places === 'everywhere'
  const rows = await db.query(
    `with recursive below as (
       select id, 0 depth from facility where id = any($2)
       union all select f.id, depth + 1 from facility f join below on f.parent_id = below.id where depth < $5)
     select f.id, f.name, f.district, f.level, f.upgraded from facility f
     where f.level = any($3) and ($1 or f.id in (select id from below))
     order by array_position($3::text[], f.level), f.name, f.id limit $4`,
    [everywhere, everywhere ? [] : about.places, about.levels, about.limit, DEEPEST],
  )
  return rows.map(facilityOf)
}
