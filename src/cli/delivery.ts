// What an operator sees of messages out: how the channels are, and turns that were given up.
import type { Config } from '../config/config.ts'
import type { Visit } from '../store/connect.ts'
import { writeAudit } from '../store/audit.ts'
import { dropFailed, type FailedSelection, failedTurns, retryFailed } from '../store/failed-turns.ts'
import { heldState } from '../store/windows.ts'
import { makeMovableClock } from '../usecases/skip-ahead.ts'
import { surveyChannels } from '../usecases/survey-channels.ts'
import type { Instant } from '../words/clock.ts'
import type { AddressId } from '../words/ids.ts'
import { CHANNELS } from '../words/message.ts'
import type { Say } from './say.ts'
import { lasting, moment, table } from './table.ts'

/** More rows than this are no list any more. */
const MOST_LISTED = 200

export interface Office {
  readonly visit: Visit
  readonly config: Config
  readonly say: Say
}

/** The programme's time: in a demo it may have been moved ahead. */
export async function timeOf({ visit, config }: Office): Promise<Instant> {
  const real = { now: () => Date.now() }
  return config.demo ? (await makeMovableClock(visit.database, real)).now() : real.now()
}

/** `channels`: exit code 1 when one needs somebody to look. */
export async function listChannels(office: Office): Promise<number> {
  const { visit, config, say } = office
  const now = await timeOf(office)
  const views = await surveyChannels(visit.database, now, config)
  if (views.length === 0) {
    say('No channel has delivered anything yet: start the service.')
    return 0
  }
  const heading = ['channel', 'state', 'sent today', 'failed today', 'waiting', 'oldest', 'given up']
  const rows = views.map((view) => [
    view.channel,
    view.phase,
    String(view.sent),
    String(view.failed),
    String(view.waiting),
    view.oldest === undefined ? '' : lasting(now - view.oldest),
    String(view.givenUp),
  ])
  for (const line of table([heading, ...rows])) say(line)
  for (const { channel, phase, detail, error } of views) {
    if (phase !== 'ready' && phase !== 'off' && detail !== undefined) say(`${channel}: ${detail}`)
    if (error) say(`${channel}: last error, ${moment(error.at, config.timezone)}: ${error.words}`)
  }
  if (views.some(({ held }) => held > 0))
    say('What is held until people write: npm run preceptor -- outbox held')
  if (views.some(({ givenUp }) => givenUp > 0)) say('What was given up: npm run preceptor -- outbox failed')
  return views.some(({ phase, givenUp }) => (phase !== 'ready' && phase !== 'off') || givenUp > 0) ? 1 : 0
}

/** `outbox failed`: every turn that was given up, with the provider's reason. */
export async function listFailed({ visit, config, say }: Office): Promise<number> {
  const turns = await failedTurns(visit.database, MOST_LISTED)
  if (turns.length === 0) {
    say('Nothing was given up.')
    return 0
  }
  const rows = turns.map((turn) => [
    `${turn.address_id}:${turn.turn}`,
    moment(turn.failed_at, config.timezone),
    turn.channel,
    turn.name === '' ? 'a stranger' : turn.name,
    turn.failure ?? '',
  ])
  for (const line of table([['which', 'since', 'channel', 'to', 'reason'], ...rows])) say(line)
  if (turns.length === MOST_LISTED) say(`… and perhaps more: only the last ${MOST_LISTED} are listed.`)
  say('Send them again: outbox retry WHICH. Remove them: outbox drop WHICH. WHICH may be a channel, or all.')
  return 1
}

/** `outbox held`: what waits until its people write, and why. */
export async function listHeld({ visit, config, say }: Office): Promise<number> {
  const held = await heldState(visit.database)
  const rows = held.map(({ channel, count, oldest, why }) => [
    channel,
    String(count),
    moment(oldest, config.timezone),
    why,
  ])
  if (rows.length === 0) say('Nothing is held.')
  else for (const line of table([['channel', 'turns', 'since', 'why'], ...rows])) say(line)
  return 0
}

/** `outbox retry WHICH` and `outbox drop WHICH`. */
export async function settleFailed(office: Office, what: 'retry' | 'drop', words: string): Promise<number> {
  const { visit, say } = office
  const which = selectionOf(words)
  if (which === undefined) {
    say(
      `Write which: a number such as 57:12 from "outbox failed", a channel (${CHANNELS.join(', ')}), or all.`,
    )
    return 1
  }
  const now = await timeOf(office)
  const count = await visit.database.inTransaction(async (db) => {
    const settled = await (what === 'retry' ? retryFailed(db, which, now) : dropFailed(db, which))
    if (settled > 0)
      await writeAudit(db, { at: now, actor: 'operator', deed: `outbox.${what}`, subject: `turns:${words}` })
    return settled
  })
  if (count === 0) say('Nothing that was given up is called so.')
  else say(what === 'retry' ? `${count} will be sent again within a second or so.` : `${count} removed.`)
  return count === 0 ? 1 : 0
}

function selectionOf(words: string): FailedSelection | undefined {
  if (words === 'all') return 'all'
  const channel = CHANNELS.find((name) => name === words)
  if (channel !== undefined) return { channel }
  const [, address, turn] = /^(\d{1,15}):(-?\d{1,9})$/.exec(words) ?? []
  return address === undefined ? undefined : { address: Number(address) as AddressId, turn: Number(turn) }
}
