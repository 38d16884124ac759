// What follows from evidence, in the running transaction: a coaching plan when something was weak, its end when the leg
// stands, the date of the next refresh, and who is told of a validation.
import { reachesBar } from '../domain/assessment.ts'
import { draftPlan, planAnew, type PlanLeg, type Weakness } from '../domain/coaching.ts'
import { refreshDueAt } from '../domain/competency.ts'
import { refreshKey } from '../domain/follow-up.ts'
import type { Say } from '../engine/events.ts'
import { beginPlan, closePlan, openPlans } from '../store/coaching-plans.ts'
import type { Db } from '../store/db.ts'
import { planFollowUps } from '../store/follow-ups.ts'
import { mentorsOf } from '../store/pairings.ts'
import { personById } from '../store/people.ts'
import { DAY, type Instant } from '../words/clock.ts'
import type { PersonId } from '../words/ids.ts'
import { LANGUAGES, type LocalText } from '../words/language.ts'
import type { Tell } from './deeds/deed.ts'
import type { Desk } from './desk.ts'
import type { Moved, Shown } from './record-evidence.ts'
import { issueCertificate } from './issue-certificate.ts'

/** Within this time whoever was judged anew has been told, unless they are on leave. */
export const FIRST_TOLD = 2 * DAY

/** What people are told of it. */
export interface Followed {
  /** The person themselves. */
  readonly says: readonly Say[]
  /** Their mentors. */
  readonly tells: readonly Tell[]
}

/** `weak`: what did not go well, the steps of a checklist or the questions of a test. */
export async function followEvidence(
  desk: Desk,
  db: Db,
  about: { moved: Moved; weak: readonly Weakness<LocalText>[]; now: Instant },
): Promise<Followed> {
  const { moved, weak, now } = about
  const { personId, competency } = moved.shown
  const { shelfLife, title } = desk.shelf.competencies.named(competency)
  const planned = await replan(db, { moved, weak, now })
  const refreshAt = refreshDueAt(moved.after, shelfLife)
  if (refreshAt !== undefined)
    await planFollowUps(db, [
      {
        kind: 'refresh_due',
        key: refreshKey(personId, competency),
        person_id: personId,
        subject: moved.evidence,
        // Who is judged anew hears of that first: there is one message a day that nobody asked for.
        due_at: Math.max(refreshAt, moved.shown.kind === 'rescored' ? now + FIRST_TOLD : now),
      },
    ])
  const plan: Say[] = planned ? [{ say: 'word', word: 'plan_made', values: { title } }] : []
  // Nobody is waiting for an answer when a test is judged anew: `tell-rescored.ts` tells it at a good hour.
  if (!moved.validated || moved.shown.kind === 'rescored') return { says: plan, tells: [] }
  return tellValidation(desk, db, { personId, competency, now })
}

/** What is told of a validation, with the certificate. */
export async function tellValidation(
  desk: Desk,
  db: Db,
  { personId, competency, now }: { personId: PersonId; competency: string; now: Instant },
): Promise<Followed> {
  const { title } = desk.shelf.competencies.named(competency)
  const mentors = new Set((await mentorsOf(db, personId)).map(({ mentorId }) => mentorId))
  const name = (await personById(db, personId))?.name ?? ''
  return {
    says: [
      { say: 'word', word: 'validated_you', values: { title } },
      ...(await issueCertificate(desk, db, { person: personId, competency, now })),
    ],
    tells: [...mentors].map((person) => ({
      person,
      says: [{ say: 'word', word: 'validated_mentee', values: { title, name } }],
    })),
  }
}

/** Makes a plan from what was weak, or closes the one that has been met. True when one was made. */
async function replan(
  db: Db,
  { moved, weak, now }: { moved: Moved; weak: readonly Weakness<LocalText>[]; now: Instant },
): Promise<boolean> {
  const { shown, evidence, passed } = moved
  if (shown.kind === 'coached' || shown.kind === 'pre_test') return false
  const { personId, competency, bar } = shown
  const leg: PlanLeg = shown.kind === 'observation' ? 'technique' : 'knowledge'
  const open = (await openPlans(db, personId, competency)).find((plan) => plan.leg === leg)
  if (moved.validated) await closePlan(db, { personId, competency }, { state: 'met', at: now })
  // The mentor may have set a target below the bar, as a step on the way, or above it.
  else if (open && meets(shown, open.target))
    await closePlan(db, { personId, competency, leg }, { state: 'met', at: now })
  if (passed) return false
  // Too little was seen for a verdict, so there is none to plan from.
  if (shown.kind === 'observation' && !shown.complete) return false
  const draft = draftPlan(weak, { now, leg })
  if (!draft) return false
  const agreed = open?.agreed === true ? { ...open, own: open.items.filter(isOwn) } : undefined
  const plan = planAnew(draft, { bar, agreed })
  await beginPlan(db, { ...plan, personId, competency, leg, evidence, at: now })
  return true
}

/** What a mentor has written is the same in every language. */
const isOwn = (text: LocalText): boolean =>
  LANGUAGES.every((language) => text[language] !== undefined && text[language] === text.en)

/**
 * Whether a try reaches the target of a plan: its points, and nothing missed that would harm. A target below the bar is a
 * step on the way; from the bar on it takes the observer's judgement, too.
 */
function meets(shown: Exclude<Shown, { kind: 'coached' }>, target: number): boolean {
  const seen = shown.kind !== 'observation' || (shown.complete && (shown.techniqueOk || target < shown.bar))
  return seen && shown.criticalMissed === 0 && shown.max > 0 && reachesBar(shown.score, shown.max, target)
}
