// What the records say of a mentor's month: nobody types what is known.
import { z } from 'zod'
import { PROJECT_STATES } from '../domain/project.ts'
import type { Day, Instant } from '../words/clock.ts'
import type { PersonId } from '../words/ids.ts'
import type { Db } from './db.ts'

// What has a default was not counted yet when the first reports were sent.
const counts = z.object({
  sites: z.int(),
  visits_planned: z.int(),
  visits_done: z.int(),
  mentees: z.int(),
  reached: z.int(),
  new_mentees: z.int(),
  gone_mentees: z.int(),
  trainings: z.int(),
  rounds: z.int(),
  data_reviews: z.int(),
  data_gaps: z.int(),
  baselines: z.int(),
  repeats: z.int(),
  validated: z.int(),
  refusals: z.int().default(0),
  cases: z.int(),
  near_misses: z.int(),
  projects_new: z.int(),
  projects_active: z.int(),
  stock_outs: z.int(),
  equipment_faults: z.int().default(0),
  challenges: z.int(),
  challenges_resolved: z.int(),
  actions_done: z.int(),
  actions_late: z.int(),
})

const point = z
  .object({ cases: z.int(), all: z.int().nullable() })
  .transform(({ cases, all }) => ({ cases, all: all ?? undefined }))

/** An improvement project with the first and the last figure of its indicator. */
const project = z.object({
  id: z.int(),
  indicator: z.string(),
  unit: z.enum(['percent', 'number']),
  status: z.enum(PROJECT_STATES),
  target: z.int(),
  first: point,
  last: point,
})

/** A visit that was to be and was not held; reports sent before knew of its reason alone. */
const missedVisit = z
  .object({ on: z.custom<Day>((day) => typeof day === 'string'), place: z.string(), because: z.string() })
  .or(z.string().transform((because) => ({ on: undefined, place: '', because })))

export const mentorFigures = counts.extend({
  /** Mentees reached, by cadre. */
  cadres: z.array(z.object({ cadre: z.string(), people: z.int() })),
  /** Assessments and validations, by competency. */
  competencies: z.array(z.object({ competency: z.string(), observed: z.int(), validated: z.int() })),
  /** Near-misses of the programme's list, by category. */
  near_miss_kinds: z.array(z.object({ category: z.string(), cases: z.int() })).default([]),
  /** The quizzes short trainings were held by, and how many were there. */
  topics: z.array(z.object({ flow: z.string(), people: z.int() })).default([]),
  /** Of their places, those that run or have ended in the month. */
  projects: z.array(project).default([]),
  /** Visits that were called off, and those whose day went by without them; `unsaid` where nobody gave a reason. */
  missed: z.array(missedVisit),
})

export type MentorFigures = z.infer<typeof mentorFigures>

export interface FiguresAsked {
  readonly mentor: PersonId
  readonly from: Instant
  readonly to: Instant
  /** The same span as local days, `to` not included. */
  readonly fromDay: Day
  readonly toDay: Day
  /** What was to be before this day and was not is missed. */
  readonly today: Day
}

/** Counts a mentor's work from `from` to before `to`; what stands for their places is of the places they mentor now. */
export async function figuresOf(
  db: Db,
  { mentor, from, to, fromDay, toDay, today }: FiguresAsked,
): Promise<MentorFigures> {
  const [row] = await db.query(
    `with span as (
       select to_timestamp($2::float8 / 1000) since, to_timestamp($3::float8 / 1000) until
     ), mine as (
       select distinct mentee_id id from pairing where mentor_id = $1 and ends_at is null
     ), site as (
       select distinct e.facility_id id from pairing g join person e on e.id = g.mentee_id
       where g.mentor_id = $1 and g.ends_at is null and e.facility_id is not null
     ), visited as (
       select v.* from visit v where v.starts_on >= $4::date and v.starts_on < $5::date
         and (v.lead_id = $1 or exists (select from visit_person p where p.visit_id = v.id and p.person_id = $1 and p.part = 'mentor'))
     ), step as (
       select s.step from visit_step s join visited v on v.id = s.visit_id where s.outcome = 'done'
     ), seen as (
       select e.id, e.person_id, e.competency, e.at,
         not exists (select from evidence b where b.person_id = e.person_id and b.competency = e.competency
           and b.kind = 'observation' and b.id < e.id) first
       from evidence e, span where e.observer_id = $1 and e.kind = 'observation' and e.at >= since and e.at < until
     ), reached as (
       select person_id id from seen
       union select p.person_id from visit_person p join visited v on v.id = p.visit_id
         -- Who was there was noted at the entry meeting; where that was left out, who said nothing else is taken to have come.
         where p.part = 'mentee' and v.state in ('begun', 'closed') and coalesce(p.present, p.answer is distinct from 'not_coming')
       union select p.person_id from training_person p join training t on t.id = p.training_id join visited v on v.id = t.visit_id
     ), counted as (
       select m.category, m.cases from near_miss m, span where m.definition = 'programme' and m.facility_id in (select id from site)
         and m.noted_at >= since and m.noted_at < until
     ), proven as (
       select r.competency, r.person_id from competency_record r, span
       where r.validated_at >= since and r.validated_at < until and r.person_id in (select id from mine)
     )
     select (select count(*) from site)::int sites,
       (select count(*) from visited)::int visits_planned,
       (select count(*) from visited where state in ('begun', 'closed'))::int visits_done,
       (select count(*) from mine)::int mentees,
       (select count(distinct id) from reached)::int reached,
       (select count(distinct mentee_id) from pairing, span where mentor_id = $1 and starts_at >= since and starts_at < until)::int new_mentees,
       (select count(distinct mentee_id) from pairing, span where mentor_id = $1 and ends_at >= since and ends_at < until)::int gone_mentees,
       (select count(*) from step where step = 'training')::int trainings,
       (select count(*) from step where step = 'round')::int rounds,
       (select count(*) from step where step = 'data')::int data_reviews,
       (select count(*) from visit_note n join visited v on v.id = n.visit_id where n.kind = 'data_gap')::int data_gaps,
       (select count(*) from seen where first)::int baselines,
       (select count(*) from seen where not first)::int repeats,
       (select count(*) from proven)::int validated,
       (select count(*) from refusal where observer_id = $1 and met_on >= $4::date and met_on < $5::date)::int refusals,
       (select count(*) from clinical_case, span where mentor_id = $1 and answered_at >= since and answered_at < until)::int cases,
       (select coalesce(sum(cases), 0) from counted)::int near_misses,
       (select coalesce(json_agg(c order by c.cases desc, c.category), '[]') from (
         select category, sum(cases)::int cases from counted group by 1) c) near_miss_kinds,
       (select coalesce(json_agg(json_build_object('flow', t.flow, 'people',
           (select count(*) from training_person p where p.training_id = t.id)) order by t.id), '[]')
         from training t join visited v on v.id = t.visit_id) topics,
       (select count(*) from project, span where facility_id in (select id from site) and opened_at >= since and opened_at < until)::int projects_new,
       (select count(*) from project, span where facility_id in (select id from site) and opened_at < until
         and (closed_at is null or closed_at >= until))::int projects_active,
       (select coalesce(json_agg(json_build_object('id', p.id, 'indicator', p.indicator, 'unit', p.unit, 'status', p.status,
           'target', p.target, 'first', b.point, 'last', l.point) order by p.id), '[]')
         from project p, span, lateral (
           select json_build_object('cases', cases, 'all', all_cases) point from project_point
           where project_id = p.id and at < until order by id limit 1) b, lateral (
           select json_build_object('cases', cases, 'all', all_cases) point from project_point
           where project_id = p.id and at < until order by id desc limit 1) l
         where p.facility_id in (select id from site) and p.opened_at < until
           and (p.closed_at is null or p.closed_at >= since)) projects,
       (select count(*) from challenge, span where kind = 'stock_out' and facility_id in (select id from site)
         and raised_at >= since and raised_at < until)::int stock_outs,
       (select count(*) from challenge, span where kind = 'equipment' and facility_id in (select id from site)
         and raised_at >= since and raised_at < until)::int equipment_faults,
       (select count(*) from challenge, span where facility_id in (select id from site) and raised_at >= since and raised_at < until)::int challenges,
       (select count(*) from challenge, span where facility_id in (select id from site) and resolved_at >= since and resolved_at < until)::int challenges_resolved,
       (select count(*) from action, span where state = 'done' and facility_id in (select id from site)
         and settled_at >= since and settled_at < until)::int actions_done,
       (select count(*) from action where state = 'open' and facility_id in (select id from site) and due_on < $5::date)::int actions_late,
       (select coalesce(json_agg(c order by c.people desc, c.cadre), '[]') from (
         select coalesce(p.cadre, '') cadre, count(*)::int people from person p where p.id in (select id from reached) group by 1) c) cadres,
       (select coalesce(json_agg(c order by c.observed desc, c.competency), '[]') from (
         select coalesce(s.competency, v.competency) competency, coalesce(s.n, 0)::int observed, coalesce(v.n, 0)::int validated
         from (select competency, count(*) n from seen group by 1) s
         full join (select competency, count(*) n from proven group by 1) v on v.competency = s.competency) c) competencies,
       (select coalesce(json_agg(json_build_object('on', v.starts_on, 'place', f.name,
           'because', case when v.state = 'cancelled' then coalesce(v.because, 'unsaid') else 'unsaid' end)
           order by v.starts_on, v.id), '[]')
         from visited v join facility f on f.id = v.facility_id where v.state = 'cancelled'
           or (v.state in ('proposed', 'confirmed') and v.starts_on + v.days <= $6::date)) missed`,
    [mentor, from, to, fromDay, toDay, today],
  )
  return mentorFigures.parse(row)
}
