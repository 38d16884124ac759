// A mentor's visits in the calendar of a telephone: by a secret link that moves with them, ends, and can be taken back.
import { pino } from 'pino'
import type { FastifyInstance } from 'fastify'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { serveCalendars, written } from '../../src/http/calendar.ts'
import { makeServer } from '../../src/http/server.ts'
import { calendarFeed } from '../../src/usecases/calendar-feed.ts'
import { DAY, type Day } from '../../src/words/clock.ts'
import { type Programme, told } from '../programme.ts'
import { sayAll } from '../usecases/conversation.ts'
import { visitingProgramme } from '../usecases/visiting.ts'

let programme: Programme
let app: FastifyInstance
const HERE = 'https://mentor.example.org'

beforeAll(async () => {
  programme = await visitingProgramme(1)
  Object.assign(programme.desk, { publicUrl: HERE })
  app = await makeServer(pino({ level: 'silent' }), 'loopback')
  serveCalendars(app, (secret) => calendarFeed(programme.desk, secret))
})
afterAll(async () => {
  await app.close()
  await programme.close()
})

const linkFor = async (who: string): Promise<string> => {
  const said = told(await sayAll(programme, who, 'visits', "In my phone's calendar", 'Give me a link'))
  return /https:\S+/.exec(said)?.[0]?.replace(HERE, '') ?? ''
}
/** Long lines are folded: RFC 5545, 3.1. */
const unfolded = (text: string): string => text.replaceAll('\r\n ', '')
const get = async (url: string) => {
  const { statusCode, body, headers } = await app.inject({ url })
  return { statusCode, body: unfolded(body), headers }
}

it('shows places and days and names nobody', async () => {
  await sayAll(programme, 'amina', 'visits', 'Rubavu HC, Wed 23 December', 'Confirm it')
  const { statusCode, body, headers } = await get(await linkFor('amina'))
  expect(statusCode).toBe(200)
  expect(headers['content-type']).toBe('text/calendar; charset=utf-8')
  expect(headers['cache-control']).toContain('no-store')
  expect(body.match(/BEGIN:VEVENT/g)).toHaveLength(2)
  expect(body).toContain('SUMMARY:Mentorship visit: Rubavu HC')
  expect(body).toContain('DTSTART;VALUE=DATE:20261223\r\n')
  expect(body).toContain('DTEND;VALUE=DATE:20261225\r\n')
  expect(body).toContain('STATUS:TENTATIVE')
  expect(body).toContain('STATUS:CONFIRMED')
  expect(body).not.toMatch(/Joseph|Amina|Odette/)
})

it('follows a visit that moves, as the same entry', async () => {
  const link = await linkFor('amina')
  const before = /UID:(\S+)[^]*?DTSTART;VALUE=DATE:20261223/.exec((await get(link)).body)
  await sayAll(programme, 'amina', 'V-2', 'Another day', 'A day I write', '9/12', 'Rain or road')
  const { body } = await get(link)
  expect(body).toContain('DTSTART;VALUE=DATE:20261209')
  expect(body).not.toContain('20261223')
  expect(before).not.toBeNull()
  expect(body).toContain('UID:visit-2@preceptor')
})

it('is void when there is a newer one, when it is taken back, and after half a year', async () => {
  const first = await linkFor('amina')
  const second = await linkFor('amina')
  expect((await get(first)).statusCode).toBe(404)
  expect((await get(second)).statusCode).toBe(200)
  await sayAll(programme, 'amina', 'visits', "In my phone's calendar", 'Make mine void')
  expect((await get(second)).statusCode).toBe(404)
  const third = await linkFor('amina')
  programme.now += 181 * DAY
  expect((await get(third)).statusCode).toBe(404)
})

it.each(['/calendar/x.ics', `/calendar/${'a'.repeat(32)}.ics`, '/calendar/%27.ics'])(
  '%s is nothing',
  async (url) => {
    expect((await get(url)).statusCode).toBe(404)
  },
)

it('keeps a leap day on its day, wherever the service runs', () => {
  const feed = {
    title: 'Visits',
    entries: [
      {
        id: 'visit-7',
        title: 'Visit',
        place: 'X',
        from: '2028-02-28' as Day,
        until: '2028-02-29' as Day,
        standing: 'confirmed' as const,
        edition: 3,
      },
    ],
  }
  const text = written(feed)
  expect(text).toContain('DTSTART;VALUE=DATE:20280228\r\n')
  expect(text).toContain('DTEND;VALUE=DATE:20280301\r\n')
  expect(text).toContain('SEQUENCE:3')
})
