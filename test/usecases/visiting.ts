// A small programme of visits: amina mentors three health centres, each with a mentee and a manager. ruth
// coordinates the district; chidi has nothing to do with any of it.
import { pair } from '../../src/store/pairings.ts'
import { importRoster } from '../../src/usecases/import-roster.ts'
import type { PersonId } from '../../src/words/ids.ts'
import type { Bubble } from '../../src/words/message.ts'
import { makeProgramme, type Programme } from '../programme.ts'

/** Health centres and the people of each: their nurse and their manager. */
export const SITES = [
  { facility: 'Kanama HC', nurse: 'eric', manager: 'solange' },
  { facility: 'Nyundo HC', nurse: 'grace', manager: 'felix' },
  { facility: 'Rubavu HC', nurse: 'joseph', manager: 'odette' },
] as const

/** What one of them was sent, in order. */
export const heardBy = (sent: Sent, who: string): string[] =>
  sent.filter(({ to }) => to === who).map(({ bubble }) => bubble.text)

type Sent = readonly { readonly to: string; readonly bubble: Bubble }[]

/** Somebody who joins it later, by their invite code and what else the roster says of them. */
export async function joins(
  programme: Programme,
  cells: Readonly<Record<string, string>> & { readonly invite_code: string },
): Promise<PersonId> {
  const { db } = programme.fresh
  await importRoster(db, [{ line: 2, cells: { language: 'en', ...cells } }])
  const person = await programme.meet(cells.invite_code)
  await db.query('update person set joined_at = now() where id = $1', [person])
  return person
}

/** The programme with `sites` of them under amina's care, everybody joined and speaking English. */
export async function visitingProgramme(sites: number): Promise<Programme> {
  const programme = await makeProgramme()
  const { db } = programme.fresh
  const chosen = SITES.slice(SITES.length - sites)
  await importRoster(
    db,
    [
      {
        name: 'Ruth Keza',
        role: 'district_coordinator',
        facility: 'Rubavu',
        level: 'district',
        invite_code: 'ruth',
      },
      {
        name: 'Chidi Manzi',
        role: 'mentee',
        facility: 'Elsewhere HC',
        level: 'health_centre',
        invite_code: 'chidi',
      },
    ].map((cells, index) => ({
      line: 20 + index,
      cells: { ...cells, district: cells.invite_code === 'ruth' ? 'Rubavu' : 'Huye' },
    })),
  )
  await importRoster(
    db,
    chosen.flatMap(({ facility, nurse, manager }, at) =>
      [
        { name: nurse, role: 'mentee', cadre: 'nurse' },
        { name: manager, role: 'facility_manager', cadre: '' },
      ]
        .filter(({ name }) => name !== 'joseph')
        .map(({ name, role, cadre }, index) => ({
          line: 2 + 2 * at + index,
          cells: {
            name: `${name[0]?.toUpperCase()}${name.slice(1)} Uwase`,
            role,
            cadre,
            facility,
            level: 'health_centre',
            district: 'Rubavu',
            language: 'en',
            invite_code: name,
          },
        })),
    ),
  )
  await db.query(`update person set language = 'en' where role is not null`)
  const people = ['amina', 'ruth', 'chidi', ...chosen.flatMap(({ nurse, manager }) => [nurse, manager])]
  const ids = new Map<string, PersonId>()
  for (const name of people) ids.set(name, await programme.meet(name))
  await db.query(`update person set joined_at = now() where id = any($1)`, [[...ids.values()]])
  // One place a name: what the roster of every test says of Rubavu HC has no district.
  await db.query(
    `update person set facility_id = (select id from facility where name = 'Rubavu HC' and district = 'Rubavu')
     where invite_code = 'joseph'`,
  )
  const amina = ids.get('amina') as PersonId
  for (const { nurse } of chosen)
    await pair(db, { mentor: amina, mentee: ids.get(nurse) as PersonId, area: '', at: programme.now })
  return programme
}
