// Answered cases by the words of a new one: stems are compared, as PostgreSQL finds them in each language.
import { z } from 'zod'
import type { CaseId } from '../words/ids.ts'
import type { Language } from '../words/language.ts'
import type { Db } from './db.ts'

const foundRow = z.object({ id: z.int(), recommendation: z.string() })

const IS_SHOWN = `hidden_at is null and recommendation is not null and ($4 = '' or area in ('', $4))`
/** More than this need not be compared to find three that fit. */
const MOST_RANKED = 400

/** Of these words two must be shared: more say little more, and each pair is looked up. */
const MOST_WORDS = 5
/** Shorter words are in every text. */
const SHORTEST_WORD = 4

/** What PostgreSQL is asked for: texts with three of the words, with two, and what ranks them: any. */
export interface WordQuery {
  readonly three: string
  readonly two: string
  readonly rank: string
}

const stemRow = z.object({ stem: z.string() })

/**
 * What to look for by words without accents: their stems in a language, without words that are in every text. Undefined
 * when none of them says anything.
 */
export async function queryOf(db: Db, text: string, language: Language): Promise<WordQuery | undefined> {
  const rows = await db.query('select lexeme stem from unnest(to_tsvector(words_of($2), $1))', [
    text,
    language,
  ])
  const words = rows
    .map((row) => stemRow.parse(row).stem)
    .filter((stem) => stem.length >= SHORTEST_WORD && /^[a-z]+$/.test(stem))
    .toSorted((one, other) => other.length - one.length || (one < other ? -1 : 1))
    .slice(0, MOST_WORDS)
  if (words.length === 0) return undefined
  const after = (index: number): string[] => words.slice(index + 1)
  const pairs = words.flatMap((word, index) => after(index).map((other) => `(${word} & ${other})`))
  const threes = words.flatMap((word, first) =>
    after(first).flatMap((other, second) =>
      after(first + 1 + second).map((third) => `(${word} & ${other} & ${third})`),
    ),
  )
  const two = (pairs.length > 0 ? pairs : words).join(' | ')
  return { three: threes.join(' | '), two, rank: words.join(' | ') }
}

/** Counts that an answered case has answered somebody else's question. */
export async function caseHelped(db: Db, id: CaseId): Promise<void> {
  await db.query('update clinical_case set helped = helped + 1 where id = $1', [id])
}

/**
 * Answered cases like these words, the likeliest first; `words` are without accents, as `resolveCase` was given them. They
 * are compared by their stems in the asker's language: what was answered in another one is found by the words both share.
 */
export async function similarCases(
  db: Db,
  asked: { words: string; area: string; language: Language; limit: number },
): Promise<{ id: CaseId; recommendation: string }[]> {
  const query = await queryOf(db, asked.words, asked.language)
  if (!query) return []
  // Those that share three words are ranked before those that share two are looked for: common words share two with
  // thousands, and ranking them all is what takes time.
  const rows = await db.query(
    `with three as (
       select id, recommendation, search from clinical_case where search @@ $1::tsquery and ${IS_SHOWN} limit ${MOST_RANKED}
     ), two as (
       select id, recommendation, search from clinical_case
       where (select count(*) from three) < $5 and search @@ $2::tsquery and ${IS_SHOWN} limit ${MOST_RANKED}
     )
     select id, recommendation from (select * from three union all select * from two where id not in (select id from three)) c
     order by ts_rank(search, $3::tsquery) desc, id desc limit $5`,
    [query.three, query.two, query.rank, asked.area, asked.limit],
  )
  return rows.map((row) => {
    const { id, recommendation } = foundRow.parse(row)
    return { id: id as CaseId, recommendation }
  })
}
