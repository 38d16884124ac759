// Somebody's visits as an iCalendar feed (RFC 5545) under a secret link that a telephone subscribes to.
import { normalizeIP } from '@fastify/rate-limit'
import type { FastifyInstance } from 'fastify'
import ical, { ICalCalendarMethod, ICalEventStatus } from 'ical-generator'
import { z } from 'zod'
import type { Feed } from '../usecases/calendar-feed.ts'
import { Problem } from '../words/problem.ts'

/** Reads of one address in a minute: a hospital's telephones together, and no guessing. */
const MOST_READS = 60

const asked = z.strictObject({ file: z.string().regex(/^[\w-]{32}\.ics$/) })

const STATUS = {
  tentative: ICalEventStatus.TENTATIVE,
  confirmed: ICalEventStatus.CONFIRMED,
  cancelled: ICalEventStatus.CANCELLED,
}

export function serveCalendars(
  app: FastifyInstance,
  feedOf: (secret: string) => Promise<Feed | undefined>,
): void {
  const rateLimit = {
    max: MOST_READS,
    timeWindow: 60_000,
    keyGenerator: ({ ip }: { ip: string }) => `calendar ${normalizeIP(ip)}`,
  }
  app.get('/calendar/:file', { config: { rateLimit } }, async (request, reply) => {
    const parsed = asked.safeParse(request.params)
    const feed = parsed.success ? await feedOf(parsed.data.file.replace('.ics', '')) : undefined
    // A secret that is wrong, old or taken back looks like one that never was.
    if (!feed) throw new Problem('not_found')
    reply.header('cache-control', 'private, no-store').header('x-robots-tag', 'noindex')
    return reply.type('text/calendar; charset=utf-8').send(written(feed))
  })
}

/** The feed as text. Days are whole days without a time zone: they stay on their date wherever the telephone is. */
export function written({ title, entries }: Feed): string {
  const calendar = ical({ name: title, method: ICalCalendarMethod.PUBLISH, ttl: 60 * 60 })
  calendar.prodId({ company: 'Preceptor', product: 'visits' })
  for (const { id, title: summary, place, from, until, standing, edition } of entries)
    calendar.createEvent({
      id: `${id}@preceptor`,
      allDay: true,
      timezone: 'UTC',
      start: new Date(`${from}T00:00:00Z`),
      // The day after the last one: ends are not included.
      end: new Date(Date.parse(`${until}T00:00:00Z`) + 24 * 60 * 60 * 1000),
      summary,
      location: place,
      status: STATUS[standing],
      sequence: edition,
    })
  return calendar.toString()
}
