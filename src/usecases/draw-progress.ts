// Somebody's progress as a picture for the chat; the words that go with it say the same.
import { percentShown } from '../domain/assessment.ts'
import type { Say } from '../engine/events.ts'
import { fill } from '../engine/fill.ts'
import type { Db } from '../store/db.ts'
import { keepFile } from '../store/files.ts'
import { firstAndLast } from '../store/competency-records.ts'
import type { Instant } from '../words/clock.ts'
import type { PersonId } from '../words/ids.ts'
import { inLanguage, type Language, LOCALES, type LocalText } from '../words/language.ts'
import type { Desk } from './desk.ts'
import { progressIn } from './tell-progress.ts'

/** More rows than this are no picture on a telephone any more: there is another for the rest. */
const MOST_ROWS = 12
const USUAL_BAR = 85

/** The picture of what somebody has begun, for themselves; nothing as long as there is nothing to show. */
export async function pictureSays(
  desk: Desk,
  db: Db,
  about: { person: PersonId; name: string; language: Language; now: Instant },
): Promise<Say[]> {
  const { person, name, language, now } = about
  const begun = (await progressIn(desk, db, person)).filter(({ record }) => record !== undefined)
  if (begun.length === 0) return []
  const scores = new Map((await firstAndLast(db, person)).map((one) => [one.competency, one]))
  const { words, programmeLanguage } = desk.shelf
  const read = (text: LocalText): string => inLanguage(text, language, programmeLanguage)
  const rows = begun.map(({ competency, record }) => {
    const seen = scores.get(competency.code)
    const stage = words[`stage_${record?.stage ?? 'enrolled'}`] ?? {}
    return {
      title: read(competency.title),
      stage: fill(read(stage), language, { round: record?.round ?? 0 }),
      first: seen && percentShown(seen.first_score, seen.first_max),
      last: seen?.score == null || seen.max === null ? undefined : percentShown(seen.score, seen.max),
      validated: record?.stage === 'validated',
    }
  })
  const day = new Intl.DateTimeFormat(LOCALES[language], {
    dateStyle: 'long',
    timeZone: desk.programme.timezone,
  })
  // Loaded when the first is made: what draws is half of what a start would read.
  const { drawProgress } = await import('../pictures/progress.ts')
  // Where bars differ, the highest: who is over it is over each.
  const bars = begun.flatMap(({ competency }) => scores.get(competency.code)?.bar ?? [])
  const bar = bars.length === 0 ? USUAL_BAR : Math.max(...bars)
  const says: Say[] = []
  for (let from = 0; from < rows.length; from += MOST_ROWS) {
    const shown = rows.slice(from, from + MOST_ROWS)
    const bytes = await drawProgress({
      title: name,
      subtitle: day.format(now),
      bar,
      words: { bar: `${bar} %`, first: read(words['picture_first'] ?? {}), none: '–' },
      rows: shown,
    })
    const file = await keepFile(db, { person, name: 'progress.png', mime: 'image/png', bytes })
    says.push({
      say: 'file',
      attachment: { file, kind: 'image', name: 'progress.png', mime: 'image/png' },
      word: 'picture_progress',
      alt: 'picture_alt',
      values: { count: shown.length },
    })
  }
  return says
}
