// A visit of mentors at a place: how often and how long by the programme, what it may become, and its order.
import type { Level, MentorRole } from '../words/roles.ts'

/** `association`: a team at a hospital. `district`: at a health centre. `community`: a group of health workers. */
export const STREAMS = ['association', 'district', 'health_post', 'community'] as const

export type Stream = (typeof STREAMS)[number]

export interface Cadence {
  /** Days one after another. */
  readonly days: number
  readonly every: 'month' | 'quarter'
}

/** Source: the programme's visit cadences. Of health posts it says nothing: one day a month, as the nearest places get. */
export const CADENCES: Readonly<Record<Stream, Cadence>> = {
  association: { days: 3, every: 'month' },
  district: { days: 2, every: 'month' },
  health_post: { days: 1, every: 'month' },
  community: { days: 1, every: 'quarter' },
}

const STREAM_OF: Readonly<Record<MentorRole, Stream>> = {
  association_mentor: 'association',
  district_based_mentor: 'district',
  health_centre_mentor: 'health_post',
  community_mentor: 'community',
}

/** The visits a mentor makes. */
export const streamOf = (role: MentorRole): Stream => STREAM_OF[role]

/** Roles and the streams they visit in, for what finds one by the other. */
export const STREAM_ROLES = Object.entries(STREAM_OF) as readonly (readonly [MentorRole, Stream])[]

/** Where visits of a stream go; a place without a level may be any. */
const LEVELS_OF: Readonly<Record<Stream, readonly Level[]>> = {
  // Two health centres were upgraded and have their mentors from the associations.
  association: ['district_hospital', 'health_centre'],
  district: ['health_centre'],
  health_post: ['health_post'],
  community: ['village_chw_group'],
}

export const isVisited = (stream: Stream, level: Level | null | undefined): boolean =>
  level == null || LEVELS_OF[stream].includes(level)

export const VISIT_STATES = ['proposed', 'confirmed', 'cancelled', 'begun', 'closed'] as const

export type VisitState = (typeof VISIT_STATES)[number]

/** What is done about a visit as a whole. */
export type VisitChange = 'confirm' | 'move' | 'cancel' | 'begin' | 'close'

const CHANGES: Readonly<Record<VisitChange, readonly VisitState[]>> = {
  confirm: ['proposed'],
  move: ['proposed', 'confirmed'],
  cancel: ['proposed', 'confirmed'],
  begin: ['confirmed'],
  close: ['begun'],
}

/** Whether a visit that stands so may be changed so. */
export const canChange = (state: VisitState, change: VisitChange): boolean => CHANGES[change].includes(state)

/** What a visit is made of, in the order it is held. */
export const VISIT_STEPS = [
  'entry',
  'data',
  'training',
  'observation',
  'round',
  'debrief',
  'actions',
] as const

export type VisitStep = (typeof VISIT_STEPS)[number]

/** The first step that was neither done nor left out; undefined when none is left. */
export const nextStep = (settled: readonly VisitStep[]): VisitStep | undefined =>
  VISIT_STEPS.find((step) => !settled.includes(step))

export const VISIT_PARTS = ['mentor', 'mentee', 'manager'] as const

/** What somebody is to a visit. */
export type VisitPart = (typeof VISIT_PARTS)[number]

/** What somebody says to a visit that is planned. */
export const VISIT_ANSWERS = ['coming', 'not_coming', 'other_day'] as const

export type VisitAnswer = (typeof VISIT_ANSWERS)[number]

/**
 * Those of a list of so many that somebody names by their numbers from 1, such as `1 3, 5-7`; undefined where one is not
 * on the list or something else is written.
 */
export function numbersMeant(text: string, count: number): number[] | undefined {
  const parts = text.trim().split(/[\s,;]+/)
  const named = parts.flatMap((part) => {
    const [, from, until = from] = /^(\d{1,3})(?:-(\d{1,3}))?$/.exec(part) ?? []
    const [first, last] = [Number(from), Number(until)]
    if (!(first >= 1 && first <= last && last <= count)) return [undefined]
    return Array.from({ length: last - first + 1 }, (_, ahead) => first + ahead)
  })
  const numbers = named.filter((one) => one !== undefined)
  return numbers.length === named.length ? [...new Set(numbers)].toSorted((a, b) => a - b) : undefined
}
