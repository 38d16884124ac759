// What becomes of an observation when something happens in its middle: the mentee goes, the patient says no, one gives up.
import { afterAll, beforeAll, expect, it } from 'vitest'
import { recordsOf } from '../../src/store/competency-records.ts'
import { endPairings } from '../../src/store/pairings.ts'
import { dropSession, openObservation } from '../../src/store/observations.ts'
import type { ObservationId, PersonId } from '../../src/words/ids.ts'
import { told } from '../programme.ts'
import { type Observing, say, startObserving } from './observing.ts'

let place: Observing
const ids = new Map<string, PersonId>()
const who = (name: string): PersonId => ids.get(name) ?? (0 as PersonId)
beforeAll(async () => {
  place = await startObserving()
  for (const name of ['joseph-n', 'grace-m', 'frank-k']) ids.set(name, await place.join(name, 'mentee'))
  for (const name of ['amina-i', 'eric-m']) {
    ids.set(name, await place.join(name, 'district_based_mentor'))
    for (const mentee of ['joseph-n', 'grace-m', 'frank-k']) await place.mentors(name, mentee)
  }
})
afterAll(() => place.close())

const start = (mentee: string) => ['observe', mentee, 'Drying a newborn'] as const
const ALL = ['All of these done', 'All of these done'] as const
const EMERGENCY = 'With a patient, emergency: nobody could be asked'
const says = async (name: string, ...words: string[]): Promise<string> =>
  told(await say(place.programme, name, ...words))
const rows = async (what: string, ...values: unknown[]): Promise<Record<string, unknown>[]> =>
  (await place.programme.fresh.db.query(what, values)) as Record<string, unknown>[]
const heard = (name: string): string =>
  told(place.programme.sent.flatMap(({ to, bubble }) => (to === name ? [bubble] : [])).slice(-2))
const clear = (): Promise<unknown> => place.programme.fresh.db.query('delete from observation')

it('is over for a mentor who mentors them no more, and moves no record', async () => {
  const { db } = place.programme.fresh
  await says('amina-i', ...start('joseph-n'), 'On a manikin', 'All of these done')
  await endPairings(
    db,
    { mentor: who('amina-i'), mentee: who('joseph-n') },
    { at: place.programme.now, because: 'transferred' },
  )
  expect(await says('amina-i', 'All of these done')).toContain('no longer yours')
  // Nor is it offered: there is nothing to go on with.
  expect(await says('amina-i', 'observe')).toContain('Whom do you observe?')
  expect(await recordsOf(db, who('joseph-n'))).toEqual([])
})

it('is offered with all others that were begun and can still be scored', async () => {
  const sheets = async (): Promise<string[]> =>
    (await say(place.programme, 'amina-i', 'observe'))[0]?.choices?.map(({ label }) => label) ?? []
  await says('amina-i', ...start('grace-m'), 'On a manikin', 'All of these done')
  await says('amina-i', 'observe', 'Begin another', 'frank-k', 'Drying a newborn', 'On a manikin')
  // What was begun of whom she mentors no more is hidden, and the one before is not.
  expect(await sheets()).toEqual([
    'frank-k · Drying a newborn · 0/17',
    'grace-m · Drying a newborn · 9/17',
    'Begin another',
  ])
  expect(await says('amina-i', 'grace-m · Drying a newborn · 9/17')).toContain(
    'You have marked 9 of 17 items of “Drying a newborn” for grace-m. Go on?',
  )
  expect(await says('amina-i', 'Go on')).toContain('10. Step 10')
  expect(await says('amina-i', 'observe', 'Begin another')).toContain('Whom do you observe?')
  // Thrown away is the one that was chosen; the other is asked about next.
  expect(await says('amina-i', 'observe', 'frank-k · Drying a newborn · 0/17', 'Throw it away')).toContain(
    'for grace-m. Go on?',
  )
  expect(await rows('select id from observation where mentee_id = $1', who('frank-k'))).toEqual([])
  await clear()
})

it('is offered however much was begun later of whom one mentors no more, and again when one does', async () => {
  const { db } = place.programme.fresh
  await says('amina-i', ...start('grace-m'), 'On a manikin', 'All of these done', 'menu')
  await db.query(
    `insert into observation (mentee_id, observer_id, flow, version, competency, setting, consent, marks, begun_at)
     select $1, observer_id, flow, version, competency, setting, consent, marks, begun_at + at * interval '1 second'
     from observation, generate_series(1, 60) at`,
    [who('joseph-n')],
  )
  expect(await says('amina-i', 'observe')).toContain('You have marked 9 of 17')
  // Nothing of it is lost: who mentors them again goes on.
  await place.mentors('amina-i', 'joseph-n')
  expect(await says('amina-i', 'observe')).toContain('You have begun several observations')
  await endPairings(
    db,
    { mentor: who('amina-i'), mentee: who('joseph-n') },
    { at: place.programme.now, because: 'transferred' },
  )
  await says('amina-i', 'menu')
  await clear()
})

it('of the records coaches, and is no technique that was seen', async () => {
  const { db } = place.programme.fresh
  await says('amina-i', ...start('frank-k'), 'In the records', ...ALL)
  expect(await says('amina-i', 'Performed properly, record it')).not.toContain(
    'The post-test is what is left',
  )
  expect((await recordsOf(db, who('frank-k'))).filter(({ technique }) => technique)).toEqual([])
  await clear()
})

it('in an emergency wants the reason all the same, once the patient has agreed', async () => {
  await says('eric-m', ...start('grace-m'), EMERGENCY, 'all done but 1', 'All of these done')
  expect(await says('eric-m', 'Performed properly, record it', 'Yes, and agrees')).toContain('Why?')
  expect(await says('eric-m', 'She had dried the baby before')).toContain('Recorded')
  expect(await rows('select consent, because, counts from observation')).toEqual([
    { consent: 'afterwards', because: 'She had dried the baby before', counts: true },
  ])
  await clear()
})

it('in an emergency has no note before the patient was asked', async () => {
  await says('eric-m', ...start('grace-m'), EMERGENCY, ...ALL)
  expect(await says('eric-m', 'Add a note')).toContain('been asked by now?')
  expect(await says('eric-m', 'Not yet')).toContain('In your judgement')
  expect(await says('eric-m', 'Add a note', 'Yes, and agrees')).toContain('What went well?')
  await says('eric-m', 'Calm', 'Nothing to add', 'Performed properly, record it')
  expect(await rows('select well, consent from observation')).toEqual([
    { well: 'Calm', consent: 'afterwards' },
  ])
  await clear()
})

it('is gone for all who looked on when the patient says no to one of them', async () => {
  await says('amina-i', ...start('grace-m'), EMERGENCY, ...ALL)
  await says('eric-m', ...start('grace-m'), 'Yes, the same session', ...ALL)
  await says('eric-m', 'Performed properly, record it', 'Yes, and says no')
  expect(await rows('select id from observation')).toEqual([])
  await place.programme.wait(0)
  expect(heard('amina-i')).toContain(
    'The patient has said no: what was seen of grace-m in that session is deleted',
  )
  expect(await says('amina-i', 'Performed properly, record it')).toContain('no longer yours')
})

it('is gone for all who looked on when the patient says no after it was recorded', async () => {
  await says('amina-i', ...start('grace-m'), EMERGENCY, ...ALL)
  await says('eric-m', ...start('grace-m'), 'Yes, the same session', ...ALL)
  for (const name of ['amina-i', 'eric-m'])
    expect(await says(name, 'Performed properly, record it', 'Not yet')).toContain('After a no all of it')
  const [first] = await rows('select id from observation order by id')
  const code = `E-${Number(first?.['id'])}`
  // Whose it is not deletes nothing.
  await says('eric-m', code, 'Yes, delete it')
  expect(await rows('select id from observation')).toHaveLength(2)
  await says('amina-i', code, 'No, keep it')
  expect(await rows('select id from observation')).toHaveLength(2)
  expect(await says('amina-i', code, 'Yes, delete it')).toContain('It is deleted')
  expect(await rows('select id from observation')).toEqual([])
  await place.programme.wait(0)
  expect(heard('eric-m')).toContain('what was seen of grace-m in that session is deleted')
})

it('lets two who bring the patient’s no at once wait for one another, the first observer’s sheet first', async () => {
  const { db } = place.programme.fresh
  await says('amina-i', ...start('grace-m'), EMERGENCY)
  await says('eric-m', ...start('grace-m'), 'Yes, the same session')
  const [first, second] = (await rows('select id from observation order by id')).map(
    ({ id }) => id as ObservationId,
  )
  const happened: string[] = []
  let opened = (): void => undefined
  const isOpen = new Promise<void>((resolve) => (opened = resolve))
  const amina = db.inTransaction(async (transaction) => {
    const sheet = await openObservation(transaction, who('amina-i'), first ?? (0 as ObservationId))
    opened()
    // Long enough for the other to take what it can.
    await new Promise((resolve) => setTimeout(resolve, 200))
    if (sheet) happened.push(`amina deletes ${(await dropSession(transaction, sheet)).length}`)
  })
  await isOpen
  const eric = db.inTransaction(async (transaction) => {
    const sheet = await openObservation(transaction, who('eric-m'), second ?? (0 as ObservationId))
    happened.push(sheet ? 'eric has his' : 'eric has nothing left')
  })
  await Promise.all([amina, eric])
  expect(happened).toEqual(['amina deletes 2', 'eric has nothing left'])
})

it('is gone when the patient says no, though its observer mentors the mentee no more', async () => {
  const { db } = place.programme.fresh
  await says('eric-m', ...start('frank-k'), EMERGENCY, ...ALL, 'Performed properly, record it')
  expect(await rows('select id from observation')).toHaveLength(1)
  const between = { mentor: who('eric-m'), mentee: who('frank-k') }
  await endPairings(db, between, { at: place.programme.now, because: 'transferred' })
  await says('eric-m', 'Yes, and says no')
  expect(await rows('select id from observation')).toEqual([])
})

it('of a second observer stays when the first throws theirs away, and becomes nobody’s feedback', async () => {
  await says('amina-i', ...start('grace-m'), 'On a manikin', 'All of these done')
  await says('eric-m', ...start('grace-m'), 'Yes, the same session', ...ALL, 'Performed properly, record it')
  await says('amina-i', 'observe', 'Throw it away')
  await place.programme.wait(0)
  expect(heard('eric-m')).toContain('amina-i has thrown away the sheet of grace-m')
  const [left] = await rows('select id, observer_id, score, counts, second, with_id from observation')
  expect(left).toMatchObject({
    observer_id: who('eric-m'),
    score: 17,
    counts: false,
    second: true,
    with_id: null,
  })
  expect(await says('grace-m', `O-${Number(left?.['id'])}`)).toContain('no such feedback')
  await clear()
})

it('of a supervisor beside it can be finished when the first is thrown away, and two beside it are compared', async () => {
  for (const name of ['keza-s', 'paul-s']) ids.set(name, await place.join(name, 'hospital_supervisor'))
  await says('amina-i', ...start('grace-m'), 'On a manikin', 'All of these done')
  for (const name of ['keza-s', 'paul-s']) await says(name, ...start('grace-m'), 'All of these done')
  await says('amina-i', 'observe', 'Throw it away')
  // Nobody joins what only a second observer is left of.
  expect(await says('eric-m', ...start('grace-m'))).toContain('Where do you observe?')
  const judged = 'Performed properly, record it'
  const done = await says('keza-s', 'All of these done', judged)
  expect(done).toContain('yours does not count')
  expect(await says('paul-s', 'all done but 17', judged)).toContain('keza-s and you marked 16 of 17 items')
  expect(await rows('select counts from observation')).toEqual([{ counts: false }, { counts: false }])
  await clear()
})

it('is told how marks are written from far away, too, where some are made before it begins', async () => {
  await place.write({ remote: [3] })
  await place.deploy()
  const asked = await says('eric-m', ...start('grace-m'), 'From far away', 'The patient agrees')
  expect(asked).toContain('Mark several at once')
  expect(asked).toContain('Your marks for 3 of 17?')
  await clear()
})
