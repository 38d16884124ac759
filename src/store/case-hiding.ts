// A case that could tell who the patient is: its words go, and every copy of them, wherever it lies.
import { z } from 'zod'
import { subjectCode } from '../engine/offer.ts'
import type { Instant } from '../words/clock.ts'
import type { CaseId } from '../words/ids.ts'
import type { Db } from './db.ts'

/** Shorter pieces are in many texts: "yes", "3 days". */
const SHORTEST_PIECE = 12

/**
 * Hides a case and forgets what was said, sent, advised and taught of it; also what of it is owed, held for the morning,
 * stands in somebody's talk, or was shown in the browser chat, to whomever: an answered case is shown to who asks the same,
 * and a lesson to all of a cadre. Copies are found by the case's code and by its own words.
 */
export async function hideCase(db: Db, id: CaseId, at: Instant): Promise<void> {
  const pieces = await piecesOf(db, id)
  await db.query(
    `with gone as (delete from case_entry where case_id = $1), unseen as (delete from case_media where case_id = $1),
     untaught as (
       update lesson set state = 'withdrawn', question = '', options = '{}', explanation = '', points = '{}' where case_id = $1)
     update clinical_case set hidden_at = to_timestamp($2::float8 / 1000), recommendation = null, search = null where id = $1`,
    [id, at],
  )
  // C-1000 is not in C-10000.
  const code = `${subjectCode('C', id)}(?!\\d)`
  await db.query(
    `with owed as (
       update outbox o set says = (${without('o.says')}) where ${holds('o.says')}
     ), told as (
       update receipt r set says = (${without('r.says')}) where ${holds('r.says')}
     ), shown as (delete from web_bubble where ${holds('bubble')}
     ), held as (delete from held_tell where ${holds('says')}
     ), named as (delete from topic where flow = 'case' and subject = $1)
     delete from file where name ~ ('^' || $2)`,
    [id, code, pieces],
  )
  await clearTalks(db, pieces)
}

/** What stands in a column as JSON, if it names the case or holds a piece of its words. */
const holds = (column: string): string =>
  `(${column}::text ~ $2 or exists (select from unnest($3::text[]) piece where strpos(${column}::text, piece) > 0))`

/** Says without those that do. */
const without = (says: string): string =>
  `select coalesce(json_agg(s), '[]') from json_array_elements(${says}) s where not ${holds('s')}`

const pieceRow = z.object({ piece: z.string() })

/** The case's words as they stand within JSON: what lies between two masks, where it is long enough to be told by. */
async function piecesOf(db: Db, id: CaseId): Promise<string[]> {
  const rows = await db.query(
    `with said as (
       select text from case_entry where case_id = $1 union select caption from case_media where case_id = $1
       union select recommendation from clinical_case where id = $1
       union select unnest(array[question, explanation] || options || points) from lesson where case_id = $1
     ), piece as (
       select substr(to_json(trim(p))::text, 2, length(to_json(trim(p))::text) - 2) piece from said, regexp_split_to_table(text, '\\[\\[[a-z_]+\\]\\]') p
       where text is not null
     )
     select distinct piece from piece where length(piece) >= $2`,
    [id, SHORTEST_PIECE],
  )
  return rows.map((row) => pieceRow.parse(row).piece)
}

const talkRow = z.object({ person_id: z.int(), state: z.string() })

/** Takes the words out of the talks they stand in: a lesson that was asked, one that is being made. */
async function clearTalks(db: Db, pieces: readonly string[]): Promise<void> {
  const rows = await db.query(
    `select person_id, state::text state from session
     where exists (select from unnest($1::text[]) piece where strpos(state::text, piece) > 0) order by person_id for update`,
    [pieces],
  )
  for (const row of rows) {
    const { person_id, state } = talkRow.parse(row)
    const cleared = pieces.reduce((text, piece) => text.replaceAll(piece, ''), state)
    await db.query('update session set state = $2::json where person_id = $1', [person_id, cleared])
  }
}
