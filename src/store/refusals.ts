// Patients who said no to being looked on, as a number of the observer's and nothing else.
import type { Day } from '../words/clock.ts'
import type { PersonId } from '../words/ids.ts'
import type { Db } from './db.ts'

export async function noteRefusal(db: Db, observer: PersonId, on: Day): Promise<void> {
  await db.query('insert into refusal (observer_id, met_on) values ($1, $2::date)', [observer, on])
}
