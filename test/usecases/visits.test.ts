// A visit from its proposal to the morning itself: confirmed by its mentor, shared at once, answered, moved by two at
// once, and called off.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { isQuietAt } from '../../src/domain/rhythm.ts'
import { keepVisitPlans } from '../../src/usecases/plan-visits.ts'
import { DAY, HOUR, SECOND } from '../../src/words/clock.ts'
import { type Programme, told } from '../programme.ts'
import { sayAll } from './conversation.ts'
import { heardBy, visitingProgramme } from './visiting.ts'

let programme: Programme
beforeAll(async () => {
  programme = await visitingProgramme(1)
  await keepVisitPlans(programme.desk)
})
afterAll(() => programme.close())

const all = (sent: Parameters<typeof heardBy>[0], who: string): string => heardBy(sent, who).join('\n---\n')
const waiting = async (kind: string): Promise<unknown[]> =>
  programme.fresh.db.query(
    `select due_at from follow_up where kind = $1 and state = 'waiting' order by due_at`,
    [kind],
  )

it('is proposed to its mentor, for what is left of this month and for the next', async () => {
  const sent = await programme.wait(HOUR)
  expect(all(sent, 'amina')).toContain('2 visits are proposed for you.')
  expect(sent.at(-1)?.bubble.choices?.map(({ label }) => label)).toEqual([
    'Rubavu HC, Thu 26 November',
    'Rubavu HC, Wed 23 December',
    'Add a visit',
    "In my phone's calendar",
  ])
  // Nobody else hears of what is not confirmed.
  expect(sent.every(({ to }) => to === 'amina')).toBe(true)
  // Asking for them again plans nothing twice.
  await sayAll(programme, 'amina', 'visits', 'visits')
  expect(await programme.fresh.db.query('select id from visit')).toHaveLength(2)
})

it('is shared with mentees and manager as soon as it is confirmed', async () => {
  const reply = await sayAll(programme, 'amina', 'visits', 'Rubavu HC, Wed 23 December', 'Confirm it')
  expect(told(reply)).toContain('Confirmed.')
  const sent = await programme.wait(SECOND)
  for (const who of ['joseph', 'odette']) {
    expect(all(sent, who)).toContain('A mentorship visit to Rubavu HC is planned: Wednesday 23 December')
    const choices = sent.findLast(({ to }) => to === who)?.bubble.choices?.map(({ label }) => label)
    expect(choices).toEqual(['I will come', 'I cannot', 'Change the day', 'Nothing now'])
  }
  expect(all(sent, 'amina')).toBe('')
})

it('hears who will be there', async () => {
  expect(told(await programme.say('joseph', 'I will come'))).toContain('You are expected')
  await programme.say('odette', 'Change the day')
  expect(told(programme.sent.slice(-2).map(({ bubble }) => bubble))).toContain(
    'Odette Uwase asks for another day than Wednesday 23 December',
  )
  const reply = told(await sayAll(programme, 'amina', 'V-2', 'Who is coming?'))
  expect(reply).toContain('Coming (1): Joseph Nshuti')
  expect(reply).toContain('Would like another day (1): Odette Uwase')
})

it.each([
  ['24/12', 'It cannot be then'], // Christmas is the second day
  ['19-12', 'It cannot be then'], // a Saturday
  ['29/2', 'It cannot be then'], // too far ahead
  ['31/11', 'Write the day'], // no such day
])('is not moved to %s', async (day, expected) => {
  const reply = await sayAll(programme, 'amina', 'V-2', 'Another day', 'A day I write', day)
  expect(told(reply)).toContain(expected)
})

describe('moved by two at once', () => {
  it('ends on one day, and both are told which', async () => {
    await sayAll(programme, 'amina', 'V-2', 'Another day', 'A day I write', '16/12')
    await sayAll(programme, 'ruth', 'V-2', 'Another day', 'A day I write', '9/12')
    const replies = await Promise.all([
      programme.say('amina', 'Rain or road'),
      programme.say('ruth', 'Too few staff'),
    ])
    const [row] = await programme.fresh.db.query(
      `select starts_on::text, edition, because from visit where id = 2`,
    )
    const { starts_on, because } = row as { starts_on: string; because: string }
    const won = because === 'road' ? 0 : 1
    expect(starts_on).toBe(won === 0 ? '2026-12-16' : '2026-12-09')
    const shown = won === 0 ? 'Wednesday 16 December' : 'Wednesday 9 December'
    expect(told(replies[won] ?? [])).toContain(`begins on ${shown}`)
    const lost = told(replies[1 - won] ?? [])
    expect(lost).toContain('so yours was not made')
    expect(lost).toContain(shown)
    const sent = await programme.wait(SECOND)
    for (const who of ['joseph', 'odette'])
      expect(heardBy(sent, who).filter((text) => text.includes('has been moved'))).toHaveLength(1)
    // Who was told in the reply is not told again.
    expect(all(sent, 'amina')).toBe('')
  })

  it('reminds of that day and of no other', async () => {
    const [row] = await programme.fresh.db.query(`select starts_on::text "day" from visit where id = 2`)
    const { day } = row as { day: string }
    const last = Date.parse(`${day}T06:00:00Z`)
    for (const reminder of (await waiting('visit_reminder')) as { due_at: number }[]) {
      expect(reminder.due_at).toBeLessThan(last)
      expect(reminder.due_at).toBeGreaterThan(last - 8 * DAY)
    }
  })
})

it('reminds each seven and two days before, the evening before and in the morning, never in quiet hours', async () => {
  await programme.fresh.db.query(`update visit set state = 'cancelled' where id = 1`)
  const [row] = await programme.fresh.db.query(`select starts_on::text "day" from visit where id = 2`)
  const begins = Date.parse(`${(row as { day: string }).day}T06:00:00Z`)
  const ahead: Record<string, string[]> = { joseph: [], odette: [], amina: [] }
  while (programme.now < begins) {
    const sent = await programme.wait(HOUR / 2)
    for (const { to, bubble } of sent) {
      const [, when] = /(Today|Tomorrow|In \d days): mentorship visit/.exec(bubble.text) ?? []
      if (when === undefined) continue
      ahead[to]?.push(when)
      const around = [programme.now - HOUR / 2, programme.now]
      expect(around.every((at) => isQuietAt(at, programme.desk.programme))).toBe(false)
      if (when === 'In 2 days' && to === 'amina') expect(bubble.text).toContain('Your brief for Rubavu HC')
      if (when === 'In 2 days' && to === 'joseph') expect(bubble.text).toContain('where you stand')
      if (to === 'odette') expect(bubble.text).toContain("last month's figures")
    }
  }
  const each = ['In 7 days', 'In 2 days', 'Tomorrow', 'Today']
  expect(ahead).toEqual({ joseph: each, odette: each, amina: each })
})

it('is called off at night: nobody is woken, each is told once, and nothing reminds of it', async () => {
  await sayAll(programme, 'amina', 'visits')
  await programme.fresh.db.query(`update visit set state = 'cancelled' where state = 'proposed'`)
  await programme.fresh.db.query(
    `update visit set state = 'proposed', starts_on = date '2026-12-22', period = date '2027-01-01' where id = 1`,
  )
  await sayAll(programme, 'amina', 'V-1', 'Confirm it')
  await programme.wait(SECOND)
  const night = Date.parse('2026-12-18T20:00:00Z')
  await programme.wait(night - programme.now)
  expect(told(await sayAll(programme, 'amina', 'V-1', 'Call it off', 'Rain or road'))).toContain('Called off')
  expect(await programme.wait(HOUR)).toEqual([])
  const sent = await programme.wait(5 * DAY)
  for (const who of ['joseph', 'odette']) {
    expect(heardBy(sent, who).filter((text) => text.includes('is called off (rain or road)'))).toHaveLength(1)
    expect(all(sent, who)).not.toContain('Tomorrow: mentorship')
  }
})

it('is nobody else’s to see', async () => {
  expect(told(await programme.say('chidi', 'V-1'))).toContain('There is no such visit for you')
  expect(told(await programme.say('chidi', 'visits'))).toContain('No visit is planned for you')
})
