// Before a visit: the mentor's brief of each mentee and of the place, and the mentee's agenda. Both come from the records.
import type { Say } from '../engine/events.ts'
import type { ListItem, Vars } from '../engine/session.ts'
import { openActions } from '../store/actions.ts'
import { askerLoad } from '../store/cases.ts'
import { openPlans } from '../store/coaching-plans.ts'
import { recordsOf } from '../store/competency-records.ts'
import type { Db } from '../store/db.ts'
import { unseenOnSite } from '../store/seen-from-afar.ts'
import { noteBriefed, visitPeople, type VisitPerson } from '../store/visit-people.ts'
import type { Visit } from '../store/visits.ts'
import { dayWords } from '../domain/day.ts'
import type { Day, Instant } from '../words/clock.ts'
import type { PersonId } from '../words/ids.ts'
import type { LocalText } from '../words/language.ts'
import type { Desk } from './desk.ts'
import { missedSteps } from './visit-steps.ts'

/** The weakest things of each mentee: more is not worked on in a visit. */
const MOST_ITEMS = 3
const MOST_MENTEES = 12
const MOST_ACTIONS = 5

/** What goes with a reminder a day or two before: once, to each what they need. */
export async function dayAhead(
  desk: Desk,
  db: Db,
  about: { visit: Visit; person: VisitPerson; now: Instant },
): Promise<Say[]> {
  const { visit, person, now } = about
  if (person.part === 'manager') return []
  if (!(await noteBriefed(db, visit.id, { person: person.personId, at: now }))) return []
  return person.part === 'mentor'
    ? briefSays(desk, db, visit)
    : agendaSays(desk, db, { mentee: person.personId, on: visit.startsOn })
}

/** For each mentee the weakest items, what to observe and their open cases; for the place what is open. */
export async function briefSays(desk: Desk, db: Db, visit: Visit): Promise<Say[]> {
  const mentees = (await visitPeople(db, visit.id)).filter(
    ({ part, answer }) => part === 'mentee' && answer !== 'not_coming',
  )
  const says: Say[] = [{ say: 'word', word: 'brief_head', values: { place: visit.facility } }]
  const afar = await unseenOnSite(
    db,
    mentees.map(({ personId }) => personId),
    visit.startsOn,
  )
  // Who could not be seen on the spot comes first.
  const inOrder = mentees.toSorted((a, b) => Number(afar.has(b.personId)) - Number(afar.has(a.personId)))
  for (const { personId, name } of inOrder.slice(0, MOST_MENTEES)) {
    const { items, observe, cases } = await workOn(desk, db, { mentee: personId, afar: afar.get(personId) })
    const values: Vars = { name, items: listed(items), observe: listed(observe), cases, count: items.length }
    says.push({ say: 'word', word: items.length > 0 ? 'brief_mentee' : 'brief_mentee_new', values })
  }
  const actions = (await openActions(db, visit.facilityId)).slice(0, MOST_ACTIONS)
  for (const { text, owner, dueOn } of actions)
    says.push({ say: 'word', word: 'brief_action', values: { text, owner, due: dayWords(dueOn) } })
  const missed = await missedSteps(db, visit)
  if (missed.length > 0) {
    const steps = missed.map((step): ListItem => ({
      id: step,
      text: desk.shelf.words[`visit_step_${step}`] ?? {},
    }))
    says.push({ say: 'word', word: 'brief_missed', values: { steps } })
  }
  return says
}

/** The same for the mentee, about themselves. */
async function agendaSays(desk: Desk, db: Db, { mentee, on }: { mentee: PersonId; on: Day }): Promise<Say[]> {
  const afar = (await unseenOnSite(db, [mentee], on)).get(mentee)
  const { items, observe } = await workOn(desk, db, { mentee, afar })
  const word = items.length > 0 ? 'agenda_items' : 'agenda_new'
  return [{ say: 'word', word, values: { items: listed(items), observe: listed(observe) } }]
}

interface WorkOn {
  readonly items: readonly LocalText[]
  readonly observe: readonly LocalText[]
  readonly cases: number
}

/**
 * What is weakest, what is to be seen next, and how many cases wait. Plans hold what was weakest, what harms first; what
 * was only seen from far away is seen before all else.
 */
async function workOn(
  desk: Desk,
  db: Db,
  { mentee, afar = [] }: { mentee: PersonId; afar: readonly string[] | undefined },
): Promise<WorkOn> {
  const plans = await openPlans(db, mentee)
  const records = await recordsOf(db, mentee)
  const begun = records.filter(({ validatedAt, technique }) => !validatedAt && !technique)
  const next = [...new Set([...afar, ...[...plans, ...begun].map(({ competency }) => competency)])]
  const { waiting } = await askerLoad(db, mentee, 0)
  return {
    items: plans.flatMap(({ items }) => items).slice(0, MOST_ITEMS),
    observe: next.slice(0, MOST_ITEMS).map((code) => desk.shelf.competencies.named(code).title),
    cases: waiting,
  }
}

const listed = (texts: readonly LocalText[]): ListItem[] =>
  texts.map((text, index) => ({ id: String(index), text }))
