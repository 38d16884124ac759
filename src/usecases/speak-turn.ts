// What a turn in hand comes to on a channel: the words, put together at the moment they are sent.
import type { Channel } from '../channels/channel.ts'
import { join } from '../channels/render.ts'
import { UnknownVersion } from '../engine/shelf.ts'
import { speak } from '../engine/speak.ts'
import { broadcastText } from '../store/broadcasts.ts'
import { keptVersions } from '../store/flows.ts'
import type { Owed } from '../store/outbox.ts'
import { SECOND } from '../words/clock.ts'
import { inLanguage } from '../words/language.ts'
import type { Bubble } from '../words/message.ts'
import type { Desk } from './desk.ts'
import { type Piece, piecesOf } from './send-piece.ts'

/** A broadcast that was stopped goes on for this long at most. */
const FRESH = SECOND

export interface Speaker {
  /** The pieces of a turn; none when nothing is to be said any more. */
  speak(turn: Owed): Promise<readonly Piece[]>
  /**
   * Reads what these turns will need, before anybody lets them through: those who wait together for a text would leave
   * together, and be more in that moment than the provider allows.
   */
  prepare(turns: readonly Owed[]): Promise<void>
}

export function makeSpeaker(desk: Omit<Desk, 'outTray'>, channel: Channel): Speaker {
  const texts = new Map<number, { readAt: number; told: ReturnType<typeof broadcastText> }>()

  /**
   * Read once a second and not for each of thousands. What was read before serves until the next has come: whoever waits
   * here has been let through already, and those who wait together would leave together.
   */
  function textOf(id: number): ReturnType<typeof broadcastText> {
    const known = texts.get(id)
    if (known && performance.now() - known.readAt < FRESH) return known.told
    const told = broadcastText(desk.database, id)
    const entry = { readAt: performance.now(), told: known?.told ?? told }
    texts.set(id, entry)
    told.then(
      () => (entry.told = told),
      () => texts.delete(id),
    )
    return entry.told
  }

  async function bubblesOf(turn: Owed): Promise<readonly Bubble[]> {
    if (turn.lane === 2) {
      const told = await textOf(-turn.turn)
      return !told || told.stopped
        ? []
        : [{ text: inLanguage(told.text, turn.language, desk.shelf.programmeLanguage) }]
    }
    const lists = channel.capabilities.choices === 'list'
    const typed = channel.capabilities.choices === 'numbers'
    const listener = { language: turn.language, timezone: desk.programme.timezone, lists, typed }
    try {
      return speak(desk.shelf, turn.says, listener)
    } catch (error) {
      if (!(error instanceof UnknownVersion)) throw error
      desk.shelf.learn(await keptVersions(desk.database))
      return speak(desk.shelf, turn.says, listener)
    }
  }

  return {
    async speak(turn) {
      const bubbles = (await bubblesOf(turn)).filter(
        ({ over }) => over !== true || channel.capabilities.polls !== undefined,
      )
      const told = channel.capabilities.joins === true ? join(bubbles, channel.capabilities) : bubbles
      return told.flatMap((bubble) => piecesOf(channel, bubble))
    },
    async prepare(turns) {
      const broadcasts = new Set(turns.flatMap(({ lane, turn }) => (lane === 2 ? [-turn] : [])))
      await Promise.all([...broadcasts].map((id) => textOf(id)))
    },
  }
}
