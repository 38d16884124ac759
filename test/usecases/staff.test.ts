// What a supervisor changes about somebody in the chat: their place, in whatever district, their mentors, their duties.
import { afterAll, beforeAll, expect, it } from 'vitest'
import { heldDuties } from '../../src/store/duties.ts'
import { evaluateOrientation, propose } from '../../src/store/orientations.ts'
import { mentorsOf } from '../../src/store/pairings.ts'
import { placeOf, standingOf } from '../../src/store/people.ts'
import { importRoster } from '../../src/usecases/import-roster.ts'
import { type Improving, startImproving } from './improving.ts'

let place: Improving
beforeAll(async () => {
  place = await startImproving()
  await importRoster(place.programme.fresh.db, [
    {
      line: 2,
      cells: {
        name: 'far',
        role: 'facility_manager',
        invite_code: 'far1',
        facility: 'Lakeside HC',
        level: 'health_centre',
        district: 'Huye',
      },
    },
  ])
})
afterAll(() => place.programme.close())

const meet = (who: string, whom: string): Promise<string> => place.says(who, 'menu', 'People', whom, whom)

it('ends one pairing, and tells both', async () => {
  const { db } = place.programme.fresh
  await meet('ruth', 'odette')
  const from = place.programme.sent.length
  const reply = await place.says('ruth', 'End a pairing', 'denis · All areas')
  expect(reply).toContain('denis does not mentor odette any more')
  expect(place.heard('odette', from)).toContain('denis does not mentor you any more')
  expect(place.heard('denis', from)).toContain('You do not mentor odette any more')
  expect(await mentorsOf(db, place.idOf('odette'))).toEqual([])
  expect(await mentorsOf(db, place.idOf('grace'))).toHaveLength(1)
  await meet('ruth', 'odette')
  expect(await place.says('ruth', 'End a pairing')).toContain('Nobody mentors them now')
})

/** The buttons somebody was shown last. */
const labelsFor = (who: string): string[] =>
  place.programme.sent
    .findLast(({ to, bubble }) => to === who && bubble.choices !== undefined)
    ?.bubble.choices?.map(({ label }) => label) ?? []

it('gives a duty by a tap and ends it by another; those above a facility are not theirs to give', async () => {
  const { db } = place.programme.fresh
  const roles = async (): Promise<string[]> =>
    (await heldDuties(db, place.idOf('odette'))).map(({ role }) => role)
  await meet('ruth', 'odette')
  await place.says('ruth', 'Give or end a duty')
  // Each has a name: one without would be a button that nobody can read, and that Telegram refuses.
  expect(labelsFor('ruth')).toEqual([
    'member of the improvement team',
    'manager of the facility',
    'Back to the menu',
  ])
  const from = place.programme.sent.length
  const given = await place.says('ruth', '1')
  expect(given).toContain('of Hilltop HC from today')
  expect(labelsFor('ruth')[0]).toBe('✓ member of the improvement team')
  expect(place.heard('odette', from)).toContain(
    'From today you are member of the improvement team of Hilltop HC.',
  )
  expect(await roles()).toEqual(['mentee', 'qi_team_member'])
  expect(await place.says('ruth', '1')).toContain('no longer')
  expect(await roles()).toEqual(['mentee'])
  await place.says('ruth', 'Back')
  await meet('chief', 'odette')
  await place.says('chief', 'Give or end a duty')
  expect(labelsFor('chief').slice(2, 4)).toEqual(['hospital supervisor', 'district coordinator'])
  await place.says('chief', '4')
  const held = await heldDuties(db, place.idOf('odette'))
  const [district] = await db.query(`select id from facility where level = 'district'`)
  expect(held).toMatchObject([
    {},
    { role: 'district_coordinator', facilityId: (district as { id: number }).id },
  ])
  await place.says('chief', '4')
})

it('transfers to any place by its name, never to where somebody is', async () => {
  const { db } = place.programme.fresh
  await meet('ruth', 'grace')
  const near = await place.says('ruth', 'A change at work', 'Transferred')
  const shown = place.programme.sent.findLast(({ to }) => to.startsWith('ruth'))?.bubble.choices ?? []
  const labels = shown.map(({ label }) => label)
  expect(near).toContain('To which place?')
  // Neither her own place nor a district, where nobody is mentored.
  expect(labels).toEqual(['Rubavu DH', 'Valley HC', 'Another place'])
  expect(await place.says('ruth', 'Another place', 'no such')).toContain('No place is called so')
  const from = place.programme.sent.length
  await place.says('ruth', 'lakeside', '1')
  expect(place.heard('grace', from)).toContain('You have been transferred to Lakeside HC')
  expect(place.heard('denis', from)).toContain('grace')
  const [lakeside] = await db.query(`select id from facility where name = 'Lakeside HC'`)
  expect(await placeOf(db, place.idOf('grace'))).toBe((lakeside as { id: number }).id)
  expect(await standingOf(db, place.idOf('grace'))).toBe('transferred')
})

it('pairs by the roster no mentor with more places than one can look after', async () => {
  const { db } = place.programme.fresh
  const nurse = (line: number, facility: string) => ({
    line,
    cells: {
      name: `Nurse of ${facility}`,
      role: 'mentee',
      cadre: 'nurse',
      invite_code: `nurse-${line}`,
      facility,
      level: 'health_centre',
      district: 'Rubavu',
      mentor: 'denis',
    },
  })
  const lines = ['Hilltop HC', 'Valley HC', 'Forest HC'].map((name, index) => nurse(index + 2, name))
  const { added, refused } = await importRoster(db, lines)
  expect(added).toBe(3)
  expect(refused).toEqual([
    { line: 4, reason: 'the mentor looks after as many places as one can, and Forest HC is none of them' },
  ])
})

it('keeps each evaluation of a mentor to be', async () => {
  const { db } = place.programme.fresh
  const by = place.idOf('ruth')
  await propose(db, { person: place.idOf('eric'), role: 'health_centre_mentor', ground: 'peer', by, at: 1 })
  const [row] = await db.query('select id from orientation where person_id = $1', [place.idOf('eric')])
  const { id } = row as { id: number }
  const points = (score: number) => ({ score, max: 20 })
  for (const score of [8, 19])
    await evaluateOrientation(db, id, {
      theory: points(score),
      practical: points(19),
      practicalOk: true,
      bar: 85,
      by,
      at: 1000 * score,
    })
  expect(
    await db.query('select theory_score from orientation_evaluation where orientation_id = $1 order by id', [
      id,
    ]),
  ).toEqual([{ theory_score: 8 }, { theory_score: 19 }])
  expect(await db.query('select theory_score from orientation where id = $1', [id])).toEqual([
    { theory_score: 19 },
  ])
})
