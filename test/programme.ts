// A whole programme for a test: real PostgreSQL, the real flows, a clock that the test moves, and a channel that keeps
// what is sent. People have names that tell their rights.
import { inject } from 'vitest'
import { type Channel, type Receipt, SendError } from '../src/channels/channel.ts'
import { CAPABILITIES } from '../src/channels/web/web.ts'
import { makeDelivery } from '../src/usecases/deliver-messages.ts'
import type { Desk } from '../src/usecases/desk.ts'
import { fetchMedia } from '../src/usecases/fetch-media.ts'
import { fireFollowUp } from '../src/usecases/fire-follow-up.ts'
import { importRoster } from '../src/usecases/import-roster.ts'
import { openShelf, readFlows } from '../src/usecases/open-shelf.ts'
import { makeReceiver } from '../src/usecases/receive-messages.ts'
import type { FlowFile } from '../src/store/flows.ts'
import { followUpsDue, nextFollowUp } from '../src/store/follow-ups.ts'
import { giveAddress } from '../src/store/addresses.ts'
import { personNamed } from '../src/store/people.ts'
import type { Quiz } from '../src/engine/schema.ts'
import type { PersonId } from '../src/words/ids.ts'
import type { Bubble, Content, IncomingMessage } from '../src/words/message.ts'
import { NO_LOG } from '../src/words/log.ts'
import { NO_METER } from '../src/words/meter.ts'
import { freshDatabase, type FreshDatabase } from './database.ts'

export const FLOWS = inject('flowsDir')
let ours: Promise<FlowFile[]> | undefined
/** The tests' own flows, read once for all programmes of a test file. */
export const ourFlows = (): Promise<FlowFile[]> => (ours ??= readFlows(FLOWS))

/** What people say in the menu. By words and never by number: entries come and go. */
export const MENU = {
  newborn: 'Newborn resuscitation',
  bleeding: 'Postpartum haemorrhage',
  scores: 'My scores',
  hours: 'My hours and leave',
} as const
/** A Monday, 10:00 in Kigali. */
export const MONDAY = Date.parse('2026-11-23T08:00:00Z')

export interface Programme {
  readonly fresh: FreshDatabase
  readonly desk: Desk
  readonly channel: Channel
  /** Everything sent so far. */
  readonly sent: { readonly to: string; readonly bubble: Bubble; readonly ref: string }[]
  now: number
  /** What one person hears back when they write or tap; `replyTo` is the ref of a message of ours they answer. */
  say(sender: string, content: string | Content, replyTo?: string): Promise<Bubble[]>
  /** Files that the channel's people have sent, by ref. */
  readonly uploads: Map<string, Uint8Array>
  /** Fetches what waits to be fetched; what was sent meanwhile. */
  fetch(): Promise<{ to: string; bubble: Bubble }[]>
  /** Hears something in a group, or a vote, and whatever else is said elsewhere. */
  hear(...messages: Omit<IncomingMessage, 'channel' | 'messageId' | 'at'>[]): Promise<void>
  /** Resolves when nothing is owed any more. */
  settled(): Promise<void>
  /** Moves the clock, letting what is due happen at its own time; what was sent meanwhile. */
  wait(ms: number): Promise<{ to: string; bubble: Bubble }[]>
  /** The person on the roster, given a chat of their own named like them. */
  meet(code: string, sender?: string): Promise<PersonId>
  close(): Promise<void>
}

export interface ProgrammeOptions {
  readonly flowsDir?: string
  readonly fresh?: FreshDatabase
  readonly send?: (to: string, bubble: Bubble) => Promise<Receipt | void>
  /** What is otherwise about the channel. */
  readonly channel?: Partial<Channel>
}

const ROSTER = [
  {
    name: 'Joseph Nshuti',
    role: 'mentee',
    cadre: 'nurse',
    facility: 'Rubavu HC',
    language: 'en',
    invite_code: 'joseph',
    phone: '+250788000001',
  },
  {
    name: 'Amina Ingabire',
    role: 'district_based_mentor',
    cadre: 'midwife',
    facility: 'Rubavu DH',
    language: 'fr',
    invite_code: 'amina',
  },
  {
    name: 'Claudine Mukamana',
    role: 'mentee',
    cadre: 'chw',
    facility: 'Village',
    language: 'rw',
    invite_code: 'claudine',
  },
] as const

export async function makeProgramme(options: ProgrammeOptions = {}): Promise<Programme> {
  const fresh = options.fresh ?? (await freshDatabase())
  const sent: { to: string; bubble: Bubble; ref: string }[] = []
  const uploads = new Map<string, Uint8Array>()
  let seed = 1
  let messages = 0
  const programme = { now: MONDAY }
  const files = await (options.flowsDir === undefined ? ourFlows() : readFlows(options.flowsDir))
  const { shelf, calendar } = await openShelf(fresh.db, files, 'en')
  const channel: Channel = {
    name: 'web',
    capabilities: CAPABILITIES,
    routes: [],
    start: () => Promise.resolve(),
    stop: () => Promise.resolve(),
    async send(to, bubble) {
      const receipt = await options.send?.(to, bubble)
      const ref = receipt?.ref ?? String(sent.length)
      sent.push({ to, bubble, ref })
      return receipt ?? { ref }
    },
    fetch(ref) {
      const bytes = uploads.get(ref)
      return bytes ? Promise.resolve(bytes) : Promise.reject(new SendError('refused', 'gone'))
    },
    state: () => ({ phase: 'ready' }),
    ...options.channel,
  }
  const core = {
    database: fresh.db,
    shelf,
    programme: { timezone: 'Africa/Kigali', quiet: { from: 20 * 60 + 30, to: 6 * 60 + 30 }, calendar },
    clock: { now: () => programme.now },
    chance: () => seed++,
    log: NO_LOG,
    meter: NO_METER,
  }
  const delivery = makeDelivery(core, [channel], 'test')
  const desk: Desk = { ...core, outTray: delivery }
  const receiver = makeReceiver(desk)
  await delivery.start()
  await importRoster(
    fresh.db,
    ROSTER.map((cells, index) => ({ line: index + 2, cells })),
  )

  /** Waits until nothing is owed any more. */
  async function settled(): Promise<void> {
    for (;;) {
      const [row] = await fresh.db.query('select count(*) owed from outbox where failed_at is null')
      if ((row as { owed: number }).owed === 0) return
      await new Promise((resolve) => setTimeout(resolve, 3))
    }
  }

  return Object.assign(programme, {
    fresh,
    desk,
    channel,
    sent,
    uploads,
    async fetch() {
      const before = sent.length
      await fetchMedia(desk, [channel])
      await settled()
      return sent.slice(before)
    },
    settled,
    async hear(...heard: Omit<IncomingMessage, 'channel' | 'messageId' | 'at'>[]) {
      await receiver.receive(
        heard.map((message) => ({
          ...message,
          channel: 'web' as const,
          messageId: `m${messages++}`,
          at: programme.now,
        })),
      )
      await settled()
    },
    async say(sender: string, content: string | Content, replyTo?: string) {
      const before = sent.length
      await receiver.receive([
        {
          channel: 'web' as const,
          messageId: `m${messages++}`,
          sender,
          at: programme.now,
          replyTo,
          content: typeof content === 'string' ? { kind: 'text' as const, text: content } : content,
        },
      ])
      await settled()
      return sent
        .slice(before)
        .filter(({ to }) => to === sender)
        .map(({ bubble }) => bubble)
    },
    async wait(ms: number) {
      const before = sent.length
      const until = programme.now + ms
      for (
        let next = await nextFollowUp(fresh.db);
        next && next.dueAt <= until;
        next = await nextFollowUp(fresh.db)
      ) {
        programme.now = Math.max(programme.now, next.dueAt)
        for (const { id } of await followUpsDue(fresh.db, programme.now + 1, 100))
          await fireFollowUp(desk, id)
      }
      programme.now = until
      await settled()
      return sent.slice(before)
    },
    async meet(code: string, sender = code) {
      const person = await personNamed(fresh.db, code)
      if (!person) throw new Error(`nobody on the roster has the code ${code}`)
      await giveAddress(fresh.db, person.id, 'web', sender)
      return person.id
    },
    async close() {
      await delivery.stop()
      if (!options.fresh) await fresh.close()
    },
  })
}

/** The right answer, as the letter shown, to the question a bubble asks. */
export function rightLetter(quiz: Quiz, bubble: Bubble): string {
  const question = quiz.questions.find(({ ask }) =>
    Object.values(ask).some((text) => bubble.text.includes(text ?? '\u0000')),
  )
  const right = Object.values(question?.options[question.answer]?.text ?? {})
  const index = bubble.choices?.findIndex(({ label }) => right.includes(label)) ?? -1
  if (index === -1) throw new Error('this bubble asks no question of the quiz')
  return String.fromCharCode(65 + index)
}

/** A wrong answer to it. */
export const wrongLetter = (quiz: Quiz, bubble: Bubble): string =>
  rightLetter(quiz, bubble) === 'A' ? 'B' : 'A'

/** All that a turn said, as one text. */
export const told = (bubbles: readonly Bubble[]): string => bubbles.map(({ text }) => text).join('\n---\n')
