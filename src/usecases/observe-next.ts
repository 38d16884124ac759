// What somebody is to observe next, each in one tap: what waits for a second observer, then of the first of their mentees
// what each is to be seen in.
import { staleLegs } from '../domain/competency.ts'
import type { Checklist } from '../engine/schema-checklist.ts'
import type { ListItem } from '../engine/session.ts'
import { openPlans } from '../store/coaching-plans.ts'
import { recordsOf } from '../store/competency-records.ts'
import type { Db } from '../store/db.ts'
import { awayAmong, workingOf } from '../store/people.ts'
import type { Instant } from '../words/clock.ts'
import type { PersonId } from '../words/ids.ts'
import type { LocalText } from '../words/language.ts'
import type { Desk } from './desk.ts'
import { checklistsFor, sessionsToRate } from './observable.ts'

/** Of so many the next checklist is looked for: what a list shows first. */
const MOST_NEXT = 3

/** Sessions under way that have no second observer, and what is next of the first mentees who are here and have anything left. */
export async function nextToObserve(
  desk: Desk,
  db: Db,
  about: { observer: PersonId; mentees: readonly ListItem[]; now: Instant },
): Promise<ListItem[]> {
  const { observer, now } = about
  const awaiting = (await sessionsToRate(desk, db, { observer, now })).filter(({ awaits }) => awaits)
  const next = new Map<string, ListItem>()
  const add = (mentee: string, name: string, flow: { id: string; content: { title: LocalText } }): void => {
    const id = `${mentee} ${flow.id}`
    next.set(id, { id, text: titled(flow.content.title, (title) => `${name} · ${title}`) })
  }
  for (const { menteeId, mentee, flow: id } of awaiting.slice(0, MOST_NEXT)) {
    const flow = desk.shelf.current(id)
    if (flow) add(String(menteeId), mentee, flow)
  }
  const firstMentees = about.mentees.slice(0, MOST_NEXT)
  const away = await awayAmong(
    db,
    firstMentees.map(({ id }) => Number(id) as PersonId),
  )
  for (const { id: mentee, text: name } of firstMentees) {
    if (away.has(Number(mentee) as PersonId)) continue
    const scorable = await checklistsFor(desk, db, { observer, mentee: Number(mentee) as PersonId, now })
    const flows = scorable.filter(({ alone, flow }) => alone && !next.has(`${mentee} ${flow.id}`))
    const urgency = await urgencyFor(desk, db, { mentee: Number(mentee) as PersonId, now })
    const ranked = flows.map(({ flow }) => ({ flow, urgency: urgency(flow.content) }))
    const [first] = ranked.toSorted((one, other) => one.urgency - other.urgency)
    if (first && first.urgency < NOTHING_LEFT) add(mentee, name.en ?? '', first.flow)
  }
  return [...next.values()]
}

/** Their technique was seen and is fresh, or nobody asks it of them. */
const NOTHING_LEFT = 4

/**
 * How soon somebody is to be seen by a checklist, the least first: what their coaching plan is about, what they are on their
 * way in, what they were validated in and is due for refresh, what they are assigned and have not begun.
 */
async function urgencyFor(
  desk: Desk,
  db: Db,
  { mentee, now }: { mentee: PersonId; now: Instant },
): Promise<(checklist: Checklist) => number> {
  const plans = await openPlans(db, mentee)
  const planned = new Set(plans.flatMap(({ leg, competency }) => (leg === 'technique' ? [competency] : [])))
  const assigned = desk.shelf.competencies.assignedTo(await workingOf(db, mentee))
  const asked = new Set(assigned.map(({ code }) => code))
  const records = new Map((await recordsOf(db, mentee)).map((record) => [record.competency, record]))
  return ({ competency }) => {
    const record = records.get(competency)
    const { shelfLife } = desk.shelf.competencies.named(competency)
    const isStale = record !== undefined && staleLegs(record, { shelfLife, now }).includes('technique')
    if (record?.technique && !isStale) return NOTHING_LEFT
    if (planned.has(competency)) return 0
    if (isStale) return 2
    if (record) return 1
    return asked.has(competency) ? 3 : NOTHING_LEFT
  }
}

/** A title with something beside it in each language: no sentence. */
export const titled = (title: LocalText, write: (title: string) => string): LocalText =>
  Object.fromEntries(Object.entries(title).map(([language, text]) => [language, write(text ?? '')]))
