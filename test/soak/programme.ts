// A programme for months of virtual time by the domain's own rules: mentors and their places, visits missed for rain,
// reminders, people with a hidden skill who learn, forget, rotate and leave. It is judged as it goes; nothing is mocked
// and nothing waits. Not part of it: the database, the channels, the dialogues.
import { CASCADE, maySite } from '../../src/domain/cascade.ts'
import {
  type CompetencyRecord,
  isProper,
  NEW_RECORD,
  postTestNow,
  recordAfter,
} from '../../src/domain/competency.ts'
import { reachesBar } from '../../src/domain/assessment.ts'
import { monthOf } from '../../src/domain/monthly-report.ts'
import { instantOf, localDay as productDay, type Programme } from '../../src/domain/rhythm.ts'
import { CADENCES, streamOf } from '../../src/domain/visit.ts'
import { lastDay, proposedStart, type Span, VISIT_HOUR } from '../../src/domain/visit-calendar.ts'
import { DAY, type Day, HOUR, type Instant } from '../../src/words/clock.ts'
import type { EvidenceId } from '../../src/words/ids.ts'
import type { Level, MentorRole } from '../../src/words/roles.ts'
import { type Heard, type Sabotage, Telling, type ToldVisit } from './telling.ts'

export interface Scale {
  readonly hospitals: number
  readonly healthCentres: number
  readonly communityMentors: number
  readonly months: number
  readonly seed: number
  readonly calendar: Programme['calendar']
  readonly sabotage?: Sabotage
}

export interface Simulated {
  readonly mentors: number
  readonly mentees: number
  readonly visits: number
  readonly missed: number
  readonly reminders: number
  readonly observations: number
  readonly validated: number
  readonly left: number
  readonly faults: readonly string[]
}

const COMPETENCIES = 6
const ITEMS = 20
const BAR = 85
const RAIN = 0.08
/** Monday to Friday, as bits. */
const WORKDAYS = 31
const START = Date.parse('2027-09-30T22:00:00Z')

interface Mentee extends Heard {
  site: number
  /** Nobody in the programme knows it; only checklists and tests show something of it. */
  readonly skill: number[]
  readonly records: CompetencyRecord[]
  readonly testedAt: (Instant | undefined)[]
  /** What the judge has seen proven, by competency: a proper observation, a passed post-test. */
  readonly proven: { technique: boolean; knowledge: boolean }[]
  gone: boolean
}

interface Mentor extends Heard {
  readonly role: MentorRole
  readonly sites: number[]
  leaveUntil: Instant
  /** When each place was visited last: its visits keep their rhythm. */
  readonly last: Map<number, Day>
}

interface Visit extends ToldVisit {
  readonly mentor: Mentor
  readonly site: number
  readonly rain: boolean
}

/** Runs a programme; the same seed gives the same one. */
export function simulateProgramme(scale: Scale): Simulated {
  return new Simulation(scale).run()
}

class Simulation {
  readonly #scale: Scale
  readonly #programme: Programme
  readonly #levels: Level[] = []
  readonly #mentors: Mentor[] = []
  readonly #mentees: Mentee[] = []
  readonly #atSite = new Map<number, Mentee[]>()
  readonly #managers = new Map<number, Heard>()
  readonly #faults = new Map<string, number>()
  readonly #count = { visits: 0, missed: 0, reminders: 0, observations: 0, left: 0 }
  #state: number
  #ids = 0

  constructor(scale: Scale) {
    this.#scale = scale
    this.#state = scale.seed
    const quiet = { from: 20 * 60 + 30, to: 6 * 60 + 30 }
    this.#programme = { timezone: 'Africa/Kigali', quiet, calendar: scale.calendar }
    this.#people()
  }

  run(): Simulated {
    for (let month = 0, from = START; month < this.#scale.months; month++) {
      const { to } = monthOf(from, this.#programme)
      this.#move(from)
      this.#hold(this.#plan(from, month), from)
      from = to
    }
    for (const mentee of this.#mentees) this.#judgeRecords(mentee)
    const { visits, missed, reminders, observations, left } = this.#count
    return {
      mentors: this.#mentors.length,
      mentees: this.#mentees.length,
      visits,
      missed,
      reminders,
      observations,
      validated: this.#mentees.reduce(
        (sum, { records }) => sum + records.filter(({ stage }) => stage === 'validated').length,
        0,
      ),
      left,
      faults: [...this.#faults].map(([fault, times]) => `${fault} (${times} times)`),
    }
  }

  #chance(): number {
    // Mulberry32: small, and the same everywhere.
    this.#state = (this.#state + 0x6d2b79f5) | 0
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }

  #fault(what: string): void {
    this.#faults.set(what, (this.#faults.get(what) ?? 0) + 1)
  }

  #site(level: Level, mentees: number): number {
    const site = this.#levels.push(level) - 1
    this.#managers.set(site, { id: this.#ids++, unsolicitedAt: undefined, waiting: new Map() })
    this.#atSite.set(site, [])
    for (let index = 0; index < mentees; index++) this.#join(site)
    return site
  }

  #join(site: number): void {
    const all = <Value>(make: () => Value): Value[] => Array.from({ length: COMPETENCIES }, make)
    const mentee: Mentee = {
      id: this.#ids++,
      unsolicitedAt: undefined,
      waiting: new Map(),
      site,
      skill: all(() => 0.35 + 0.3 * this.#chance()),
      records: all(() => NEW_RECORD),
      testedAt: all(() => undefined),
      proven: all(() => ({ technique: false, knowledge: false })),
      gone: false,
    }
    this.#mentees.push(mentee)
    this.#atSite.get(site)?.push(mentee)
  }

  #people(): void {
    const { hospitals, healthCentres, communityMentors } = this.#scale
    // Three associations at each hospital, of which two are upgraded health centres in the programme's own count.
    for (let index = 0; index < hospitals; index++) {
      const site = this.#site(index < 2 && hospitals > 26 ? 'health_centre' : 'district_hospital', 12)
      for (let association = 0; association < 3; association++) this.#appoint('association_mentor', site)
    }
    const centres = Array.from({ length: healthCentres }, () => this.#site('health_centre', 6))
    for (const site of centres) this.#appoint('district_based_mentor', site)
    for (let index = 0; index < communityMentors; index++) {
      const groups = 2 + Math.floor(3 * this.#chance())
      // A group of five to nine; its members hear through their group.
      const sites = Array.from({ length: groups }, () => this.#site('village_chw_group', 0))
      const mentor = this.#newMentor('community_mentor')
      for (const site of sites) this.#give(mentor, site)
    }
  }

  #newMentor(role: MentorRole): Mentor {
    const mentor: Mentor = {
      id: this.#ids++,
      unsolicitedAt: undefined,
      waiting: new Map(),
      role,
      sites: [],
      leaveUntil: 0,
      last: new Map(),
    }
    this.#mentors.push(mentor)
    return mentor
  }

  /** Gives a place to a mentor who may take one more, or to a new one. */
  #appoint(role: MentorRole, site: number): void {
    const last = role === 'association_mentor' ? undefined : this.#mentors.at(-1)
    const takes = last?.role === role && (this.#mayTake(last, site) || this.#scale.sabotage === 'overload')
    this.#give(takes ? last : this.#newMentor(role), site)
  }

  #mayTake({ role, sites }: Mentor, id: number): boolean {
    return maySite(role, { id, level: this.#levels[id] ?? null, own: false }, sites) === 'yes'
  }

  #give(mentor: Mentor, site: number): void {
    mentor.sites.push(site)
    if (new Set(mentor.sites).size > CASCADE[mentor.role].mostSites) this.#fault('a mentor over load')
  }

  /** Some go on leave, some mentees rotate, leave or forget, and others come. */
  #move(now: Instant): void {
    for (const mentor of this.#mentors)
      if (mentor.leaveUntil < now && this.#chance() < 0.05) mentor.leaveUntil = now + 20 * DAY
    const places = [...this.#atSite.keys()].filter((site) => this.#levels[site] !== 'village_chw_group')
    // Whoever comes this month comes after these.
    for (const mentee of this.#mentees.slice()) {
      if (mentee.gone) continue
      for (const [index, skill] of mentee.skill.entries()) mentee.skill[index] = skill * 0.985
      const chance = this.#chance()
      if (chance < 0.03) {
        const from = this.#atSite.get(mentee.site)
        from?.splice(from.indexOf(mentee), 1)
        if (chance < 0.01) {
          mentee.gone = true
          this.#count.left++
          this.#join(mentee.site)
        } else {
          mentee.site = places[Math.floor(places.length * this.#chance())] ?? mentee.site
          this.#atSite.get(mentee.site)?.push(mentee)
        }
      }
    }
  }

  /** The visits of a month as the product proposes them: by cadence and rhythm, around holidays, leave and each other. */
  #plan(from: Instant, month: number): Visit[] {
    const visits: Visit[] = []
    const today = productDay(from, this.#programme)
    for (const mentor of this.#mentors) {
      const cadence = CADENCES[streamOf(mentor.role)]
      // The quarters of the year begin with the first month that is played.
      if (cadence.every === 'quarter' && month % 3 !== 0) continue
      const leave = { from: today, until: productDay(mentor.leaveUntil, this.#programme) }
      const taken = leave.until >= today ? [leave] : []
      for (const [index, site] of mentor.sites.entries()) {
        const turn = { at: index, of: mentor.sites.length }
        const wish = { cadence, period: today, before: mentor.last.get(site), turn, notBefore: today }
        const startsOn = proposedStart(wish, { calendar: this.#scale.calendar, weekdays: WORKDAYS, taken })
        if (startsOn === undefined) {
          this.#count.missed++
          continue
        }
        taken.push({ from: startsOn, until: lastDay(startsOn, cadence.days) })
        mentor.last.set(site, startsOn)
        const begins = instantOf(startsOn, VISIT_HOUR, this.#programme)
        const rain = this.#chance() < RAIN
        visits.push({ mentor, site, startsOn, begins, rain, reminded: new Set(), briefed: false })
      }
      this.#judgeDays(taken)
    }
    return visits
  }

  #judgeDays(taken: readonly Span[]): void {
    const inOrder = taken.toSorted((a, b) => (a.from < b.from ? -1 : 1))
    for (const [index, { until }] of inOrder.entries()) {
      const next = inOrder[index + 1]
      if (next && next.from <= until) this.#fault('a mentor at two places at once')
    }
  }

  /** Lets a month happen in its order: what is due is decided at its own time, moved or sent, and visits are held. */
  #hold(visits: readonly Visit[], now: Instant): void {
    const telling = new Telling<Visit>({
      programme: this.#programme,
      sabotage: this.#scale.sabotage,
      chance: () => this.#chance(),
      fault: (what) => this.#fault(what),
    })
    for (const visit of visits) {
      const manager = this.#managers.get(visit.site)
      telling.plan(
        visit,
        [visit.mentor, ...(manager ? [manager] : []), ...(this.#atSite.get(visit.site) ?? [])],
        now,
      )
    }
    this.#count.reminders += telling.run((visit) => this.#visit(visit))
  }

  #visit(visit: Visit): void {
    if (visit.rain) {
      this.#count.missed++
      return
    }
    this.#count.visits++
    if (!visit.reminded.has('morning')) this.#fault('a visit without a reminder')
    if (!visit.briefed) this.#fault('a visit without a brief')
    const mentees = (this.#atSite.get(visit.site) ?? []).filter(({ gone }) => !gone)
    // Who is looked at first is who was there first; six an association mentor's day, all of a small place.
    for (const mentee of mentees.slice(0, 6)) this.#mentor(mentee, visit.begins + 2 * HOUR)
  }

  /** One competency is observed, coached, and tested when its turn has come. */
  #mentor(mentee: Mentee, at: Instant): void {
    const index = mentee.records.findIndex(({ stage }) => stage !== 'validated')
    const record = mentee.records[index]
    const proven = mentee.proven[index]
    if (!record || !proven) return
    const skill = mentee.skill[index] ?? 0
    const score = this.#points(skill)
    this.#count.observations++
    const criticalMissed = this.#chance() < 0.4 * (1 - skill) ? 1 : 0
    const seen = { score, max: ITEMS, bar: BAR, criticalMissed, techniqueOk: score >= 15, complete: true }
    const passed = isProper(seen)
    // Judged here by its own words, and not by the rule that is on trial.
    proven.technique = 100 * score >= BAR * ITEMS && criticalMissed === 0 && score >= 15
    let after = recordAfter(record, {
      kind: 'observation',
      evidence: this.#evidence(),
      at,
      passed,
      complete: true,
    })
    if (!passed) after = recordAfter(after, { kind: 'coached', evidence: this.#evidence(), at })
    mentee.skill[index] = Math.min(0.97, skill + 0.18 + 0.1 * this.#chance())
    const lastAt = mentee.testedAt[index]
    const now = at + DAY
    if (postTestNow(after, { now, lastAt, shelfLife: 365 }).may === 'begin') {
      const points = this.#points(mentee.skill[index] ?? 0)
      const ok = reachesBar(points, ITEMS, BAR)
      proven.knowledge = 100 * points >= BAR * ITEMS
      mentee.testedAt[index] = now
      after = recordAfter(after, { kind: 'post_test', evidence: this.#evidence(), at: now, passed: ok })
    }
    if (this.#scale.sabotage === 'one_leg' && passed)
      after = { ...after, stage: 'validated', validatedAt: at }
    if (
      record.stage !== 'validated' &&
      after.stage === 'validated' &&
      !(proven.technique && proven.knowledge)
    )
      this.#fault('a validation without both legs')
    mentee.records[index] = after
  }

  #judgeRecords({ records }: Mentee): void {
    for (const { stage, technique, knowledge } of records)
      if (stage === 'validated' && !(technique && knowledge)) this.#fault('a validation without both legs')
  }

  #points(skill: number): number {
    return Array.from({ length: ITEMS }, () => this.#chance() < skill).filter(Boolean).length
  }

  #evidence(): EvidenceId {
    return ++this.#ids as EvidenceId
  }
}
