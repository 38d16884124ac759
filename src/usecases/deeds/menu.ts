// The menu: what somebody may do here, by what they are in the programme. It never has more than ten entries, which is
// what some telephones show; quizzes then stand under their technical area. A quiz that is not shown is still
// understood by its name.
import type { Quiz } from '../../engine/schema.ts'
import type { ListItem } from '../../engine/session.ts'
import type { Flow, Shelf } from '../../engine/shelf.ts'
import { leftRefresher } from '../../store/attempts.ts'
import { heldDuties } from '../../store/duties.ts'
import { personById } from '../../store/people.ts'
import { isMentorRole, type Role } from '../../words/roles.ts'
import { type DeedSet, wordIn } from './deed.ts'

export const QUIZ = 'quiz:'
export const AREA = 'area:'
export const REFRESHER = 'refresher'

/** What a list shows on every telephone. */
const MOST_ENTRIES = 10

/** So many quizzes are read at a glance; more stand under their areas. */
const QUIZZES_AT_A_GLANCE = 5

interface Entry {
  /** The dialogue it opens. */
  readonly flow: string
  /** Its word in `words.yaml`. */
  readonly word: string
  /** Whether it is for somebody with this duty; for everybody where nothing is said. */
  readonly for?: (role: Role) => boolean
}

/** Those who look after places rather than people's skills. */
function watches(role: Role): boolean {
  return (
    role === 'hospital_supervisor' ||
    role === 'facility_manager' ||
    role === 'programme_supervisor' ||
    role === 'district_coordinator' ||
    role === 'programme_admin'
  )
}

/** Those who score a session beside its mentor. */
const rates = (role: Role): boolean => watches(role) && role !== 'facility_manager'

/** What stands before the quizzes, and after them; the last give way first when there are too many. */
const BEFORE: readonly Entry[] = [
  { flow: 'observe', word: 'menu_observe', for: (role) => isMentorRole(role) || rates(role) },
  { flow: 'visits', word: 'menu_visits', for: (role) => isMentorRole(role) || watches(role) },
  { flow: 'mentees', word: 'menu_mentees', for: isMentorRole },
  { flow: 'people', word: 'menu_people', for: watches },
  { flow: 'candidates', word: 'menu_candidates', for: watches },
  { flow: 'cascade', word: 'menu_cascade', for: watches },
]
const AFTER: readonly Entry[] = [
  { flow: 'case-ask', word: 'menu_case', for: (role) => role === 'mentee' },
  { flow: 'cases', word: 'menu_cases', for: isMentorRole },
  { flow: 'improve', word: 'menu_improve' },
  { flow: 'progress', word: 'menu_progress' },
  { flow: 'my-plan', word: 'menu_plan', for: (role) => role === 'mentee' },
  { flow: 'hours', word: 'menu_reminders' },
  { flow: 'scores', word: 'menu_scores' },
  { flow: 'cascade', word: 'menu_cascade', for: isMentorRole },
]

export const menuDeeds: DeedSet = {
  deeds: {
    async 'list-menu'({ desk, db, talk }) {
      const { shelf } = desk
      const roles = (await heldDuties(db, talk.personId)).flatMap(({ role, ready }) => (ready ? [role] : []))
      const entries = (of: readonly Entry[]): ListItem[] =>
        of
          .filter((entry) => entry.for === undefined || roles.some(entry.for))
          .map(({ flow, word }) => ({ id: flow, text: shelf.words[word] ?? {} }))
      const offered = quizzesFor(shelf, (await personById(db, talk.personId))?.cadre)
      const quizzes = offered.map(asItem)
      const left: ListItem[] = (await leftRefresher(db, talk.personId))
        ? [{ id: REFRESHER, text: shelf.words['menu_refresher'] ?? {} }]
        : []
      const before = [...left, ...entries(BEFORE)]
      // Whoever watches and mentors has the cascade once.
      const after = entries(AFTER).filter(({ id }) => !before.some((entry) => entry.id === id))
      const room = MOST_ENTRIES - before.length - after.length
      const few = quizzes.length <= Math.min(room, QUIZZES_AT_A_GLANCE) && !roles.some(isMentorRole)
      const areas = few ? [] : areasOf(shelf, offered)
      const learn = areas.length <= room ? areas : [{ id: `${AREA}*`, text: shelf.words['menu_learn'] ?? {} }]
      const shown = [...before, ...(few ? quizzes : learn), ...after]
      return { outcome: 'done', found: { menu: withHidden(shown, few ? [] : quizzes) } }
    },

    /** The areas, or the quizzes of one; a long list in pages. */
    async 'list-area'({ desk, db, talk, vars }) {
      const [, area = '', page = '1'] = wordIn(vars, 'choice').split(':')
      const offered = quizzesFor(desk.shelf, (await personById(db, talk.personId))?.cadre)
      const all =
        area === '*'
          ? areasOf(desk.shelf, offered)
          : offered.filter((flow) => areaOf(desk.shelf, flow) === area).map(asItem)
      const back: ListItem = { id: 'menu', text: desk.shelf.words['menu_back'] ?? {} }
      const size = all.length < MOST_ENTRIES ? all.length : MOST_ENTRIES - 2
      const from = (Math.max(1, Number(page)) - 1) * size
      const rest = all.length - from - size
      const more: ListItem[] =
        rest > 0
          ? [{ id: `${AREA}${area}:${Number(page) + 1}`, text: desk.shelf.words['menu_more'] ?? {} }]
          : []
      const shown = [...all.slice(from, from + size), ...more, back]
      return { outcome: 'done', found: { menu: withHidden(shown, offered.map(asItem)) } }
    },
  },
  audited: {},
}

/** What is not shown stands behind what is, to be understood by its words. */
function withHidden(shown: readonly ListItem[], all: readonly ListItem[]): ListItem[] {
  const seen = new Set(shown.slice(0, MOST_ENTRIES).map(({ id }) => id))
  const hidden = [...shown, ...all].filter(({ id }) => !seen.has(id))
  return [...shown.slice(0, MOST_ENTRIES), ...hidden.map((item) => ({ ...item, hidden: true }))]
}

const asItem = (flow: Flow<Quiz>): ListItem => ({ id: `${QUIZ}${flow.id}`, text: flow.content.title })

/** A quiz for everybody names no cadre the person lacks; mentors and others without a cadre see all. */
function quizzesFor(shelf: Shelf, cadre: string | null | undefined): Flow<Quiz>[] {
  return shelf.flows.filter(
    (flow): flow is Flow<Quiz> =>
      flow.content.kind === 'quiz' &&
      (cadre === null || cadre === undefined || flow.content.cadres.some((one) => one === cadre)),
  )
}

const areaOf = (shelf: Shelf, flow: Flow<Quiz>): string =>
  shelf.competencies.named(flow.content.competency).area

/** The areas in which there is something to learn, and the quizzes that are in none. */
function areasOf(shelf: Shelf, quizzes: readonly Flow<Quiz>[]): ListItem[] {
  const used = new Set(quizzes.map((flow) => areaOf(shelf, flow)))
  const areas = shelf.competencies.areas
    .filter(({ id }) => used.has(id))
    .map(({ id, title }): ListItem => ({ id: `${AREA}${id}`, text: title }))
  return [...areas, ...quizzes.filter((flow) => areaOf(shelf, flow) === '').map(asItem)]
}
