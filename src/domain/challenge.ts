// What stands in the way at a place: who can resolve it, and by when it goes to the next level. Pure.
import { HOUR, type Instant } from '../words/clock.ts'
import type { Role } from '../words/roles.ts'
import { type Programme, workingTimeAfter } from './rhythm.ts'

export const CHALLENGE_KINDS = ['stock_out', 'equipment', 'staff', 'transport', 'other'] as const

export type ChallengeKind = (typeof CHALLENGE_KINDS)[number]

/** Who is to see to it: the place itself, the district, the ministry and its implementing agency. */
export const CHALLENGE_TIERS = ['facility', 'district', 'national'] as const

export type ChallengeTier = (typeof CHALLENGE_TIERS)[number]

/** Supplies with a name of their own, so that the same one missing is counted as the same; others are written in words. */
export const SUPPLIES = [
  'oxytocin',
  'tranexamic_acid',
  'magnesium_sulfate',
  'calcium_gluconate',
  'antibiotics',
  'gloves',
  'malaria_tests',
  'malaria_medicine',
  'ors_zinc',
  'amoxicillin',
  'pills',
  'injectable',
] as const

export type Supply = (typeof SUPPLIES)[number]

export const isSupply = (item: string): item is Supply => (SUPPLIES as readonly string[]).includes(item)

/** What a community health worker carries, and what a facility's ward does; each list fits a telephone. */
export const SUPPLIES_OF: Readonly<Record<'community' | 'facility', readonly Supply[]>> = {
  community: ['malaria_tests', 'malaria_medicine', 'ors_zinc', 'amoxicillin', 'pills', 'injectable'],
  facility: [
    'oxytocin',
    'tranexamic_acid',
    'magnesium_sulfate',
    'calcium_gluconate',
    'antibiotics',
    'gloves',
    'malaria_medicine',
    'ors_zinc',
  ],
}

/** Who is told at each tier; a person who may resolve at one tier may do so at every tier. */
export const RESOLVERS: Readonly<Record<ChallengeTier, readonly Role[]>> = {
  facility: ['facility_manager'],
  district: ['district_coordinator', 'hospital_supervisor'],
  national: ['programme_supervisor', 'programme_admin'],
}

const DAY_OF_WORK = 10 * HOUR

/** Working days until it goes on. What saves lives is not waited for; staff and transport take their time. */
const MOST_DAYS: Readonly<Record<ChallengeKind, Readonly<Record<'facility' | 'district', number>>>> = {
  stock_out: { facility: 2, district: 5 },
  equipment: { facility: 5, district: 10 },
  staff: { facility: 10, district: 20 },
  transport: { facility: 5, district: 10 },
  other: { facility: 5, district: 10 },
}

/** The tier after this one; undefined when there is none. */
export function tierAbove(tier: ChallengeTier): ChallengeTier | undefined {
  return CHALLENGE_TIERS[CHALLENGE_TIERS.indexOf(tier) + 1]
}

/** When a challenge that comes to a tier now goes to the next one; undefined at the last, where it stays. */
export function challengeDueAt(
  now: Instant,
  { kind, tier }: { kind: ChallengeKind; tier: ChallengeTier },
  programme: Programme,
): Instant | undefined {
  return tier === 'national'
    ? undefined
    : workingTimeAfter(now, MOST_DAYS[kind][tier] * DAY_OF_WORK, programme)
}
