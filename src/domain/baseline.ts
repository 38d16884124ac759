// What a facility has and how it works, looked at before mentorship begins and again at later visits. The four parts are
// the programme's; their items are composed from its description and its supervision tool; a draft. Pure.
export const BASELINE_PARTS = ['data', 'service', 'equipment', 'guidelines'] as const

export type BaselinePart = (typeof BASELINE_PARTS)[number]

/** The items of each part, in the order they are looked at. */
const ITEMS_OF = {
  data: ['data_recount', 'data_used'],
  service: ['service_staff', 'service_plan', 'service_meetings'],
  equipment: ['equipment_mother', 'equipment_newborn', 'equipment_child', 'equipment_hygiene'],
  guidelines: ['guidelines_there', 'guidelines_used'],
} as const satisfies Readonly<Record<BaselinePart, readonly string[]>>

export type BaselineItem = (typeof ITEMS_OF)[BaselinePart][number]

export const BASELINE_ITEMS: readonly BaselineItem[] = BASELINE_PARTS.flatMap((part) => [...ITEMS_OF[part]])

export const partOf = (item: BaselineItem): BaselinePart =>
  BASELINE_PARTS.find((part) => (ITEMS_OF[part] as readonly string[]).includes(item)) ?? 'data'

const FULL = 2

/** What each item came to: 0 not met, 1 in part, 2 met; undefined where it could not be seen. */
export type BaselineScores = ReadonlyMap<BaselineItem, number | undefined>

/** The first item that is neither scored nor said not to be seen; undefined when all are. */
export const nextItem = (scores: BaselineScores): BaselineItem | undefined =>
  BASELINE_ITEMS.find((item) => !scores.has(item))

export interface PartScore {
  readonly part: BaselinePart
  /** Points, of `max`; what could not be seen is in neither. */
  readonly score: number
  readonly max: number
}

/** Each part's points, in the order of the parts. */
export const partScores = (scores: BaselineScores): PartScore[] =>
  BASELINE_PARTS.map((part) => {
    const seen = ITEMS_OF[part].flatMap((item) => scores.get(item) ?? [])
    return { part, score: seen.reduce((sum, one) => sum + one, 0), max: seen.length * FULL }
  })

export interface PartChange {
  readonly part: BaselinePart
  readonly better: readonly BaselineItem[]
  readonly worse: readonly BaselineItem[]
}

/** What has changed since, part by part; an item that was not seen both times has not changed as far as anybody knows. */
export function changesSince(before: BaselineScores, now: BaselineScores): PartChange[] {
  return BASELINE_PARTS.map((part) => {
    const differs = (sign: number): BaselineItem[] =>
      ITEMS_OF[part].filter((item) => {
        const [was, is] = [before.get(item), now.get(item)]
        return was !== undefined && is !== undefined && Math.sign(is - was) === sign
      })
    return { part, better: differs(1), worse: differs(-1) }
  })
}
