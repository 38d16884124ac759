// One person's record, at their request: find them, hand over what is kept, delete it.
import { writeAudit } from '../store/audit.ts'
import type { Visit } from '../store/connect.ts'
import {
  deletePerson,
  findPeople,
  type Found,
  type KeptTable,
  type Naming,
  personalDataOf,
} from '../store/personal-data.ts'
import { personNamed } from '../store/people.ts'
import type { Database } from '../store/db.ts'
import { toE164 } from '../words/phone.ts'
import type { Say } from './say.ts'
import { table } from './table.ts'

/** Asks whoever sits at the keyboard; undefined where nobody does. */
export type Ask = (question: string) => Promise<string>

/** More people than this are no answer to a name. */
const MOST_FOUND = 50
/** Longer values, such as the bytes of a picture, stand in the JSON and not in the text. */
const MOST_SHOWN = 300

/** `people find`: who has this in their name. */
export async function findByName({ database }: Visit, part: string, say: Say): Promise<number> {
  const found = await findPeople(database, { part }, MOST_FOUND)
  if (found.length === 0) {
    say('Nobody has that in their name.')
    return 1
  }
  const rows = found.map((one) => [
    `person:${one.id}`,
    one.name,
    one.role ?? 'not on the roster',
    one.cadre ?? '',
    one.facility ?? '',
    one.phone ?? '',
  ])
  for (const line of table([['', 'name', 'role', 'cadre', 'workplace', 'phone'], ...rows])) say(line)
  if (found.length === MOST_FOUND) say(`These are the first ${MOST_FOUND}: write more of the name.`)
  return 0
}

/** The one person meant by a phone number, an invite code, `person:12` or `telegram:412345678`. */
async function personMeant(database: Database, who: string, say: Say): Promise<Found | undefined> {
  const [person] = await findPeople(database, await namingOf(database, who), 1)
  if (!person)
    say(
      `There is no person ${who}: write a phone number, an invite code, an account such as telegram:412345678, or a number such as person:12. To look somebody up: npm run preceptor -- people find NAME`,
    )
  return person
}

async function namingOf(database: Database, who: string): Promise<Naming> {
  const phone = toE164(who)
  const known =
    (phone === undefined ? undefined : await personNamed(database, phone)) ??
    (await personNamed(database, who))
  if (known) return { number: known.id }
  const [, kind = '', rest = ''] = /^([a-z]+):(.+)$/.exec(who) ?? []
  if (kind === 'person') return { number: /^\d{1,15}$/.test(rest) ? Number(rest) : 0 }
  return { channel: kind, account: rest }
}

/** `people export`: all that is kept of somebody, to read or, with `--json`, for a program. */
export async function exportPerson({ database }: Visit, args: readonly string[], say: Say): Promise<number> {
  const [who = ''] = args.filter((arg) => arg !== '--json')
  const person = await personMeant(database, who, say)
  if (!person) return 1
  const at = Date.now()
  const data = await database.inTransaction(async (db) => {
    await writeAudit(db, { at, actor: 'operator', deed: 'person.export', subject: `person:${person.id}` })
    return personalDataOf(db, person.id)
  })
  const exportedAt = new Date(at).toISOString()
  if (args.includes('--json')) {
    const named = (tables: readonly KeptTable[]): object =>
      Object.fromEntries(tables.map((one) => [one.table, one.rows]))
    say(JSON.stringify({ exportedAt, theirs: named(data.theirs), mentioned: named(data.mentioned) }, null, 2))
    return 0
  }
  say(`What is kept about ${titleOf(person)}, ${exportedAt.slice(0, 16).replace('T', ' ')} UTC.`)
  for (const one of data.theirs) sayTable(one, say)
  if (data.mentioned.length > 0) {
    say('')
    say('They are named in these, which are about somebody or something else:')
    for (const one of data.mentioned) sayTable(one, say)
  }
  return 0
}

const titleOf = ({ id, name, role, facility }: Found): string =>
  [`${name === '' ? 'somebody who is not on the roster' : name} (person:${id})`, role, facility]
    .filter((part) => part !== null)
    .join(', ')

function sayTable({ table: name, rows }: KeptTable, say: Say): void {
  say('')
  say(rows.length === 1 ? name : `${name}, ${rows.length} rows`)
  for (const row of rows) {
    const cells = Object.entries(row).filter(([, value]) => value !== null && value !== '')
    say(`  ${cells.map(([column, value]) => `${column}: ${shown(value)}`).join('; ')}`)
  }
}

function shown(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  return text.length > MOST_SHOWN ? `${text.slice(0, 60)}… (${text.length} characters)` : text
}

/** `people delete`: for good, when `--yes` or the person at the keyboard says so. */
export async function deletePersonAsked(
  { database }: Visit,
  args: readonly string[],
  { say, ask }: { say: Say; ask: Ask | undefined },
): Promise<number> {
  const [who = ''] = args.filter((arg) => arg !== '--yes')
  const person = await personMeant(database, who, say)
  if (!person) return 1
  const { theirs } = await personalDataOf(database, person.id)
  const counts = theirs.filter((one) => one.table !== 'person' && one.table !== 'facility')
  say(`${titleOf(person)}, known since ${new Date(person.since).toISOString().slice(0, 10)}.`)
  say(`Kept besides: ${counts.map((one) => `${one.table} ${one.rows.length}`).join(', ') || 'nothing'}.`)
  if (!args.includes('--yes')) {
    const answer = await ask?.('Delete all of it for good? Write "delete": ')
    if (answer?.trim().toLowerCase() !== 'delete') {
      say('Nothing was deleted. Write "delete" when asked, or add --yes where nobody can be asked.')
      return 1
    }
  }
  const gone = await database.inTransaction(async (db) => {
    const was = await deletePerson(db, person.id)
    await writeAudit(db, {
      at: Date.now(),
      actor: 'operator',
      deed: 'person.delete',
      subject: `person:${person.id}`,
    })
    return was
  })
  if (!gone) say('Somebody else has just deleted this record.')
  else
    say(
      'Deleted. Take them off the roster file, too, or the next import adds them again; backups hold them until these are thrown away.',
    )
  return gone ? 0 : 1
}
