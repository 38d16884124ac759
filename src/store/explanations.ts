// What quizzes explain, to be found by whoever is about to ask a mentor.
import { z } from 'zod'
import { plain } from '../engine/match.ts'
import type { Quiz } from '../engine/schema.ts'
import type { Flow } from '../engine/shelf.ts'
import type { Language } from '../words/language.ts'
import type { WordQuery } from './answered-cases.ts'
import type { Db } from './db.ts'

const versionRow = z.object({ flow: z.string(), version: z.string() })

/** Brings the explanations up to these quizzes. What somebody said helped them is kept where the question stays. */
export async function keepExplanations(db: Db, quizzes: readonly Flow<Quiz>[]): Promise<void> {
  const rows = await db.query('select distinct flow, version from explanation')
  const kept = new Map(
    rows.map((row) => {
      const { flow, version } = versionRow.parse(row)
      return [flow, version] as const
    }),
  )
  const changed = quizzes.filter(({ id, version }) => kept.get(id) !== version)
  const ids: readonly string[] = quizzes.map(({ id }) => id)
  if (changed.length === 0 && [...kept.keys()].every((flow) => ids.includes(flow))) return
  const lines = changed.flatMap(({ id: flow, version, content }) =>
    content.questions.flatMap((question) => {
      const right = question.options[question.answer]
      return (Object.keys(question.ask) as Language[]).flatMap((language) => {
        const [ask, answer, because] = [question.ask, right?.text, right?.because].map(
          (one) => one?.[language],
        )
        if (ask === undefined || answer === undefined || because === undefined) return []
        const words = plain(`${ask} ${answer} ${because}`)
        const source = `${question.source}, ${question.guideline_year}`
        return [{ flow, version, question: question.id, language, ask, answer, because, source, words }]
      })
    }),
  )
  await db.query(
    `with here as (
       select * from json_to_recordset($1) as e(flow text, version text, question text, language text, ask text, answer text, because text, source text, words text)
     ), gone as (
       delete from explanation x where not (flow = any($2)) or (flow = any($3) and not exists (
         select from here h where (h.flow, h.question, h.language) = (x.flow, x.question, x.language)))
     )
     insert into explanation as x (flow, version, question, language, ask, answer, because, source, search)
     select flow, version, question, language, ask, answer, because, source, to_tsvector(words_of(language), words) from here
     on conflict (flow, question, language) do update set version = excluded.version, ask = excluded.ask,
       answer = excluded.answer, because = excluded.because, source = excluded.source, search = excluded.search`,
    [JSON.stringify(lines), ids, changed.map(({ id }) => id)],
  )
}

const foundRow = z.object({
  flow: z.string(),
  question: z.string(),
  language: z.string(),
  ask: z.string(),
  answer: z.string(),
  because: z.string(),
  source: z.string(),
})

export type Explanation = z.infer<typeof foundRow>

/** Explanations like these words in somebody's language, the likeliest first. Two of the words at least are in each. */
export async function similarExplanations(
  db: Db,
  asked: Pick<WordQuery, 'two' | 'rank'> & { language: Language; limit: number },
): Promise<Explanation[]> {
  const rows = await db.query(
    `select flow, question, language, ask, answer, because, source from explanation
     where search @@ $1::tsquery and language = $3
     order by ts_rank(search, $2::tsquery) desc, flow, question limit $4`,
    [asked.two, asked.rank, asked.language, asked.limit],
  )
  return rows.map((row) => foundRow.parse(row))
}

/** Counts that an explanation has answered somebody's question. */
export async function explanationHelped(db: Db, flow: string, question: string): Promise<void> {
  await db.query('update explanation set helped = helped + 1 where flow = $1 and question = $2', [
    flow,
    question,
  ])
}
