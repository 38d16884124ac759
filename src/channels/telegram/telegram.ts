// The Telegram channel: chats of people and of groups with a bot, by polling or by webhook.
import type { Clock } from '../../words/clock.ts'
import type { Log } from '../../words/log.ts'
import { type Channel, type ChannelState, type ReadFile, type Receive, SendError } from '../channel.ts'
import { createBotApi } from './bot-api.ts'
import { COMMAND_LISTS } from './commands.ts'
import { ApiFault } from './faults.ts'
import { fetchFile } from './files.ts'
import { ALLOWED_UPDATES, type Bot } from './inbound.ts'
import { createIntake, type Take } from './intake.ts'
import { CAPABILITIES, partsOf, sendBubble, sendErrorOf } from './outbound.ts'
import { type Timing, TIMING } from './patience.ts'
import { pollUpdates } from './poller.ts'
import { troubleOf } from './trouble.ts'
import { checkWebhookSettings, keepRegistered, readRegistration, webhookRoute } from './webhook.ts'

export interface TelegramOptions {
  readonly token: string
  /** The Bot API server: `https://api.telegram.org`, or one of your own. */
  readonly apiRoot: string
  readonly mode: 'polling' | 'webhook'
  /** Webhook only: what Telegram proves itself with, and where it reaches this service. */
  readonly webhookSecret?: string | undefined
  readonly publicUrl?: string | undefined
  /** Polling only: whether this process is the one to poll. Telegram serves a single poller for each bot. */
  readonly mayPoll?: (() => Promise<boolean>) | undefined
  readonly readFile: ReadFile
  readonly clock: Clock
  readonly log: Log
  readonly timing?: Partial<Timing> | undefined
}

/** One run from `start` to `stop`. */
interface Run {
  readonly end: AbortController
  readonly take: Take
  /** What `stop` waits for. */
  readonly work: Set<Promise<unknown>>
}

/**
 * A bot on Telegram. Updates are confirmed only when `receive` has resolved; whatever fails before comes again.
 * @throws Error in words for the operator when the settings cannot work.
 */
export function createTelegram(options: TelegramOptions): Channel {
  const { log, clock, readFile } = options
  const timing: Timing = { ...TIMING, ...options.timing }
  const webhook =
    options.mode === 'webhook'
      ? checkWebhookSettings({ secret: options.webhookSecret, publicUrl: options.publicUrl })
      : undefined
  const api = createBotApi({
    token: options.token,
    apiRoot: options.apiRoot,
    secrets: webhook === undefined ? [] : [webhook.secret],
  })
  // The number before the colon is the bot's own.
  const bot: { -readonly [Field in keyof Bot]: Bot[Field] } = {
    id: Number.parseInt(options.token, 10),
    username: undefined,
  }
  let run: Run | undefined
  let intake: ChannelState = { phase: 'off' }
  /** Troubles a webhook does not show by itself: messages that could not be stored, a token refused on sending. */
  let storing: ChannelState | undefined
  let sending: ChannelState | undefined

  function say(next: ChannelState): void {
    if (next.phase === intake.phase && next.detail === intake.detail) return
    intake = next
    if (next.phase === 'lost') log.warn({ detail: next.detail }, 'Telegram: messages do not come in')
    if (next.phase === 'ready') log.info({ detail: next.detail }, 'Telegram: ready')
  }

  /**
   * Asks for the bot's name, by which commands in groups are told apart, and tells Telegram the commands its menu shows.
   * A comfort: when it fails, people can still type them, and every command in a group is taken for ours.
   */
  async function introduce(signal: AbortSignal): Promise<void> {
    try {
      const me = await api.call('getMe', {}, { within: timing.answer, signal })
      bot.username = typeof me.username === 'string' ? me.username : undefined
      for (const { commands, ...list } of COMMAND_LISTS) {
        // In groups they would do nothing.
        const scope = { type: 'all_private_chats' } as const
        await api.call('setMyCommands', { commands, scope, ...list }, { within: timing.answer, signal })
      }
    } catch (error) {
      const detail = error instanceof ApiFault ? error.detail : undefined
      if (!signal.aborted) log.warn({ detail }, 'Telegram: the menu of commands was not set')
    }
  }

  /** Stops the circle that turns on a tapped button. Telegram refuses it when it is late, which harms nobody. */
  async function answerTaps(callbackIds: readonly string[], signal: AbortSignal): Promise<void> {
    const answers = callbackIds.map((id) =>
      api.call('answerCallbackQuery', { callback_query_id: id }, { within: timing.answer, signal }),
    )
    await Promise.allSettled(answers)
  }

  async function poll({ end: { signal }, take, work }: Run): Promise<void> {
    let introduced = false
    await pollUpdates({
      signal,
      timing,
      take,
      say,
      mayPoll: options.mayPoll ?? (() => Promise.resolve(true)),
      prepare: async () => {
        await api.call('deleteWebhook', { drop_pending_updates: false }, { within: timing.answer, signal })
        if (!introduced) keep(work, introduce(signal))
        introduced = true
      },
      fetch: (offset, seconds) =>
        api.call(
          'getUpdates',
          {
            timeout: seconds,
            limit: 100,
            allowed_updates: ALLOWED_UPDATES,
            ...(offset !== undefined && { offset }),
          },
          { within: seconds * 1000 + timing.grace, signal },
        ),
    })
  }

  async function register(url: string, secret: string, { end: { signal }, work }: Run): Promise<void> {
    await keepRegistered({
      url,
      signal,
      timing,
      say,
      clock,
      look: async () => {
        const answer = await api.call('getWebhookInfo', {}, { within: timing.answer, signal })
        return readRegistration(answer, [options.token, secret])
      },
      register: async () => {
        const settings = { url, secret_token: secret, allowed_updates: ALLOWED_UPDATES, max_connections: 40 }
        await api.call('setWebhook', settings, { within: timing.answer, signal })
        keep(work, introduce(signal))
      },
    })
  }

  /** Takes one posted update in, and remembers whether it could be stored. */
  async function takePosted(current: Run, updates: readonly unknown[]): Promise<void> {
    const taken = current.take(updates)
    keep(current.work, taken)
    try {
      await taken
      storing = undefined
    } catch (error) {
      storing = { phase: 'lost', detail: troubleOf(error) }
      throw error
    }
  }

  return {
    name: 'telegram',
    capabilities: CAPABILITIES,
    routes:
      webhook === undefined
        ? []
        : [
            webhookRoute({
              secret: webhook.secret,
              log,
              take: () => {
                const current = run
                return current && ((updates) => takePosted(current, updates))
              },
            }),
          ],

    async start(receive: Receive) {
      if (run !== undefined) throw new Error('The Telegram channel has been started before')
      const end = new AbortController()
      const work = new Set<Promise<unknown>>()
      const answered = (ids: readonly string[]): void => keep(work, answerTaps(ids, end.signal))
      const current: Run = {
        end,
        work,
        take: createIntake({ receive, clock, log, answered, bot: () => bot }),
      }
      run = current
      say({ phase: 'connecting' })
      keep(work, webhook === undefined ? poll(current) : register(webhook.url, webhook.secret, current))
    },

    async stop() {
      const current = run
      if (current === undefined) return
      run = undefined
      current.end.abort()
      while (current.work.size > 0) await Promise.allSettled(current.work)
      intake = { phase: 'off' }
      storing = sending = undefined
    },

    async fetch(ref) {
      try {
        return await fetchFile({ api, timing }, ref)
      } catch (error) {
        throw sendErrorOf(error)
      }
    },

    parts: (bubble) => partsOf(bubble).length,

    async send(to, bubble, part) {
      try {
        const receipt = await sendBubble(
          { api, timing, readFile, username: () => bot.username },
          to,
          bubble,
          part,
        )
        sending = undefined
        return receipt
      } catch (error) {
        if (error instanceof SendError && error.reason === 'paused') {
          sending = {
            phase: 'lost',
            detail: `Messages cannot be sent: ${error.detail}. Check TELEGRAM_BOT_TOKEN.`,
          }
        }
        throw error
      }
    },

    state: () => (intake.phase === 'ready' ? (storing ?? sending ?? intake) : intake),
  }
}

/** Remembers work until it is over, however it ends. */
function keep(work: Set<Promise<unknown>>, promise: Promise<unknown>): void {
  const remembered = promise.catch(() => undefined).finally(() => work.delete(remembered))
  work.add(remembered)
}
