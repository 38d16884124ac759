// Who may what, for every act and every role. Each line lists how far the role reaches; whatever is not listed is refused.
import { describe, expect, it } from 'vitest'
import { type Act, ACTS, type Actor, may, type Reach, type Whom } from '../../src/domain/rights.ts'
import type { FacilityId, PersonId } from '../../src/words/ids.ts'
import { MENTOR_ROLES, type Role, ROLES } from '../../src/words/roles.ts'

const HOSPITAL = 1 as FacilityId
const ELSEWHERE = 2 as FacilityId
const HEALTH_CENTRE = 3 as FacilityId
const AMINA = 10 as PersonId
const JOSEPH = 11 as PersonId

const actor = (role: Role, facilityId: FacilityId | undefined = HOSPITAL, ready = true): Actor => ({
  personId: AMINA,
  duties: [{ role, facilityId, ready }],
})
const STRANGER: Whom = { personId: JOSEPH, mentoredIn: [], places: [ELSEWHERE] }
/** Somebody as each reach sees them, and nothing nearer. */
const SEEN: Readonly<Record<Reach, Whom>> = {
  self: { ...STRANGER, personId: AMINA },
  mentees: { ...STRANGER, mentoredIn: [''] },
  post: { ...STRANGER, places: [HOSPITAL] },
  place: { ...STRANGER, places: [HEALTH_CENTRE, HOSPITAL] },
  everybody: STRANGER,
}

// prettier-ignore
const TABLE: readonly (readonly [act: Act, mentors: string, supervisor: string, manager: string, coordinator: string, programme: string, onSite: string])[] = [
  // act             any mentor      hospital superv. manager          coordinator      programme superv., admin          mentee,qi team (own)
  ['see_record',     'self mentees', 'self post place',    'self',          'self post place',    'self mentees post place everybody', ''],
  ['see_validation', 'self mentees', 'self post place',    'self post place',    'self post place',    'self mentees post place everybody', ''],
  ['observe',        'mentees',      '',              '',              '',              '', ''],
  ['co_rate',        'mentees',      'post place',         '',              'post place',         'mentees post place everybody', ''],
  ['edit_plan',      'mentees',      '',              '',              '',              '', ''],
  ['add_mentee',     'post place',        'post place',         '',              'post place',         'mentees post place everybody', ''],
  ['pair',           '',             'post place',         '',              'post place',         'mentees post place everybody', ''],
  ['set_duty',       '',             'post place',         '',              'post place',         'mentees post place everybody', ''],
  ['move',           'mentees',      'post place',         'post place',         'post place',         'mentees post place everybody', ''],
  ['rename',         'self mentees', 'self post place',    'self post place',    'self post place',    'self mentees post place everybody', ''],
  ['name_candidate', 'mentees',      'post place',         '',              'post place',         'mentees post place everybody', ''],
  ['agree_mentor',   '',             'post place',         'post place',         'post place',         'mentees post place everybody', ''],
  ['orient_mentor',  '',             'post place',         '',              'post place',         'mentees post place everybody', ''],
  ['see_cascade',    'mentees',      'post place',         'post place',         'post place',         'mentees post place everybody', ''],
  ['raise_challenge',   'mentees post', 'post place', 'post place', 'post place', 'mentees post place everybody', 'post'],
  ['resolve_challenge', '',             'post place', 'post place', 'post place', 'mentees post place everybody', ''],
  ['see_challenges',    'mentees',      'post place', 'post place', 'post place', 'mentees post place everybody', ''],
  ['count_near_miss',   'mentees post', '',           'post place', '',           '', 'post'],
  ['see_near_misses',   'mentees',      'post place', 'post place', 'post place', 'mentees post place everybody', ',post'],
  ['run_project',       'mentees',      'post place', 'post place', '',           '', ',post'],
  ['see_project',       'mentees post', 'post place', 'post place', 'post place', 'mentees post place everybody', 'post'],
  ['see_visit',         'mentees',      'post place', 'post place', 'post place', 'mentees post place everybody', ''],
  ['plan_visit',        'mentees',      'post place', '',           'post place', 'mentees post place everybody', ''],
  ['hold_visit',        'mentees',      '',           '',           '',           '', ''],
  ['set_visit_days',    '',             'post place', 'post place', 'post place', 'mentees post place everybody', ''],
  ['answer_report',     '',             'post place', '',           'post place', 'mentees post place everybody', ''],
  ['see_overdue',       '',             'post place', 'post place', 'post place', 'mentees post place everybody', ''],
  ['supervise',         '',             'post place', '',           'post place', 'mentees post place everybody', ''],
  ['lead_meeting',      '',             '',           '',           'post place', 'mentees post place everybody', ''],
  ['restrict_travel',   '',             '',           '',           'post place', 'mentees post place everybody', ''],
  ['lead_group',        'post place',   'post place', '',           'post place', 'mentees post place everybody', ''],
]

const REACHES: readonly Reach[] = ['self', 'mentees', 'post', 'place', 'everybody']
const reached = (who: Actor, act: Act): string =>
  REACHES.filter((reach) => may(who, act, SEEN[reach])).join(' ')

it('lists every act', () => {
  expect(TABLE.map(([act]) => act).toSorted()).toEqual([...ACTS].toSorted())
})

describe.each(TABLE)('%s', (...line) => {
  const [act, mentors, supervisor, manager, coordinator, programme, onSite] = line
  const own = mentors.includes('self') ? 'self' : ''
  const expected: Readonly<Record<Role, string>> = {
    association_mentor: mentors,
    district_based_mentor: mentors,
    health_centre_mentor: mentors,
    community_mentor: mentors,
    hospital_supervisor: supervisor,
    facility_manager: manager,
    district_coordinator: coordinator,
    programme_supervisor: programme,
    programme_admin: programme,
    mentee: onSite.split(',')[0] === '' ? own : (onSite.split(',')[0] ?? own),
    qi_team_member: onSite === '' ? own : (onSite.split(',').at(-1) ?? own),
  }

  it.each(ROLES)('%s', (role) => {
    expect(reached(actor(role), act)).toBe(expected[role])
  })

  it.each(MENTOR_ROLES)('is nothing for a %s who is not admitted yet', (role) => {
    expect(reached(actor(role, HOSPITAL, false), act)).toBe(own)
  })

  it('is nothing for somebody without a duty', () => {
    expect(reached({ personId: AMINA, duties: [] }, act)).toBe(own)
  })
})

it('reaches no place without a place of one’s own', () => {
  const placeless: Actor = {
    personId: AMINA,
    duties: [{ role: 'hospital_supervisor', facilityId: undefined, ready: true }],
  }
  expect(may(placeless, 'see_record', SEEN.place)).toBe(false)
})

it('lets a mentor score only in the areas they are paired in', () => {
  const amina = actor('district_based_mentor')
  const mnh: Whom = { ...STRANGER, mentoredIn: ['mnh'] }
  expect(may(amina, 'observe', mnh, 'mnh')).toBe(true)
  expect(may(amina, 'observe', mnh, 'imci')).toBe(false)
  expect(may(amina, 'observe', { ...STRANGER, mentoredIn: [''] }, 'imci')).toBe(true)
})

it('adds up over several duties', () => {
  const both: Actor = {
    personId: AMINA,
    duties: [
      { role: 'mentee', facilityId: HOSPITAL, ready: true },
      { role: 'facility_manager', facilityId: HOSPITAL, ready: true },
    ],
  }
  expect(may(both, 'see_validation', SEEN.place)).toBe(true)
  expect(may(both, 'see_record', SEEN.place)).toBe(false)
})
