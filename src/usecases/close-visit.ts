// What came of a visit, as everybody who belongs to it reads it: strengths first, then what to work on, then who does
// what until when. Of a mini-quiz the sum of all is told, and nobody's own score.
import { percentShown } from '../domain/assessment.ts'
import type { Say } from '../engine/events.ts'
import { actionsOfVisit } from '../store/actions.ts'
import type { Db } from '../store/db.ts'
import { latestTraining, trainingResult } from '../store/trainings.ts'
import { notesOf, type VisitNote } from '../store/visit-steps.ts'
import type { Visit } from '../store/visits.ts'
import { dayWords } from '../domain/day.ts'
import type { Desk } from './desk.ts'
import { visitSay } from './announce-visit.ts'
import { baselineSays } from './compare-baseline.ts'

/** So few together would tell each one's score. */
const FEWEST = 2

export async function closingSays(desk: Desk, db: Db, visit: Visit): Promise<Say[]> {
  const notes = await notesOf(db, visit.id)
  const told = (kind: VisitNote, word: string): Say[] =>
    notes.filter((one) => one.kind === kind).map(({ text }) => visitSay(word, { text }))
  const actions = await actionsOfVisit(db, visit.id)
  return [
    visitSay('visit_news_closed', { place: visit.facility }),
    ...told('strength', 'closing_strength'),
    ...told('gap', 'closing_gap'),
    ...(await trainingSays(desk, db, visit)),
    ...(await baselineSays(desk, db, visit)),
    ...actions.map(({ text, owner, dueOn }) =>
      visitSay('closing_action', { text, owner, due: dayWords(dueOn) }),
    ),
  ]
}

async function trainingSays(desk: Desk, db: Db, visit: Visit): Promise<Say[]> {
  const training = await latestTraining(db, visit.id)
  if (!training) return []
  const { people, before, before_max, after, after_max } = await trainingResult(db, training.id)
  const { title } = (desk.shelf.current(training.flow)?.content as { title?: object }) ?? {}
  if (people < FEWEST || before_max === 0 || after_max === 0)
    return [visitSay('closing_training', { title: { ...title }, people })]
  const values = {
    title: { ...title },
    people,
    before: percentShown(before, before_max),
    after: percentShown(after, after_max),
  }
  return [visitSay('closing_training_result', values)]
}
