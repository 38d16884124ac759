// Coaching plans: seen by the mentee and by their mentor, and agreed by the mentor.
import { draftPlan, type How, HOWS } from '../../domain/coaching.ts'
import { may } from '../../domain/rights.ts'
import type { Say } from '../../engine/events.ts'
import type { ListItem } from '../../engine/session.ts'
import { agreePlan, beginPlan, type CoachingPlan, openPlans } from '../../store/coaching-plans.ts'
import { evidenceOf, recordsOf } from '../../store/competency-records.ts'
import type { Db } from '../../store/db.ts'
import { personById } from '../../store/people.ts'
import { DAY } from '../../words/clock.ts'
import type { PersonId } from '../../words/ids.ts'
import { type LocalText, sameInAll } from '../../words/language.ts'
import { cleanText } from '../../words/message.ts'
import type { Desk } from '../desk.ts'
import { recordEvidence } from '../record-evidence.ts'
import { actorOf, whomFor } from '../relate.ts'
import { type DeedOrder, type DeedResult, type DeedSet, wordIn } from './deed.ts'

/** Something that stands on no list: the mentor writes it. */
const OWN = 'own'
const DONE = 'done'
const NEW = 'new'
/** What a validation takes; the mentor may set another target. */
const BAR = 85
const MOST_PLANNED = 9
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
      const items = plans.map(({ id, competency, leg }): ListItem => ({
        id: String(id),
        text: besides(desk.shelf.competencies.named(competency).title, desk.shelf.words[`plan_${leg}`]),
      }))
      const fresh = await plannable(desk, db, talk.personId, mentee.id)
      const anew: ListItem[] = fresh.length > 0 ? [{ id: NEW, text: desk.shelf.words['plan_new'] ?? {} }] : []
      if (items.length + anew.length === 0) return { outcome: 'none' }
      const says = plans.map((plan) => sayPlan(desk, plan))
      return { outcome: 'some', found: { plans: [...items, ...anew], who: mentee.name }, says }
    },

    /** What somebody has begun and has no plan to practise for, to make one. */
    async 'list-plannable'({ desk, db, talk, vars }) {
      const mentee = await menteeIn(db, talk.personId, vars)
      const fresh = mentee ? await plannable(desk, db, talk.personId, mentee.id) : []
      if (fresh.length === 0) return { outcome: 'none' }
      const competencies = fresh.map((code): ListItem => ({
        id: code,
        text: desk.shelf.competencies.named(code).title,
      }))
      return { outcome: 'some', found: { competencies } }
    },

    'new-plan': newPlan,

    async 'choose-plan'({ desk, db, talk, vars }) {
      const plan = await planIn(desk, db, talk.personId, vars)
      if (!plan) return { outcome: 'gone' }
      const items = choices(desk, plan.items, [])
      return { outcome: 'chosen', found: { items, target: plan.target, chosen: '', own: '' } }
    },

    /** One thing more is worked on, in the order in which they are chosen; what is not chosen falls away. */
    async 'choose-plan-item'({ desk, db, talk, vars }) {
      const plan = await planIn(desk, db, talk.personId, vars)
      if (!plan) return { outcome: 'gone' }
      const chosen = [...chosenIn(vars), wordIn(vars, 'first')]
      const found = { items: choices(desk, plan.items, chosen), chosen: chosen.join(' ') }
      const isAll = chosen.length >= Math.min(MOST_ITEMS, plan.items.length + 1)
      return { outcome: isAll ? 'all' : 'more', found }
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

/** What the mentor has chosen so far, in order: places in the plan, and what they have written themselves. */
const chosenIn = (vars: DeedOrder['vars']): string[] => wordIn(vars, 'chosen').split(' ').filter(Boolean)

/** What may still be chosen; and, once something is, that it is all. */
function choices(desk: Desk, items: readonly LocalText[], chosen: readonly string[]): ListItem[] {
  const { words } = desk.shelf
  const left = items
    .map((text, index): ListItem => ({ id: String(index), text }))
    .filter(({ id }) => !chosen.includes(id))
  const own: ListItem[] = chosen.includes(OWN) ? [] : [{ id: OWN, text: words['plan_own'] ?? {} }]
  const done: ListItem[] = chosen.length > 0 ? [{ id: DONE, text: words['plan_done'] ?? {} }] : []
  return [...left, ...own, ...done]
}

/** The items as the mentor has chosen or written them; their words are the same in every language. */
function ordered(items: readonly LocalText[], vars: DeedOrder['vars']): LocalText[] {
  const own = cleanText(wordIn(vars, 'own'))
  const chosen = chosenIn(vars).flatMap((id) => {
    if (id === OWN) return own === '' ? [] : [sameInAll(own)]
    return items[Number(id)] ?? []
  })
  return chosen.length > 0 ? chosen : [...items]
}

/** A title with a word behind it, in each language. */
const besides = (title: LocalText, word: LocalText = {}): LocalText =>
  Object.fromEntries(
    Object.entries(title).map(([language, text]) => [
      language,
      `${text} · ${word[language as keyof LocalText] ?? ''}`,
    ]),
  )

/** What a mentee has begun, in the areas of this mentor, and has neither shown nor a plan for. */
async function plannable(desk: Desk, db: Db, mentor: PersonId, mentee: PersonId): Promise<string[]> {
  const actor = await actorOf(db, mentor)
  const whom = await whomFor(db, mentor, mentee)
  const planned = new Set(
    (await openPlans(db, mentee))
      .filter(({ leg }) => leg === 'technique')
      .map(({ competency }) => competency),
  )
  return (await recordsOf(db, mentee))
    .filter(
      ({ competency, technique, stage }) => stage !== 'enrolled' && !technique && !planned.has(competency),
    )
    .map(({ competency }) => competency)
    .filter((code) => may(actor, 'edit_plan', whom, desk.shelf.competencies.named(code).area))
    .slice(0, MOST_PLANNED)
}

/** A plan where nothing was seen to be weak: the mentor says what it is about. */
async function newPlan({ desk, db, talk, vars, now }: DeedOrder): Promise<DeedResult> {
  const mentee = await menteeIn(db, talk.personId, vars)
  const fresh = mentee ? await plannable(desk, db, talk.personId, mentee.id) : []
  const competency = fresh.find((code) => code === wordIn(vars, 'competency'))
  const last = mentee && competency ? (await evidenceOf(db, mentee.id, competency)).at(-1) : undefined
  if (!mentee || competency === undefined || !last) return { outcome: 'gone' }
  const { title } = desk.shelf.competencies.named(competency)
  const draft = draftPlan([{ text: title, critical: false }], { now, leg: 'technique' })
  if (!draft) return { outcome: 'gone' }
  const about = { personId: mentee.id, competency, leg: 'technique' } as const
  await beginPlan(db, { ...draft, ...about, target: BAR, evidence: last.id, at: now })
  const [plan] = (await openPlans(db, mentee.id, competency)).filter(({ leg }) => leg === 'technique')
  return { outcome: 'made', found: { plan: String(plan?.id ?? '') } }
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
