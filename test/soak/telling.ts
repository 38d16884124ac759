// How the people of visits are told of them over a month of virtual time: reminders, what competes with them on the same
// day, and what is judged of it. The rules are the product's own.
import {
  decideReminder,
  decideVisitReminder,
  type Decision,
  GIVES_WAY,
  type Situation,
} from '../../src/domain/follow-up.ts'
import {
  EVERY_DAY,
  firstAllowed,
  isQuietAt,
  nextDay,
  type Programme,
  quietEndAfter,
  type Rhythm,
} from '../../src/domain/rhythm.ts'
import { briefsNow, type Reminder as When, reminderTimes } from '../../src/domain/visit-calendar.ts'
import { DAY, type Day, HOUR, type Instant } from '../../src/words/clock.ts'
import { Queue } from './queue.ts'

/** What is done wrong on purpose, to show that it is found. */
export type Sabotage = 'no_reminders' | 'at_night' | 'one_leg' | 'overload' | 'one_a_day' | 'nothing_waits'

export interface Heard {
  readonly id: number
  unsolicitedAt: Instant | undefined
  /** The reminders of visits that still wait for them, with the time each is due. */
  readonly waiting: Map<Reminder, Instant>
}

export interface ToldVisit {
  readonly mentor: Heard
  readonly startsOn: Day
  readonly begins: Instant
  /** Which reminders its mentor had, and whether the brief came with one. */
  readonly reminded: Set<When>
  briefed: boolean
}

interface Reminder {
  readonly visit: ToldVisit
  readonly to: Heard
  readonly which: When
  /** It has been told, with another of the day. */
  done: boolean
}

/** Something that has nothing to do with a visit and is due: practice, which gives way, or something promised. */
interface Other {
  readonly to: Heard
  readonly kind: 'refresher' | 'action_due'
}

interface Due<Visit> {
  readonly at: Instant
  readonly visit?: Visit
  readonly reminder?: Reminder
  readonly other?: Other
}

export const ALWAYS: Rhythm = { hour: 17, days: EVERY_DAY, leaveUntil: undefined, unsolicitedAt: undefined }

interface Scene {
  readonly programme: Programme
  readonly sabotage: Sabotage | undefined
  readonly chance: () => number
  readonly fault: (what: string) => void
}

export class Telling<Visit extends ToldVisit> {
  readonly #scene: Scene
  readonly #queue = new Queue<Due<Visit>>()
  #reminders = 0

  constructor(scene: Scene) {
    this.#scene = scene
  }

  /** Plans a visit and who is reminded of it. */
  plan(visit: Visit, people: readonly Heard[], now: Instant): void {
    const { programme, sabotage } = this.#scene
    this.#queue.add({ at: visit.begins, visit })
    if (sabotage === 'no_reminders') return
    const times = reminderTimes(visit.startsOn, { now, hour: ALWAYS.hour, programme })
    for (const to of people)
      for (const time of times) {
        const at = time.at - (sabotage === 'at_night' ? 7 * HOUR : 0)
        const reminder = { visit, to, which: time.reminder, done: false }
        if (to === visit.mentor) this.#distract(to, at)
        to.waiting.set(reminder, at)
        this.#queue.add({ at, reminder })
      }
  }

  /** Tells all that is due in its order, and lets visits be held; how many reminders were sent. */
  run(hold: (visit: Visit) => void): number {
    for (let next = this.#queue.take(); next; next = this.#queue.take()) {
      if (next.visit) hold(next.visit)
      else if (next.other) this.#tellOther(next.at, next.other)
      else if (next.reminder) this.#remind(next.at, next.reminder)
    }
    return this.#reminders
  }

  /** On a day on which a mentor is to hear of a visit other things are due, too, before it and after. */
  #distract(to: Heard, at: Instant): void {
    const chance = this.#scene.chance()
    const before = quietEndAfter(at - HOUR / 2, this.#scene.programme)
    if (chance < 0.3) this.#queue.add({ at: before, other: { to, kind: 'refresher' } })
    else if (chance < 0.5) this.#queue.add({ at: before, other: { to, kind: 'action_due' } })
    else if (chance < 0.6) this.#queue.add({ at: at + HOUR, other: { to, kind: 'refresher' } })
  }

  #situation(now: Instant, { unsolicitedAt }: Heard): Situation {
    const rhythm: Rhythm = { ...ALWAYS, unsolicitedAt }
    return { now, rhythm, programme: this.#scene.programme, heardAt: undefined, reachable: true }
  }

  #tellOther(at: Instant, other: Other): void {
    const { to, kind } = other
    const day = localDay(at)
    const waits = GIVES_WAY.has(kind) && [...to.waiting.values()].some((due) => localDay(due) === day)
    const decision: Decision = waits
      ? { decision: 'move', to: nextDay(at, this.#scene.programme) + ALWAYS.hour * HOUR }
      : decideReminder(this.#situation(at, to))
    if (decision.decision === 'move' && this.#scene.sabotage !== 'nothing_waits')
      return this.#queue.add({ at: decision.to, other })
    if (to.unsolicitedAt !== undefined && localDay(to.unsolicitedAt) === day)
      this.#scene.fault('somebody messaged twice on a day')
    if (waits) this.#scene.fault('practice on the day of a visit’s reminder')
    this.#tell(at, to)
  }

  #remind(at: Instant, reminder: Reminder): void {
    const { visit, to } = reminder
    if (reminder.done) return
    const situation = this.#situation(at, to)
    const decision: Decision =
      this.#scene.sabotage === 'at_night'
        ? { decision: 'act' }
        : this.#scene.sabotage === 'one_a_day'
          ? decideReminder(situation)
          : decideVisitReminder(visit.begins, situation)
    if (decision.decision === 'move') {
      to.waiting.set(reminder, decision.to)
      return this.#queue.add({ at: decision.to, reminder })
    }
    if (decision.decision === 'stale') return this.#settle(reminder)
    this.#reminders++
    this.#tell(at, to)
    // All of a day are told at once.
    for (const [one, due] of to.waiting)
      if (one === reminder || localDay(due) === localDay(at)) {
        this.#settle(one)
        if (to !== one.visit.mentor) continue
        one.visit.reminded.add(one.which)
        const { startsOn } = one.visit
        one.visit.briefed ||= briefsNow(startsOn, {
          now: at,
          hour: ALWAYS.hour,
          programme: this.#scene.programme,
        })
      }
  }

  #settle(reminder: Reminder): void {
    reminder.done = true
    reminder.to.waiting.delete(reminder)
  }

  #tell(at: Instant, to: Heard): void {
    if (isQuietAt(at, this.#scene.programme)) this.#scene.fault('somebody messaged in quiet hours')
    if (firstAllowed(at, ALWAYS, this.#scene.programme) !== at)
      this.#scene.fault('somebody messaged on a silent day')
    to.unsolicitedAt = at
  }
}

/** Kigali is two hours ahead of UTC all year; said here again, so that the rules on trial do not judge themselves. */
const localDay = (at: Instant): number => Math.floor((at + 2 * HOUR) / DAY)
