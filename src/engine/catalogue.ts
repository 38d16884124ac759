// The catalogue as the programme asks it: which competency lies where, and which are somebody's.
import type { LocalText } from '../words/language.ts'
import { LEVELS } from '../words/roles.ts'
import type { Catalogue } from './schema-catalogue.ts'

/** One competency, with the technical area it lies in. */
export interface Competency {
  readonly code: string
  readonly title: LocalText
  readonly area: string
  /** Days a validation stays fresh. */
  readonly shelfLife: number
}

/** A figure of a place, month by month. */
export interface Indicator {
  readonly id: string
  readonly title: LocalText
  /** The indicator whose cases these are some of. */
  readonly partOf: string | undefined
  /** A first figure above this is asked about once more. */
  readonly unlikelyAbove: number | undefined
}

/** Whose competencies are asked for; what is not known of them shuts nothing out. */
export interface Working {
  readonly cadre: string | null | undefined
  readonly level: string | null | undefined
}

export interface Competencies {
  readonly areas: readonly { readonly id: string; readonly title: LocalText }[]
  /** A competency by its code; one that the catalogue no longer has is known by its code alone. */
  named(code: string): Competency
  has(code: string): boolean
  /** All of a cadre at a level, in the order of the catalogue. */
  of(working: Working): readonly Competency[]
  /** Those that somebody needs to be fully validated. */
  assignedTo(working: Working): readonly Competency[]
  /** The codes of a stream, or of a technical area. */
  inStream(stream: string): readonly string[]
  inArea(area: string): readonly string[]
  /** What a place of a level counts; where the level is not known, what a health centre does. */
  indicatorsAt(level: string | null | undefined): readonly Indicator[]
  /** The percentage of a mentor's orientation to reach, in theory. */
  readonly orientationPercent: number
}

/** A year, where the catalogue says nothing. */
const SHELF_LIFE_DAYS = 365

/**
 * A catalogue to ask; without one there are no areas, and no competency is anybody's. `tested`: the competencies there is
 * a test of; what nobody could be validated in is assigned to nobody.
 */
export function makeCompetencies(
  catalogue: Catalogue | undefined,
  tested: ReadonlySet<string>,
): Competencies {
  const areas = catalogue?.areas ?? []
  const life = catalogue?.shelf_life_days ?? SHELF_LIFE_DAYS
  const all = areas.flatMap((area) =>
    area.competencies.map(({ code, title, shelf_life_days, ...whose }) => ({
      competency: { code, title, area: area.id, shelfLife: shelf_life_days ?? life },
      whose,
    })),
  )
  const byCode = new Map(all.map(({ competency }) => [competency.code, competency]))
  const fits =
    ({ cadre, level }: Working) =>
    ({ whose }: (typeof all)[number]): boolean =>
      (cadre == null || whose.cadres.some((one) => one === cadre)) &&
      (level == null || whose.levels.some((one) => one === level))
  return {
    areas: areas.map(({ id, title }) => ({ id, title })),
    named: (code) => byCode.get(code) ?? { code, title: { en: code }, area: '', shelfLife: life },
    has: (code) => byCode.has(code),
    of: (working) => all.filter(fits(working)).map(({ competency }) => competency),
    assignedTo: (working) =>
      all
        .filter(({ competency, whose }) => whose.assigned && tested.has(competency.code))
        .filter(fits(working))
        .map(({ competency }) => competency),
    inStream: (stream) =>
      all
        .filter(({ whose }) => whose.streams.some((one) => one === stream))
        .map(({ competency }) => competency.code),
    inArea: (area) =>
      all.filter(({ competency }) => competency.area === area).map(({ competency }) => competency.code),
    indicatorsAt: (level) => {
      const counted = LEVELS.find((one) => one === level) ?? 'health_centre'
      return (catalogue?.indicators ?? [])
        .filter(({ levels }) => levels.includes(counted))
        .map(({ id, title, part_of, unlikely_above }) => ({
          id,
          title,
          partOf: part_of,
          unlikelyAbove: unlikely_above[counted],
        }))
    },
    orientationPercent: catalogue?.orientation_percent ?? 85,
  }
}
