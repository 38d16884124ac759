// What the tests of improvement share: people with duties at places that lie under one another, and what they hear.
import { expect } from 'vitest'
import { pair } from '../../src/store/pairings.ts'
import { personNamed } from '../../src/store/people.ts'
import { importRoster } from '../../src/usecases/import-roster.ts'
import type { PersonId } from '../../src/words/ids.ts'
import type { Bubble } from '../../src/words/message.ts'
import { makeProgramme, type Programme } from '../programme.ts'
import { say } from './observing.ts'

export interface Improving {
  readonly programme: Programme
  /** What somebody hears when they say or tap these one after the other; the reply to the last. */
  says(name: string, ...said: string[]): Promise<string>
  /** All that somebody has been told since, with buttons in brackets. */
  heard(name: string, from: number): string
  idOf(name: string): PersonId
}

const WHERE = {
  Hilltop: { facility: 'Hilltop HC', level: 'health_centre' },
  Valley: { facility: 'Valley HC', level: 'health_centre' },
  Hospital: { facility: 'Rubavu DH', level: 'district_hospital' },
  District: { facility: 'Rubavu', level: 'district' },
} as const

const PEOPLE: readonly (readonly [name: string, role: string, where: keyof typeof WHERE, cadre?: string])[] =
  [
    ['grace', 'mentee', 'Hilltop', 'nurse'],
    ['odette', 'mentee', 'Hilltop', 'midwife'],
    ['claude', 'mentee', 'Hilltop', 'chw'],
    ['eric', 'mentee', 'Valley', 'nurse'],
    ['marie', 'facility_manager', 'Hilltop'],
    ['sonia', 'qi_team_member', 'Hilltop'],
    ['denis', 'district_based_mentor', 'Hospital'],
    ['ruth', 'hospital_supervisor', 'Hospital'],
    ['paul', 'district_coordinator', 'District'],
    ['chief', 'programme_supervisor', 'District'],
    ['chidi', 'mentee', 'Valley', 'nurse'],
  ]

/** A district with a hospital and two health centres; denis mentors grace and odette. */
export async function startImproving(): Promise<Improving> {
  const programme = await makeProgramme()
  const { db } = programme.fresh
  const ids = new Map<string, PersonId>()
  for (const [name, role, where, cadre] of PEOPLE) {
    const cells = {
      name,
      role,
      ...(cadre !== undefined && { cadre }),
      district: 'Rubavu',
      invite_code: name.padEnd(4, '-'),
      language: 'en',
      ...WHERE[where],
    }
    const { refused } = await importRoster(db, [{ line: 2, cells }])
    expect(refused).toEqual([])
    const code = name.padEnd(4, '-')
    await programme.meet(code, name)
    await db.query('update person set joined_at = now() where invite_code = $1', [code])
    const found = await personNamed(db, code)
    if (!found) throw new Error(`${name} was refused`)
    await db.query('insert into session (person_id) values ($1) on conflict do nothing', [found.id])
    ids.set(name, found.id)
  }
  await db.query(
    `update facility f set parent_id = p.id from facility p where p.district = f.district
     and (p.name, f.name) in (('Rubavu DH', 'Hilltop HC'), ('Rubavu DH', 'Valley HC'), ('Rubavu', 'Rubavu DH'))`,
  )
  const idOf = (name: string): PersonId => ids.get(name) ?? (0 as PersonId)
  for (const mentee of ['grace', 'odette'])
    await pair(db, { mentor: idOf('denis'), mentee: idOf(mentee), area: '', at: programme.now })
  return {
    programme,
    idOf,
    says: async (name, ...said) => text(await say(programme, name, ...said)),
    heard: (name, from) =>
      text(
        programme.sent
          .slice(from)
          .filter(({ to }) => to === name)
          .map(({ bubble }) => bubble),
      ),
  }
}

const text = (bubbles: readonly Bubble[]): string =>
  bubbles
    .map((bubble) => [bubble.text, ...(bubble.choices ?? []).map(({ label }) => `(${label})`)].join('\n'))
    .join('\n---\n')
