// What somebody who belongs to a visit says to it: that they come, that they cannot, that another day would suit them.
import { VISIT_ANSWERS, type VisitAnswer } from '../../domain/visit.ts'
import { answerVisit } from '../../store/visit-people.ts'
import { giveLead, type Visit } from '../../store/visits.ts'
import type { PersonId } from '../../words/ids.ts'
import { announceVisit, openingVisit, visitSay, visitValues } from '../announce-visit.ts'
import { type AtVisit, visitAtHand } from '../visit-at-hand.ts'
import type { DeedOrder, DeedResult, Tell } from './deed.ts'

const GONE: DeedResult = { outcome: 'gone' }

/** As a dialogue names it. */
const idOf = (answer: VisitAnswer): string => answer.replaceAll('_', '-')

/** What somebody who belongs to a visit says to it; who may move it does that instead of asking for it. */
export function answersOf({ state }: Visit, mayPlan: boolean): string[] {
  if (state !== 'confirmed') return []
  return mayPlan ? ['coming', 'not-coming'] : ['coming', 'not-coming', 'other-day']
}

/** Somebody who belongs to a visit says whether they come. The lead hears of what changes the day. */
export async function answerTo(order: DeedOrder, said: string): Promise<DeedResult> {
  const { desk, db, talk, now } = order
  const at = await visitAtHand(order, 'locked')
  const given = VISIT_ANSWERS.find((one) => idOf(one) === said)
  if (!at?.self || !given) return GONE
  const { visit } = at
  if (visit.state !== 'confirmed') {
    const state = desk.shelf.words[`visit_state_${visit.state}`] ?? {}
    return {
      outcome: 'changed',
      says: [visitSay('visit_answer_late', { ...visitValues(desk, visit), state })],
    }
  }
  const leads = visit.leadId === talk.personId
  const successor = leads && given === 'not_coming' ? await passOn(order, at) : visit.leadId
  if (leads && given === 'not_coming' && successor === undefined) return { outcome: 'alone' }
  await answerVisit(db, visit.id, { person: talk.personId, answer: given, at: now })
  if (given === 'coming' || successor === undefined) return { outcome: idOf(given) }
  const word = leads ? 'visit_yours_to_lead' : `visit_says_${given}`
  const says = [visitSay(word, { ...visitValues(desk, visit), name: talk.name })]
  const tells: Tell[] = [{ person: successor, says, open: openingVisit(visit.id) }]
  return { outcome: idOf(given), tells }
}

/** Gives the lead to another mentor of the team who has not said no; undefined when there is none. */
async function passOn(
  { desk, db, talk, now }: DeedOrder,
  { visit, people }: AtVisit,
): Promise<PersonId | undefined> {
  for (const { personId, part, answer: said } of people) {
    if (part !== 'mentor' || personId === talk.personId || said === 'not_coming') continue
    if (!(await giveLead(db, visit.id, personId))) continue
    await announceVisit(desk, db, { visit: visit.id, by: talk.personId, now })
    return personId
  }
  return undefined
}
