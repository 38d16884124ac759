// Mentors and mentees come and go while visits are planned: nobody waits in vain, and nobody is forgotten.
import { afterEach, expect, it } from 'vitest'
import { pair } from '../../src/store/pairings.ts'
import { visitsOf } from '../../src/store/visits.ts'
import { keepVisitPeople } from '../../src/usecases/keep-visit-people.ts'
import { movePerson } from '../../src/usecases/move-person.ts'
import type { Day } from '../../src/words/clock.ts'
import { DAY, SECOND } from '../../src/words/clock.ts'
import type { PersonId } from '../../src/words/ids.ts'
import { told, type Programme } from '../programme.ts'
import { say } from './observing.ts'
import { heardBy, joins, visitingProgramme } from './visiting.ts'

let programme: Programme
afterEach(() => programme.close())

const SPAN = { from: '2026-11-01' as Day, until: '2027-03-01' as Day }

/** The programme with a visit of amina's to Rubavu HC confirmed and told. */
async function planned(): Promise<{ amina: PersonId; visit: number }> {
  programme = await visitingProgramme(1)
  const amina = await programme.meet('amina')
  await say(programme, 'amina', 'visits')
  const [first] = await visitsOf(programme.fresh.db, amina, SPAN)
  await say(programme, 'amina', `V-${first?.id}`, 'Confirm it')
  await programme.wait(1000)
  return { amina, visit: first?.id ?? 0 }
}

const leaves = (person: PersonId): Promise<unknown> =>
  programme.fresh.db.inTransaction((db) =>
    movePerson(programme.desk, db, { person, movement: 'left', by: person, now: programme.now }),
  )

it('goes to the mentor who takes the mentees on, and to nobody else’s memory', async () => {
  const { amina, visit } = await planned()
  const { db } = programme.fresh
  const [works] = await db.query(
    `select f.name facility, f.district, coalesce(f.level, 'district_hospital') level from facility f join person p on p.facility_id = f.id where p.id = $1`,
    [amina],
  )
  const beata = await joins(programme, {
    ...(works as Record<string, string>),
    name: 'Beata',
    role: 'district_based_mentor',
    cadre: 'nurse',
    invite_code: 'beata',
  })
  // Beata mentors there, too, so that she takes the place on whatever hospital it belongs to.
  const joseph = await programme.meet('joseph')
  await pair(db, { mentor: beata, mentee: joseph, area: 'mnh', at: programme.now })
  await leaves(amina)
  const [kept] = await visitsOf(db, beata, SPAN)
  expect(kept).toMatchObject({ id: visit, leadId: beata, state: 'confirmed' })
  expect(await visitsOf(db, amina, SPAN)).toEqual([])
  const sent = await programme.wait(DAY)
  expect(heardBy(sent, 'beata').join()).toContain('Rubavu HC')
  expect(heardBy(sent, 'amina').join()).not.toContain('Rubavu HC')
})

it('is called off when nobody mentors there any more, and its people are told', async () => {
  const { amina, visit } = await planned()
  await leaves(amina)
  const [kept] = await programme.fresh.db.query('select state, because from visit where id = $1', [visit])
  expect(kept).toEqual({ state: 'cancelled', because: 'staff' })
  const sent = await programme.wait(DAY)
  for (const who of ['joseph', 'odette']) expect(heardBy(sent, who).join()).toContain('is called off')
})

it('is named to a mentor whose leave it falls into', async () => {
  await planned()
  const reply = told(await say(programme, 'amina', 'menu', 'My hours and leave', 'I am on leave', '40'))
  expect(reply).toMatch(/visits? of yours falls? into these days/)
})

it('is called off when a supervisor ends the last pairing there', async () => {
  const { visit } = await planned()
  const { db } = programme.fresh
  await db.query(
    `update facility set parent_id = (select id from facility where name = 'Rubavu' and level = 'district')
     where name = 'Rubavu HC' and district = 'Rubavu'`,
  )
  const ends = ['menu', 'People', 'Joseph', '1', 'End a pairing', 'Amina Ingabire · All areas']
  expect(told(await say(programme, 'ruth', ...ends))).toContain('does not mentor Joseph Nshuti any more')
  const [kept] = await db.query('select state, because from visit where id = $1', [visit])
  expect(kept).toEqual({ state: 'cancelled', because: 'staff' })
})

/** A nurse of Rubavu HC whom amina mentors from now on. */
async function arrives(amina: PersonId): Promise<void> {
  const { db } = programme.fresh
  const clarisse = await joins(programme, {
    name: 'Clarisse Uwase',
    role: 'mentee',
    cadre: 'nurse',
    facility: 'Rubavu HC',
    level: 'health_centre',
    district: 'Rubavu',
    invite_code: 'clarisse',
  })
  await pair(db, { mentor: amina, mentee: clarisse, area: '', at: programme.now })
}

it('is told to a mentee who came after it was confirmed, once, and reminds them', async () => {
  const { amina } = await planned()
  await arrives(amina)
  await keepVisitPeople(programme.desk)
  await keepVisitPeople(programme.desk)
  const news = await programme.wait(SECOND)
  expect(news.map(({ to }) => to)).toEqual(['clarisse'])
  expect(heardBy(news, 'clarisse').join()).toContain('A mentorship visit to Rubavu HC is planned')
  const sent = await programme.wait(3 * DAY)
  expect(heardBy(sent, 'clarisse').join()).toContain('Tomorrow: mentorship visit to Rubavu HC')
  expect(heardBy(sent, 'joseph').filter((text) => text.includes('Tomorrow:'))).toHaveLength(1)
})

it('reminds nobody who has gone to another place', async () => {
  await planned()
  const { db } = programme.fresh
  await db.query(
    `update person set facility_id = (select id from facility where name = 'Elsewhere HC') where invite_code = 'joseph'`,
  )
  await keepVisitPeople(programme.desk)
  const sent = await programme.wait(3 * DAY)
  expect(heardBy(sent, 'joseph').join()).not.toContain('Rubavu HC')
  expect(heardBy(sent, 'odette').join()).toContain('Tomorrow: mentorship visit to Rubavu HC')
})

it('is also of a mentee whom the mentor meets there', async () => {
  const { amina, visit } = await planned()
  await programme.wait(3 * DAY)
  expect(told(await say(programme, 'amina', `V-${visit}`, 'Begin the visit'))).toContain('2. Joseph Nshuti')
  await arrives(amina)
  const again = told(await say(programme, 'amina', `V-${visit}`, 'Go on with it'))
  expect(again).toContain('2. Clarisse Uwase\n3. Joseph Nshuti')
})
