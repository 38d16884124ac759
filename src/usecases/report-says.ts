// A mentor's monthly report in words.
import { dayWords } from '../domain/day.ts'
import { shownOf } from '../domain/project.ts'
import type { Say, WordSay } from '../engine/events.ts'
import { subjectCode } from '../engine/offer.ts'
import type { ListItem } from '../engine/session.ts'
import type { MentorFigures } from '../store/mentor-figures.ts'
import type { FlowId } from '../words/ids.ts'
import type { LocalText } from '../words/language.ts'
import { becauseWords } from './announce-visit.ts'
import type { Desk } from './desk.ts'

/** The report as it is read, a line a subject; what there was none of is left out. */
export function figuresSay(desk: Desk, figures: MentorFigures): Say[] {
  const line = (word: string, values: WordSay['values'], shown = true): WordSay[] =>
    shown ? [{ say: 'word', word, values: values ?? {} }] : []
  const list = (items: readonly ListItem[]): readonly ListItem[] => items
  const f = figures
  const cadres = f.cadres.map(({ cadre, people }): ListItem => ({
    id: cadre,
    text: counted(desk.shelf.words[`cadre_${cadre || 'unknown'}`] ?? { en: cadre }, people),
  }))
  const competencies = f.competencies.map(({ competency, observed, validated }): ListItem => ({
    id: competency,
    text: counted(
      desk.shelf.competencies.named(competency).title,
      validated > 0 ? `${observed} (${validated} ✓)` : observed,
    ),
  }))
  const lines = [
    ...line('report_visits', { done: f.visits_done, planned: f.visits_planned, sites: f.sites }),
    ...f.missed.flatMap(({ on, place, because }) =>
      on === undefined
        ? line('report_missed', { because: becauseWords(desk, because) })
        : line('report_missed_visit', { day: dayWords(on), place, because: becauseWords(desk, because) }),
    ),
    ...line('report_mentees', {
      reached: f.reached,
      all: f.mentees,
      new: f.new_mentees,
      gone: f.gone_mentees,
    }),
    ...line('report_cadres', { cadres: list(cadres) }, cadres.length > 0),
    ...line('report_teaching', { trainings: f.trainings, rounds: f.rounds }),
    ...f.topics.flatMap(({ flow, people }) =>
      line('closing_training', {
        title: desk.shelf.current(flow as FlowId)?.content.title ?? { en: flow },
        people,
      }),
    ),
    ...line('report_assessed', { baselines: f.baselines, repeats: f.repeats, validated: f.validated }),
    ...line('report_competencies', { competencies: list(competencies) }, competencies.length > 0),
    ...line('report_refusals', { cases: f.refusals }, f.refusals > 0),
    ...line('report_cases', { cases: f.cases }, f.cases > 0),
    ...line('report_near_misses', { cases: f.near_misses }, f.near_misses > 0),
    ...f.near_miss_kinds.flatMap(({ category, cases }) =>
      line('report_near_miss', { category: desk.shelf.words[`near_miss_${category}`] ?? {}, cases }),
    ),
    ...line('report_projects', { new: f.projects_new, active: f.projects_active }, f.projects_active > 0),
    ...f.projects.flatMap(({ id, indicator, unit, status, target, first, last }) => {
      const figure = (value: number): string => `${value}${unit === 'percent' ? ' %' : ''}`
      return line('report_project', {
        code: subjectCode('Q', id),
        indicator,
        status: desk.shelf.words[`project_${status}`] ?? {},
        first: figure(shownOf(first)),
        last: figure(shownOf(last)),
        target: figure(target),
      })
    }),
    ...line('report_data', { reviews: f.data_reviews, gaps: f.data_gaps }, f.data_reviews > 0),
    ...line(
      'report_challenges',
      {
        raised: f.challenges,
        stock: f.stock_outs,
        faults: f.equipment_faults,
        resolved: f.challenges_resolved,
      },
      f.challenges + f.challenges_resolved > 0,
    ),
    ...line(
      'report_actions',
      { done: f.actions_done, late: f.actions_late },
      f.actions_done + f.actions_late > 0,
    ),
  ]
  return [{ say: 'lines', lines }]
}

/** "Bleeding after birth 3 (1 ✓)" in each language: a name and figures, no sentence. */
const counted = (title: LocalText, figures: number | string): LocalText =>
  Object.fromEntries(Object.entries(title).map(([language, text]) => [language, `${text} ${figures}`]))
