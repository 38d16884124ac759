// Coaching plans over tries of both legs: what ends one, what stays of one a mentor has agreed, and one made from nothing.
import { afterAll, beforeAll, expect, it } from 'vitest'
import { changesOf } from '../../src/store/cascade.ts'
import { openPlans } from '../../src/store/coaching-plans.ts'
import { pair } from '../../src/store/pairings.ts'
import { followEvidence } from '../../src/usecases/follow-evidence.ts'
import { recordEvidence, type Shown } from '../../src/usecases/record-evidence.ts'
import { DAY } from '../../src/words/clock.ts'
import type { AttemptId, PersonId } from '../../src/words/ids.ts'
import { told } from '../programme.ts'
import { type Observing, say, startObserving } from './observing.ts'

let place: Observing
let amina: PersonId
const ids = new Map<string, PersonId>()
const who = (name: string): PersonId => ids.get(name) ?? (0 as PersonId)
beforeAll(async () => {
  place = await startObserving()
  for (const name of ['joseph-n', 'grace-m', 'frank-k']) ids.set(name, await place.join(name, 'mentee'))
  amina = await place.join('amina-i', 'district_based_mentor')
  for (const mentee of ids.keys()) await place.mentors('amina-i', mentee)
})
afterAll(() => place.close())

const COMPETENCY = 'NB-HBB'
const says = async (...words: string[]): Promise<string> =>
  told(await say(place.programme, 'amina-i', ...words))
let source = 1

/** Evidence, with what follows from it; `weak` as words. */
async function shows(name: string, shown: object, weak: readonly string[] = []): Promise<void> {
  const { desk, fresh, now } = place.programme
  const [moved] = await recordEvidence(fresh.db, now, [
    { personId: who(name), competency: COMPETENCY, ...shown } as unknown as Shown,
  ])
  if (!moved) throw new Error('nothing was recorded')
  const texts = weak.map((en) => ({ text: { en }, critical: false }))
  await followEvidence(desk, fresh.db, { moved, weak: texts, now })
}
const seen = (score: number, techniqueOk: boolean): object => ({
  kind: 'observation',
  observation: 1000 + source++,
  observerId: amina,
  score,
  max: 10,
  bar: 85,
  criticalMissed: 0,
  techniqueOk,
  complete: true,
})
const tested = (score: number): object => ({
  kind: 'post_test',
  attempt: (1000 + source++) as AttemptId,
  score,
  max: 10,
  bar: 85,
  criticalMissed: 0,
  passed: score >= 9,
})
const plans = async (name: string): Promise<unknown[]> =>
  (await openPlans(place.programme.fresh.db, who(name))).map(({ leg, items, target }) => ({
    leg,
    items: items.map(({ en }) => en),
    target,
  }))

it('has one for each leg: a test puts away nothing that is practised by hand', async () => {
  await shows('joseph-n', seen(4, false), ['Dry', 'Warm'])
  await shows('joseph-n', tested(5), ['When to bag'])
  const practice = { leg: 'technique', items: ['Dry', 'Warm'], target: 85 }
  expect(await plans('joseph-n')).toEqual([
    practice,
    { leg: 'knowledge', items: ['When to bag'], target: 85 },
  ])
  await shows('joseph-n', tested(10))
  expect(await plans('joseph-n')).toEqual([practice])
})

it('is not met by points alone when the observer says not yet', async () => {
  await shows('joseph-n', seen(10, false), ['Calm hands'])
  expect(await plans('joseph-n')).toEqual([{ leg: 'technique', items: ['Calm hands'], target: 85 }])
  await shows('joseph-n', seen(10, true))
  expect(await plans('joseph-n')).toEqual([])
})

it('keeps what the mentor has chosen and written when the next try shows something else', async () => {
  await shows('grace-m', seen(4, false), ['Dry', 'Warm', 'Stimulate'])
  await says('menu', 'My mentees', 'grace-m', 'Coaching plan', '1')
  await says('Something else', 'Ask for the bag in time', '2', 'That is all', 'Doing it together', '7')
  expect(await says('90')).toContain('Agreed')
  expect(await plans('grace-m')).toEqual([
    { leg: 'technique', items: ['Ask for the bag in time', 'Warm'], target: 90 },
  ])
  await shows('grace-m', seen(6, false), ['Clamp'])
  expect(await plans('grace-m')).toEqual([
    { leg: 'technique', items: ['Ask for the bag in time', 'Clamp'], target: 90 },
  ])
})

it('is made by the mentor where nothing was seen to be weak', async () => {
  await shows('frank-k', {
    kind: 'pre_test',
    attempt: (1000 + source++) as AttemptId,
    score: 5,
    max: 10,
    bar: 85,
    criticalMissed: 0,
    passed: false,
  })
  await says('menu', 'My mentees', 'frank-k', 'Coaching plan')
  const about = await says('A new plan')
  expect(about).toContain('What is the new plan about?')
  await says(
    '1',
    'Something else',
    'Hold the mask with one hand',
    'That is all',
    'Practice on a manikin',
    '10',
  )
  expect(await says('85')).toContain('Agreed')
  expect(await plans('frank-k')).toEqual([
    { leg: 'technique', items: ['Hold the mask with one hand'], target: 85 },
  ])
})

it('counts as a mentor’s effect what was seen while they mentored, in their area', async () => {
  const { fresh, now } = place.programme
  const { db } = fresh
  const [mentor, mentee] = [
    await place.join('nora-p', 'district_based_mentor'),
    await place.join('otto-r', 'mentee'),
  ]
  const seenAt = (percent: number, at: number): Promise<unknown> =>
    db.query(
      `insert into evidence (person_id, competency, kind, source, observer_id, score, max, bar, critical_missed, technique_ok, complete, passed, stage, round, at)
       values ($1, 'NB-HBB', 'observation', $2, $3, $4, 100, 85, 0, true, true, false, 'baseline_scored', 0, to_timestamp($5::float8 / 1000))`,
      [mentee, 5000 + source++, amina, percent, at],
    )
  await seenAt(20, now - 40 * DAY)
  await seenAt(60, now - 30 * DAY)
  await db.inTransaction((inner) => pair(inner, { mentor, mentee, area: 'neonatal', at: now - 20 * DAY }))
  const areas = { 'NB-HBB': 'neonatal' }
  // All of it was before her.
  expect(await changesOf(db, mentor, areas)).toEqual([])
  await seenAt(70, now - 10 * DAY)
  await seenAt(80, now - 5 * DAY)
  expect(await changesOf(db, mentor, areas)).toEqual([10])
  expect(await changesOf(db, mentor, { 'NB-HBB': 'mnh' })).toEqual([])
})
