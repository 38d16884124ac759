// What was out of stock while somebody was observed: a problem of the place, and nobody's fault.
import { afterAll, beforeAll, expect, it } from 'vitest'
import { recordsOf } from '../../src/store/competency-records.ts'
import type { PersonId } from '../../src/words/ids.ts'
import { told } from '../programme.ts'
import { type Observing, say, startObserving } from './observing.ts'

let place: Observing
let joseph: PersonId
beforeAll(async () => {
  place = await startObserving({ consent: false, supplies: { 1: 'oxytocin', 6: 'gloves' } })
  joseph = await place.join('joseph-n', 'mentee')
  await place.join('amina-i', 'district_based_mentor')
  await place.join('odette-u', 'facility_manager')
  await place.mentors('amina-i', 'joseph-n')
})
afterAll(() => place.close())

const amina = async (...words: string[]): Promise<string> =>
  told(await say(place.programme, 'amina-i', ...words))
const START = ['observe', 'joseph-n', 'Drying a newborn', 'On a manikin'] as const
const REST = ['All of these done'] as const
const heard = (who: string): string =>
  told(place.programme.sent.flatMap(({ to, bubble }) => (to === who ? [bubble] : [])).slice(-3))
const challenges = (): Promise<unknown[]> =>
  place.programme.fresh.db.query(
    `select item, kind, state, (select count(*)::int from challenge_voice v where v.challenge_id = c.id) voices
     from challenge c order by item`,
  )

it('leaves the item out of points and maximum, and gives a verdict over the others', async () => {
  expect(await amina(...START)).toContain('s out of stock')
  const back = await amina('all done but 6 s', ...REST)
  expect(back).toContain('📦 6. Step 6')
  expect(back).toContain('16 of 16 points (100%), no critical step missed.')
  const done = await amina('Performed properly, record it')
  expect(done).toContain('Out of stock, and reported as a problem of the place: Gloves')
  expect(await challenges()).toEqual([{ item: 'gloves', kind: 'stock_out', state: 'open', voices: 1 }])
  expect(heard('odette-u')).toContain('Gloves')
  expect(heard('joseph-n')).toContain('Out of stock, and not held against you:\n\n📦 6. Step 6')
})

it('gives no verdict over a critical one, and holds nothing against the mentee', async () => {
  const before = await recordsOf(place.programme.fresh.db, joseph)
  const back = await amina(...START, '1s 2-5 d 6 stock-out 7-9 d', ...REST)
  expect(back).toContain('Critical and out of stock: 1. So there is no verdict')
  const done = await amina('Performed properly, record it')
  expect(done).toContain('Oxytocin')
  expect(done).not.toContain('validated')
  expect(heard('joseph-n')).not.toContain('To practise first')
  const [kept] = await place.programme.fresh.db.query(
    `select score, max, complete, passed, critical_missed from observation order by id desc limit 1`,
  )
  expect(kept).toEqual({ score: 15, max: 15, complete: false, passed: false, critical_missed: 0 })
  expect(await recordsOf(place.programme.fresh.db, joseph)).toEqual(before)
})

it('joins the challenge that is open at the place', async () => {
  expect(await challenges()).toEqual([
    { item: 'gloves', kind: 'stock_out', state: 'open', voices: 1 },
    { item: 'oxytocin', kind: 'stock_out', state: 'open', voices: 1 },
  ])
})
