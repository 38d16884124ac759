// A challenge from its raising to its end, up the levels by time; and near-misses as counts.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { raiseChallenge } from '../../src/usecases/raise-challenge.ts'
import { DAY, HOUR, MINUTE } from '../../src/words/clock.ts'
import type { FacilityId } from '../../src/words/ids.ts'
import { MONDAY } from '../programme.ts'
import { type Improving, startImproving } from './improving.ts'

let place: Improving
beforeAll(async () => void (place = await startImproving()))
afterAll(() => place.programme.close())

const mark = (): number => place.programme.sent.length
const codeIn = (said: string): string => /H-\d{4}/.exec(said)?.[0] ?? ''

/** grace reports that oxytocin is out of stock; the reply. */
const reportOxytocin = (name: string, ...tier: string[]): Promise<string> =>
  place.says(name, 'menu', 'problem', 'Something is out of stock', 'Oxytocin', ...tier)

describe('a stock-out', () => {
  it('goes to the manager, and whoever raised it hears how it was resolved', async () => {
    const from = mark()
    const reply = await reportOxytocin('grace', 'I do not know', 'None since Friday')
    const code = codeIn(reply)
    expect(reply).toContain('Passed on to those who can resolve it')
    const told = place.heard('marie', from)
    expect(told).toContain(
      `[${code}] Hilltop HC: Out of stock – Oxytocin. It was reported to you to resolve.`,
    )
    expect(told).toContain('“None since Friday”')
    expect(told).toContain('(It is resolved)')
    expect(place.heard('ruth', from)).toBe('')

    // Whoever mentors there finds it, too; a neighbour does not.
    expect(await place.says('denis', 'menu', 'Improve our work', 'Open problems')).toContain(
      `${code} · Oxytocin`,
    )
    expect(await place.says('eric', 'menu', 'Improve our work', 'Open problems')).not.toContain(code)
    // The same thing missing at the same place is one challenge.
    expect(await reportOxytocin('odette', 'The ministry (MOH, RBC)', 'Skip')).toContain(
      `[${code}] Somebody has reported this already`,
    )
    const ended = mark()
    await place.says('marie', 'It is resolved', 'The pharmacy has sent 20 ampoules')
    for (const name of ['grace', 'odette'])
      expect(place.heard(name, ended)).toContain(
        `[${code}] Oxytocin, Hilltop HC: resolved. “The pharmacy has sent`,
      )
    await place.programme.wait(60 * DAY)
    expect(place.heard('ruth', ended)).toBe('')
    // Once it is over, the same may be missing again.
    expect(codeIn(await reportOxytocin('grace', 'Our facility', 'Skip'))).not.toBe(code)
  })

  it('goes up by itself, in working hours, when nobody resolves it', async () => {
    const from = mark()
    // Two working days of the manager's, from a Friday on, are over on Tuesday.
    place.programme.now = MONDAY + 74 * DAY
    const sent = await place.says(
      'grace',
      'problem',
      'Equipment is broken or missing',
      'Bag and mask',
      'Our facility',
      'Skip',
    )
    const code = codeIn(sent)
    await place.programme.wait(6 * DAY)
    expect(place.heard('ruth', from)).not.toContain(code)
    await place.programme.wait(2 * DAY)
    expect(place.heard('paul', from) + place.heard('ruth', from)).toContain(
      `[${code}] Hilltop HC: Equipment – Bag and mask. It comes to you because it was not resolved below.`,
    )
    expect(place.heard('grace', from)).toContain(
      `[${code}] Bag and mask, Hilltop HC: it is now with the district.`,
    )
    expect(place.heard('chief', from)).not.toContain(code)
    await place.programme.wait(15 * DAY)
    expect(place.heard('chief', from)).toContain(code)
  })

  it('starts one level up when its raiser is the only one to resolve it', async () => {
    const from = mark()
    const raised = await place.says('marie', 'problem', 'Too few staff', 'Two nurses', 'Our facility', 'Skip')
    expect(place.heard('ruth', from)).toContain(`[${codeIn(raised)}] Hilltop HC: Staff – Two nurses`)
    expect(place.heard('marie', from)).not.toContain('It was reported to you')
  })

  it('is one, however its words are spaced', async () => {
    const { desk, fresh, now } = place.programme
    const [row] = await fresh.db.query(`select id from facility where name = 'Hilltop HC'`)
    const facilityId = (row as { id: number }).id as FacilityId
    const raise = (item: string) =>
      raiseChallenge(desk, fresh.db, { facilityId, kind: 'other', item, by: place.idOf('grace'), now })
    const first = await raise('No  light\n in the ward')
    expect(first.opened).toBe(true)
    expect(await raise('no light in the\u00a0ward ')).toMatchObject({ id: first.id, opened: false })
  })

  it('may be sent on at once, and resolved by nobody but those who may', async () => {
    const code = codeIn(
      await place.says('sonia', 'problem', 'Too few staff', 'A midwife at night', 'Our facility', 'Skip'),
    )
    expect(await place.says('eric', code)).toContain('There is no such problem for you')
    expect(await place.says('denis', code)).not.toContain('(It is resolved)')
    const from = mark()
    expect(await place.says('marie', code, 'Send to the next level')).toContain('with the next level now')
    expect(place.heard('ruth', from)).toContain(code)
    expect(await place.says('sonia', code, 'It is resolved', 'One has come')).toContain('Closed')
    // Who comes late reads that it is over, and can end nothing.
    const late = await place.says('ruth', code)
    expect(late).toContain('resolved. “One has come”')
    expect(late).not.toContain('(It is resolved)')
  })

  it('waits for the morning at night', async () => {
    const from = mark()
    // 22:00 in Kigali.
    place.programme.now = MONDAY + 140 * DAY + 12 * HOUR
    const { db } = place.programme.fresh
    const [row] = await db.query(`select id from facility where name = 'Hilltop HC'`)
    const facilityId = (row as { id: number }).id as FacilityId
    const raised = {
      facilityId,
      kind: 'stock_out',
      item: 'gloves',
      by: place.idOf('claude'),
      now: place.programme.now,
    } as const
    const { tells, opened } = await db.inTransaction((inside) =>
      raiseChallenge(place.programme.desk, inside, raised),
    )
    expect({ tells, opened }).toEqual({ tells: [], opened: true })
    await place.programme.wait(8 * HOUR)
    expect(place.heard('marie', from)).toBe('')
    await place.programme.wait(31 * MINUTE)
    expect(place.heard('marie', from)).toContain('Out of stock – Gloves')
  })
})

describe('a community health worker', () => {
  it('is asked for what they carry', async () => {
    const asked = await place.says('claude', 'problem', 'Something is out of stock')
    expect(asked).toContain('(ORS or zinc)')
    expect(asked).not.toContain('(Oxytocin)')
  })
})

describe('near-misses', () => {
  it('are counts by category and definition, screened, and can be taken back', async () => {
    await place.says('grace', 'near miss', 'Eclampsia', '2', "The programme's list")
    expect(await place.says('grace', 'Mukamana came late, call earlier')).toContain(
      '“[a name] came late, call earlier”',
    )
    expect(await place.says('grace', 'Send it like this')).toContain("Eclampsia: 2 (programme's list)")
    const more = await place.says(
      'grace',
      'Another one',
      'Uterine rupture',
      '1',
      'WHO: an organ failed',
      'Skip',
    )
    expect(more).toContain('Uterine rupture: 1 (WHO criteria)')
    await place.says('grace', 'Take this one back')
    const rows = await place.programme.fresh.db.query(
      'select category, definition, cases, lesson from near_miss',
    )
    expect(rows).toEqual([
      {
        category: 'eclampsia',
        definition: 'programme',
        cases: 2,
        lesson: '[[name]] came late, call earlier',
      },
    ])
  })

  it('are not for a supervisor to count', async () => {
    expect(await place.says('ruth', 'near miss')).toContain('no place for which you could count')
    expect(await place.says('ruth', 'improve')).not.toContain('near-miss')
  })
})
