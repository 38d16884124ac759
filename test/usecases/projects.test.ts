// An improvement project from the debrief to its run chart, and the promises made in it.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { planActions } from '../../src/usecases/promise-action.ts'
import { DAY } from '../../src/words/clock.ts'
import { MONDAY } from '../programme.ts'
import { type Improving, startImproving } from './improving.ts'

let place: Improving
beforeAll(async () => void (place = await startImproving()))
afterAll(() => place.programme.close())

const mark = (): number => place.programme.sent.length
const codeIn = (said: string, letter: string): string => new RegExp(`${letter}-\\d{4}`).exec(said)?.[0] ?? ''

describe('a project', () => {
  let code: string

  it('is opened step by step: problem, aim, indicator, five whys, ideas, actions', async () => {
    const from = mark()
    await place.says(
      'marie',
      'qi',
      'Oxytocin comes late after birth',
      'From half to nine of ten by June',
      'Women with oxytocin within 1 minute',
      'So many of so many (%)',
      '10',
      '20',
      '90',
      'Five times why',
    )
    const asked = await place.says('marie', 'The syringe is not ready')
    expect(asked).toContain('Why 2 of 5: “The syringe is not ready” – why is that?')
    await place.says('marie', 'Nobody is asked to prepare it', 'That is the root cause')
    await place.says('marie', 'Prepare at second stage', 'No more ideas', 'Check the tray each shift')
    const owners = await place.says('marie', 'grace')
    expect(owners).toContain('In how many days?')
    const agreed = await place.says('marie', '7')
    expect(agreed).toContain('grace is told')
    expect(place.heard('grace', from)).toContain('Hilltop HC: you were asked to do this by Mon 30 November')
    const done = await place.says('marie', 'No more actions')
    code = codeIn(done, 'Q')
    expect(done).toContain(`[${code}] The project stands`)
  })

  it('hears at once of cases that are more than all there are', async () => {
    const said = [
      'projects',
      'Open a new project',
      'Late cord care',
      'All by May',
      'Babies',
      'So many of so many (%)',
    ]
    const reply = await place.says('denis', ...said, '21', '20')
    expect(reply).toContain('That is more than all of them. Once more:')
    expect(reply).toContain('in how many cases?')
    expect(await place.says('denis', '19', '20')).toContain('Target, in percent?')
    await place.says('denis', 'menu')
  })

  it('shows where it stands, and its run chart once there are two figures', async () => {
    const first = await place.says('sonia', code)
    expect(first).toContain('began at 50 %, now 50 %, target 90 %')
    expect(first).toContain('Root cause: Nobody is asked to prepare it')
    const reply = await place.says('sonia', 'New figure', '21', '20')
    expect(reply).toContain('more than all')
    // Mistyped, and put right the same day: it is one figure.
    await place.says('sonia', '9', '20')
    const from = mark()
    await place.says('sonia', 'New figure', '19', '20')
    const said = place.programme.sent.slice(from).filter(({ to }) => to === 'sonia')
    expect(place.heard('sonia', from)).toContain('now 95 %. The target of 90 % is reached.')
    const picture = said.find(({ bubble }) => bubble.attachment)?.bubble.attachment
    expect(picture).toMatchObject({
      mime: 'image/png',
      alt: 'Run chart of Women with oxytocin within 1 minute: 50, 95; median 72, target 90',
    })
  })

  it('takes notes of its cycles, and is tested once something was done', async () => {
    await place.says(
      'sonia',
      'Plan, do, study, act',
      'Do: what we did',
      'Tray ready at second stage, one week',
    )
    const said = await place.says('marie', code)
    expect(said).toContain('Hilltop HC – being tested')
    expect(said).toContain('Do: Tray ready at second stage, one week')
  })

  it('is nobody else’s to change, and their own place’s to read', async () => {
    const read = await place.says('odette', code)
    expect(read).toContain('Oxytocin comes late')
    expect(read).not.toContain('(New figure)')
    expect(await place.says('eric', code)).toContain('no such project')
    expect(await place.says('eric', 'qi')).toContain('no project at your place')
  })

  it('asks for the bones of a fish, too', async () => {
    await place.says(
      'denis',
      'projects',
      'Open a new project',
      'Hilltop HC',
      'Few partographs',
      'All by May',
      'Births with a partograph',
      'A number of cases',
      '4',
      '30',
      'Fishbone',
    )
    const none = 'No more here'
    expect(await place.says('denis', 'Two midwives for all')).toContain('Causes – people?')
    expect(await place.says('denis', 'No one on call', none)).toContain('Causes – the way we work?')
    expect(await place.says('denis', none, 'Paper forms run out', none)).toContain('place and environment?')
    expect(await place.says('denis', none, none, none)).toContain('What will you change?')
    const fish = codeIn(await place.says('denis', 'No more ideas', 'No more actions'), 'Q')
    // Each cause stands on its bone, the first as well as the last.
    const shown = await place.says('denis', fish)
    expect(shown).toContain(
      'Cause, people: Two midwives for all\nCause, people: No one on call\nCause, equipment and supplies: Paper forms run out',
    )
  })
})

describe('a promise', () => {
  it('reminds its owner before and on the day, and goes up when it is late', async () => {
    const from = mark()
    await place.programme.wait(5 * DAY + 12 * 3600_000)
    expect(place.heard('grace', from)).toContain('Due Mon 30 November')
    expect(place.heard('marie', from)).toBe('')
    await place.programme.wait(2 * DAY)
    expect(place.heard('grace', from)).toContain('Due today: “Check the tray each shift”')
    await place.programme.wait(4 * DAY)
    expect(place.heard('marie', from)).toContain('late since Mon 30 November, with grace')
    expect(place.heard('ruth', from)).toBe('')
    await place.programme.wait(14 * DAY)
    expect(place.heard('ruth', from)).toContain('Check the tray each shift')
    const before = mark()
    await place.programme.wait(60 * DAY)
    expect(place.heard('ruth', before)).toBe('')
  })

  it('is ended by its owner, and those it concerns are told', async () => {
    // It has become evening, when nobody is told anything.
    await place.programme.wait(12 * 3600_000)
    const listed = await place.says('grace', 'my actions')
    const code = codeIn(listed, 'A')
    await place.says('grace', code)
    const from = mark()
    expect(await place.says('grace', 'Done')).toContain('Well done')
    expect(place.heard('marie', from)).toContain('Done, says grace')
    expect(await place.says('grace', code)).not.toContain('(Done)')
    expect(await place.says('chidi', code)).toContain('no such action')
  })

  it('of a visit has its clock, too; more time is given twice', async () => {
    const { db } = place.programme.fresh
    place.programme.now = MONDAY + 200 * DAY
    await db.query(
      `insert into action (facility_id, owner_id, text, due_on, agreed_at)
       select facility_id, id, 'Fix the lamp', date '2027-06-14', now() from person where id = $1`,
      [place.idOf('odette')],
    )
    expect(await planActions(place.programme.desk, db, place.programme.now)).toBe(1)
    expect(await planActions(place.programme.desk, db, place.programme.now)).toBe(0)
    const code = codeIn(await place.says('odette', 'my actions'), 'A')
    // From the day it was due, and not on a Sunday.
    expect(await place.says('odette', code, 'I need more time', '6')).toContain('Moved to Mon 21 June')
    expect(await place.says('odette', code, 'I need more time', '1')).toContain('Moved to Tue 22 June')
    expect(await place.says('odette', code)).not.toContain('I need more time')
    const from = mark()
    expect(await place.says('odette', 'It cannot be done', 'No lamp in the district')).toContain('told why')
    expect(place.heard('marie', from)).toContain('Why: “No lamp in the district”')
  })

  it('due on New Year’s Day is told when the holidays are over, by its day', async () => {
    const { db } = place.programme.fresh
    place.programme.now = Date.parse('2027-12-20T08:00:00Z')
    await db.query(
      `insert into action (facility_id, owner_id, text, due_on, agreed_at)
       select facility_id, id, 'Count the gloves', date '2028-01-01', now() from person where id = $1`,
      [place.idOf('odette')],
    )
    await planActions(place.programme.desk, db, place.programme.now)
    await place.programme.wait(13 * DAY)
    const from = mark()
    await place.programme.wait(2 * DAY)
    expect(place.heard('odette', from)).toContain('Due Sat 1 January: “Count the gloves”')
  })
})
