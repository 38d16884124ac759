// What OBSERVE offers in one tap: what waits for a second observer first, then what each mentee is to be seen in.
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { recordEvidence } from '../../src/usecases/record-evidence.ts'
import { DAY } from '../../src/words/clock.ts'
import type { AttemptId, PersonId } from '../../src/words/ids.ts'
import { told } from '../programme.ts'
import { type Observing, say, startObserving } from './observing.ts'

let place: Observing
const ids = new Map<string, PersonId>()
const who = (name: string): PersonId => ids.get(name) ?? (0 as PersonId)
beforeAll(async () => {
  place = await startObserving()
  await place.write({ title: 'First hours', competency: 'NB-ECEB' }, 'first-hours')
  await place.write({ title: 'Bleeding', competency: 'MH-PPH' }, 'bleeding')
  await place.deploy()
  for (const name of ['anne-n', 'beatha-n']) ids.set(name, await place.join(name, 'mentee'))
  for (const name of ['amina-i', 'eric-m']) ids.set(name, await place.join(name, 'district_based_mentor'))
  ids.set('keza-s', await place.join('keza-s', 'hospital_supervisor'))
  for (const mentee of ['anne-n', 'beatha-n']) await place.mentors('amina-i', mentee)
})
afterAll(() => place.close())
beforeEach(async () => {
  await query('delete from observation')
  await query('delete from coaching_plan')
  await query('delete from competency_record')
  await query('delete from evidence')
})

const query = (what: string, ...values: unknown[]): Promise<unknown[]> =>
  place.programme.fresh.db.query(what, values)
const offered = async (observer: string): Promise<string[]> =>
  (await say(place.programme, observer, 'observe')).at(-1)?.choices?.map(({ label }) => label) ?? []

let evidence = 0
/** Something that somebody has shown some days ago. */
async function shown(name: string, competency: string, daysAgo: number, score = 20): Promise<void> {
  const at = place.programme.now - daysAgo * DAY
  const common = { personId: who(name), competency, bar: 85, criticalMissed: 0, max: 20, score }
  await recordEvidence(place.programme.fresh.db, at, [
    {
      ...common,
      kind: 'observation',
      observation: ++evidence,
      observerId: who('amina-i'),
      techniqueOk: true,
      complete: true,
    },
  ])
  if (score === 20)
    await recordEvidence(place.programme.fresh.db, at, [
      { ...common, kind: 'post_test', attempt: ++evidence as AttemptId, passed: true },
    ])
}

it('names what is on its way before a validation due for refresh, and that before what was never begun', async () => {
  await shown('anne-n', 'NB-HBB', 200)
  await shown('anne-n', 'MH-PPH', 10)
  // Validated in both; the one of two hundred days ago is due for refresh, and First hours is not begun.
  expect((await offered('amina-i'))[0]).toBe('anne-n · Drying a newborn')
  await shown('anne-n', 'NB-ECEB', 2, 10)
  expect((await offered('amina-i'))[0]).toBe('anne-n · First hours')
  await query(
    `insert into coaching_plan (person_id, competency, evidence_id, items, how, due_at, target, made_at, leg)
     select $1, 'NB-HBB', max(id), '[{"en":"Dry"}]', 'manikin', now(), 85, now(), 'technique' from evidence`,
    who('anne-n'),
  )
  expect((await offered('amina-i'))[0]).toBe('anne-n · Drying a newborn')
})

it('has first what another observes just now, for a mentor of theirs in that area and for whoever supervises', async () => {
  await place.mentors('eric-m', 'beatha-n', 'neonatal')
  await say(place.programme, 'amina-i', 'observe', 'beatha-n', 'First hours', 'On a manikin')
  expect(await offered('eric-m')).toEqual([
    'beatha-n · First hours',
    'beatha-n · Drying a newborn',
    'beatha-n',
  ])
  expect(await offered('keza-s')).toEqual(['beatha-n · First hours', 'beatha-n'])
  await say(place.programme, 'keza-s', 'beatha-n · First hours')
  // She has her second pair of eyes: eric may still join, and is not asked to.
  expect(await offered('eric-m')).not.toContain('beatha-n · First hours')
  await query('delete from observation')
  // Not in his area: he is not to rate it.
  await say(place.programme, 'amina-i', 'observe', 'beatha-n', 'Bleeding', 'On a manikin')
  expect(await offered('eric-m')).toEqual(['beatha-n · Drying a newborn', 'beatha-n'])
})

it('has the mentees of the place one visits before all others', async () => {
  expect(await offered('amina-i')).toEqual(['anne-n · Bleeding', 'beatha-n · Bleeding', 'anne-n', 'beatha-n'])
  await query(`insert into facility (name, district, level) values ('Far HC', 'Huye', 'health_centre')`)
  await query(
    `update person set facility_id = (select id from facility where name = 'Far HC') where id = $1`,
    who('beatha-n'),
  )
  await query(
    `with held as (insert into visit (facility_id, lead_id, stream, period, starts_on, state, planned_at, begun_at, days)
       select id, $1, 'district', '2026-11-01', '2026-11-23', 'begun', now(), now(), 2 from facility where name = 'Far HC' returning id)
     insert into visit_person (visit_id, person_id, part) select id, $1, 'mentor' from held`,
    who('amina-i'),
  )
  expect(await offered('amina-i')).toEqual(['beatha-n · Bleeding', 'anne-n · Bleeding', 'beatha-n', 'anne-n'])
})

it('has whoever is away last, and says so where somebody looks at them', async () => {
  await query(`update person set standing = 'paused' where id = $1`, who('anne-n'))
  expect(await offered('amina-i')).toEqual(['beatha-n · Bleeding', 'beatha-n', 'anne-n'])
  const card = await say(place.programme, 'amina-i', 'menu', 'My mentees', 'anne-n')
  expect(told(card)).toContain('anne-n is on rotation elsewhere for a while.')
  await query(`update person set standing = 'transferred' where id = $1`, who('anne-n'))
  expect(told(await say(place.programme, 'amina-i', 'menu', 'My mentees', 'anne-n'))).toContain(
    'anne-n has no mentor for now.',
  )
  await query(`update person set standing = 'active' where id = $1`, who('anne-n'))
})

it('names nothing that is not asked of them', async () => {
  // A checklist of hospitals: it can be chosen, and is no suggestion for a nurse of a health centre.
  await place.write({ title: 'Bubbles', competency: 'NB-CPAP' }, 'a-bubbles')
  await query(`update facility set level = 'health_centre' where name = 'Hilltop'`)
  await place.deploy()
  expect(await offered('amina-i')).toContain('anne-n · Bleeding')
  const what = await say(place.programme, 'amina-i', 'anne-n')
  expect(what.at(-1)?.choices?.map(({ label }) => label)).toContain('Bubbles')
})
