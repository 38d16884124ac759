// WhatsApp without a contract with Meta: one number, by the page that people open beside their telephone.
import { mkdir } from 'node:fs/promises'
import { resolve } from 'node:path'
import { MINUTE, SECOND } from '../../words/clock.ts'
import type { Bubble, IncomingMessage } from '../../words/message.ts'
import { type Channel, type ReadFile, type Receipt, SendError } from '../channel.ts'
import { startBrowser } from './browser.ts'
import { makeCatchUp } from './catch-up.ts'
import { readGroup, readIncoming, readVote } from './inbound.ts'
import { createIntake, type Intake } from './intake.ts'
import { makeNumbers, type NumbersOptions } from './numbers.ts'
import { CAPABILITIES, type Piece, piecesOf, toOutgoing, toSendError } from './outbound.ts'
import { NEW_PACE, nextSlot, type Pacing, PACING } from './pacing.ts'
import type { GroupNews, Incoming, Vote } from './protocol.ts'
import { type Timing, TIMING } from './timing.ts'

/** What was missed is looked for from a little before: clocks differ, and messages overtake one another. */
const OVERLAP = 10 * MINUTE
/** A send that has to wait for the number is tried again after this long, one of a full day later. */
const TRY_AGAIN = 5 * SECOND
const TRY_LATER = 10 * MINUTE
/** Sends on their way are waited for this long when the service stops. */
const LONGEST_STOP = 3 * SECOND
/** Polls whose votes are still understood. */
const MOST_POLLS = 5000

export interface WhatsAppWebOptions extends Pick<
  NumbersOptions,
  'dailyCap' | 'timezone' | 'book' | 'hold' | 'clock' | 'log'
> {
  /** The folder its links are kept in, in DATA_DIR; nobody else may read it. */
  readonly folder: string
  readonly chromium: string
  readonly chromiumArgs: readonly string[]
  /** Whether choices are asked as polls, too. */
  readonly polls: boolean
  readonly readFile: ReadFile
  /** The browser's program, and how it is started; tests name a built one, and share one that runs. */
  readonly program?: URL | string
  readonly startBrowser?: typeof startBrowser
  readonly timing?: Partial<Timing>
  readonly pacing?: Pacing
}

/** A number on WhatsApp Web. It takes messages in and sends only while this process holds the number. */
export function createWhatsAppWeb(options: WhatsAppWebOptions): Channel {
  const { log, clock } = options
  const folder = resolve(options.folder)
  const timing: Timing = { ...TIMING, ...options.timing }
  const pacing = options.pacing ?? PACING
  const program = options.program ?? new URL('./run-browser.js', import.meta.url)
  /** Tokens of the options of polls that were sent. */
  const polls = new Map<string, readonly string[]>()
  const sending = new Set<Promise<unknown>>()
  let intake: Intake | undefined
  let pace = NEW_PACE

  const numbers = makeNumbers({
    ...options,
    folder,
    timing,
    hear,
    ready: (_browser, since) => catchUp.from(since),
    start: (line, told, gone) =>
      (options.startBrowser ?? startBrowser)({
        program,
        begin: {
          executable: options.chromium,
          args: [...options.chromiumArgs],
          folder,
          line,
          takeOverAfter: timing.takeOver,
        },
        patience: timing,
        told,
        gone,
      }),
  })

  const catchUp = makeCatchUp({
    again: timing.readAgain,
    log,
    intake: () => intake,
    read: (since) => numbers.browser()?.missed(since - OVERLAP),
  })

  function hear(heard: { message: Incoming } | { vote: Vote } | { group: GroupNews }): void {
    const message =
      'vote' in heard
        ? asChoice(readVote(heard.vote))
        : 'group' in heard
          ? readGroup(heard.group)
          : readIncoming(heard.message)
    if (message) intake?.take([message])
  }

  /** A vote in the poll of a question is the choice it stands for; taking one's vote back is nothing. */
  function asChoice(message: IncomingMessage | undefined): IncomingMessage | undefined {
    if (message?.content.kind !== 'vote') return message
    const token = polls.get(message.content.poll)?.[message.content.options[0] ?? -1]
    return token === undefined ? undefined : { ...message, content: { kind: 'choice', token } }
  }

  async function sendPiece(to: string, bubble: Bubble, piece: Piece): Promise<Receipt | undefined> {
    const outgoing = await toOutgoing(to, piece, { readFile: options.readFile, quoted: bubble.replyTo })
    if (!outgoing) return undefined
    const isOff = (): SendError => new SendError('paused', numbers.state().phase, TRY_AGAIN)
    if (!numbers.browser()) throw isOff()
    if (!numbers.count()) throw new SendError('paused', 'enough for today', TRY_LATER)
    const { at, pace: after } = nextSlot(pace, to, performance.now(), { pacing, chance: Math.random })
    pace = after
    await new Promise((done) => setTimeout(done, at - performance.now()))
    const browser = numbers.browser()
    if (!browser) throw isOff()
    const ref = await browser.send(outgoing)
    if (piece.tokens) remember(ref, piece.tokens)
    return { ref }
  }

  function remember(poll: string, tokens: readonly string[]): void {
    if (polls.size >= MOST_POLLS)
      for (const old of [...polls.keys()].slice(0, MOST_POLLS / 2)) polls.delete(old)
    polls.set(poll, tokens)
  }

  return {
    name: 'whatsapp-web',
    capabilities: CAPABILITIES,
    routes: [],

    async start(receive) {
      if (intake) throw new Error('The WhatsApp Web channel has been started before')
      intake = createIntake({
        receive,
        log,
        // A telephone's clock may run ahead; what it says of the future would hide what comes before it.
        stored: (messages) => {
          if (catchUp.isBehind(messages)) return
          numbers.heard(Math.max(...messages.map(({ at }) => Math.min(at, clock.now()))))
        },
        overflowed: () => catchUp.from(numbers.since() ?? clock.now()),
      })
      // What lies there is as good as the telephone.
      await mkdir(folder, { recursive: true, mode: 0o700 })
      numbers.start()
    },

    async stop() {
      catchUp.stop()
      await intake?.stop()
      // What is on its way is waited for, so that nobody has to send it twice.
      const late = new Promise((done) => setTimeout(done, LONGEST_STOP).unref())
      await Promise.race([Promise.allSettled(sending), late])
      await numbers.stop()
      intake = undefined
    },

    serves: () => numbers.holds(),

    parts: (bubble) => Math.max(1, piecesOf(bubble, options.polls).length),

    async send(to, bubble, part) {
      const pieces = piecesOf(bubble, options.polls)
      let receipt: Receipt | undefined
      for (const piece of part === undefined ? pieces : pieces.slice(part, part + 1)) {
        const sent = sendPiece(to, bubble, piece)
        const kept: Promise<unknown> = sent.catch(() => undefined).finally(() => sending.delete(kept))
        sending.add(kept)
        try {
          receipt = await sent
        } catch (error) {
          throw toSendError(error)
        }
      }
      return receipt
    },

    async fetch(ref) {
      const browser = numbers.browser()
      if (!browser) throw new SendError('unavailable', numbers.state().phase)
      const bytes = await browser.fetch(ref).catch((error: unknown) => {
        throw toSendError(error)
      })
      if (!bytes) throw new SendError('refused', 'WhatsApp has the file no more')
      return bytes
    },

    state() {
      if (!intake) return { phase: 'off' }
      const state = numbers.state()
      return state.phase === 'ready' && intake.stuck()
        ? {
            phase: 'lost',
            detail: 'Messages arrive but cannot be stored: check the database. They are kept meanwhile.',
          }
        : state
    },
  }
}
