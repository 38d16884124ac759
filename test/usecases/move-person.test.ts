// Who moves takes their record along; whom they mentored is not left alone.
import { afterAll, beforeAll, expect, it } from 'vitest'
import { menteesOf, mentorsOf, pair } from '../../src/store/pairings.ts'
import { personNamed, placeOf, standingOf } from '../../src/store/people.ts'
import { importRoster } from '../../src/usecases/import-roster.ts'
import { endLeave, type Move, movePerson } from '../../src/usecases/move-person.ts'
import { recordEvidence } from '../../src/usecases/record-evidence.ts'
import { DAY } from '../../src/words/clock.ts'
import { caseById, type ClinicalCase } from '../../src/store/cases.ts'
import { roleIn } from '../../src/usecases/case-parts.ts'
import type { AttemptId, CaseId, FacilityId, PersonId } from '../../src/words/ids.ts'
import { makeProgramme, type Programme } from '../programme.ts'

let programme: Programme
const ids = new Map<string, PersonId>()
const who = (name: string): PersonId => ids.get(name) ?? (0 as PersonId)
beforeAll(async () => {
  programme = await makeProgramme()
  const hospital = { facility: 'Rubavu DH', level: 'district_hospital', district: 'Rubavu' }
  const centre = { facility: 'Bugeshi HC', level: 'health_centre', district: 'Rubavu' }
  const far = { facility: 'Gisenyi DH', level: 'district_hospital', district: 'Far' }
  const people = [
    { ...hospital, name: 'eric', role: 'district_based_mentor' },
    { ...hospital, name: 'ines', role: 'district_based_mentor' },
    { ...hospital, name: 'keza', role: 'hospital_supervisor' },
    { ...hospital, name: 'alice', role: 'mentee', cadre: 'midwife' },
    { ...centre, name: 'grace', role: 'mentee', cadre: 'midwife' },
    { ...far, name: 'paul', role: 'mentee', cadre: 'nurse' },
    { ...far, name: 'lina', role: 'facility_manager' },
  ]
  const lines = people.map((cells, index) => ({
    line: index + 2,
    cells: { ...cells, invite_code: cells.name },
  }))
  await importRoster(programme.fresh.db, lines)
  for (const { name } of people) {
    const person = await personNamed(programme.fresh.db, name)
    if (person) ids.set(name, person.id)
  }
  const { db } = programme.fresh
  await pair(db, { mentor: who('eric'), mentee: who('grace'), area: 'mnh', at: programme.now })
  // Alice is validated in all that a midwife of a hospital is assigned.
  let source = 1
  for (const { code: competency } of programme.desk.shelf.competencies.assignedTo({
    cadre: 'midwife',
    level: 'district_hospital',
  })) {
    const seen = { score: 10, max: 10, bar: 85, criticalMissed: 0, techniqueOk: true, complete: true }
    const tested = { score: 10, max: 10, bar: 85, criticalMissed: 0, passed: true }
    const personId = who('alice')
    await recordEvidence(db, programme.now, [
      { kind: 'observation', personId, competency, observation: source++, observerId: who('eric'), ...seen },
      { kind: 'post_test', personId, competency, attempt: source++ as AttemptId, ...tested },
    ])
  }
})
afterAll(() => programme.close())

const move = (person: string, movement: Move['movement'], more: Partial<Move> = {}) =>
  programme.fresh.db.inTransaction((db) =>
    movePerson(programme.desk, db, {
      person: who(person),
      movement,
      by: who('keza'),
      now: programme.now,
      ...more,
    }),
  )
/** Who is told what, by the names of the words. */
const told = (tells: Awaited<ReturnType<typeof move>>): string[] =>
  tells.map(({ person, says }) => {
    const name = [...ids].find(([, id]) => id === person)?.[0] ?? ''
    return `${name}: ${says.map((say) => ('word' in say ? say.word : '')).join(' ')}`
  })

it('gives the mentees of a mentor who is transferred out of reach to another, in the same area', async () => {
  const { db } = programme.fresh
  const place = (await placeOf(db, who('paul'))) as FacilityId
  const tells = await move('eric', 'transfer', { place })
  expect(told(tells)).toEqual([
    'eric: moved_you',
    'lina: moved_here',
    'ines: replaced_mentor',
    'grace: replaced_mentee',
  ])
  expect(await mentorsOf(db, who('grace'))).toMatchObject([{ mentor: 'ines', area: 'mnh' }])
  expect(await menteesOf(db, who('eric'))).toEqual([])
})

it('gives a mentee who is transferred a mentor in reach of the new place, and tells whoever leads it', async () => {
  const { db } = programme.fresh
  const place = (await placeOf(db, who('paul'))) as FacilityId
  const home = (await placeOf(db, who('grace'))) as FacilityId
  const tells = await move('grace', 'transfer', { place })
  expect(told(tells)).toContain('lina: moved_here')
  expect(told(tells)).toContain('grace: moved_you')
  // Eric has been there since he was transferred.
  expect(await mentorsOf(db, who('grace'))).toMatchObject([{ mentor: 'eric', area: 'mnh' }])
  expect(await standingOf(db, who('grace'))).toBe('active')
  // Where nobody can, she waits, and is not taken for somebody who is mentored when she comes back from leave.
  await move('eric', 'rotation')
  await db.query(`update facility set level = 'health_post' where id = $1`, [home])
  await move('grace', 'transfer', { place: home })
  expect(await mentorsOf(db, who('grace'))).toEqual([])
  await move('grace', 'rotation')
  await move('grace', 'back')
  expect(await standingOf(db, who('grace'))).toBe('transferred')
  await db.query(`update facility set level = 'health_centre' where id = $1`, [home])
  await move('eric', 'back')
  await db.inTransaction((inner) =>
    pair(inner, { mentor: who('ines'), mentee: who('grace'), area: 'mnh', at: programme.now }),
  )
})

it('hands the open cases of a mentor who leaves to the next, and shows them to them no more', async () => {
  const { db } = programme.fresh
  const [row] = await db.query(
    `insert into clinical_case (asker_id, language, urgency, state, mentor_id, opened_at)
     values ($1, 'en', 'advice', 'claimed', $2, now()) returning id`,
    [who('alice'), who('paul')],
  )
  const { id } = row as { id: number }
  const tells = await move('paul', 'left')
  expect(told(tells).join()).toContain('alice: case_')
  const [kept] = await db.query('select state, mentor_id from clinical_case where id = $1', [id])
  expect(kept).toEqual({ state: 'waiting', mentor_id: null })
  expect(await roleIn(db, (await caseById(db, id as CaseId)) as ClinicalCase, who('paul'))).toBe('gone')
  await db.query('delete from clinical_case')
  await move('paul', 'back')
})

it('names the best candidate to the supervisor when nobody can take a mentee on', async () => {
  // In a second area, too: it is told once.
  const { db } = programme.fresh
  await pair(db, { mentor: who('ines'), mentee: who('grace'), area: 'fp', at: programme.now })
  const tells = await move('ines', 'left')
  expect(told(tells)).toEqual(['keza: replaced_nobody replaced_candidate', 'grace: replaced_waits'])
  expect(tells[0]?.says[1]).toMatchObject({
    values: { name: 'grace', candidate: 'alice' },
    offers: [{ flow: 'become', subject: who('alice') }],
  })
})

it('lets a leave end by itself, and nobody who was rotated come back by it', async () => {
  const { db } = programme.fresh
  const until = programme.now + 3 * DAY
  await move('grace', 'leave', { until })
  expect(await standingOf(db, who('grace'))).toBe('paused')
  expect(await endLeave(programme.desk, db, who('grace'), until - 1)).toEqual([])
  expect(await standingOf(db, who('grace'))).toBe('paused')
  programme.now = until
  await programme.wait(1)
  expect(await standingOf(db, who('grace'))).toBe('active')
  await move('paul', 'rotation')
  await move('paul', 'leave', { until: programme.now + DAY })
  await programme.wait(2 * DAY)
  expect(await standingOf(db, who('paul'))).toBe('paused')
  await move('paul', 'back')
  expect(await standingOf(db, who('paul'))).toBe('active')
})
