import type { Database } from '../store/db.ts'
import { type Person, personNamed } from '../store/people.ts'
import { toE164 } from '../words/phone.ts'
import type { Say } from './say.ts'

/** Somebody on the roster by phone or invite code; says so when there is nobody. */
export async function onRoster(database: Database, who: string, say: Say): Promise<Person | undefined> {
  const phone = toE164(who)
  const person =
    (phone === undefined ? undefined : await personNamed(database, phone)) ??
    (await personNamed(database, who))
  if (!person) say('Nobody on the roster has that phone number or invite code.')
  return person
}
