// A case that could tell who the patient is: its words go, and every copy of them that lies on its way to somebody.
import { subjectCode } from '../engine/offer.ts'
import type { Instant } from '../words/clock.ts'
import type { CaseId } from '../words/ids.ts'
import type { Db } from './db.ts'

/**
 * Hides a case and forgets what was said, sent, advised and taught of it, also what is owed, held for the morning or was
 * shown in the browser chat. Each message about a case names its code, which these copies are found by.
 */
export async function hideCase(db: Db, id: CaseId, at: Instant): Promise<void> {
  await db.query(
    `with gone as (delete from case_entry where case_id = $1), unseen as (delete from case_media where case_id = $1),
     untaught as (
       update lesson set state = 'withdrawn', question = '', options = '{}', explanation = '', points = '{}' where case_id = $1)
     update clinical_case set hidden_at = to_timestamp($2::float8 / 1000), recommendation = null, search = null where id = $1`,
    [id, at],
  )
  // C-1000 is not in C-10000.
  const code = `${subjectCode('C', id)}(?!\\d)`
  const people = `select asker_id from clinical_case where id = $1 union select mentor_id from clinical_case where id = $1
    union select person_id from case_offer where case_id = $1 union select author_id from topic_reader`
  await db.query(
    `with topic_reader as (
       select a.person_id author_id from topic t join address a on a.id = t.address_id where t.flow = 'case' and t.subject = $1
     ), place as (
       select id, channel, external_id from address where person_id in (${people})
     ), owed as (
       update outbox o set says = (${withoutCode('o.says')}) where address_id in (select id from place) and o.says::text ~ $2
     ), told as (
       update receipt r set says = (${withoutCode('r.says')}) where address_id in (select id from place) and r.says::text ~ $2
     ), shown as (
       delete from web_bubble where external_id in (select external_id from place where channel = 'web')
         and bubble::text ~ $2
     ), held as (delete from held_tell where person_id in (${people}) and says::text ~ $2
     ), named as (delete from topic where flow = 'case' and subject = $1)
     delete from file where person_id in (${people}) and name ~ ('^' || $2)`,
    [id, code],
  )
}

/** Says without those that hold the code. */
const withoutCode = (says: string): string =>
  `select coalesce(json_agg(s), '[]') from json_array_elements(${says}) s where s::text !~ $2`
