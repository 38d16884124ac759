// A small fictional programme, so that a newcomer has somebody to be. All names and places are invented.
import type { Database } from '../store/db.ts'
import { peopleOnRoster } from '../store/people.ts'
import { importRoster } from './import-roster.ts'

const HOSPITAL = { facility: 'Three Hills District Hospital', level: 'district_hospital' }
const CENTRE = { facility: 'Rubavu Lake Health Centre', level: 'health_centre' }
const VILLAGE = { facility: 'Lakeside village', level: 'village_chw_group' }

const PEOPLE: readonly Readonly<Record<string, string>>[] = [
  {
    ...CENTRE,
    name: 'Joseph Nshuti',
    role: 'mentee',
    cadre: 'nurse',
    language: 'en',
    invite_code: 'JOSEPH-1',
    mentor: 'AMINA-1',
  },
  {
    ...CENTRE,
    name: 'Espérance Uwase',
    role: 'mentee',
    cadre: 'midwife',
    language: 'fr',
    invite_code: 'ESPERANCE-1',
    mentor: 'AMINA-1',
  },
  {
    ...VILLAGE,
    name: 'Claudine Mukamana',
    role: 'mentee',
    cadre: 'chw',
    language: 'rw',
    invite_code: 'CLAUDINE-1',
    mentor: 'BEATHA-1',
  },
  {
    ...VILLAGE,
    name: 'Chidi Okello',
    role: 'mentee',
    cadre: 'chw',
    language: 'sw',
    invite_code: 'CHIDI-1',
    mentor: 'BEATHA-1',
  },
  {
    ...CENTRE,
    name: 'Beatha Umutesi',
    role: 'community_mentor',
    cadre: 'nurse',
    language: 'rw',
    invite_code: 'BEATHA-1',
  },
  {
    ...HOSPITAL,
    name: 'Amina Ingabire',
    role: 'district_based_mentor',
    cadre: 'midwife',
    language: 'en',
    invite_code: 'AMINA-1',
  },
  {
    ...HOSPITAL,
    name: 'Ruth Keza',
    role: 'hospital_supervisor',
    cadre: '',
    language: 'fr',
    invite_code: 'RUTH-1',
  },
  {
    ...CENTRE,
    name: 'Samuel Gatera',
    role: 'facility_manager',
    cadre: '',
    language: 'en',
    invite_code: 'SAMUEL-1',
  },
]

/** The cadre of one of these people, by first or whole name; empty where they have none. */
export const demoCadre = (name: string): string | undefined =>
  PEOPLE.find(({ name: whole = '' }) => whole === name || whole.startsWith(`${name} `))?.['cadre']

/** Fills an empty programme with fictional people; does nothing once there is anybody. */
export async function seedDemo(database: Database): Promise<void> {
  if ((await peopleOnRoster(database, 1)).length > 0) return
  const lines = PEOPLE.map((cells, index) => ({
    line: index + 2,
    cells: { ...cells, district: 'Three Hills' },
  }))
  const { refused } = await importRoster(database, lines)
  if (refused.length > 0) throw new Error(`the demo's roster was refused: ${refused[0]?.reason}`)
}
