// WhatsApp posts messages and what became of ours to a route of the service; once, to be set up, it asks for a word.
import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import type { ChannelRequest, ChannelRoute } from '../../words/route.ts'
import { jsonOf } from './faults.ts'

const WEBHOOK_PATH = '/webhooks/whatsapp'

/** WhatsApp posts up to 3 MB when much has gathered. */
const BODY_LIMIT = 3 * 1024 * 1024
/** What WhatsApp wants to hear back when the webhook is set up; it is a number of ten digits. */
const CHALLENGE = /^[\w.-]{1,200}$/

/** Resolves when what was posted is committed. */
type Take = (post: unknown) => Promise<void>

/**
 * The routes WhatsApp calls. 200 says that everything posted is committed; anything else makes WhatsApp post it again,
 * for up to seven days. `take` gives undefined while the channel is not running.
 */
export function webhookRoutes(options: {
  readonly appSecret: string
  readonly verifyToken: string
  readonly take: () => Take | undefined
}): ChannelRoute[] {
  return [
    {
      method: 'GET',
      path: WEBHOOK_PATH,
      bodyLimit: 1024,
      handle({ query }) {
        const challenge = query['hub.challenge'] ?? ''
        const isAsked = query['hub.mode'] === 'subscribe' && CHALLENGE.test(challenge)
        if (!isAsked || !isSame(query['hub.verify_token'], options.verifyToken))
          return Promise.resolve({ status: 403 })
        return Promise.resolve({ status: 200, body: challenge })
      },
    },
    {
      method: 'POST',
      path: WEBHOOK_PATH,
      bodyLimit: BODY_LIMIT,
      async handle(request) {
        if (!isSigned(request, options.appSecret)) return { status: 403 }
        const take = options.take()
        if (take === undefined) return { status: 503 }
        try {
          await take(jsonOf(request.body.toString('utf8')))
          return { status: 200 }
        } catch {
          return { status: 500 }
        }
      },
    },
  ]
}

/** Over the bytes as they came: the same JSON written anew has another signature. */
function isSigned({ headers, body }: ChannelRequest, appSecret: string): boolean {
  const told = headers['x-hub-signature-256']
  return isSame(told, `sha256=${createHmac('sha256', appSecret).update(body).digest('hex')}`)
}

/** Of the digests, so that neither the time taken nor the length tells anything. */
function isSame(told: unknown, wanted: string): boolean {
  return typeof told === 'string' && timingSafeEqual(digest(told), digest(wanted))
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest()
