// A mentor goes while visits are planned: nobody waits for them in vain.
import { afterEach, expect, it } from 'vitest'
import { pair } from '../../src/store/pairings.ts'
import { visitsOf } from '../../src/store/visits.ts'
import { importRoster } from '../../src/usecases/import-roster.ts'
import { movePerson } from '../../src/usecases/move-person.ts'
import type { Day } from '../../src/words/clock.ts'
import { DAY } from '../../src/words/clock.ts'
import type { PersonId } from '../../src/words/ids.ts'
import { told, type Programme } from '../programme.ts'
import { say } from './observing.ts'
import { heardBy, visitingProgramme } from './visiting.ts'

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
  await importRoster(db, [
    {
      line: 2,
      cells: {
        ...(works as Record<string, string>),
        name: 'Beata',
        role: 'district_based_mentor',
        cadre: 'nurse',
        language: 'en',
        invite_code: 'beata',
      },
    },
  ])
  const beata = await programme.meet('beata')
  await db.query('update person set joined_at = now() where id = $1', [beata])
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
