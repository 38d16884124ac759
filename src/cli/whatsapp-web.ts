// The numbers on WhatsApp Web at the command line: pairing by a QR code in the terminal, and promoting a spare.
import { renderUnicodeCompact } from 'uqr'
import { writeAudit } from '../store/audit.ts'
import {
  askPairing,
  forgetLink,
  type LineRow,
  MOST_LINES,
  promoteLine,
  whatsappLines,
} from '../store/whatsapp-lines.ts'
import { surveyLines } from '../usecases/survey-lines.ts'
import { MINUTE, SECOND } from '../words/clock.ts'
import type { Office } from './delivery.ts'
import { lasting, moment } from './table.ts'

/** Time to find the telephone and the place in it where devices are linked. */
const PAIRING_LASTS = 10 * MINUTE
/** The process that holds the numbers writes more often than this. */
const SILENT_AFTER = 30 * SECOND
const LOOK = SECOND / 2

const NAME = /^[a-z][a-z0-9-]{0,30}$/
const BAD_NAME = 'A number is called by small letters, digits and hyphens, such as main or spare.'
const NOT_ON = 'WHATSAPP_WEB is not on: set it for the service and for this command.'
const NOBODY =
  'No process holds the numbers. Is the service running, with WHATSAPP_WEB=on and the role channel?'

const lineCalled = async (office: Office, name: string): Promise<LineRow | undefined> =>
  (await whatsappLines(office.visit.database)).find((line) => line.name === name)

/** `channels pair [NAME]`: shows QR codes until one is scanned. `patience` is how long a silent service is waited for. */
export async function pairLine(office: Office, name = 'main', patience = SILENT_AFTER): Promise<number> {
  const { visit, config, say } = office
  if (!config.whatsappWeb) return failed(office, NOT_ON)
  if (!NAME.test(name)) return failed(office, BAD_NAME)
  const known = await lineCalled(office, name)
  // Where no process holds it the link is not used; perhaps its folder is gone, and nobody could pair anew.
  const isHeld = known !== undefined && !(await forgetLink(visit.database, name, SILENT_AFTER))
  if (isHeld && known.linked_at !== null) {
    say(
      `${name} is paired since ${moment(known.linked_at, config.timezone)}. To pair another telephone, unlink it`,
    )
    say('on that one first: WhatsApp, Settings, Linked devices.')
    return 0
  }
  const began = Date.now()
  const asked = await visit.database.inTransaction(async (db) => {
    const audit = { at: began, actor: 'operator', deed: 'whatsapp.pair', subject: `line:${name}` }
    return (await askPairing(db, name, began + PAIRING_LASTS)) && (await writeAudit(db, audit), true)
  })
  if (!asked) return failed(office, `There are ${MOST_LINES} numbers already.`)
  say(`Take the telephone with the number for ${name}: WhatsApp, Settings, Linked devices, Link a device.`)
  return watch(office, name, { began, patience })
}

async function watch(
  office: Office,
  name: string,
  { began, patience }: { began: number; patience: number },
): Promise<number> {
  const { say, config } = office
  let shown: string | null = null
  let seen = false
  for (;;) {
    const line = await lineCalled(office, name)
    if (!line) return failed(office, `${name} is gone.`)
    const now = Date.now()
    seen ||= line.at !== null && line.at > began
    if (line.phase === 'ready' && line.at !== null && line.at > began) {
      say(`${name} is paired and ready.`)
      if (!line.active)
        say(`It is a spare. It takes over with: npm run preceptor -- channels promote ${name}`)
      return 0
    }
    if (!seen && now - began > patience) return failed(office, NOBODY)
    if (now - began > PAIRING_LASTS)
      return failed(office, line.detail ?? 'Nobody scanned the QR code in time.')
    if (line.qr !== null && line.qr !== shown) {
      shown = line.qr
      for (const row of qrRows(line.qr)) say(row)
      say(`Scan it with the telephone (${moment(now, config.timezone)}). A new one comes when it expires.`)
    }
    await new Promise((resolve) => setTimeout(resolve, LOOK))
  }
}

/** White on black whatever the terminal's colours: a code whose colours are exchanged cannot be scanned by all. */
const qrRows = (text: string): string[] =>
  renderUnicodeCompact(text, { border: 2 })
    .split('\n')
    .map((row) => `\u001b[97;40m${row}\u001b[0m`)

/** `channels promote NAME`: a spare takes the place of the number in use. */
export async function promote({ visit, config, say }: Office, name: string): Promise<number> {
  const now = Date.now()
  const lines = await whatsappLines(visit.database)
  const line = lines.find((one) => one.name === name)
  if (!line) {
    say(`No number is called ${name}. There are: ${lines.map((one) => one.name).join(', ')}.`)
    return 1
  }
  if (line.active) {
    say(`${name} is the number in use already.`)
    return 0
  }
  await visit.database.inTransaction(async (db) => {
    await promoteLine(db, name, now)
    await writeAudit(db, { at: now, actor: 'operator', deed: 'whatsapp.promote', subject: `line:${name}` })
  })
  say(`${name} takes over within a few seconds. Everybody stays who they are; they hear from another number,`)
  say('and have to be told of it. Groups go on where the new number is a member of them.')
  if (line.linked_at === null) say(`It is not paired yet: npm run preceptor -- channels pair ${name}`)
  else if (now - line.linked_at < 14 * 24 * 60 * MINUTE)
    say(`It was paired ${lasting(now - line.linked_at)} ago and may write less than an old number at first.`)
  if (!config.whatsappWeb) say(NOT_ON)
  return 0
}

/** How each number is, for `channels`. */
export async function listLines({ visit, config, say }: Office): Promise<void> {
  if (!config.whatsappWeb) return
  for (const line of await surveyLines(visit.database, Date.now())) {
    const since =
      line.linkedAt === undefined ? 'not paired' : `paired since ${moment(line.linkedAt, config.timezone)}`
    say(`whatsapp-web number ${line.name} (${line.active ? 'in use' : 'spare'}): ${line.phase}, ${since}`)
    if (line.detail !== undefined) say(`  ${line.detail}`)
    const { trouble } = line
    if (trouble) say(`  last trouble, ${moment(trouble.at, config.timezone)}: ${trouble.words}`)
  }
}

function failed({ say }: Office, words: string): number {
  say(words)
  return 1
}
