// A project's indicator as a picture for the chat; the words beside it say the same.
import { hasShifted, medianOf, shownOf } from '../domain/project.ts'
import type { Say } from '../engine/events.ts'
import type { Db } from '../store/db.ts'
import { keepFile } from '../store/files.ts'
import { type PointAt, type Project, projectNotes } from '../store/projects.ts'
import type { PersonId } from '../words/ids.ts'
import { inLanguage, type Language, LOCALES } from '../words/language.ts'
import type { Desk } from './desk.ts'

/** The run chart; nothing before there are two figures. */
export async function drawRun(
  desk: Desk,
  db: Db,
  about: { project: Project; points: readonly PointAt[]; person: PersonId; language: Language },
): Promise<Say[]> {
  const { project, points, person, language } = about
  if (points.length < 2) return []
  const { words, programmeLanguage } = desk.shelf
  const word = (name: string): string => inLanguage(words[name] ?? {}, language, programmeLanguage)
  const day = new Intl.DateTimeFormat(LOCALES[language], {
    day: 'numeric',
    month: 'short',
    timeZone: desk.programme.timezone,
  })
  const shown = points.map(shownOf)
  const [change] = await projectNotes(db, project.id, ['do'])
  const changed = change ? points.findIndex(({ at }) => at >= change.at) : -1
  const { drawRunChart } = await import('../pictures/run-chart.ts')
  const bytes = await drawRunChart({
    title: project.indicator,
    subtitle: project.facility,
    unit: project.unit === 'percent' ? '%' : '',
    points: points.map((point, index) => ({ label: day.format(point.at), value: shown[index] ?? 0 })),
    median: medianOf(shown) ?? 0,
    target: project.target,
    changedBefore: changed > 0 ? changed : undefined,
    words: {
      median: word('chart_median'),
      target: word('chart_target'),
      change: word('chart_change'),
    },
  })
  const file = await keepFile(db, { person, name: 'run-chart.png', mime: 'image/png', bytes })
  return [
    {
      say: 'file',
      attachment: { file, kind: 'image', name: 'run-chart.png', mime: 'image/png' },
      word: hasShifted(shown) ? 'chart_shifted' : 'chart_run',
      alt: 'chart_alt',
      values: {
        indicator: project.indicator,
        figures: shown.join(', '),
        median: medianOf(shown) ?? 0,
        target: project.target,
      },
    },
  ]
}
