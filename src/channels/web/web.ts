// The browser chat: the service's own channel. What it sends lies in a letter box until the page fetches it; what the
// page sends comes through `http/chat.ts`, which answers only when it is committed.
import type { Bubble } from '../../words/message.ts'
import { Problem } from '../../words/problem.ts'
import { type Capabilities, type Channel, type Receive, SendError } from '../channel.ts'
import { asText } from '../render.ts'

/** Where bubbles are kept for the page. */
export interface LetterBox {
  keep(to: string, bubble: Bubble): Promise<void>
}

export interface WebChat extends Channel {
  /**
   * Takes in what the page has sent; resolves when it is committed.
   * @throws Problem `unavailable` while the channel is not running: the page sends it again.
   */
  readonly receive: Receive
  /** Calls `look` whenever something new lies in the letter box of `to`; returns how to stop. */
  watch(to: string, look: () => void): () => void
}

/** The page scrolls: nothing is too long for it. */
export const CAPABILITIES: Capabilities = {
  choices: 'buttons',
  maxText: Number.POSITIVE_INFINITY,
  maxLabel: Number.POSITIVE_INFINITY,
  attachments: ['image', 'audio', 'document'],
  maxCaption: Number.POSITIVE_INFINITY,
  groups: false,
  edits: false,
  perSecond: Number.POSITIVE_INFINITY,
  perSecondPerChat: Number.POSITIVE_INFINITY,
  burstPerChat: Number.POSITIVE_INFINITY,
  perMinutePerGroup: Number.POSITIVE_INFINITY,
}

export function createWebChat(letterBox: LetterBox): WebChat {
  const watchers = new Map<string, Set<() => void>>()
  const taking = new Set<Promise<void>>()
  let receive: Receive | undefined
  return {
    name: 'web',
    capabilities: CAPABILITIES,
    routes: [],
    start(handOn) {
      receive = handOn
      return Promise.resolve()
    },
    async stop() {
      receive = undefined
      await Promise.allSettled(taking)
    },
    async receive(messages) {
      if (receive === undefined) throw new Problem('unavailable')
      const taken = receive(messages)
      taking.add(taken)
      try {
        await taken
      } finally {
        taking.delete(taken)
      }
    },
    async send(to, bubble) {
      const { poll } = bubble
      await letterBox.keep(to, poll ? asText(bubble, poll, CAPABILITIES) : bubble).catch((error: unknown) => {
        // The letter box is the database: what it does not take now it takes when it is back.
        throw new SendError('unavailable', error instanceof Error ? error.name : 'unknown')
      })
      for (const look of watchers.get(to) ?? []) look()
    },
    state: () => ({ phase: receive === undefined ? 'off' : 'ready' }),
    watch(to, look) {
      const looks = watchers.get(to) ?? new Set()
      watchers.set(to, looks.add(look))
      return () => {
        looks.delete(look)
        if (looks.size === 0) watchers.delete(to)
      }
    },
  }
}
