// The administrators' door: how the channels are, and the QR code that links a telephone.
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { encode } from 'uqr'
import { z } from 'zod'
import { writeAudit } from '../store/audit.ts'
import type { Database } from '../store/db.ts'
import { failedTurns, retryFailed } from '../store/failed-turns.ts'
import { ANYBODY, type Seals } from '../store/seals.ts'
import { askPairing } from '../store/whatsapp-lines.ts'
import type { ContentState } from '../usecases/review-flows.ts'
import { surveyChannels } from '../usecases/survey-channels.ts'
import { surveyLines } from '../usecases/survey-lines.ts'
import { type Clock, HOUR, MINUTE } from '../words/clock.ts'
import { CHANNELS } from '../words/message.ts'
import { Problem } from '../words/problem.ts'
import { servePage } from './page.ts'
import { read } from './read.ts'

export interface AdminOptions {
  readonly database: Database
  readonly seals: Seals
  readonly clock: Clock
  readonly timezone: string
  /** Whether the service has numbers on WhatsApp Web. */
  readonly whatsappWeb: boolean
  /** How far the clinical content is reviewed. */
  readonly content: ContentState
}

/** A tab stays signed in this long after it was opened. */
const TAB_LASTS = 8 * HOUR
/** Time to find the telephone and the place in it where devices are linked. */
const PAIRING_LASTS = 10 * MINUTE

const signIn = z.strictObject({ link: z.string().max(500) })
/** Messages given up that the page lists; `outbox failed` lists more. */
const MOST_FAILED = 30

const retrying = z.strictObject({ channel: z.enum(CHANNELS) })
const pairing = z.strictObject({ line: z.string().regex(/^[a-z][a-z0-9-]{0,30}$/) })

/** Serves `/admin/channels` and what it asks for. Whoever has the link of `admin-link` is an administrator for a while. */
export async function serveAdmin(app: FastifyInstance, options: AdminOptions): Promise<void> {
  const { database, seals, clock, timezone } = options
  await servePage(app, { folder: 'admin', page: 'channels.html', path: '/admin/channels' })

  /** @throws Problem when the tab has no right to be here (any more). */
  function checkTab({ headers }: FastifyRequest): void {
    const token = /^Bearer (\S+)$/.exec(headers.authorization ?? '')?.[1]
    if (token === undefined || seals.open('admin', token, Date.now()) !== ANYBODY)
      throw new Problem('not_signed_in')
  }

  app.post('/admin/session', (request) => {
    const { link } = read(signIn, request.body)
    if (seals.open('admin-link', link, Date.now()) !== ANYBODY) throw new Problem('not_signed_in')
    return { token: seals.seal('admin', ANYBODY, Date.now() + TAB_LASTS) }
  })

  app.get('/admin/channels/state', async (request, reply: FastifyReply) => {
    checkTab(request)
    const lines = options.whatsappWeb ? await surveyLines(database, Date.now()) : []
    reply.header('cache-control', 'no-store')
    return {
      now: clock.now(),
      timezone,
      content: options.content,
      channels: await surveyChannels(database, clock.now(), { timezone }),
      failed: (await failedTurns(database, MOST_FAILED)).map(
        ({ channel, name, failure, failed_at, unreachable }) => ({
          channel,
          name,
          reason: failure,
          at: failed_at,
          unreachable,
        }),
      ),
      // As rows of dark and light: the page draws it, and nothing has to be let through its security policy.
      lines: lines.map(({ qr, ...line }) => ({ ...line, qr: qr === undefined ? null : rowsOf(qr) })),
    }
  })

  app.post('/admin/channels/retry', async (request, reply) => {
    checkTab(request)
    const which = read(retrying, request.body)
    const now = clock.now()
    await database.inTransaction(async (db) => {
      if ((await retryFailed(db, which, now)) === 0) throw new Problem('not_found')
      const subject = `turns:${which.channel}`
      await writeAudit(db, { at: now, actor: 'administrator', deed: 'outbox.retry', subject })
    })
    return reply.status(202).send({})
  })

  app.post('/admin/channels/pair', async (request, reply) => {
    checkTab(request)
    const { line } = read(pairing, request.body)
    const now = Date.now()
    const lines = await surveyLines(database, now)
    const known = lines.find(({ name }) => name === line)
    if (!options.whatsappWeb || !known || known.linkedAt !== undefined) throw new Problem('not_found')
    await database.inTransaction(async (db) => {
      await askPairing(db, line, now + PAIRING_LASTS)
      await writeAudit(db, {
        at: now,
        actor: 'administrator',
        deed: 'whatsapp.pair',
        subject: `line:${line}`,
      })
    })
    return reply.status(202).send({})
  })
}

/** `1` is dark. The margin of two is what a telephone needs to find the code. */
const rowsOf = (text: string): string[] =>
  encode(text, { border: 2 }).data.map((row) => row.map((dark) => (dark ? '1' : '0')).join(''))
