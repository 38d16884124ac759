// Coaching plans: seen by the mentee and by their mentor, and agreed by the mentor.
import type { How } from '../../domain/coaching.ts'
import { HOWS } from '../../domain/coaching.ts'
import { may } from '../../domain/rights.ts'
import type { Say } from '../../engine/events.ts'
import type { ListItem } from '../../engine/session.ts'
import { agreePlan, type CoachingPlan, openPlans } from '../../store/coaching-plans.ts'
import type { Db } from '../../store/db.ts'
import { personById } from '../../store/people.ts'
import { DAY } from '../../words/clock.ts'
import type { PersonId } from '../../words/ids.ts'
import { LANGUAGES, type LocalText } from '../../words/language.ts'
import { cleanText } from '../../words/message.ts'
import type { Desk } from '../desk.ts'
import { recordEvidence } from '../record-evidence.ts'
import { actorOf, whomFor } from '../relate.ts'
import { type DeedOrder, type DeedResult, type DeedSet, wordIn } from './deed.ts'

/** Something that stands on no list: the mentor writes it. */
const OWN = 'own'
/** More at once is not worked on. */
const MOST_ITEMS = 4

export const coachingDeeds: DeedSet = {
  deeds: {
    async 'tell-plans'({ desk, db, talk }) {
      const plans = await openPlans(db, talk.personId)
      const says: Say[] = plans.map((plan) => sayPlan(desk, plan))
      return { outcome: 'done', says: says.length > 0 ? says : [{ say: 'word', word: 'plans_none' }] }
    },

    async 'list-plans'({ desk, db, talk, vars }) {
      const mentee = await menteeIn(db, talk.personId, vars)
      if (!mentee) return { outcome: 'refused' }
      const plans = await plansFor(desk, db, talk.personId, mentee.id)
      if (plans.length === 0) return { outcome: 'none' }
      const items = plans.map(({ id, competency }): ListItem => ({
        id: String(id),
        text: desk.shelf.competencies.named(competency).title,
      }))
      const says = plans.map((plan) => sayPlan(desk, plan))
      return { outcome: 'some', found: { plans: items, who: mentee.name }, says }
    },

    async 'choose-plan'({ desk, db, talk, vars }) {
      const plan = await planIn(desk, db, talk.personId, vars)
      if (!plan) return { outcome: 'gone' }
      const items = plan.items.map((text, index): ListItem => ({ id: String(index), text }))
      const own: ListItem = { id: OWN, text: desk.shelf.words['plan_own'] ?? {} }
      return { outcome: 'chosen', found: { items: [...items, own], target: plan.target } }
    },

    'agree-plan': agreePlanDeed,
  },
  audited: { 'agree-plan': 'plan.agree' },
}

/** A plan as both read it. */
function sayPlan(desk: Desk, { competency, items, how, dueAt, target }: CoachingPlan): Say {
  const { title } = desk.shelf.competencies.named(competency)
  const list = items.map((text, index): ListItem => ({ id: String(index), text }))
  const method = desk.shelf.words[`how_${how}`] ?? {}
  return {
    say: 'word',
    word: 'plan',
    values: { title, items: list, how: method, due: { at: dueAt }, target },
  }
}

async function menteeIn(db: Db, mentor: PersonId, vars: DeedOrder['vars']) {
  const id = Number(wordIn(vars, 'subject')) as PersonId
  const person = Number.isSafeInteger(id) ? await personById(db, id) : undefined
  if (!person) return undefined
  const allowed = may(await actorOf(db, mentor), 'edit_plan', await whomFor(db, mentor, person.id))
  return allowed ? person : undefined
}

/** The plans of a mentee that are this mentor's to agree: those of the areas they are paired in. */
async function plansFor(desk: Desk, db: Db, mentor: PersonId, mentee: PersonId): Promise<CoachingPlan[]> {
  const actor = await actorOf(db, mentor)
  const whom = await whomFor(db, mentor, mentee)
  return (await openPlans(db, mentee)).filter(({ competency }) =>
    may(actor, 'edit_plan', whom, desk.shelf.competencies.named(competency).area),
  )
}

async function planIn(
  desk: Desk,
  db: Db,
  mentor: PersonId,
  vars: DeedOrder['vars'],
): Promise<CoachingPlan | undefined> {
  const mentee = await menteeIn(db, mentor, vars)
  if (!mentee) return undefined
  return (await plansFor(desk, db, mentor, mentee.id)).find(({ id }) => String(id) === wordIn(vars, 'plan'))
}

/** What comes first, as the mentor has chosen or written it; their words are the same in every language. */
function ordered(items: readonly LocalText[], vars: DeedOrder['vars']): LocalText[] {
  const own = cleanText(wordIn(vars, 'own'))
  if (wordIn(vars, 'first') === OWN && own !== '')
    return [Object.fromEntries(LANGUAGES.map((language) => [language, own])), ...items].slice(0, MOST_ITEMS)
  const first = items[Number(wordIn(vars, 'first'))]
  return first ? [first, ...items.filter((one) => one !== first)] : [...items]
}

async function agreePlanDeed({ desk, db, talk, vars, now }: DeedOrder): Promise<DeedResult> {
  const plan = await planIn(desk, db, talk.personId, vars)
  if (!plan) return { outcome: 'gone' }
  const items = ordered(plan.items, vars)
  const how: How = HOWS.find((one) => one === wordIn(vars, 'how')) ?? plan.how
  const dueAt = now + Number(vars['days'] ?? 14) * DAY
  const target = Number(vars['goal'] ?? plan.target)
  if (!(await agreePlan(db, plan.id, { items, how, dueAt, target, by: talk.personId, at: now })))
    return { outcome: 'gone' }
  // A plan that is agreed is coaching begun: the mentee's record says so.
  const { personId, competency } = plan
  await recordEvidence(db, now, [{ kind: 'coached', personId, competency, observerId: talk.personId }])
  const says: Say[] = [
    { say: 'word', word: 'plan_agreed', values: { mentor: talk.name } },
    sayPlan(desk, { ...plan, items, how, dueAt, target }),
  ]
  return { outcome: 'agreed', tells: [{ person: personId, says }] }
}
