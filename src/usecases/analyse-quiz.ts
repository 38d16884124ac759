// How the questions of a quiz work, from what has been answered to them as they read today.
import { analyseItems, type QuestionAnalysis, type Sitting } from '../domain/item-analysis.ts'
import { readsAlike } from '../engine/rulings.ts'
import type { Question, Quiz } from '../engine/schema.ts'
import type { Flow, Shelf } from '../engine/shelf.ts'
import { firstAnswersIn } from '../store/attempts.ts'
import type { Db } from '../store/db.ts'
import type { FlowVersion } from '../words/ids.ts'

export { type Finding, LEAST_ANSWERS, type QuestionAnalysis } from '../domain/item-analysis.ts'

/** What was answered to older words of a question shows what people know, and nothing of the question. */
export async function analyseQuiz(
  shelf: Shelf,
  db: Db,
  { flow, least }: { flow: Flow<Quiz>; least: number },
): Promise<QuestionAnalysis[]> {
  const today = new Map(flow.content.questions.map((question) => [question.id, question]))
  const sittings = new Map<number, { person: number; answers: Sitting['answers'][number][] }>()
  for (const row of await firstAnswersIn(db, flow.id)) {
    const then = questionIn(shelf, row.version as FlowVersion, row.question)
    const now = today.get(row.question)
    const sitting = sittings.get(row.attempt_id) ?? { person: row.person_id, answers: [] }
    sittings.set(row.attempt_id, sitting)
    const asNow = then !== undefined && now !== undefined && readsAlike(then, now, row.language)
    sitting.answers.push({
      question: row.question,
      language: row.language,
      option: row.option,
      right: row.option === keyOf(asNow ? now : then),
      took: row.took_ms,
      asNow,
    })
  }
  const asked = flow.content.questions.filter(({ withdrawn }) => !withdrawn)
  return analyseItems(
    asked.map((question) => ({
      id: question.id,
      options: question.options.map(({ key }) => key),
      right: keyOf(question) ?? '',
    })),
    [...sittings.values()],
    least,
  )
}

const keyOf = (question: Question | undefined): string | undefined => question?.options[question.answer]?.key

function questionIn(shelf: Shelf, version: FlowVersion, id: string): Question | undefined {
  const { content } = shelf.version(version)
  return content.kind === 'quiz' ? content.questions.find((question) => question.id === id) : undefined
}
