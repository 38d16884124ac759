// Opening an improvement project, step by step: problem, aim, indicator, root cause, ideas, actions. Each text comes here
// screened by its question.
import { BRANCHES, MOST_WHYS } from '../../domain/project.ts'
import { subjectCode } from '../../engine/offer.ts'
import type { ListItem, Vars } from '../../engine/session.ts'
import { holdersAt } from '../../store/duties.ts'
import { peopleAt, personById } from '../../store/people.ts'
import {
  addPoint,
  addProjectNote,
  openProject,
  projectForUpdate,
  type Project,
  projectNotes,
  projectsAt,
} from '../../store/projects.ts'
import { sitesOf } from '../../store/pairings.ts'
import { DAY } from '../../words/clock.ts'
import type { FlowId, PersonId, ProjectId } from '../../words/ids.ts'
import { promiseAction } from '../promise-action.ts'
import { isAllowedAt } from '../relate.ts'
import { type Deed, type DeedOrder, type DeedSet, wordIn } from './deed.ts'
import { pickPlace, placeIn, placesFor } from './improve.ts'

const MOST_LISTED = 8
const MOST_OWNERS = 9
/** A project that is over is still shown for so long. */
const SHOWN_AFTER = 90 * DAY
const GONE = { outcome: 'gone' } as const

export const projectCode = (id: ProjectId): string => subjectCode('Q', id)

/** The project a dialogue is about, when its speaker may work on it. */
export async function projectRun({ db, talk, vars }: DeedOrder): Promise<Project | undefined> {
  const id = Number(wordIn(vars, 'subject'))
  if (!Number.isSafeInteger(id) || id < 1) return undefined
  const project = await projectForUpdate(db, id as ProjectId)
  if (!project) return undefined
  const asked = { actor: talk.personId, act: 'run_project', place: project.facilityId } as const
  return (await isAllowedAt(db, asked)) ? project : undefined
}

export const numberIn = (vars: Vars, name: string): number => {
  const value = vars[name]
  return typeof value === 'number' ? value : Number.NaN
}

const list: Deed = async ({ desk, db, talk, now }) => {
  const sites = await sitesOf(db, talk.personId)
  const visible: (typeof sites)[number][] = []
  for (const site of sites)
    if (await isAllowedAt(db, { actor: talk.personId, act: 'see_project', place: site.id }))
      visible.push(site)
  const about = { places: visible.map(({ id }) => id), since: now - SHOWN_AFTER, limit: MOST_LISTED }
  const items = (await projectsAt(db, about)).map(({ id, problem }): ListItem => ({
    id: String(id),
    text: { en: `${projectCode(id)} · ${problem}` },
  }))
  const mayOpen = (await placesFor(db, talk.personId, 'run_project')).length > 0
  const open: ListItem[] = mayOpen ? [{ id: 'new', text: desk.shelf.words['project_new'] ?? {} }] : []
  if (items.length === 0) return mayOpen ? { outcome: 'first' } : { outcome: 'none' }
  return { outcome: 'some', found: { projects: [...items, ...open] } }
}

const choose: Deed = ({ vars }) => {
  const choice = wordIn(vars, 'project')
  if (choice === 'new') return Promise.resolve({ input: { kind: 'open', flow: 'project-open' as FlowId } })
  return Promise.resolve({
    input: { kind: 'open', flow: 'project' as FlowId, vars: { subject: choice } },
  })
}

const begin: Deed = async ({ desk, db, talk, vars, now }) => {
  const facilityId = await placeIn(db, {
    person: talk.personId,
    act: 'run_project',
    place: wordIn(vars, 'place'),
  })
  if (facilityId === undefined) return GONE
  const unit = wordIn(vars, 'unit') === 'percent' ? 'percent' : 'number'
  const all = unit === 'percent' ? numberIn(vars, 'all') : undefined
  const cases = numberIn(vars, 'cases')
  if (all !== undefined && !(cases <= all)) return { outcome: 'more-than-all' }
  const method = wordIn(vars, 'method') === 'fishbone' ? 'fishbone' : 'whys'
  const [problem, aim, indicator] = ['problem', 'aim', 'indicator'].map((name) => wordIn(vars, name))
  const target = numberIn(vars, 'target')
  if (!problem || !aim || !indicator || Number.isNaN(target)) return GONE
  const by = talk.personId
  const id = await openProject(db, { facilityId, problem, aim, indicator, unit, target, method, by, at: now })
  await addPoint(db, id, { cases, all, by, at: now, since: now })
  return {
    outcome: method,
    // From now on the words stand with the project alone.
    found: {
      subject: String(id),
      code: projectCode(id),
      because: problem,
      number: 1,
      problem: '',
      aim: '',
      indicator: '',
      branch: desk.shelf.words[`branch_${BRANCHES[0]}`] ?? {},
      at: 0,
    },
  }
}

/** The next "why?", of at most five; what was answered last is the cause that is asked about. */
const noteWhy: Deed = async (order) => {
  const project = await projectRun(order)
  const { db, talk, vars, now } = order
  if (!project) return GONE
  const text = wordIn(vars, 'text')
  if (wordIn(vars, 'picked') === 'enough' || text === '') return { outcome: 'enough' }
  await addProjectNote(db, project.id, {
    kind: 'cause',
    branch: undefined,
    text,
    author: talk.personId,
    at: now,
  })
  const number = numberIn(vars, 'number') + 1
  const found = { because: text, number, text: '' }
  return { outcome: number > MOST_WHYS ? 'enough' : 'again', found }
}

/** Notes a cause on this bone of the fish; where there is none, or no more, it goes on to the next. */
const noteBone: Deed = async (order) => {
  const project = await projectRun(order)
  const { desk, db, talk, vars, now } = order
  if (!project) return GONE
  const at = numberIn(vars, 'at')
  const branch = BRANCHES[at]
  const text = wordIn(vars, 'text')
  if (branch && text !== '') {
    await addProjectNote(db, project.id, { kind: 'cause', branch, text, author: talk.personId, at: now })
    return { outcome: 'again', found: { text: '' } }
  }
  const next = BRANCHES[at + 1]
  if (next === undefined) return { outcome: 'enough' }
  return { outcome: 'again', found: { at: at + 1, branch: desk.shelf.words[`branch_${next}`] ?? {} } }
}

const noteIdea: Deed = async (order) => {
  const project = await projectRun(order)
  const { db, talk, vars, now } = order
  const text = wordIn(vars, 'text')
  if (!project) return GONE
  if (text === '') return { outcome: 'enough' }
  await addProjectNote(db, project.id, {
    kind: 'idea',
    branch: undefined,
    text,
    author: talk.personId,
    at: now,
  })
  const ideas = (await projectNotes(db, project.id, ['idea'])).length
  return { outcome: 'noted', found: { text: '', ideas } }
}

/** Who could do it: the speaker, the manager, and the people of the place. */
const listOwners: Deed = async (order) => {
  const project = await projectRun(order)
  if (!project) return GONE
  return { outcome: 'done', found: { owners: await ownersAt(order, project) } }
}

async function ownersAt({ db, desk, talk }: DeedOrder, { facilityId }: Project): Promise<ListItem[]> {
  const managers = await holdersAt(db, [facilityId], ['facility_manager'])
  const people = await peopleAt(db, { places: [facilityId], search: '', limit: 60 })
  const rank = (id: PersonId): number => (managers.includes(id) ? 0 : 1)
  const others = people
    .filter(({ id }) => id !== talk.personId)
    .toSorted((a, b) => rank(a.id) - rank(b.id))
    .map(({ id, name }): ListItem => ({ id: String(id), text: { en: name } }))
  const me: ListItem = { id: String(talk.personId), text: desk.shelf.words['owner_me'] ?? {} }
  return [me, ...others].map((item, index) => (index < MOST_OWNERS ? item : { ...item, hidden: true }))
}

const agree: Deed = async (order) => {
  const project = await projectRun(order)
  const { desk, db, talk, vars, now } = order
  const text = wordIn(vars, 'text')
  const days = numberIn(vars, 'days')
  if (!project || text === '' || Number.isNaN(days)) return GONE
  const owners = await ownersAt(order, project)
  const owner = owners.find(({ id }) => id === wordIn(vars, 'owner'))
  if (!owner) return GONE
  const { tells } = await promiseAction(desk, db, {
    facilityId: project.facilityId,
    projectId: project.id,
    owner: Number(owner.id) as PersonId,
    text,
    dueAt: now + days * DAY,
    by: talk.personId,
    at: now,
  })
  const name = (await personById(db, Number(owner.id) as PersonId))?.name ?? ''
  return { outcome: 'agreed', found: { text: '', who: name }, tells }
}

export const projectDeeds: DeedSet = {
  deeds: {
    'list-projects': list,
    'choose-project': choose,
    'project-where': pickPlace('run_project'),
    'begin-project': begin,
    'note-why': noteWhy,
    'note-bone': noteBone,
    'note-idea': noteIdea,
    'list-owners': listOwners,
    'agree-action': agree,
  },
  audited: { 'begin-project': 'project.open', 'agree-action': 'action.agree' },
}
