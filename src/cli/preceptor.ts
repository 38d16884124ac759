// The operator's door: `npm run preceptor -- <what> <which>`. Says what it did in plain words; exit code 1 when it failed.
import { join } from 'node:path'
import { type Config, readConfig } from '../config/config.ts'
import { type Visit, visitDatabase } from '../store/connect.ts'
import { readFlowsOfKind } from '../store/flows.ts'
import { migrate } from '../store/migrate.ts'
import { writeAudit } from '../store/audit.ts'
import { accessRequests } from '../store/addresses.ts'
import { renewInvite } from '../store/people.ts'
import { ANYBODY, makeSeals } from '../store/seals.ts'
import { readSecretKey } from '../store/secret-key.ts'
import { importRoster, ROSTER_COLUMNS } from '../usecases/import-roster.ts'
import { DAY, MINUTE } from '../words/clock.ts'
import * as broadcast from './broadcast.ts'
import { listChannels, listFailed, listHeld, type Office, settleFailed } from './delivery.ts'
import { doctor } from './doctor.ts'
import { setPhone } from './facility.ts'
import { items } from './items.ts'
import { merge } from './merge.ts'
import { onRoster } from './on-roster.ts'
import { readRosterFile } from './roster-file.ts'
import { type Ask, deletePersonAsked, exportPerson, findByName } from './person-record.ts'
import * as reports from './report.ts'
import type { Say } from './say.ts'
import { misunderstood } from './usage.ts'
import { listLines, pairLine, promote } from './whatsapp-web.ts'

const MIGRATIONS = join(import.meta.dirname, '../../migrations')
/** A chat link that is not used in this time must be asked for again. */
const LINK_LASTS = 7 * DAY
/** A link for administrators opens more, and whoever needs one sits before the command line. */
const ADMIN_LINK_LASTS = 15 * MINUTE

const USAGE = `Usage: npm run preceptor -- <command>

  people import FILE.csv     put the people of a roster into the programme
                             (columns: ${ROSTER_COLUMNS.join(', ')};
                             needed: name, role and one of phone, telegram, invite_code)
  people requests            who has asked for access
  people invite PHONE|CODE   make somebody's invite code good again, for a new telephone
  people merge A B --yes     join two records of one person (each a PHONE or CODE): B's history
                             goes to A; without --yes it only shows both
  people find NAME           who has this in their name
  people export WHO          all that is kept about one person; --json: for a program
                             (WHO: a phone, a code, telegram:412345678 or person:12)
  people delete WHO          delete it for good; asks, unless you add --yes
  facility phone NAME NUMBER the number to call there in an emergency; without NUMBER it is removed
  channels                   how each channel is, what it sent today, its last error
  channels pair [NAME]       link a telephone to WhatsApp Web by a QR code; NAME for a spare
  channels promote NAME      let a spare number on WhatsApp Web take over
  broadcast send             one text to many: --en TEXT --fr TEXT --rw TEXT --sw TEXT, and whom:
                             --role ROLE --cadre CADRE --district NAME --facility NAME;
                             without --yes it only says how many would read it
  broadcast list             the last ones and how far they have come
  broadcast stop NUMBER      whoever has not got it yet will not
  outbox failed              what was given up, and the provider's reason
  outbox held                what is held until its people write, and why
  outbox retry WHICH|all     send it again
  outbox drop WHICH|all      remove it for good
  admin-link                 a link that opens the page for administrators, for 15 minutes
  report REPORT --fy FY21    table1, table2, near-misses, outcomes, cascade or visits;
                             validated mentees of a fiscal year (October to September), as
                             --format text, csv or xlsx, into --out FILE
  items [QUIZ]               how the questions work, in each language: too hard, misleading, badly
                             translated; --least 30 answers, --format text, csv or xlsx, --out FILE
  chat-link PHONE|CODE       a link that opens the browser chat for one person, for 7 days
  doctor                     what is wrong with this set-up, in plain words
`

type Env = Readonly<Record<string, string | undefined>>

/** Runs one command; resolves with the exit code. `ask`: how to ask whoever sits at the keyboard, if anybody does. */
export async function preceptor(args: readonly string[], env: Env, say: Say, ask?: Ask): Promise<number> {
  const [what, which, ...rest] = args
  if (what === undefined || what === 'help' || args.includes('--help') || args.includes('-h')) {
    say(USAGE)
    return 0
  }
  if (what === 'doctor') return doctor(env, say)
  if (what === 'people' && which === 'import' && rest[0] !== undefined)
    return inDatabase(env, (visit) =>
      importPeople(visit, rest[0] ?? '', { flowsDir: readConfig(env).flowsDir, say }),
    )
  if (what === 'people' && which === 'requests') return inDatabase(env, (visit) => listRequests(visit, say))
  if (what === 'people' && which === 'invite' && rest[0] !== undefined)
    return inDatabase(env, (visit) => invite(visit, rest[0] ?? '', say))
  if (what === 'people' && which === 'merge' && rest[1] !== undefined)
    return inOffice(env, say, (office) => merge(office, rest))
  if (what === 'people' && which === 'find' && rest[0] !== undefined)
    return inDatabase(env, (visit) => findByName(visit, rest.join(' '), say))
  if (what === 'people' && which === 'export' && rest[0] !== undefined)
    return inDatabase(env, (visit) => exportPerson(visit, rest, say))
  if (what === 'people' && which === 'delete' && rest[0] !== undefined)
    return inDatabase(env, (visit) => deletePersonAsked(visit, rest, { say, ask }))
  if (what === 'facility' && which === 'phone')
    return inDatabase(env, ({ database }) => setPhone(database, rest, say))
  if (what === 'channels') return channels(which, rest[0], (work) => inOffice(env, say, work))
  if (what === 'broadcast' && which === 'send')
    return inOffice(env, say, (office) => broadcast.send(office, rest))
  if (what === 'broadcast' && which === 'list') return inOffice(env, say, broadcast.list)
  if (what === 'broadcast' && which === 'stop')
    return inOffice(env, say, (office) => broadcast.stop(office, rest[0] ?? ''))
  if (what === 'outbox' && which === 'failed') return inOffice(env, say, listFailed)
  if (what === 'outbox' && which === 'held') return inOffice(env, say, listHeld)
  if (what === 'outbox' && (which === 'retry' || which === 'drop'))
    return inOffice(env, say, (office) => settleFailed(office, which, rest[0] ?? ''))
  if (what === 'admin-link') return adminLink(readConfig(env), say)
  if (what === 'items') return inOffice(env, say, (office) => items(office, args.slice(1)))
  if (what === 'report') return inOffice(env, say, (office) => reports.report(office, args.slice(1)))
  if (what === 'chat-link' && which !== undefined)
    return inDatabase(env, (visit) => chatLink(visit, which, { env, say }))
  say(misunderstood(USAGE, args))
  return 1
}

type Work = (office: Office) => Promise<number>

function channels(
  which: string | undefined,
  name: string | undefined,
  within: (work: Work) => Promise<number>,
): Promise<number> {
  if (which === 'pair') return within((office) => pairLine(office, name))
  if (which === 'promote') return within((office) => promote(office, name ?? ''))
  return within(async (office) => {
    const code = await listChannels(office)
    await listLines(office)
    return code
  })
}

function inOffice(env: Env, say: Say, work: (office: Office) => Promise<number>): Promise<number> {
  const config = readConfig(env)
  return inDatabase(env, (visit) => work({ visit, config, say }))
}

async function inDatabase(env: Env, work: (visit: Visit) => Promise<number>): Promise<number> {
  const visit = await visitDatabase(readConfig(env))
  try {
    await migrate(visit.url, MIGRATIONS)
    return await work(visit)
  } finally {
    await visit.end()
  }
}

/** The technical areas of the catalogue; undefined, and any is believed, when the flows cannot be read. */
async function areasIn(flowsDir: string): Promise<string[] | undefined> {
  const [catalogue] = await readFlowsOfKind(flowsDir, 'catalogue').catch(() => [])
  return catalogue?.areas.map(({ id }) => id)
}

async function importPeople(
  { database }: Visit,
  file: string,
  { flowsDir, say }: { flowsDir: string; say: Say },
): Promise<number> {
  const roster = await readRosterFile(file)
  if (typeof roster === 'string') {
    say(roster)
    return 1
  }
  if (roster.strange.length > 0) say(`Not used, since no column is called so: ${roster.strange.join(', ')}`)
  const report = await importRoster(database, roster.lines, await areasIn(flowsDir))
  const refused = [...roster.torn, ...report.refused].toSorted((a, b) => a.line - b.line)
  for (const { line, reason } of refused) say(`line ${line}: ${reason}`)
  say(
    `${report.added} added, ${report.changed} changed, ${report.unchanged} unchanged, ${refused.length} refused`,
  )
  return refused.length > 0 ? 1 : 0
}

async function listRequests({ database }: Visit, say: Say): Promise<number> {
  const requests = await accessRequests(database)
  for (const { name, facility, channel, at } of requests)
    say(`${new Date(at).toISOString().slice(0, 16)}  ${channel}  ${name}, ${facility}`)
  say(
    requests.length === 0
      ? 'Nobody is waiting for access.'
      : 'Add them to the roster with an invite code, and give them the code.',
  )
  return 0
}

async function invite({ database }: Visit, who: string, say: Say): Promise<number> {
  const person = await onRoster(database, who, say)
  if (!person) return 1
  await database.inTransaction(async (db) => {
    await renewInvite(db, person.id)
    await writeAudit(db, {
      at: Date.now(),
      actor: 'operator',
      deed: 'person.invite',
      subject: `person:${person.id}`,
    })
  })
  say('Their invite code lets them in once more. Whoever wrote as them until now is a stranger again.')
  return 0
}

async function chatLink(
  { database }: Visit,
  who: string,
  { env, say }: { env: Env; say: Say },
): Promise<number> {
  const config = readConfig(env)
  const person = await onRoster(database, who, say)
  if (!person) return 1
  const seals = makeSeals(await readSecretKey(config.dataDir, config.secretKey))
  const root = config.publicUrl ?? `http://${config.host}:${config.port}`
  say(`${root}/chat#link=${seals.seal('link', person.id, Date.now() + LINK_LASTS)}`)
  return 0
}

async function adminLink(config: Config, say: Say): Promise<number> {
  const seals = makeSeals(await readSecretKey(config.dataDir, config.secretKey))
  const root = config.publicUrl ?? `http://${config.host}:${config.port}`
  say(`${root}/admin/channels#link=${seals.seal('admin-link', ANYBODY, Date.now() + ADMIN_LINK_LASTS)}`)
  return 0
}
