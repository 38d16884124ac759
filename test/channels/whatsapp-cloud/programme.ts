// The whole service with a number at WhatsApp: the real channel, delivery and database, a stand-in for the Graph API,
// and a clock the test moves for all of them.
import { vi } from 'vitest'
import { createWhatsAppCloud } from '../../../src/channels/whatsapp-cloud/whatsapp-cloud.ts'
import type { Template } from '../../../src/engine/schema-template.ts'
import { makeDelivery } from '../../../src/usecases/deliver-messages.ts'
import type { Desk } from '../../../src/usecases/desk.ts'
import { fireFollowUp } from '../../../src/usecases/fire-follow-up.ts'
import { hearReports } from '../../../src/usecases/hear-reports.ts'
import { importRoster } from '../../../src/usecases/import-roster.ts'
import { openShelf } from '../../../src/usecases/open-shelf.ts'
import { makeReceiver } from '../../../src/usecases/receive-messages.ts'
import { followUpsDue } from '../../../src/store/follow-ups.ts'
import { freshDatabase } from '../../database.ts'
import { ourFlows } from '../../programme.ts'
import { NO_METER } from '../../../src/words/meter.ts'
import { NO_LOG } from '../../../src/words/log.ts'
import { serveRoutes } from './stand.ts'
import {
  APP_SECRET,
  type Delivered,
  offered,
  PHONE_NUMBER_ID,
  startGraph,
  textOf,
  TOKEN,
  VERIFY_TOKEN,
  VERSION,
} from './graph.ts'

/** A Monday, 10:00 in Kigali. */
const MONDAY = Date.parse('2026-11-23T08:00:00Z')
export const JOSEPH = '250788000001'

export type WhatsApp = Awaited<ReturnType<typeof makeWhatsApp>>

/** A programme with joseph the nurse on its roster. `approved`: whether the templates are. */
export async function makeWhatsApp({ approved = false }: { approved?: boolean } = {}) {
  const time = { now: MONDAY }
  const fresh = await freshDatabase()
  const graph = await startGraph({ now: () => time.now })
  const files = await ourFlows()
  const opened = await openShelf(fresh.db, files, 'en')
  const templates = opened.shelf.templates.map((template): Template => ({
    ...template,
    approved: approved ? ['en', 'rw'] : [],
  }))
  const shelf = { ...opened.shelf, templates }
  if (approved)
    for (const { name, variables } of templates)
      for (const code of ['en', 'rw_RW']) graph.approve(name, code, variables.length)
  const channel = createWhatsAppCloud({
    token: TOKEN,
    phoneNumberId: PHONE_NUMBER_ID,
    appSecret: APP_SECRET,
    verifyToken: VERIFY_TOKEN,
    apiRoot: graph.root,
    version: VERSION,
    readFile: () => Promise.resolve(undefined),
    clock: { now: () => time.now },
    log: NO_LOG,
  })
  // Nobody waits here for a rate; that it is kept is tested where delivery is.
  const quick = {
    ...channel,
    capabilities: { ...channel.capabilities, perSecondPerChat: Number.POSITIVE_INFINITY },
  }
  let seed = 1
  const core = {
    database: fresh.db,
    shelf,
    programme: {
      timezone: 'Africa/Kigali',
      quiet: { from: 20 * 60 + 30, to: 6 * 60 + 30 },
      calendar: opened.calendar,
    },
    clock: { now: () => time.now },
    chance: () => seed++,
    log: NO_LOG,
    meter: NO_METER,
  }
  const delivery = makeDelivery(core, [quick], 'test', { lease: 15_000, renew: 5_000, look: 5 })
  const desk: Desk = { ...core, outTray: delivery }
  const receiver = makeReceiver(desk)
  await delivery.start()
  await importRoster(fresh.db, [
    {
      line: 2,
      cells: { name: 'Joseph Nshuti', role: 'mentee', cadre: 'nurse', language: 'en', phone: `+${JOSEPH}` },
    },
  ])
  await channel.start(
    (messages) => receiver.receive(messages),
    (reports) => hearReports(desk, 'whatsapp-cloud', reports),
  )
  const door = await serveRoutes(channel)
  graph.pointAt(`${door.url}/webhooks/whatsapp`)

  const outbox = async () =>
    (await fresh.db.query(
      'select turn, held, failed_at is not null failed, failure, attempts, lane from outbox order by turn',
    )) as {
      turn: number
      held: string | null
      failed: boolean
      failure: string | null
      attempts: number
      lane: number
    }[]

  /** Waits until nothing is on its way any more: all is sent, held or given up. */
  async function settled(): Promise<void> {
    await vi.waitFor(
      async () => {
        const left = (await outbox()).filter(({ held, failed }) => held === null && !failed)
        if (left.length > 0) throw new Error(`${left.length} turns are still owed`)
      },
      { timeout: 60_000, interval: 5 },
    )
  }

  /** What comes to a telephone while `act` happens. */
  async function during(act: () => Promise<unknown>, who = JOSEPH): Promise<Delivered[]> {
    const before = graph.delivered.length
    await act()
    await settled()
    return graph.delivered.slice(before).filter(({ to }) => to === who)
  }

  return {
    time,
    graph,
    fresh,
    desk,
    outbox,
    settled,
    during,
    write: (text: string, who = JOSEPH) => during(() => graph.write(who, text), who),
    tap: (token: string, who = JOSEPH) => during(() => graph.tap(who, token), who),
    /** Taps the choice that reads so, or whose words begin so in the text. */
    choose(shown: readonly Delivered[], words: string): Promise<Delivered[]> {
      const message = shown.at(-1)?.message
      const all = message ? offered(message) : []
      const line = message
        ? textOf(message)
            .split('\n')
            .find((one) => one.slice(3).startsWith(words))
        : undefined
      const found = all.find(({ label }) => label.startsWith(words) || label === line?.slice(0, 1))
      if (!found) throw new Error(`nothing offered begins with “${words}”`)
      return this.tap(found.token)
    },
    /** Lets the time pass, and what is due happen at its end. */
    later: (milliseconds: number) =>
      during(async () => {
        time.now += milliseconds
        for (const { id } of await followUpsDue(fresh.db, time.now + 1, 100)) await fireFollowUp(desk, id)
      }),
    async close(): Promise<void> {
      await channel.stop()
      await receiver.drain()
      await delivery.stop()
      await door.close()
      await graph.close()
      await fresh.close()
    },
  }
}

/** Everything said, as one text. */
export const told = (shown: readonly Delivered[]): string =>
  shown.map(({ message }) => textOf(message)).join('\n---\n')

/** What can be tapped under the last message. */
export function tokens(shown: readonly Delivered[]): string[] {
  const message = shown.at(-1)?.message
  return message ? offered(message).map(({ token }) => token) : []
}
