// One process of the service beside others on the same database, for what only shows when there are several.
import type { Channel, Receipt } from '../../src/channels/channel.ts'
import { CAPABILITIES } from '../../src/channels/web/web.ts'
import type { Shelf } from '../../src/engine/shelf.ts'
import type { Database } from '../../src/store/db.ts'
import { type DeliveryTiming, makeDelivery } from '../../src/usecases/deliver-messages.ts'
import type { Desk } from '../../src/usecases/desk.ts'
import { importRoster } from '../../src/usecases/import-roster.ts'
import { openShelf, readFlows } from '../../src/usecases/open-shelf.ts'
import { makeReceiver, type Receiver } from '../../src/usecases/receive-messages.ts'
import type { Instant } from '../../src/words/clock.ts'
import { type Log, NO_LOG } from '../../src/words/log.ts'
import type { Bubble, Content, IncomingMessage } from '../../src/words/message.ts'
import { NO_METER } from '../../src/words/meter.ts'
import { ourFlows } from '../programme.ts'

/** A Monday, 10:00 in Kigali. */
const MONDAY = Date.parse('2026-11-23T08:00:00Z')

export interface Sent {
  readonly to: string
  readonly bubble: Bubble
}

export interface Process {
  readonly desk: Desk
  readonly receiver: Receiver
  readonly sent: Sent[]
  /** Lets go in good order. */
  stop(): Promise<void>
}

export interface ProcessOptions {
  readonly database: Database
  /** Names the process; two of the same name would share their leases. */
  readonly owner: string
  readonly now?: () => Instant
  readonly chance?: () => number
  readonly flowsDir?: string
  readonly shelf?: (shelf: Shelf) => Shelf
  readonly log?: Log
  readonly timing?: DeliveryTiming
  /** What the provider does with a bubble before it accepts it. */
  readonly send?: (to: string, bubble: Bubble, part?: number) => Promise<Receipt | void>
  /** What is otherwise about the channel. */
  readonly channel?: Partial<Channel>
  /** Where accepted bubbles go; processes that share it share the provider. */
  readonly sent?: Sent[]
}

/** Starts a process: shelf, delivery and receiver of its own. */
export async function startProcess(options: ProcessOptions): Promise<Process> {
  const { database, owner, sent = [] } = options
  const files = await (options.flowsDir === undefined ? ourFlows() : readFlows(options.flowsDir))
  const { shelf, calendar } = await openShelf(database, files, 'en')
  const channel: Channel = {
    name: 'web',
    capabilities: CAPABILITIES,
    routes: [],
    start: () => Promise.resolve(),
    stop: () => Promise.resolve(),
    async send(to, bubble, part) {
      const receipt = await options.send?.(to, bubble, part)
      sent.push({ to, bubble })
      return receipt
    },
    state: () => ({ phase: 'ready' }),
    ...options.channel,
  }
  const core = {
    database,
    shelf: options.shelf?.(shelf) ?? shelf,
    programme: { timezone: 'Africa/Kigali', quiet: { from: 20 * 60 + 30, to: 6 * 60 + 30 }, calendar },
    clock: { now: options.now ?? (() => MONDAY) },
    chance: options.chance ?? (() => 7),
    log: options.log ?? NO_LOG,
    meter: NO_METER,
  }
  const delivery = makeDelivery(core, [channel], owner, options.timing)
  const desk: Desk = { ...core, outTray: delivery }
  const receiver = makeReceiver(desk)
  await delivery.start()
  return {
    desk,
    receiver,
    sent,
    async stop() {
      await receiver.drain()
      await delivery.stop()
    },
  }
}

/** Nurses on the roster, each with the invite code and the browser chat that is their name. */
export async function putOnRoster(database: Database, names: readonly string[]): Promise<void> {
  const { refused } = await importRoster(
    database,
    names.map((name, index) => ({
      line: index + 2,
      cells: { name, role: 'mentee', cadre: 'nurse', invite_code: name },
    })),
  )
  if (refused.length > 0) throw new Error(`the roster was refused: ${refused[0]?.reason}`)
}

/** Gives people of the roster a chat each that is their name. */
export async function giveChats(database: Database, names: readonly string[]): Promise<void> {
  await database.query(
    `with known as (select id, invite_code from person where invite_code = any($1)),
       talking as (insert into session (person_id) select id from known)
     insert into address (channel, external_id, person_id) select 'web', invite_code, id from known`,
    [names],
  )
}

/** Lets nurses in who have given their consent, each with a chat that is their name. */
export async function letIn(database: Database, names: readonly string[]): Promise<void> {
  await putOnRoster(database, names)
  await database.query(`update person set joined_at = '2026-11-01' where invite_code = any($1)`, [names])
  await giveChats(database, names)
}

/** A message from the browser. */
export function message(sender: string, messageId: string, content: string | Content): IncomingMessage {
  return {
    channel: 'web',
    messageId,
    sender,
    at: MONDAY,
    content: typeof content === 'string' ? { kind: 'text', text: content } : content,
  }
}

/** Waits until nothing is owed any more. */
export async function settled(database: Database, patience = 20_000): Promise<void> {
  const until = performance.now() + patience
  for (;;) {
    const [row] = (await database.query('select count(*) owed from outbox where failed_at is null')) as {
      owed: number
    }[]
    if (row?.owed === 0) return
    if (performance.now() > until) throw new Error(`${row?.owed} turns are still owed`)
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}

/** What one of them was told, in order. */
export const heardBy = (sent: readonly Sent[], sender: string): string[] =>
  sent.filter(({ to }) => to === sender).map(({ bubble }) => bubble.text)
