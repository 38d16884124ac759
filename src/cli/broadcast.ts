// `broadcast send|list|stop`: one text to many people.
import { parseArgs } from 'node:util'
import { type Broadcast, broadcasts, countReaders } from '../store/broadcasts.ts'
import { endBroadcast, sendBroadcast } from '../usecases/broadcast.ts'
import { LANGUAGES, type LocalText } from '../words/language.ts'
import { cleanText, TEXT_LIMIT } from '../words/message.ts'
import { CADRES, isCadre, isRole, ROLES } from '../words/roles.ts'
import { type Office, timeOf } from './delivery.ts'
import { moment, table } from './table.ts'

const MOST_LISTED = 20
/** Of a text, in the list: enough to know it by. */
const SHOWN = 40

const OPTIONS = {
  en: { type: 'string' },
  fr: { type: 'string' },
  rw: { type: 'string' },
  sw: { type: 'string' },
  role: { type: 'string' },
  cadre: { type: 'string' },
  district: { type: 'string' },
  facility: { type: 'string' },
  yes: { type: 'boolean' },
} as const

type Wish = {
  [Name in keyof typeof OPTIONS]?: (typeof OPTIONS)[Name]['type'] extends 'boolean' ? boolean : string
}

/** `broadcast send`: says how many would read it, and sends with `--yes`. */
export async function send(office: Office, args: readonly string[]): Promise<number> {
  const { visit, say } = office
  const wish = wishIn(args)
  const complaint = typeof wish === 'string' ? wish : complaintAbout(wish)
  if (typeof wish === 'string' || complaint !== undefined) {
    say(complaint ?? '')
    return 1
  }
  const { role, cadre, district, facility } = wish
  const text: LocalText = Object.fromEntries(
    LANGUAGES.flatMap((language) => {
      const words = cleanText(wish[language] ?? '')
      return words === '' ? [] : [[language, words]]
    }),
  )
  const audience = {
    ...(role !== undefined && isRole(role) && { role }),
    ...(cadre !== undefined && isCadre(cadre) && { cadre }),
    ...(district !== undefined && { district }),
    ...(facility !== undefined && { facility }),
  }
  const now = await timeOf(office)
  const people = await countReaders(visit.database, audience, now)
  if (people === 0) {
    say(
      'Nobody would read this: nobody of these has joined and can be reached. Check role, cadre, district, facility.',
    )
    return 1
  }
  if (wish.yes !== true) {
    say(
      `${people} would read this, each in their language where you wrote it, outside quiet hours and holidays.`,
    )
    say('Nothing was sent. Write the command again with --yes to send it.')
    return 0
  }
  const { id, people: owed } = await sendBroadcast(visit.database, { text, audience }, now)
  say(
    `Broadcast ${id} is on its way to ${owed}. How far it has come: broadcast list. To stop it: broadcast stop ${id}`,
  )
  return 0
}

function wishIn(args: readonly string[]): Wish | string {
  try {
    return parseArgs({ args: [...args], options: OPTIONS, strict: true, allowPositionals: false }).values
  } catch {
    return `Write the text by language, and whom it is for: --en TEXT --fr TEXT --rw TEXT --sw TEXT --role ROLE --cadre CADRE --district NAME --facility NAME --yes. Put a text of several words into quotation marks.`
  }
}

function complaintAbout(wish: Wish): string | undefined {
  const texts = LANGUAGES.map((language) => wish[language] ?? '')
  if (texts.every((text) => cleanText(text) === '')) return 'There is no text: write one, such as --en "…".'
  if (texts.some((text) => text.length > TEXT_LIMIT))
    return `A text is longer than ${TEXT_LIMIT} characters: make it shorter.`
  if (wish.role !== undefined && !isRole(wish.role))
    return `"${wish.role}" is no role: write one of ${ROLES.join(', ')}`
  if (wish.cadre !== undefined && !isCadre(wish.cadre))
    return `"${wish.cadre}" is no cadre: write one of ${CADRES.join(', ')}`
  return undefined
}

/** `broadcast list`: the last ones and how far they have come. */
export async function list({ visit, config, say }: Office): Promise<number> {
  const all = await broadcasts(visit.database, MOST_LISTED)
  if (all.length === 0) {
    say('There has been no broadcast.')
    return 0
  }
  const heading = ['number', 'since', 'state', 'for', 'sent', 'waiting', 'failed', 'dropped', 'text']
  const rows = all.map((one) => {
    const { id, created_at: at, people, waiting, failed, dropped, text } = one
    const words = (text.en ?? Object.values(text)[0] ?? '').replaceAll(/\s+/g, ' ')
    const numbers = [people - waiting - failed - dropped, waiting, failed, dropped].map(String)
    const shown = words.length > SHOWN ? `${words.slice(0, SHOWN)}…` : words
    return [String(id), moment(at, config.timezone), stateOf(one), whom(one), ...numbers, shown]
  })
  for (const line of table([heading, ...rows])) say(line)
  return 0
}

const stateOf = ({ stopped_at: stoppedAt, waiting }: Broadcast): string =>
  stoppedAt !== null ? 'stopped' : waiting > 0 ? 'on its way' : 'done'

const whom = ({ audience, people }: Broadcast): string =>
  [String(people), ...Object.values(audience)].join(', ')

/** `broadcast stop NUMBER`. */
export async function stop(office: Office, number: string): Promise<number> {
  const { visit, say } = office
  const id = /^\d{1,9}$/.test(number) ? Number(number) : 0
  const dropped = await endBroadcast(visit.database, id, await timeOf(office))
  if (dropped === undefined) {
    say('No broadcast of that number is running: see "broadcast list".')
    return 1
  }
  say(
    `Stopped: ${dropped} will not get it. What is on its way to the provider at this moment may still arrive.`,
  )
  return 0
}
