/** What somebody does in the programme. */
export const ROLES = [
  'association_mentor',
  'district_based_mentor',
  'health_centre_mentor',
  'community_mentor',
  'mentee',
  'hospital_supervisor',
  'facility_manager',
  'qi_team_member',
  'programme_supervisor',
  'district_coordinator',
  'programme_admin',
] as const

export type Role = (typeof ROLES)[number]

/** The roles that mentor others; each needs an orientation first. */
export const MENTOR_ROLES = [
  'association_mentor',
  'district_based_mentor',
  'health_centre_mentor',
  'community_mentor',
] as const satisfies readonly Role[]

export type MentorRole = (typeof MENTOR_ROLES)[number]

/** What somebody's profession is. */
export const CADRES = [
  'nurse',
  'midwife',
  'medical_doctor',
  'intern_doctor',
  'health_post_provider',
  'chw',
] as const

export type Cadre = (typeof CADRES)[number]

/** The associations whose members mentor at hospitals: obstetricians, midwives, paediatricians. */
export const ASSOCIATIONS = ['RSOG', 'RAM', 'RPA'] as const

export type Association = (typeof ASSOCIATIONS)[number]

/** How high a place stands in the health system, from the top. */
export const LEVELS = [
  'national',
  'province',
  'district',
  'district_hospital',
  'health_centre',
  'health_post',
  'village_chw_group',
] as const

export type Level = (typeof LEVELS)[number]

export const isRole = (text: string): text is Role => (ROLES as readonly string[]).includes(text)
export const isCadre = (text: string): text is Cadre => (CADRES as readonly string[]).includes(text)
export const isLevel = (text: string): text is Level => (LEVELS as readonly string[]).includes(text)
export const isMentorRole = (text: string): text is MentorRole =>
  (MENTOR_ROLES as readonly string[]).includes(text)
