// One improvement project: where it stands, its run chart, new figures, its cycles, and its end.
import { PDSA, isOver, isReached, PROJECT_STATES, shownOf } from '../../domain/project.ts'
import { dayOf } from '../../domain/rhythm.ts'
import type { Say, WordSay } from '../../engine/events.ts'
import {
  addPoint,
  addProjectNote,
  pointsOf,
  projectForUpdate,
  projectNotes,
  setProjectStatus,
} from '../../store/projects.ts'
import { openPromises } from '../../store/promises.ts'
import type { ProjectId } from '../../words/ids.ts'
import { drawRun } from '../draw-run.ts'
import { actionValues } from '../promise-action.ts'
import { isAllowedAt } from '../relate.ts'
import { type Deed, type DeedSet, wordIn } from './deed.ts'
import { numberIn, projectCode, projectRun } from './projects.ts'

const MOST_ACTIONS = 5
const MOST_NOTES = 4
const GONE = { outcome: 'gone' } as const

const open: Deed = async (order) => {
  const { desk, db, talk, vars } = order
  const id = Number(wordIn(vars, 'subject'))
  const project = Number.isSafeInteger(id) && id > 0 ? await projectForUpdate(db, id as ProjectId) : undefined
  if (!project) return GONE
  const asked = { actor: talk.personId, place: project.facilityId }
  const runs = await isAllowedAt(db, { ...asked, act: 'run_project' })
  if (!runs && !(await isAllowedAt(db, { ...asked, act: 'see_project' }))) return GONE
  const points = await pointsOf(db, project.id)
  const [baseline, last] = [points[0], points.at(-1)]
  const code = projectCode(project.id)
  const unit = project.unit === 'percent' ? ' %' : ''
  const says: Say[] = [
    {
      say: 'word',
      word: 'project_head',
      values: {
        code,
        facility: project.facility,
        problem: project.problem,
        aim: project.aim,
        status: desk.shelf.words[`project_${project.status}`] ?? {},
      },
    },
  ]
  if (baseline && last)
    says.push({
      say: 'word',
      word: isReached({ baseline, last, target: project.target }) ? 'project_reached' : 'project_figures',
      values: {
        indicator: project.indicator,
        first: `${shownOf(baseline)}${unit}`,
        last: `${shownOf(last)}${unit}`,
        target: `${project.target}${unit}`,
      },
    })
  const causes = await projectNotes(db, project.id, ['cause'])
  // Of five whys the last is the root; of a fishbone each cause stands on its bone.
  const roots = project.method === 'whys' ? causes.slice(-1) : causes
  const notes = (await projectNotes(db, project.id, ['idea', ...PDSA])).slice(-MOST_NOTES)
  const lines = [...roots, ...notes].map(({ kind, branch, text }): WordSay => ({
    say: 'word',
    word: branch === undefined ? `project_note_${kind}` : 'project_note_branch',
    values: { text, branch: desk.shelf.words[`branch_${branch}`] ?? {} },
  }))
  if (lines.length > 0) says.push({ say: 'lines', lines })
  const actions = await openPromises(db, desk.programme.timezone, {
    project: project.id,
    limit: MOST_ACTIONS,
  })
  if (actions.length > 0)
    says.push({
      say: 'lines',
      lines: actions.map((action): WordSay => ({
        say: 'word',
        word: 'action_line',
        values: actionValues(desk, action),
      })),
    })
  says.push(...(await drawRun(desk, db, { project, points, person: talk.personId, language: talk.language })))
  return {
    outcome: runs && !isOver(project.status) ? project.unit : 'reader',
    found: { code },
    says,
  }
}

const figure: Deed = async (order) => {
  const project = await projectRun(order)
  const { desk, db, talk, vars, now } = order
  if (!project || isOver(project.status)) return GONE
  const cases = numberIn(vars, 'cases')
  const all = project.unit === 'percent' ? numberIn(vars, 'all') : undefined
  if (all !== undefined && !(cases <= all)) return { outcome: 'more-than-all' }
  const since = dayOf(now, desk.programme)
  await addPoint(db, project.id, { cases, all, by: talk.personId, at: now, since })
  return { outcome: 'added' }
}

const note: Deed = async (order) => {
  const project = await projectRun(order)
  const { db, talk, vars, now } = order
  const kind = PDSA.find((one) => one === wordIn(vars, 'cycle'))
  const text = wordIn(vars, 'text')
  if (!project || !kind || text === '') return GONE
  await addProjectNote(db, project.id, { kind, branch: undefined, text, author: talk.personId, at: now })
  // The first thing that is done makes it a test.
  if (kind === 'do' && project.status === 'planned')
    await setProjectStatus(db, project.id, { status: 'testing', at: now })
  return { outcome: 'noted', found: { text: '' } }
}

const settle: Deed = async (order) => {
  const project = await projectRun(order)
  const status = PROJECT_STATES.find((one) => one === wordIn(order.vars, 'status'))
  if (!project || !status) return GONE
  await setProjectStatus(order.db, project.id, { status, at: order.now })
  return { outcome: 'done' }
}

export const oneProjectDeeds: DeedSet = {
  deeds: { 'open-project': open, 'add-figure': figure, 'note-cycle': note, 'settle-project': settle },
  audited: { 'settle-project': 'project.settle' },
}
