// Holding a visit: its steps in their order, each done or left out with a reason, and at the end one message that closes it.
import { localDay } from '../../domain/rhythm.ts'
import { canChange, nextStep, numbersMeant, VISIT_STEPS, type VisitStep } from '../../domain/visit.ts'
import type { Say } from '../../engine/events.ts'
import { subjectCode } from '../../engine/offer.ts'
import type { ListItem } from '../../engine/session.ts'
import { baselineVisit } from '../../store/baselines.ts'
import { recordedSince } from '../../store/observations.ts'
import { latestTraining } from '../../store/trainings.ts'
import { gatherPeople, markPresent, visitPeople, type VisitPerson } from '../../store/visit-people.ts'
import { addNote, reopenStep, settledSteps, settleStep, type VisitNote } from '../../store/visit-steps.ts'
import { changeVisit, type Visit } from '../../store/visits.ts'
import type { PersonId } from '../../words/ids.ts'
import { announceVisit, visitSay } from '../announce-visit.ts'
import { closingSays } from '../close-visit.ts'
import { type Deed, type DeedOrder, type DeedResult, type DeedSet, wordIn } from './deed.ts'
import { type AtVisit, visitAtHand } from '../visit-at-hand.ts'

export const GONE: DeedResult = { outcome: 'gone' }

/** Why a step is left out, as `visit-hold.yaml` offers it. */
const REASONS = ['time', 'nobody', 'emergency', 'not_needed', 'other'] as const

/** The visit that is being held, by somebody who may; undefined when it is not. */
export async function heldVisit(order: DeedOrder): Promise<AtVisit | undefined> {
  const at = await visitAtHand(order, 'locked')
  return at?.mayHold === true && at.visit.state === 'begun' ? at : undefined
}

/** Begins the visit when that has not been done, and goes to what is next. */
const holdVisit: Deed = async (order) => {
  const { desk, db, now } = order
  const met = await visitAtHand(order, 'locked')
  if (!met?.mayHold) return GONE
  const { visit } = met
  if (canChange(visit.state, 'begin')) {
    if (visit.startsOn > localDay(now, desk.programme)) return GONE
    // Whom a mentor finds there and takes on belongs to it; who has gone since it was planned does not.
    await gatherPeople(db, visit.id)
    await changeVisit(db, visit, { state: 'begun' }, now)
  } else if (visit.state === 'begun') await gatherPeople(db, visit.id)
  else return GONE
  const at = { ...met, people: await visitPeople(db, visit.id) }
  const settled = await settledSteps(db, visit.id)
  const step = nextStep(settled.map((one) => one.step))
  if (step === undefined) {
    const skipped = settled.filter(({ outcome }) => outcome === 'skipped').map((one) => one.step)
    const closings = ['close' as const, ...skipped, 'later' as const].map((id): ListItem => ({
      id,
      text: desk.shelf.words[`visit_${id === 'close' || id === 'later' ? 'closing' : 'step'}_${id}`] ?? {},
    }))
    return { outcome: 'close', found: { place: visit.facility, left: skipped.length, closings } }
  }
  const says: Say[] = [
    visitSay('visit_step', {
      at: VISIT_STEPS.indexOf(step) + 1,
      of: VISIT_STEPS.length,
      step: desk.shelf.words[`visit_step_${step}`] ?? {},
    }),
  ]
  if (step === 'entry') {
    if ((await baselineVisit(db, visit.facilityId)) === undefined) says.push(noBaseline(visit))
    says.push(...namesSays(everybody(at)))
  }
  const found = { step, place: visit.facility, code: subjectCode('V', visit.id), count: 0 }
  if (step === 'observation') {
    const mentees = at.people.filter(({ part }) => part === 'mentee').map(({ personId }) => personId)
    const count = await recordedSince(db, mentees, visit.begunAt ?? now)
    return { outcome: step, says, found: { ...found, count } }
  }
  if (step === 'training' && (await latestTraining(db, visit.id))?.ended === false)
    return { outcome: 'during', says, found }
  return { outcome: step, says, found }
}

const noBaseline = ({ id, facility }: Visit): Say =>
  visitSay('visit_no_baseline', { place: facility, code: subjectCode('V', id) })

const everybody = ({ people }: AtVisit): VisitPerson[] => people.filter(({ part }) => part !== 'mentor')

/** People with their numbers, to be named by them. */
export function namesSays(people: readonly VisitPerson[]): Say[] {
  const lines = people.map(({ name }, index) => ({
    say: 'word' as const,
    word: 'numbered',
    values: { number: index + 1, name },
  }))
  return lines.length === 0 ? [] : [{ say: 'lines', lines }]
}

/** Those of a list somebody has named by numbers, or all; undefined when it is not clear. */
export function peopleMeant({ vars }: DeedOrder, people: readonly VisitPerson[]): VisitPerson[] | undefined {
  if (wordIn(vars, 'picked') === 'all') return [...people]
  const numbers = numbersMeant(wordIn(vars, 'who'), people.length)
  return numbers?.flatMap((number) => people[number - 1] ?? [])
}

const notePresent: Deed = async (order) => {
  const at = await heldVisit(order)
  if (!at) return GONE
  const people = everybody(at)
  const present = peopleMeant(order, people)
  if (!present) return { outcome: 'unclear', says: namesSays(people) }
  await markPresent(
    order.db,
    at.visit.id,
    present.map(({ personId }) => personId),
  )
  return { outcome: 'noted' }
}

/** Keeps what was written, which the dialogue has had screened, and settles the step when it is the last of it. */
function note(kind: VisitNote, settles: VisitStep | undefined): Deed {
  return async (order) => {
    const at = await heldVisit(order)
    if (!at) return GONE
    const { db, vars, now } = order
    const text = wordIn(vars, 'text')
    if (text !== '') await addNote(db, at.visit.id, { kind, text, at: now })
    if (settles) await settleStep(db, at.visit.id, { step: settles, because: undefined, at: now })
    // From now on it stands with the visit alone.
    return { outcome: 'noted', found: { text: '' } }
  }
}

/** Leaves the step out that is at hand. */
const skipStep: Deed = async (order) => {
  const at = await heldVisit(order)
  const { db, vars, now } = order
  const step = VISIT_STEPS.find((one) => one === wordIn(vars, 'step'))
  if (!at || !step) return GONE
  const because = REASONS.find((one) => one === wordIn(vars, 'reason').replaceAll('-', '_')) ?? 'other'
  await settleStep(db, at.visit.id, { step, because, at: now })
  return { outcome: 'skipped' }
}

/** A step that was left out is done after all: the visit goes back to it. */
const reopen: Deed = async (order) => {
  const at = await heldVisit(order)
  const step = VISIT_STEPS.find((one) => one === wordIn(order.vars, 'closing'))
  if (!at || !step) return GONE
  await reopenStep(order.db, at.visit.id, step)
  return { outcome: 'reopened' }
}

/** Observation is done when somebody has been observed; otherwise it was left out, and why is asked. */
const settleObservation: Deed = async (order) => {
  const at = await heldVisit(order)
  if (!at) return GONE
  if (Number(order.vars['count']) === 0) return { outcome: 'nothing' }
  await settleStep(order.db, at.visit.id, { step: 'observation', because: undefined, at: order.now })
  return { outcome: 'noted' }
}

/** Closes the visit: everybody who belongs to it hears what came of it, in one message. */
const closeVisit: Deed = async (order) => {
  const { desk, db, talk, now } = order
  const at = await heldVisit(order)
  if (!at || nextStep((await settledSteps(db, at.visit.id)).map(({ step }) => step)) !== undefined)
    return GONE
  await changeVisit(db, at.visit, { state: 'closed' }, now)
  await announceVisit(desk, db, { visit: at.visit.id, by: talk.personId, now })
  const skipped = (await settledSteps(db, at.visit.id)).filter(({ outcome }) => outcome === 'skipped')
  const steps = skipped.map(({ step }): ListItem => ({
    id: step,
    text: desk.shelf.words[`visit_step_${step}`] ?? {},
  }))
  const says = await closingSays(desk, db, at.visit)
  if (steps.length > 0) says.push(visitSay('closing_missed', { steps }))
  return { outcome: 'closed', says }
}

export const holdVisitDeeds: DeedSet = {
  deeds: {
    'hold-visit': holdVisit,
    'note-present': notePresent,
    'note-objectives': note('objective', 'entry'),
    'note-round': note('round', 'round'),
    'note-strengths': note('strength', undefined),
    'note-gaps': note('gap', 'debrief'),
    'note-data-gap': note('data_gap', 'data'),
    'skip-step': skipStep,
    'reopen-step': reopen,
    'settle-observation': settleObservation,
    'close-visit': closeVisit,
  },
  audited: { 'close-visit': 'visit.close' },
}

export const idsOf = (people: readonly VisitPerson[]): PersonId[] => people.map(({ personId }) => personId)
