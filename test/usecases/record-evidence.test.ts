import { afterAll, beforeAll, expect, it } from 'vitest'
import { evidenceOf, recordsOf } from '../../src/store/competency-records.ts'
import { personNamed } from '../../src/store/people.ts'
import { importRoster } from '../../src/usecases/import-roster.ts'
import { recordEvidence, type Shown } from '../../src/usecases/record-evidence.ts'
import type { AttemptId, PersonId } from '../../src/words/ids.ts'
import { type FreshDatabase, freshDatabase } from '../database.ts'

const NOW = Date.parse('2026-11-23T08:00:00Z')

let fresh: FreshDatabase
let amina: PersonId
let uwera: PersonId
let people = 0
beforeAll(async () => {
  fresh = await freshDatabase()
  amina = await somebody('district_based_mentor')
  uwera = await somebody('district_based_mentor')
})
afterAll(() => fresh.close())

async function somebody(role: string): Promise<PersonId> {
  const invite_code = `code-${people++}`
  await importRoster(fresh.db, [
    { line: 2, cells: { name: invite_code, role, cadre: 'nurse', facility: 'Hilltop', invite_code } },
  ])
  const person = await personNamed(fresh.db, invite_code)
  if (!person) throw new Error('the roster was refused')
  return person.id
}

let sources = 1
const observed = (personId: PersonId, observerId: PersonId, score = 17): Shown => ({
  kind: 'observation',
  personId,
  competency: 'MH-PPH',
  observation: sources++,
  observerId,
  score,
  max: 20,
  bar: 85,
  criticalMissed: 0,
  techniqueOk: true,
  complete: true,
})
const tested = (personId: PersonId, score: number): Shown => ({
  kind: 'post_test',
  personId,
  competency: 'MH-PPH',
  attempt: sources++ as AttemptId,
  score,
  max: 10,
  bar: 85,
  criticalMissed: 0,
  passed: 100 * score >= 85 * 10,
})
const keep = (shown: readonly Shown[], at = NOW): ReturnType<typeof recordEvidence> =>
  fresh.db.inTransaction((db) => recordEvidence(db, at, shown))

it('keeps both legs with the evidence each rests on', async () => {
  const joseph = await somebody('mentee')
  const [first] = await keep([observed(joseph, amina)])
  expect(first).toMatchObject({ passed: true, validated: false, after: { stage: 'post_test' } })
  const [, last] = await keep([tested(joseph, 8), tested(joseph, 9)], NOW + 1)
  expect(last).toMatchObject({ passed: true, validated: true })
  const [record] = await recordsOf(fresh.db, joseph)
  const evidence = await evidenceOf(fresh.db, joseph)
  expect(evidence.map(({ kind, passed, stage }) => `${kind} ${passed} ${stage}`)).toEqual([
    'observation true post_test',
    'post_test false post_test',
    'post_test true validated',
  ])
  expect(record).toMatchObject({
    stage: 'validated',
    validatedAt: NOW + 1,
    technique: { evidence: evidence[0]?.id, at: NOW },
    knowledge: { evidence: evidence[2]?.id, at: NOW + 1 },
    baseline: evidence[0]?.id,
  })
})

it('loses nothing when two mentors score the same mentee at once', async () => {
  const grace = await somebody('mentee')
  const both = Array.from({ length: 10 }, (_, index) =>
    keep([observed(grace, index % 2 === 0 ? amina : uwera, 10)]),
  )
  await Promise.all(both)
  const evidence = await evidenceOf(fresh.db, grace)
  expect(evidence).toHaveLength(10)
  // Each saw what the one before had come to: one baseline, and rounds without a gap.
  expect(evidence.map(({ round }) => round).toSorted((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
  const [record] = await recordsOf(fresh.db, grace)
  expect(record).toMatchObject({ stage: 'reassessed', round: 9 })
})

it('counts each observation once, and nothing of one that is refused', async () => {
  const eric = await somebody('mentee')
  const once = observed(eric, amina)
  await keep([once])
  await expect(keep([once])).rejects.toThrow('evidence_kind_source_key')
  expect(await evidenceOf(fresh.db, eric)).toHaveLength(1)
})

it('never rewrites what was shown, and lets a person’s record go with them', async () => {
  const chidi = await somebody('mentee')
  await keep([observed(chidi, amina)])
  for (const change of ['score = 20', 'bar = 50', 'passed = false', `at = now()`, `stage = 'validated'`])
    await expect(
      fresh.db.query(`update evidence set ${change} where person_id = $1`, [chidi]),
    ).rejects.toThrow('evidence is added, never changed')
  await fresh.db.query('delete from person where id = $1', [uwera])
  expect(await evidenceOf(fresh.db, chidi)).toHaveLength(1)
  await fresh.db.query('delete from person where id = $1', [chidi])
  expect(await evidenceOf(fresh.db, chidi)).toEqual([])
})

it('cannot hold a validation on one leg, whatever a program does', async () => {
  const diane = await somebody('mentee')
  await keep([observed(diane, amina)])
  await expect(
    fresh.db.query(
      `update competency_record set stage = 'validated', validated_at = now() where person_id = $1`,
      [diane],
    ),
  ).rejects.toThrow('competency_record_check')
})
