// Reminders of visits: an appointment is told however much was heard on a day and whatever is being asked, each visit has
// answers of its own, and whoever belongs to one can say that they cannot come.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { pair } from '../../src/store/pairings.ts'
import { DAY, HOUR, MINUTE, SECOND } from '../../src/words/clock.ts'
import type { PersonId } from '../../src/words/ids.ts'
import type { Bubble } from '../../src/words/message.ts'
import { type Programme, told } from '../programme.ts'
import { say } from './observing.ts'
import { heardBy, joins, visitingProgramme } from './visiting.ts'

let programme: Programme

const at = (local: string): number => Date.parse(`${local}+02:00`)
const until = (local: string): ReturnType<Programme['wait']> => programme.wait(at(local) - programme.now)
const labels = (bubble: Bubble | undefined): string[] => bubble?.choices?.map(({ label }) => label) ?? []
const tap = async (who: string, bubble: Bubble, label: string): Promise<string> => {
  const token = bubble.choices?.find((choice) => choice.label === label)?.token ?? 'none'
  return told(await programme.say(who, { kind: 'choice', token }))
}
const visitOn = async (place: string, day: string): Promise<number> => {
  const [row] = await programme.fresh.db.query(
    `select v.id from visit v join facility f on f.id = v.facility_id where f.name = $1 and v.starts_on = $2`,
    [place, day],
  )
  return (row as { id: number }).id
}

describe('a mentor’s reminders', () => {
  beforeAll(async () => {
    programme = await visitingProgramme(2)
    programme.now = at('2026-11-23T09:00')
    await say(programme, 'amina', 'visits', 'Add a visit', 'Nyundo HC', 'A day I write', '2/12')
    await say(programme, 'amina', 'visits', 'Add a visit', 'Rubavu HC', 'A day I write', '4 December')
    await programme.fresh.db.query(`update visit set state = 'cancelled' where not extra`)
    await programme.wait(SECOND)
  })
  afterAll(() => programme.close())

  it('comes, brief and all, on a day on which something else was told unasked', async () => {
    await until('2026-11-30T16:00')
    await programme.fresh.db.query('update person set unsolicited_at = to_timestamp($1::float8 / 1000)', [
      programme.now,
    ])
    const sent = await until('2026-11-30T20:00')
    const visit = 'In 2 days: mentorship visit to Nyundo HC, Wednesday 2 December at 08:00'
    // She leads it: nobody reads that they come with themselves.
    expect(heardBy(sent, 'amina').join('\n')).toContain(`${visit}.`)
    expect(heardBy(sent, 'grace').join('\n')).toContain(`${visit}, with Amina`)
    expect(heardBy(sent, 'amina').join('\n')).toContain('Your brief for Nyundo HC')
  })

  it('of two visits are told in one turn, the nearest first, each with its own answers', async () => {
    // Grace is in the middle of a question of another kind; Amina, too.
    await say(programme, 'amina', 'menu')
    await until('2026-12-01T17:30')
    const { sent } = programme
    const before = sent.length
    await programme.fresh.db.query(
      `update follow_up set due_at = to_timestamp($1::float8 / 1000) where kind = 'visit_reminder' and state = 'waiting'
         and person_id = (select id from person where invite_code = 'amina') and subject = $2
         and due_at < to_timestamp($3::float8 / 1000)`,
      [at('2026-12-01T18:00'), await visitOn('Rubavu HC', '2026-12-04'), at('2026-12-03T00:00')],
    )
    await until('2026-12-01T19:00')
    const hers = sent.slice(before).filter(({ to }) => to === 'amina')
    expect(hers.map(({ bubble }) => /visit to (\w+ HC)/.exec(bubble.text)?.[1])).toEqual([
      'Nyundo HC',
      'Rubavu HC',
    ])
    for (const { bubble } of hers) expect(labels(bubble)).toEqual(['I will come', 'I cannot', 'Another day'])
    const [near, far] = hers
    if (!near || !far) throw new Error('no reminder')
    expect(await tap('amina', far.bubble, 'I will come')).toContain(
      'You are expected for the visit to Rubavu HC on Friday 4 December',
    )
    expect(await tap('amina', near.bubble, 'Another day')).toContain('On which day shall it begin?')
  })

  it('is answered by one tap in the middle of a question, which goes on', async () => {
    await say(programme, 'grace', 'menu')
    const sent = await until('2026-12-02T07:00')
    const hers = sent.findLast(({ to }) => to === 'grace')?.bubble
    expect(hers?.text).toContain('Today: mentorship visit to Nyundo HC')
    expect(labels(hers)).toEqual(['I will come', 'I cannot', 'Change the day'])
    const reply = await tap('grace', hers ?? { text: '' }, 'I cannot')
    expect(reply).toContain(
      'the visit to Nyundo HC on Wednesday 2 December at 08:00 hears that you cannot be there',
    )
    expect(reply).toContain('What would you like to do?')
    expect(heardBy(programme.sent, 'amina').at(-1)).toContain('Grace Uwase cannot be there')
  })

  it('answered when it is under way, says so', async () => {
    const old = programme.sent.findLast(
      ({ to, bubble }) => to === 'felix' && bubble.text.includes('Today: mentorship visit'),
    )?.bubble
    await until('2026-12-02T08:30')
    await say(programme, 'amina', `V-${await visitOn('Nyundo HC', '2026-12-02')}`, 'Begin the visit')
    expect(await tap('felix', old ?? { text: '' }, 'I will come')).toContain('under way')
    // Typed to the question that was still open.
    await say(programme, 'felix', 'menu')
  })

  it('asks again until the visit is settled, with a button in the middle of something else', async () => {
    await say(programme, 'amina', 'menu')
    const asked: number[] = []
    for (let day = 0; day < 20; day++) {
      const sent = await programme.wait(DAY)
      const hers = sent.filter(
        ({ to, bubble }) => to === 'amina' && bubble.text.includes('Rubavu HC was planned for'),
      )
      asked.push(hers.length)
      for (const { bubble } of hers) expect(bubble.choices?.at(-1)?.token).toContain('>visit.')
    }
    const times = asked.filter((count) => count === 1).length
    expect(times).toBeGreaterThan(2)
    expect(times).toBeLessThan(6)
    expect(asked.slice(-4)).toEqual([0, 0, 0, 0])
  })
})

it('brings the brief before a week in which nobody is written to', async () => {
  programme = await visitingProgramme(1)
  programme.now = at('2027-03-20T09:00')
  await say(programme, 'amina', 'visits', 'Add a visit', 'Rubavu HC', 'A day I write', '14/4')
  await until('2027-04-07T00:00')
  const before = programme.sent.filter(({ to }) => to === 'amina').map(({ bubble }) => bubble.text)
  expect(before.join('\n')).toContain('Your brief for Rubavu HC')
  await programme.close()
})

it('lets a visit that is held today be written down today, and none at night', async () => {
  programme = await visitingProgramme(1)
  programme.now = at('2026-11-24T11:00')
  const today = ['visits', 'Add a visit', 'Rubavu HC', 'A day I write', 'today']
  const added = told(await say(programme, 'amina', ...today))
  expect(added).toContain('Added: Rubavu HC, Tuesday 24 November')
  programme.now = at('2026-11-25T19:00')
  expect(told(await say(programme, 'amina', ...today))).toContain('It cannot be then')
  expect(told(await say(programme, 'amina', 'A day I write', '30 February'))).toContain('I find no such day')
  await programme.close()
})

describe('a team of two', () => {
  let visit: number
  beforeAll(async () => {
    programme = await visitingProgramme(1)
    const { db } = programme.fresh
    const beata = await joins(programme, {
      name: 'Beata',
      role: 'district_based_mentor',
      cadre: 'nurse',
      facility: 'Gisenyi DH',
      level: 'district_hospital',
      district: 'Rubavu',
      invite_code: 'beata',
    })
    const joseph: PersonId = await programme.meet('joseph')
    await pair(db, { mentor: beata, mentee: joseph, area: 'mnh', at: programme.now })
    programme.now = at('2026-11-23T09:00')
    await say(programme, 'amina', 'visits', 'Rubavu HC, Thu 26 November', 'Confirm it')
    await programme.wait(MINUTE)
    visit = await visitOn('Rubavu HC', '2026-11-26')
  })
  afterAll(() => programme.close())

  it('hears from a mentor who cannot come, without calling it off', async () => {
    await say(programme, 'beata', `V-${visit}`)
    const hers = programme.sent.findLast(({ to }) => to === 'beata')?.bubble
    expect(labels(hers).slice(0, 2)).toEqual(['I will come', 'I cannot'])
    expect(told(await say(programme, 'beata', 'I cannot'))).toContain('hears that you cannot be there')
    expect(heardBy(programme.sent, 'amina').at(-1)).toContain('Beata cannot be there')
  })

  it('tells a lead whom nobody can stand in for to move it or call it off', async () => {
    expect(told(await say(programme, 'amina', `V-${visit}`, 'I cannot'))).toContain(
      'nobody else of the team can',
    )
  })

  it('gives the lead to another who can, and tells them', async () => {
    await say(programme, 'beata', `V-${visit}`, 'I will come')
    expect(told(await say(programme, 'amina', `V-${visit}`, 'I cannot'))).toContain('you cannot be there')
    expect(heardBy(programme.sent, 'beata').at(-1)).toContain(
      'Amina Ingabire cannot come, so the visit to Rubavu HC',
    )
    const [row] = await programme.fresh.db.query(
      'select p.name lead from visit v join person p on p.id = v.lead_id where v.id = $1',
      [visit],
    )
    expect(row).toEqual({ lead: 'Beata' })
    const sent = await programme.wait(2 * DAY + 22 * HOUR)
    expect(heardBy(sent, 'joseph').join('\n')).toContain('with Beata')
    expect(heardBy(sent, 'amina').join('\n')).not.toContain('mentorship visit to Rubavu HC')
  })
})

it('shows nobody but its mentors what is only proposed or long past', async () => {
  programme = await visitingProgramme(1)
  programme.now = at('2026-11-23T09:00')
  await say(programme, 'amina', 'visits')
  expect(told(await say(programme, 'joseph', 'visits'))).toContain('No visit is planned for you')
  await say(programme, 'amina', 'visits', 'Rubavu HC, Thu 26 November', 'Confirm it')
  const list = async (who: string): Promise<string[]> => {
    await say(programme, who, 'visits')
    return labels(programme.sent.findLast(({ to }) => to === who)?.bubble)
  }
  expect(await list('joseph')).toContain('Rubavu HC, Thu 26 November')
  await until('2026-11-30T09:00')
  expect(await list('joseph')).not.toContain('Rubavu HC, Thu 26 November')
  expect(await list('amina')).toContain('Rubavu HC, Thu 26 November')
  await programme.close()
})
