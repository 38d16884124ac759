// Who may do what to whom. A right comes from a duty somebody holds now, and reaches only as far as that duty: to
// themselves, to their own mentees, to the people of their place and all below it, or to everybody.
import { MENTOR_ROLES, type MentorRole, type Role } from '../words/roles.ts'
import type { FacilityId, PersonId } from '../words/ids.ts'

/** What people do to one another in the programme. */
export const ACTS = [
  /** Read scores, plans and the way to validation. */
  'see_record',
  /** Read who is validated in what, without scores. */
  'see_validation',
  /** Score a checklist. */
  'observe',
  /** Score a session that another observer has begun, to see how far both agree. */
  'co_rate',
  'edit_plan',
  'add_mentee',
  'pair',
  /** Give a duty at a place that needs no orientation, or end it. */
  'set_duty',
  /** Rotation, transfer, leave, leaving, coming back. */
  'move',
  /** Correct how their name is written. */
  'rename',
  'name_candidate',
  /** Agree, as the manager, that somebody may become a mentor. */
  'agree_mentor',
  'orient_mentor',
  'see_cascade',
  // Of a place rather than of somebody.
  'raise_challenge',
  'resolve_challenge',
  'see_challenges',
  'count_near_miss',
  'see_near_misses',
  /** Improvement projects: open them, add figures, agree actions. */
  'run_project',
  'see_project',
  // A visit: whoever is on its team mentors there.
  'see_visit',
  /** Confirm, move or cancel it. */
  'plan_visit',
  /** Hold it and write down what was done. */
  'hold_visit',
  /** Say which days do not suit a place. */
  'set_visit_days',
  /** Read a mentor's monthly report, and answer it. */
  'answer_report',
  'see_overdue',
  /** Hold the joint supervision of a place. */
  'supervise',
  /** Move a district's quarterly meeting, and record what it decides. */
  'lead_meeting',
  /** Set up the chat of a group of CHWs, hold its sessions, ask for its reports. */
  'lead_group',
  /** Say that nobody may travel in a district, and that it is over. */
  'restrict_travel',
] as const

export type Act = (typeof ACTS)[number]

/** `post`: the very place of one's duty, and none below it. */
export type Reach = 'self' | 'mentees' | 'post' | 'place' | 'everybody'

type Rights = Partial<Record<Role, readonly Reach[]>>

const mentors = (reach: Reach): Rights =>
  Object.fromEntries(MENTOR_ROLES.map((role) => [role, [reach]])) as Record<MentorRole, Reach[]>

const SUPERVISORS: Rights = {
  hospital_supervisor: ['place'],
  district_coordinator: ['place'],
  programme_supervisor: ['everybody'],
  programme_admin: ['everybody'],
}

/** What whoever works at a place may do there, and mentors wherever they mentor. */
const ON_SITE: Rights = {
  ...(Object.fromEntries(MENTOR_ROLES.map((role) => [role, ['mentees', 'post']])) as Rights),
  mentee: ['post'],
  qi_team_member: ['post'],
  facility_manager: ['place'],
}

const RIGHTS: Readonly<Record<Act, Rights>> = {
  see_record: { ...mentors('mentees'), ...SUPERVISORS },
  see_validation: { ...mentors('mentees'), ...SUPERVISORS, facility_manager: ['place'] },
  observe: mentors('mentees'),
  co_rate: { ...mentors('mentees'), ...SUPERVISORS },
  edit_plan: mentors('mentees'),
  // The mentee does not exist yet: the place is asked.
  add_mentee: { ...mentors('place'), ...SUPERVISORS },
  pair: SUPERVISORS,
  set_duty: SUPERVISORS,
  move: { ...mentors('mentees'), ...SUPERVISORS, facility_manager: ['place'] },
  rename: { ...mentors('mentees'), ...SUPERVISORS, facility_manager: ['place'] },
  name_candidate: { ...mentors('mentees'), ...SUPERVISORS },
  agree_mentor: { facility_manager: ['place'], ...SUPERVISORS },
  orient_mentor: SUPERVISORS,
  see_cascade: { ...mentors('mentees'), ...SUPERVISORS, facility_manager: ['place'] },
  raise_challenge: { ...ON_SITE, ...SUPERVISORS },
  resolve_challenge: { facility_manager: ['place'], ...SUPERVISORS },
  see_challenges: { ...mentors('mentees'), ...SUPERVISORS, facility_manager: ['place'] },
  count_near_miss: ON_SITE,
  run_project: {
    ...mentors('mentees'),
    qi_team_member: ['post'],
    facility_manager: ['place'],
    hospital_supervisor: ['place'],
  },
  see_project: { ...ON_SITE, ...SUPERVISORS },
  answer_report: SUPERVISORS,
  see_overdue: { ...SUPERVISORS, facility_manager: ['place'] },
  supervise: SUPERVISORS,
  see_near_misses: {
    ...mentors('mentees'),
    ...SUPERVISORS,
    facility_manager: ['place'],
    qi_team_member: ['post'],
  },
  see_visit: { ...mentors('mentees'), ...SUPERVISORS, facility_manager: ['place'] },
  plan_visit: { ...mentors('mentees'), ...SUPERVISORS },
  hold_visit: mentors('mentees'),
  set_visit_days: { ...SUPERVISORS, facility_manager: ['place'] },
  // The group is a place below that of its mentor.
  lead_group: { ...mentors('place'), ...SUPERVISORS },
  lead_meeting: {
    district_coordinator: ['place'],
    programme_supervisor: ['everybody'],
    programme_admin: ['everybody'],
  },
  restrict_travel: {
    district_coordinator: ['place'],
    programme_supervisor: ['everybody'],
    programme_admin: ['everybody'],
  },
}

/** What everybody may do with what is theirs. */
const OWN: ReadonlySet<Act> = new Set(['see_record', 'see_validation', 'rename'])

/** A duty somebody holds now. */
export interface HeldDuty {
  readonly role: Role
  readonly facilityId: FacilityId | undefined
  /** False for a mentor whose orientation is not completed: nobody mentors before. */
  readonly ready: boolean
}

export interface Actor {
  readonly personId: PersonId
  readonly duties: readonly HeldDuty[]
}

/** Somebody as seen from an actor. */
export interface Whom {
  readonly personId: PersonId | undefined
  /** The technical areas in which the actor mentors them now; an empty name is all of them. */
  readonly mentoredIn: readonly string[]
  /** Their place and every place above it, from below. */
  readonly places: readonly FacilityId[]
}

/** Whether the actor may do this to them; with `area`, in that technical area. */
export function may(actor: Actor, act: Act, whom: Whom, area?: string): boolean {
  if (actor.personId === whom.personId) return OWN.has(act)
  return actor.duties.some(({ role, facilityId, ready }) => {
    if (!ready) return false
    const reaches = RIGHTS[act][role] ?? []
    return reaches.some((reach) => {
      if (reach === 'everybody') return true
      if (reach === 'mentees') return isMentored(whom, area)
      if (facilityId === undefined) return false
      if (reach === 'post') return whom.places[0] === facilityId
      return reach === 'place' && whom.places.includes(facilityId)
    })
  })
}

function isMentored({ mentoredIn }: Whom, area: string | undefined): boolean {
  return area === undefined ? mentoredIn.length > 0 : mentoredIn.some((one) => one === '' || one === area)
}
