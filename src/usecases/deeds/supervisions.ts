// A joint supervision visit in the chat: domain by domain, scored and commented, actions agreed, signed by those it is about.
import { percentShown } from '../../domain/assessment.ts'
import { dayWords } from '../../domain/day.ts'
import { quarterOf } from '../../domain/monthly-report.ts'
import { nextDomain, SUPERVISION_DOMAINS, supervisionTally, weakDomains } from '../../domain/supervision.ts'
import type { Say, WordSay } from '../../engine/events.ts'
import { subjectCode } from '../../engine/offer.ts'
import type { ListItem } from '../../engine/session.ts'
import { holdersAt } from '../../store/duties.ts'
import { facilitiesFor } from '../../store/facilities.ts'
import { mentorsVisiting } from '../../store/pairings.ts'
import { peopleAt, personById } from '../../store/people.ts'
import {
  actionsOfLast,
  agreedAt,
  beginSupervision,
  closeSupervision,
  scoreDomain,
  scoresIn,
  signSupervision,
  type Supervision,
  supervisionForUpdate,
} from '../../store/supervisions.ts'
import { DAY } from '../../words/clock.ts'
import type { FacilityId, PersonId, SupervisionId } from '../../words/ids.ts'
import { promiseAction } from '../promise-action.ts'
import { actorOf, isAllowedAt, supervisedPlaces } from '../relate.ts'
import { type Deed, type DeedOrder, type DeedSet, type Tell, wordIn } from './deed.ts'
import { numberIn } from './projects.ts'

const MOST_LISTED = 10
const MOST_OWNERS = 9
const GONE = { outcome: 'gone' } as const

const supervisionCode = (id: SupervisionId): string => subjectCode('S', id)

const where: Deed = async ({ db, talk }) => {
  const places = supervisedPlaces(await actorOf(db, talk.personId), 'supervise')
  const found = await facilitiesFor(db, { places, levels: ['district_hospital', 'health_centre'], limit: 60 })
  if (found.length === 0) return { outcome: 'nowhere' }
  const items = found.map(({ id, name }, index): ListItem => ({
    id: String(id),
    text: { en: name },
    ...(index >= MOST_LISTED && { hidden: true }),
  }))
  return { outcome: 'several', found: { places: items } }
}

const begin: Deed = async ({ desk, db, talk, vars, now }) => {
  const facility = Number(wordIn(vars, 'place')) as FacilityId
  const allowed =
    Number.isSafeInteger(facility) &&
    facility > 0 &&
    (await isAllowedAt(db, { actor: talk.personId, act: 'supervise', place: facility }))
  if (!allowed) return GONE
  const quarter = quarterOf(now, desk.programme).first
  const at = await beginSupervision(db, { facility, supervisor: talk.personId, quarter, at: now })
  if (at.closed) return { outcome: 'closed', found: { code: supervisionCode(at.id) } }
  return next({ desk, db, talk, vars, now }, at)
}

/** Asks for the next domain, or goes on to what is agreed. */
async function next({ desk, db }: DeedOrder, at: Supervision) {
  const scored = await scoresIn(db, at.id)
  const domain = nextDomain(scored)
  const found = { supervision: String(at.id), code: supervisionCode(at.id), comment: '' }
  if (domain === undefined) {
    return { outcome: 'full', found, says: await resultSays(desk, db, at) } as const
  }
  const last = domain === 'actions' ? await actionsOfLast(db, at.id) : undefined
  const says: Say[] = last ? [{ say: 'word', word: 'supervision_last', values: last }] : []
  return {
    outcome: 'domain',
    says,
    found: {
      ...found,
      domain,
      at: SUPERVISION_DOMAINS.indexOf(domain) + 1,
      of: SUPERVISION_DOMAINS.length,
      what: desk.shelf.words[`supervise_${domain}`] ?? {},
    },
  } as const
}

async function resultSays(desk: DeedOrder['desk'], db: DeedOrder['db'], at: Supervision): Promise<Say[]> {
  const scored = await scoresIn(db, at.id)
  const { score, max } = supervisionTally(scored)
  const weak = weakDomains(scored)
  const lines = scored
    .filter(({ domain, comment }) => weak.includes(domain) || comment !== '')
    .map(({ domain, score: points, comment }): WordSay => ({
      say: 'word',
      word: comment === '' ? 'supervision_line' : 'supervision_line_said',
      values: {
        domain: desk.shelf.words[`supervised_${domain}`] ?? {},
        points: points === undefined ? '–' : String(points),
        comment,
      },
    }))
  const values = {
    code: supervisionCode(at.id),
    facility: at.facility,
    score,
    max,
    percent: max === 0 ? 0 : percentShown(score, max),
  }
  const agreed = (await agreedAt(db, at.id)).map(({ text, owner, dueOn }): WordSay => ({
    say: 'word',
    word: 'action_line',
    values: { text, owner, due: dayWords(dueOn) },
  }))
  return [
    { say: 'word', word: 'supervision_result', values },
    ...[lines, agreed]
      .filter((block) => block.length > 0)
      .map((block): Say => ({ say: 'lines', lines: block })),
  ]
}

/** The supervision in the variables, while it is open and its speaker may hold it. */
async function supervisionIn({ db, talk, vars }: DeedOrder): Promise<Supervision | undefined> {
  const id = Number(wordIn(vars, 'supervision'))
  const at =
    Number.isSafeInteger(id) && id > 0 ? await supervisionForUpdate(db, id as SupervisionId) : undefined
  if (!at || at.closed) return undefined
  const asked = { actor: talk.personId, act: 'supervise', place: at.facilityId } as const
  return (await isAllowedAt(db, asked)) ? at : undefined
}

const POINTS: Readonly<Record<string, number>> = { met: 2, partly: 1, 'not-met': 0 }

const score: Deed = async (order) => {
  const at = await supervisionIn(order)
  const domain = SUPERVISION_DOMAINS.find((one) => one === wordIn(order.vars, 'domain'))
  if (!at || !domain) return GONE
  const comment = wordIn(order.vars, 'comment')
  await scoreDomain(order.db, at.id, { domain, score: POINTS[wordIn(order.vars, 'score')], comment })
  return next(order, at)
}

async function ownersAt({ db, desk, talk }: DeedOrder, at: Supervision): Promise<ListItem[]> {
  const people = await peopleAt(db, { places: [at.facilityId], search: '', limit: 80 })
  const managers = await holdersAt(db, [at.facilityId], ['facility_manager'])
  const rank = (id: PersonId): number => (managers.includes(id) ? 0 : 1)
  const others = people
    .filter(({ id }) => id !== talk.personId)
    .toSorted((a, b) => rank(a.id) - rank(b.id))
    .map(({ id, name }): ListItem => ({ id: String(id), text: { en: name } }))
  const me: ListItem = { id: String(talk.personId), text: desk.shelf.words['owner_me'] ?? {} }
  return [...others.slice(0, MOST_OWNERS - 1), me, ...others.slice(MOST_OWNERS - 1)].map((item, index) =>
    index < MOST_OWNERS ? item : { ...item, hidden: true },
  )
}

const listOwners: Deed = async (order) => {
  const at = await supervisionIn(order)
  return at ? { outcome: 'done', found: { owners: await ownersAt(order, at) } } : GONE
}

const agree: Deed = async (order) => {
  const at = await supervisionIn(order)
  const { desk, db, talk, vars, now } = order
  const [text, days] = [wordIn(vars, 'text'), numberIn(vars, 'days')]
  const owner = at && (await ownersAt(order, at)).find(({ id }) => id === wordIn(vars, 'owner'))
  if (!at || !owner || text === '' || Number.isNaN(days)) return GONE
  const { tells } = await promiseAction(desk, db, {
    facilityId: at.facilityId,
    supervisionId: at.id,
    owner: Number(owner.id) as PersonId,
    text,
    dueAt: now + days * DAY,
    by: talk.personId,
    at: now,
  })
  return { outcome: 'agreed', found: { text: '' }, tells }
}

/** Closes it; the manager and the mentors of the place, where there are any, are sent it to read and sign. */
const close: Deed = async (order) => {
  const at = await supervisionIn(order)
  const { db, talk, now } = order
  if (!at) return GONE
  await closeSupervision(db, at.id, now)
  await signSupervision(db, at.id, { person: talk.personId, at: now })
  const others = (await concerned(db, at)).filter((person) => person !== talk.personId)
  if (others.length === 0) return { outcome: 'nobody' }
  const values = { name: talk.name, code: supervisionCode(at.id), facility: at.facility }
  const says = [{ say: 'word', word: 'supervision_comes', values } as const]
  const open = { flow: 'supervision', subject: at.id, word: 'supervision_sign' }
  const readers: ListItem[] = []
  for (const id of others)
    readers.push({ id: String(id), text: { en: (await personById(db, id))?.name ?? '' } })
  return {
    outcome: 'closed',
    found: { readers },
    tells: others.map((person): Tell => ({ person, says, open })),
  }
}

async function concerned(db: DeedOrder['db'], at: Supervision): Promise<PersonId[]> {
  const managers = await holdersAt(db, [at.facilityId], ['facility_manager'])
  return [...new Set([...managers, ...(await mentorsVisiting(db, { place: at.facilityId, area: '' }))])]
}

const readOne: Deed = async (order) => {
  const { desk, db, talk, vars } = order
  const id = Number(wordIn(vars, 'subject'))
  const at =
    Number.isSafeInteger(id) && id > 0 ? await supervisionForUpdate(db, id as SupervisionId) : undefined
  if (!at) return GONE
  const signs = at.closed && (await concerned(db, at)).includes(talk.personId)
  const asked = { actor: talk.personId, act: 'supervise', place: at.facilityId } as const
  if (!signs && !(await isAllowedAt(db, asked))) return GONE
  return {
    outcome: signs ? 'sign' : 'read',
    found: { code: supervisionCode(at.id) },
    says: await resultSays(desk, db, at),
  }
}

const sign: Deed = async ({ db, talk, vars, now }) => {
  const id = Number(wordIn(vars, 'subject'))
  const at =
    Number.isSafeInteger(id) && id > 0 ? await supervisionForUpdate(db, id as SupervisionId) : undefined
  if (!at?.closed || !(await concerned(db, at)).includes(talk.personId)) return GONE
  const signed = await signSupervision(db, at.id, { person: talk.personId, at: now })
  if (!signed || at.supervisorId === undefined) return { outcome: 'signed' }
  const values = { name: talk.name, code: supervisionCode(at.id), facility: at.facility }
  return {
    outcome: 'signed',
    tells: [{ person: at.supervisorId, says: [{ say: 'word', word: 'supervision_signed', values }] }],
  }
}

export const supervisionDeeds: DeedSet = {
  deeds: {
    'supervise-where': where,
    'begin-supervision': begin,
    'score-domain': score,
    'list-supervision-owners': listOwners,
    'agree-supervision-action': agree,
    'close-supervision': close,
    'read-supervision': readOne,
    'sign-supervision': sign,
  },
  audited: {
    'begin-supervision': 'supervision.begin',
    'close-supervision': 'supervision.close',
    'sign-supervision': 'supervision.sign',
    'read-supervision': 'supervision.read',
  },
}
