// A mentor's next visits: proposed by the programme's cadences from whom they mentor where, each place and period once.
import { instantOf, localDay } from '../domain/rhythm.ts'
import { CADENCES, isVisited, type Stream, streamOf } from '../domain/visit.ts'
import {
  type DaysOff,
  periodsToPlan,
  planningDay,
  plusDays,
  periodOf,
  proposedStart,
  type Span,
  startsWithin,
} from '../domain/visit-calendar.ts'
import type { Db } from '../store/db.ts'
import { heldDuties } from '../store/duties.ts'
import { facilityById } from '../store/facilities.ts'
import { planFollowUps } from '../store/follow-ups.ts'
import { placesUnseen } from '../store/seen-from-afar.ts'
import { leavesOf, takenSpans, visitDaysOf } from '../store/visit-days.ts'
import { gatherPeople, type Site, sitesOf } from '../store/visit-people.ts'
import {
  isPlanned,
  mentorsWithoutPlan,
  proposeVisit,
  visitBefore,
  visitById,
  visitsPlannedAt,
} from '../store/visits.ts'
import type { Day, Instant } from '../words/clock.ts'
import type { FacilityId, PersonId, VisitId } from '../words/ids.ts'
import { isMentorRole } from '../words/roles.ts'
import type { Desk } from './desk.ts'
import { followTravel } from './restrictions.ts'

/** Nobody is to come sooner than that to a place that does not know of it. */
const NOTICE_DAYS = 3

/** What has waited for a restriction to end waits no longer than this. */
const SOON_DAYS = 21

/** Local hour at which it is. */
const PLANNING_HOUR = 9

/** Proposes what is not planned yet of somebody's visits in this period and, when it is near, the next. */
export async function planVisits(desk: Desk, db: Db, mentor: PersonId, now: Instant): Promise<VisitId[]> {
  const proposed: VisitId[] = []
  const unseen = await placesUnseen(db, mentor, localDay(now, desk.programme))
  for (const { stream, sites } of await plannedBy(db, mentor)) {
    // Where skills could not be seen it is gone to first.
    sites.sort((a, b) => Number(unseen.has(b.facilityId)) - Number(unseen.has(a.facilityId)))
    for (const [at, site] of sites.entries())
      for (const area of areasPlanned(stream, site, mentor))
        for (const period of periodsToPlan(localDay(now, desk.programme), CADENCES[stream].every))
          proposed.push(
            ...(await propose(desk, db, {
              mentor,
              stream,
              site,
              area,
              period,
              turn: { at, of: sites.length },
              first: unseen.has(site.facilityId),
              now,
            })),
          )
  }
  return proposed
}

/**
 * Who visits a place together. At a group of CHWs each technical area has a visit of its own, with whoever mentors them in
 * it: at most health centres they are two.
 */
const teamIn = (stream: Stream, { mentors }: Site, area: string): PersonId[] =>
  mentors
    .filter(({ areas }) => stream !== 'community' || areas.includes('') || areas.includes(area))
    .map(({ id }) => id)

/** The areas for which somebody plans a place's visits: one of a team plans for all, the one who was there first. */
const areasPlanned = (stream: Stream, site: Site, mentor: PersonId): string[] =>
  (stream === 'community' ? site.areas : ['']).filter((area) => teamIn(stream, site, area)[0] === mentor)

/** The places that somebody plans visits to, by stream. */
async function plannedBy(db: Db, mentor: PersonId): Promise<{ stream: Stream; sites: Site[] }[]> {
  const planned: { stream: Stream; sites: Site[] }[] = []
  for (const { role, facilityId, ready } of await heldDuties(db, mentor)) {
    if (!ready || !isMentorRole(role)) continue
    const stream = streamOf(role)
    const sites: Site[] = []
    for (const site of await sitesOf(db, mentor, role)) {
      const { level } = (await facilityById(db, site.facilityId)) ?? {}
      // At a place of their own they are every day; teams come to hospitals that some of them work at.
      const own = site.facilityId === facilityId && stream !== 'association'
      if (isVisited(stream, level) && !own && areasPlanned(stream, site, mentor).length > 0) sites.push(site)
    }
    planned.push({ stream, sites })
  }
  return planned
}

/**
 * Proposes a day soon at each of these places where somebody's mentees could not be seen on the spot, unless they are there
 * soon anyway; the mentor is asked about it at once.
 */
export async function planMissed(
  desk: Desk,
  db: Db,
  { mentor, places, now }: { mentor: PersonId; places: ReadonlySet<FacilityId>; now: Instant },
): Promise<VisitId[]> {
  const today = localDay(now, desk.programme)
  const soon = plusDays(today, SOON_DAYS)
  const unseen = await placesUnseen(db, mentor, today)
  const proposed: VisitId[] = []
  for (const { stream, sites } of await plannedBy(db, mentor))
    for (const site of sites) {
      const { facilityId: facility } = site
      const mentors = site.mentors.map(({ id }) => id)
      if (!unseen.has(facility) || !places.has(facility)) continue
      const planned = await visitsPlannedAt(db, [facility], { from: today, until: soon })
      if (planned.some((visit) => visit.stream === stream)) continue
      const off = await daysOff(desk, db, { facility, mentors, now })
      const [startsOn] = startsWithin({ from: plusDays(today, NOTICE_DAYS), until: soon }, 1, off)
      if (startsOn === undefined) continue
      const period = periodOf(startsOn, CADENCES[stream].every)
      const visit = {
        facility,
        lead: mentor,
        stream,
        area: '',
        period,
        startsOn,
        days: 1,
        at: now,
        extra: true,
      }
      const id = await proposeVisit(db, visit)
      if (id === undefined) continue
      await gatherPeople(db, id, mentors)
      proposed.push(id)
    }
  if (proposed.length > 0) await planFollowUps(db, [planning(mentor, now)])
  return proposed
}

interface Proposal {
  readonly mentor: PersonId
  readonly stream: Stream
  readonly site: Site
  readonly area: string
  readonly period: Day
  readonly turn: { readonly at: number; readonly of: number }
  /** As early in the period as its turn is, whatever its rhythm was. */
  readonly first: boolean
  readonly now: Instant
}

async function propose(desk: Desk, db: Db, proposal: Proposal): Promise<VisitId[]> {
  const { mentor, stream, site, area, period, turn, first, now } = proposal
  const facility = site.facilityId
  if (await isPlanned(db, { facility, stream, area, lead: mentor, period })) return []
  const cadence = CADENCES[stream]
  const notBefore = plusDays(localDay(now, desk.programme), NOTICE_DAYS)
  const before = first ? undefined : await visitBefore(db, { facility, stream, area, before: period })
  const team = teamIn(stream, site, area)
  const off = await daysOff(desk, db, { facility, mentors: team, now })
  const startsOn = proposedStart({ cadence, period, before: before?.startsOn, turn, notBefore }, off)
  if (startsOn === undefined) return []
  const { days } = cadence
  const id = await proposeVisit(db, { facility, lead: mentor, stream, area, period, startsOn, days, at: now })
  if (id === undefined) return []
  await gatherPeople(db, id, team)
  const visit = await visitById(db, id)
  if (visit) await followTravel(db, visit)
  return [id]
}

/** When a place cannot be visited by these mentors, from today on. */
export async function daysOff(
  desk: Desk,
  db: Db,
  about: { facility: FacilityId; mentors: readonly PersonId[]; now: Instant; but?: VisitId | undefined },
): Promise<DaysOff> {
  const { programme } = desk
  const from = localDay(about.now, programme)
  const leaves = (await leavesOf(db, about.mentors, about.now)).map((until): Span => ({
    from,
    until: localDay(until - 1, programme),
  }))
  return {
    calendar: programme.calendar,
    weekdays: await visitDaysOf(db, about.facility),
    taken: [...(await takenSpans(db, { ...about, from })), ...leaves],
  }
}

/** When a mentor's visits are proposed next. */
export const nextPlanning = (desk: Desk, now: Instant): Instant =>
  instantOf(planningDay(localDay(now, desk.programme)), PLANNING_HOUR, desk.programme)

/** Sees to it that each mentor's visits are proposed by and by: new mentors at once, others when it is time. */
export async function keepVisitPlans(desk: Desk): Promise<void> {
  const now = desk.clock.now()
  const mentors = await mentorsWithoutPlan(desk.database)
  if (mentors.length > 0)
    await planFollowUps(
      desk.database,
      mentors.map((person) => planning(person, now)),
    )
}

/** The one follow-up there is of planning somebody's visits. */
export const planning = (person: PersonId, at: Instant): Parameters<typeof planFollowUps>[1][number] => ({
  kind: 'visit_plan',
  key: `visit_plan:${person}`,
  person_id: person,
  subject: null,
  due_at: at,
})
