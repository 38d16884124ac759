// Observing a mentee, as the people live it.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { firstAndLast, recordsOf } from '../../src/store/competency-records.ts'
import { fileOf } from '../../src/store/files.ts'
import { recordEvidence } from '../../src/usecases/record-evidence.ts'
import { DAY, HOUR, MINUTE } from '../../src/words/clock.ts'
import type { AttemptId, FileId, PersonId } from '../../src/words/ids.ts'
import { told } from '../programme.ts'
import { type Observing, say, startObserving } from './observing.ts'

let place: Observing
let joseph: PersonId
beforeAll(async () => {
  place = await startObserving()
  joseph = await place.join('joseph-n', 'mentee')
  for (const mentor of ['amina-i', 'eric-m', 'ruth-k']) await place.join(mentor, 'district_based_mentor')
  await place.join('diane-u', 'mentee')
  await place.mentors('amina-i', 'joseph-n')
  await place.mentors('eric-m', 'joseph-n')
  await place.mentors('amina-i', 'diane-u')
})
afterAll(() => place.close())

const START = ['observe', 'joseph-n', 'Drying a newborn'] as const
const rows = async (what: string, ...values: unknown[]): Promise<Record<string, unknown>[]> =>
  (await place.programme.fresh.db.query(what, values)) as Record<string, unknown>[]
const count = async (): Promise<unknown> => (await rows('select count(*) n from observation'))[0]?.['n']
/** What somebody has been told last. */
const heard = (who: string): string =>
  told(place.programme.sent.flatMap(({ to, bubble }) => (to === who ? [bubble] : [])).slice(-3))

describe('a checklist of seventeen items', () => {
  it('is recorded with six messages, and the mentee reads it in private', async () => {
    const { programme } = place
    const whom = await say(programme, 'amina-i', 'observe')
    // What is to be seen next of each comes first, then everybody by name.
    expect(whom.at(-1)?.choices?.map(({ label }) => label)).toEqual([
      'diane-u · Drying a newborn',
      'joseph-n · Drying a newborn',
      'diane-u',
      'joseph-n',
    ])
    const where = await say(programme, 'amina-i', 'joseph-n · Drying a newborn')
    expect(told(where)).toContain('A patient is told first why you are here')
    expect(await count()).toBe(0)
    const first = await say(programme, 'amina-i', 'With a patient, who agrees')
    expect(told(first)).toContain('1. Step 1 ★')
    expect(told(first)).toContain('9. Step 9')
    expect(told(first)).not.toContain('10. Step 10')
    expect(first.at(-1)).toMatchObject({ shortcuts: true, choices: [{ label: 'All of these done' }] })
    await say(programme, 'amina-i', '1-4 d, 5 na, 6 n, 7-8 d, 9 n')
    const back = await say(programme, 'amina-i', 'all done but 12')
    expect(told(back)).toContain('✅ Done: 1–4, 7–8, 10–11, 13–17')
    expect(told(back)).toContain('❌ 9. Step 9')
    expect(told(back)).toContain('➖ 5. Step 5')
    expect(told(back)).toContain('13 of 16 points (81%), no critical step missed.')
    // OBSERVE, whom and what, where, two messages of marks, the judgement: six.
    const done = await say(programme, 'amina-i', 'Not yet, record it')
    expect(told(done)).toContain('Recorded. joseph-n reads the feedback in private')
    expect(told(done)).toContain('Not yet (81%)')

    const feedback = heard('joseph-n')
    expect(feedback.indexOf('13 steps were done well')).toBeLessThan(feedback.indexOf('To practise first'))
    expect(feedback.indexOf('13 steps were done well')).toBeGreaterThan(0)
    expect(feedback).toContain('❌ 6. Step 6')
    expect(feedback).toContain('Did not apply or was not seen:\n\n➖ 5. Step 5')
    expect(feedback).toContain('Not yet: 13 of 16 points')
    expect(heard('diane-u')).not.toContain('Step')
    await say(programme, 'joseph-n', 'Yes, I have read it')
    expect(
      await rows('select read_at is not null read, score, max, passed, counts, consent from observation'),
    ).toEqual([{ read: true, score: 13, max: 16, passed: false, counts: true, consent: 'patient' }])
    expect(await recordsOf(programme.fresh.db, joseph)).toMatchObject([
      { competency: 'NB-HBB', stage: 'baseline_scored' },
    ])
  })

  it('is corrected at any time, and what is not clear changes nothing', async () => {
    const { programme } = place
    await say(programme, 'amina-i', ...START, 'On a manikin')
    const unclear = await say(programme, 'amina-i', '1 x 2 d')
    expect(told(unclear)).toContain('nothing was changed')
    expect(told(unclear)).toContain('1. Step 1')
    const unfit = await say(programme, 'amina-i', '2 na')
    expect(told(unfit)).toContain('Item 2 cannot be marked “does not apply”')
    const half = await say(programme, 'amina-i', '1-3 d')
    expect(told(half)).toContain('Your marks for 4–9 of 17?')
    await say(programme, 'amina-i', '2 n, 4-9 d', 'All of these done')
    const corrected = await say(programme, 'amina-i', '2 d 17 n')
    expect(told(corrected)).toContain('16 of 17 points (94%)')
    const again = await say(programme, 'amina-i', 'fine I think')
    expect(told(again)).toContain('nothing was changed')
    expect(told(await say(programme, 'amina-i', 'Performed properly, record it'))).toContain(
      'The post-test is what is left',
    )
    expect(await recordsOf(programme.fresh.db, joseph)).toMatchObject([{ stage: 'post_test' }])
  })

  it('wants a reason where judgement and critical steps do not say the same, and no patient in any text', async () => {
    const { programme } = place
    await say(programme, 'amina-i', ...START, 'On a manikin', 'all done but 1', 'All of these done')
    await say(programme, 'amina-i', 'Add a note')
    const held = await say(programme, 'amina-i', 'Good for 1198780012345678')
    expect(told(held)).not.toContain('1198780012345678')
    expect(held.at(-1)?.choices).toHaveLength(1)
    await say(programme, 'amina-i', 'Calm hands', 'Nothing to add')
    expect(told(await say(programme, 'amina-i', 'Performed properly, record it'))).toContain('Why?')
    await say(programme, 'amina-i', 'Done before I came in')
    const [row] = await rows(
      'select well, next, because, passed, technique_ok from observation order by id desc limit 1',
    )
    expect(row).toEqual({
      well: 'Calm hands',
      next: '',
      because: 'Done before I came in',
      passed: false,
      technique_ok: true,
    })
    const state = JSON.stringify(await rows('select state from session'))
    expect(state).not.toContain('1198780012345678')
    await say(programme, 'joseph-n', 'Read it')
    expect(heard('joseph-n')).toContain('“Calm hands”')
  })
})

describe('the patient', () => {
  it('who says no leaves no trace', async () => {
    const before = await count()
    const no = await say(place.programme, 'amina-i', ...START, 'The patient says no, or was not asked')
    expect(told(no)).toContain('Nothing is recorded but a count')
    expect(await count()).toBe(before)
    // Whose it was and when is nowhere: how often it happened is the observer's to report.
    const met_on = expect.any(String) as unknown
    const kept = await rows('select observer_id > 0 observer, met_on::text from refusal')
    expect(kept).toEqual([{ observer: true, met_on }])
  })

  it('in an emergency is cared for first: without leave it only teaches, and a later no removes it', async () => {
    const { programme } = place
    const before = Number(await count())
    const evidence = async (): Promise<unknown> => (await rows('select count(*) n from evidence'))[0]?.['n']
    const shown = await evidence()
    const all = [
      'All of these done',
      'All of these done',
      'All of these done',
      'Performed properly, record it',
    ]
    const scene = [...START, 'With a patient, emergency: nobody could be asked', ...all]
    await say(programme, 'amina-i', ...scene, 'Yes, and says no')
    expect(await count()).toBe(before)
    expect(told(await say(programme, 'amina-i', ...scene, 'Not yet'))).toContain('teaching only')
    expect(await evidence()).toBe(shown)
    await say(programme, 'joseph-n', 'Read it')
    expect(heard('joseph-n')).toContain('does not count')
    await say(programme, 'amina-i', ...scene, 'Yes, and agrees')
    expect(await evidence()).toBe(Number(shown) + 1)
  })
})

describe('who may', () => {
  it('observe: their own mentees, and nobody else', async () => {
    expect(told(await say(place.programme, 'ruth-k', 'observe'))).toContain('You mentor nobody')
    expect(told(await say(place.programme, 'joseph-n', 'observe'))).toContain('You mentor nobody')
    const [whom] = await say(place.programme, 'eric-m', 'observe')
    expect(whom?.choices?.map(({ label }) => label)).toEqual(['joseph-n'])
  })

  it('read feedback: whose it is, and nobody else', async () => {
    const [last] = await rows('select max(id) id from observation where mentee_id = $1', joseph)
    const code = `O-${Number(last?.['id'])}`
    expect(told(await say(place.programme, 'diane-u', code))).toContain('no such feedback')
    expect(told(await say(place.programme, 'amina-i', code))).toContain('no such feedback')
    expect(told(await say(place.programme, 'joseph-n', code))).toContain('seen by amina-i')
  })
})

it('compares two who score the same session, without showing one the other’s marks before', async () => {
  const { programme } = place
  await say(programme, 'amina-i', 'observe', 'diane-u', 'Drying a newborn', 'On a manikin', 'all done but 2')
  await place.mentors('eric-m', 'diane-u')
  const asked = await say(programme, 'eric-m', 'observe', 'diane-u', 'Drying a newborn')
  expect(told(asked)).toContain('amina-i observes diane-u')
  const first = await say(programme, 'eric-m', 'Yes, the same session')
  expect(told(first)).not.toContain('❌')
  // Both at once: neither loses anything.
  await Promise.all([
    say(programme, 'amina-i', 'All of these done'),
    say(programme, 'eric-m', 'all done but 2 7', 'All of these done'),
  ])
  await Promise.all([
    say(programme, 'amina-i', 'Performed properly, record it'),
    say(programme, 'eric-m', 'Not yet, record it', 'Too slow for my taste'),
  ])
  const both = await rows(
    `select with_id is not null "second", counts, score, agreed_items items, agreed_same same, round(kappa::numeric, 2)::text kappa
     from observation where mentee_id <> $1 order by id`,
    joseph,
  )
  expect(both).toEqual([
    { second: false, counts: true, score: 16, items: null, same: null, kappa: null },
    // Apart in one of seventeen: (17 · 16 - 242) / (17 · 17 - 242)
    { second: true, counts: false, score: 15, items: 17, same: 16, kappa: '0.64' },
  ])
  await programme.wait(0)
  for (const who of ['amina-i', 'eric-m'])
    expect(heard(who)).toContain('16 of 17 items the same for diane-u (94%, kappa 0.64)')
  expect(heard('diane-u')).not.toContain('kappa')
})

it('lets a supervisor score beside a mentor, and nothing alone; both are told how far they agree', async () => {
  const { programme } = place
  const { db } = programme.fresh
  const supervisor = await place.join('keza-s', 'hospital_supervisor')
  await place.join('paul-b', 'mentee')
  await place.mentors('amina-i', 'paul-b')
  await db.query("update observation set begun_at = begun_at - interval '3 days'")
  expect(told(await say(programme, 'keza-s', 'observe'))).toContain('Nobody of your places is being observed')
  await say(programme, 'amina-i', 'observe', 'paul-b', 'Drying a newborn', 'On a manikin', 'all done but 3')
  const mine = await say(programme, 'keza-s', 'observe')
  expect(mine[0]?.choices?.map(({ label }) => label)).toEqual(['paul-b · Drying a newborn', 'paul-b'])
  // Where, and whether a patient agrees, the mentor has asked.
  const items = await say(programme, 'keza-s', 'paul-b', 'Drying a newborn')
  expect(told(items)).toContain('1. Step 1')
  await say(programme, 'keza-s', 'all done but 3', 'All of these done')
  await say(programme, 'keza-s', 'Performed properly, record it')
  await say(programme, 'amina-i', 'All of these done', 'Performed properly, record it')
  const [row] = await rows(
    'select counts, agreed_same, kappa from observation where observer_id = $1',
    supervisor,
  )
  expect(row).toEqual({ counts: false, agreed_same: 17, kappa: 1 })
  expect(heard('keza-s')).toContain('17 of 17 items the same for paul-b (100%, kappa 1.00)')
  expect(told(await say(programme, 'keza-s', 'observe'))).toContain('Nobody of your places is being observed')
})

it('keeps the quiet hours: what was seen at night is read in the morning', async () => {
  const { programme } = place
  const day = programme.now
  programme.now = Date.parse('2026-11-23T22:00:00+02:00')
  const before = programme.sent.length
  await say(programme, 'amina-i', 'observe', 'paul-b', 'Drying a newborn', 'On a manikin')
  const all = ['All of these done', 'All of these done']
  expect(told(await say(programme, 'amina-i', ...all, 'Performed properly, record it'))).toContain('Recorded')
  const toPaul = (): string =>
    told(programme.sent.slice(before).flatMap(({ to, bubble }) => (to === 'paul-b' ? [bubble] : [])))
  expect(toPaul()).toBe('')
  await programme.wait(8 * HOUR + 29 * MINUTE)
  expect(toPaul()).toBe('')
  await programme.wait(2 * MINUTE)
  expect(toPaul()).toContain('amina-i has watched you')
  expect(await rows('select * from held_tell')).toEqual([])
  programme.now = Math.max(day, programme.now)
})

it('goes on tomorrow on the words it was begun with, whatever is served since', async () => {
  await say(place.programme, 'amina-i', ...START, 'On a manikin', 'All of these done', 'menu')
  await place.write({ items: 5, word: 'Other' })
  await place.deploy()
  const { programme } = place
  programme.now += DAY
  const asked = await say(programme, 'amina-i', 'observe')
  expect(told(asked)).toContain('You have marked 9 of 17 items')
  const next = await say(programme, 'amina-i', 'Go on')
  expect(told(next)).toContain('10. Step 10')
  await say(programme, 'amina-i', 'All of these done', 'Performed properly, record it')
  const [row] = await rows('select score, max from observation order by id desc limit 1')
  expect(row).toEqual({ score: 17, max: 17 })
  expect(told(await say(programme, 'amina-i', ...START, 'On a manikin'))).toContain('1. Other 1')
})

it('closes the way: post-test passed and seen properly is validated, with a certificate; MY PROGRESS has a picture', async () => {
  const { programme } = place
  const { db } = programme.fresh
  const ruth = await place.join('ruth-n', 'mentee')
  await place.mentors('amina-i', 'ruth-n')
  await place.write()
  await place.deploy()
  await say(place.programme, 'amina-i', 'menu')
  const seen = ['All of these done', 'All of these done']
  const scene = ['observe', 'Begin another', 'ruth-n', 'Drying a newborn', 'On a manikin']
  await say(place.programme, 'amina-i', ...scene, ...seen, 'Performed properly, record it')
  await recordEvidence(db, place.programme.now, [
    {
      kind: 'post_test',
      personId: ruth,
      competency: 'NB-HBB',
      attempt: 77 as AttemptId,
      score: 10,
      max: 10,
      bar: 85,
      criticalMissed: 0,
      passed: true,
    },
  ])
  expect(await recordsOf(db, ruth)).toMatchObject([{ stage: 'validated' }])
  const progress = await say(place.programme, 'ruth-n', 'my progress')
  const picture = progress.find(({ attachment }) => attachment !== undefined)
  expect(picture?.attachment).toMatchObject({ kind: 'image', name: 'progress.png', mime: 'image/png' })
  expect(picture?.attachment?.alt).toContain('Bars of your scores in one competency')
  expect((await fileOf(db, ruth, picture?.attachment?.file as FileId))?.mime).toBe('image/png')

  // The other way round: the post-test stands, and the observation validates.
  const paul = await place.join('paul-n', 'mentee')
  await place.mentors('amina-i', 'paul-n')
  await recordEvidence(db, place.programme.now, [
    {
      kind: 'post_test',
      personId: paul,
      competency: 'NB-HBB',
      attempt: 78 as AttemptId,
      score: 10,
      max: 10,
      bar: 85,
      criticalMissed: 0,
      passed: true,
    },
  ])
  const before = place.programme.sent.length
  const other = ['observe', 'Begin another', 'paul-n', 'Drying a newborn', 'On a manikin']
  const done = await say(place.programme, 'amina-i', ...other, ...seen, 'Performed properly, record it')
  expect(told(done)).toContain('paul-n is validated')
  await place.programme.wait(0)
  const his = place.programme.sent.slice(before).filter(({ to }) => to === 'paul-n')
  expect(his.flatMap(({ bubble }) => (bubble.attachment ? [bubble.attachment.kind] : []))).toEqual([
    'image',
    'document',
  ])
  expect(his.flatMap(({ bubble }) => (bubble.attachment ? [bubble.text] : []))[0]).toContain(
    'Your certificate',
  )
})

it('from far away only coaches: whatever is scored there, the observed leg of a validation stays open', async () => {
  const { programme } = place
  const eve = await place.join('eve-u', 'mentee')
  await place.mentors('eric-m', 'eve-u')
  const { db } = programme.fresh
  const at = programme.now
  await recordEvidence(db, at, [
    {
      kind: 'pre_test',
      personId: eve,
      competency: 'NB-HBB',
      attempt: 9_001 as AttemptId,
      score: 5,
      max: 10,
      bar: 85,
      criticalMissed: 0,
      passed: false,
    },
  ])
  const observe = ['observe', 'eve-u', 'Drying a newborn', 'From far away', 'The patient agrees'] as const
  await say(programme, 'eric-m', ...observe)
  // Every item is judged, even those that cannot be from there.
  await say(programme, 'eric-m', '1-5 d')
  const done = told(await say(programme, 'eric-m', 'Performed properly, record it', 'I saw it in the call'))

  expect(done).not.toContain('The post-test is what is left')
  expect(await recordsOf(db, eve)).not.toContainEqual(
    expect.objectContaining({ stage: expect.stringMatching(/post_test|validated/) as string }),
  )
  expect(await rows('select setting, passed, complete from observation where mentee_id = $1', eve)).toEqual([
    { setting: 'remote', passed: false, complete: false },
  ])
  // The picture of her progress begins at her first test, and has no bar before somebody has watched.
  expect(await firstAndLast(db, eve)).toMatchObject([
    { competency: 'NB-HBB', first_score: 5, first_max: 10, score: null, max: null, last_at: null, bar: 85 },
  ])
})
