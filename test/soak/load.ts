// People who write, each their own script in its order, whatever happens to the service meanwhile.
import { randomUUID } from 'node:crypto'
import { setMaxListeners } from 'node:events'
import { setTimeout as rest } from 'node:timers/promises'
import { z } from 'zod'
import type { startBotApi } from '../channels/telegram/bot-api.ts'
import type { Script } from './script.ts'

export interface Writer {
  readonly name: string
  readonly channel: 'web' | 'telegram'
  /** Their address on the channel. */
  readonly to: string
  readonly script: Script
}

export interface Load {
  /** Messages the service has confirmed, and those handed over again on purpose. */
  readonly counts: { acknowledged: number; again: number; refused: number }
  /** Writes nothing new; resolves when everything written is confirmed. */
  finish(): Promise<void>
  /** Writes nothing at all from now on. */
  giveUp(): void
}

const opened = z.object({ token: z.string() })

/** People in the browser: each message is sent until it is confirmed, and some a second time after that. */
export function writeInBrowsers(url: string, writers: readonly Writer[], chance: () => number): Load {
  const counts = { acknowledged: 0, again: 0, refused: 0 }
  let writing = true
  let givenUp = false

  /** Asks until the service answers as it should. */
  async function post(path: string, body: object, token?: string): Promise<unknown> {
    while (!givenUp) {
      try {
        const response = await fetch(`${url}${path}`, {
          method: 'POST',
          // An address of their own for each, or the service would think one person writes it all.
          headers: {
            'content-type': 'application/json',
            'x-forwarded-for': `10.${octet()}.${octet()}.${octet()}`,
            ...(token !== undefined && { authorization: `Bearer ${token}` }),
          },
          body: JSON.stringify(body),
        })
        if (response.ok) return await response.json()
        counts.refused += 1
        if (response.status < 500 && response.status !== 429) throw new Refused(response.status)
      } catch (error) {
        if (error instanceof Refused) throw error
      }
      await rest(50 + 100 * chance())
    }
    throw new Error('given up')
  }
  const octet = (): number => Math.floor(256 * chance())

  async function write({ to, script }: Writer): Promise<void> {
    const { token } = opened.parse(await post('/chat/session', { person: Number(to) }))
    while (writing) {
      const message = { id: randomUUID(), text: script.next() }
      await post('/chat/messages', message, token)
      counts.acknowledged += 1
      if (chance() < 0.05) {
        await post('/chat/messages', message, token)
        counts.again += 1
      }
      await rest(100 * chance())
    }
  }
  const all = Promise.all(writers.map(write))
  all.catch(() => undefined)
  return {
    counts,
    async finish() {
      writing = false
      await all
    },
    giveUp() {
      givenUp = true
    },
  }
}

class Refused extends Error {
  constructor(status: number) {
    super(`the service refused a good message with ${status}`)
  }
}

/** Milliseconds between two messages of one person: Telegram takes one bubble a second to each chat. */
const PAUSE = 2_500

/** People on Telegram: updates that Telegram hands out until the service confirms them. */
export function writeOnTelegram(
  api: Awaited<ReturnType<typeof startBotApi>>,
  writers: readonly Writer[],
  chance: () => number,
): Load {
  const ending = new AbortController()
  // Everybody waits on it.
  setMaxListeners(writers.length + 1, ending.signal)
  const counts = {
    get acknowledged() {
      return api.confirmed.length
    },
    again: 0,
    refused: 0,
  }
  let pushed = 0

  async function write({ to, script }: Writer): Promise<void> {
    const id = Number(to)
    while (!ending.signal.aborted) {
      const person = { id, first_name: 'Nurse', is_bot: false }
      api.push({
        message: {
          message_id: pushed,
          date: Math.floor(Date.now() / 1000),
          chat: { id, type: 'private', first_name: 'Nurse' },
          from: person,
          text: script.next(),
        },
      })
      pushed += 1
      await rest(PAUSE * (0.5 + chance()), undefined, { signal: ending.signal }).catch(() => undefined)
    }
  }
  const all = Promise.all(writers.map(write))
  let givenUp = false
  return {
    counts,
    async finish() {
      ending.abort()
      await all
      while (api.confirmed.length < pushed && !givenUp) await rest(100)
    },
    giveUp() {
      givenUp = true
      ending.abort()
    },
  }
}
