// Counts over evidence, for the programme's tables.
import { z } from 'zod'
import type { Instant } from '../words/clock.ts'
import { ASSOCIATIONS } from '../words/roles.ts'
import type { Db } from './db.ts'

const countsRow = z.object({ of: z.string(), mentors: z.int(), mentees: z.int(), validated: z.int() })

export interface Counts {
  readonly mentors: number
  readonly mentees: number
  readonly validated: number
}

/** Where a table counts: hospitals with the upgraded health centres, or all other health centres. */
export type CountedPlaces = 'hospitals' | 'health_centres'

/**
 * For each group of competencies: who was observed in it at these places from `from` to before `to`, by how many
 * observers, and how many of them were validated in at least one of its competencies before `to`. A group named like an
 * association has none of what an observer of another association has seen.
 */
export async function countShown(
  db: Db,
  asked: {
    groups: readonly { readonly of: string; readonly competencies: readonly string[] }[]
    places: CountedPlaces
    from: Instant
    to: Instant
  },
): Promise<Map<string, Counts>> {
  const named = asked.groups.flatMap(({ of, competencies }) => competencies.map((code) => ({ of, code })))
  const rows = await db.query(
    `with named as (select * from unnest($1::text[], $2::text[]) n("of", competency)),
     seen as (
       select distinct n."of", e.person_id, e.observer_id from evidence e
       join named n on n.competency = e.competency
       join facility f on f.id = e.facility_id
       left join person o on o.id = e.observer_id
       where e.kind = 'observation'
         and case when $3 = 'hospitals' then f.level = 'district_hospital' or f.upgraded
           else f.level = 'health_centre' and not f.upgraded end
         and (o.association is null or o.association = n."of" or n."of" <> all($6))
         and e.at >= to_timestamp($4::float8 / 1000) and e.at < to_timestamp($5::float8 / 1000)
     ), done as (
       select distinct n."of", r.person_id from competency_record r join named n on n.competency = r.competency
       where r.validated_at < to_timestamp($5::float8 / 1000)
     )
     select s."of", count(distinct s.observer_id) mentors, count(distinct s.person_id) mentees,
       count(distinct d.person_id) validated
     from seen s left join done d on d."of" = s."of" and d.person_id = s.person_id group by s."of"`,
    [
      named.map(({ of }) => of),
      named.map(({ code }) => code),
      asked.places,
      asked.from,
      asked.to,
      ASSOCIATIONS,
    ],
  )
  return new Map(rows.map((row) => countsRow.parse(row)).map(({ of, ...counts }) => [of, counts]))
}
