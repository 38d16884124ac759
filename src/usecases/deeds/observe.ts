// Observing a mentee: whom, with what, and whether the patient agrees. What is marked and judged is in judge-observation.ts.
import type { Say } from '../../engine/events.ts'
import type { ListItem, Vars } from '../../engine/session.ts'
import type { Flow } from '../../engine/shelf.ts'
import { sessionBeside } from '../../store/begun-sessions.ts'
import type { Db } from '../../store/db.ts'
import {
  beginObservation,
  CONSENTS,
  dropObservation,
  keepMarks,
  type Observation,
  observationById,
  SETTINGS,
  unrecordedOf,
} from '../../store/observations.ts'
import { personById } from '../../store/people.ts'
import type { FlowId, ObservationId, PersonId } from '../../words/ids.ts'
import type { LocalText } from '../../words/language.ts'
import { marksKept } from '../../words/marks.ts'
import { sheetOf } from '../checklist-marks.ts'
import type { Desk } from '../desk.ts'
import { checklistsFor, menteesToObserve, SAME_SESSION } from '../observable.ts'
import { nextToObserve, titled } from '../observe-next.ts'
import { DONE, type DeedOrder, type DeedResult, type DeedSet, wordIn } from './deed.ts'
import { begunBy, goOn, mayScore, theirs } from './observation-at-hand.ts'

const GONE: DeedResult = { outcome: 'gone' }

export const observeDeeds: DeedSet = {
  deeds: {
    /** What the observer has begun and may still score, or else whom they may observe. */
    async 'observe-whom'(order) {
      const begun: Observation[] = []
      for (const one of await unrecordedOf(order.db, order.talk.personId))
        if (await mayScore(order, one)) begun.push(one)
      const [first] = begun
      if (!first) return listMentees(order)
      if (begun.length === 1) return unfinished(order.desk, first)
      const items = begun.map((one): ListItem => {
        const { title, at, of } = howFar(order.desk, one)
        return { id: String(one.id), text: titled(title, (text) => `${one.mentee} · ${text} · ${at}/${of}`) }
      })
      const other = { id: 'other', text: order.desk.shelf.words['observe_other'] ?? {} }
      return { outcome: 'several', found: { begun: [...items, other] } }
    },

    async 'observe-begun'(order) {
      const picked = wordIn(order.vars, 'begun')
      if (picked === 'other') return { outcome: 'others' }
      const observation = await theirs({ ...order, vars: { observation: Number(picked) } })
      return observation ? unfinished(order.desk, observation) : GONE
    },

    'observe-others': listMentees,

    async 'observe-what'({ desk, db, talk, vars, now }) {
      // One tap may have said with which checklist, too.
      const [whom, chosen] = wordIn(vars, 'mentee').split(' ')
      const mentee = Number(whom) as PersonId
      const person = await personById(db, mentee)
      if (chosen !== undefined)
        return {
          outcome: 'chosen',
          found: { mentee: String(mentee), checklist: chosen, person: person?.name ?? '' },
        }
      const scorable = await checklistsFor(desk, db, { observer: talk.personId, mentee, now })
      const checklists = scorable.map(({ flow }): ListItem => ({ id: flow.id, text: flow.content.title }))
      const found = { checklists, person: person?.name ?? '' }
      return { outcome: checklists.length === 0 ? 'none' : 'pick', found }
    },

    async 'observe-beside'({ desk, db, talk, vars, now }) {
      const mentee = Number(wordIn(vars, 'mentee')) as PersonId
      const flow = wordIn(vars, 'checklist') as FlowId
      const beside = await sessionBeside(db, {
        mentee,
        flow,
        observer: talk.personId,
        since: now - SAME_SESSION,
      })
      if (!beside) return { outcome: 'alone', found: { beside: '' } }
      const scorable = await checklistsFor(desk, db, { observer: talk.personId, mentee, now })
      const alone = scorable.find((one) => one.flow.id === flow)?.alone ?? false
      const found = { beside: String(beside.id), other: beside.observer ?? '' }
      // Whoever does not mentor them has nothing to score but what another has begun.
      return alone ? { outcome: 'beside', found } : { outcome: 'join', found: { ...found, together: 'yes' } }
    },

    'observe-consent'({ desk, vars }) {
      const flow = desk.shelf.current(wordIn(vars, 'checklist') as FlowId)
      return Promise.resolve({ outcome: asksPatients(flow) ? 'needed' : 'not-needed' })
    },

    /** Where somebody looks on, and with whose leave, as it was said in one answer. */
    'observe-where'({ desk, vars }) {
      const flow = desk.shelf.current(wordIn(vars, 'checklist') as FlowId)
      const said = wordIn(vars, 'setting')
      if (said === 'no') return Promise.resolve({ outcome: 'refused' })
      const consent = LEAVE[said]
      if (consent !== undefined)
        return Promise.resolve({ outcome: 'begin', found: { setting: 'patient', consent } })
      const isAsked = said === 'remote' && asksPatients(flow)
      return Promise.resolve({ outcome: isAsked ? 'consent' : 'begin', found: { consent: '' } })
    },

    async 'begin-observation'(order) {
      const { desk, db, talk, vars, now } = order
      const mentee = Number(wordIn(vars, 'mentee')) as PersonId
      const scorable = await checklistsFor(desk, db, { observer: talk.personId, mentee, now })
      const { flow, alone } = scorable.find((one) => one.flow.id === wordIn(vars, 'checklist')) ?? {}
      const first = await firstOf(db, vars, mentee)
      if (!flow || (alone === false && !first)) return GONE
      const { items } = flow.content
      const setting = first?.setting ?? SETTINGS.find((one) => one === wordIn(vars, 'setting'))
      // Whatever the dialogue's file says: where a patient takes part, nothing is begun without their leave.
      const given = CONSENTS.find((one) => one === wordIn(vars, 'consent') && one !== 'not_needed')
      const consent = first?.consent ?? (needsConsent(flow, vars) ? given : 'not_needed')
      if (!setting || !consent) return GONE
      const id = await beginObservation(db, {
        mentee,
        observer: talk.personId,
        flow: flow.id,
        // Both of a session score by the same words, whatever has been served since.
        version: first?.version ?? flow.version,
        competency: flow.content.competency,
        setting,
        consent,
        items: first?.marks.length ?? items.length,
        with: first?.id,
        at: now,
      })
      // From far away only some things can be judged.
      if (setting === 'remote' && !first)
        await keepMarks(db, id, marksKept(items.map(({ remote }) => (remote ? undefined : 'not_observed'))))
      const observation = await observationById(db, id)
      return observation ? goOn(desk, observation) : GONE
    },

    async 'go-on-observing'(order) {
      const observation = await theirs(order)
      return observation ? goOn(order.desk, observation) : GONE
    },

    async 'drop-observation'({ db, talk, vars }) {
      const observation = await begunBy(db, talk.personId, vars)
      if (!observation) return DONE
      const { observer = '', mentee } = observation
      const says: Say[] = [{ say: 'word', word: 'observe_first_dropped', values: { observer, mentee } }]
      const others = await dropObservation(db, observation.id)
      return { ...DONE, tells: others.map((person) => ({ person, says })) }
    },
  },
  audited: { 'drop-observation': 'observation.drop' },
}

/** How much of a sheet is marked. */
function howFar(desk: Desk, observation: Observation): { title: LocalText; at: number; of: number } {
  const { checklist, marks } = sheetOf(desk.shelf, observation)
  const at = marks.filter((mark) => mark !== undefined).length
  return { title: checklist.title, at, of: marks.length }
}

function unfinished(desk: Desk, observation: Observation): DeedResult {
  const { title, at, of } = howFar(desk, observation)
  const found = { observation: observation.id, person: observation.mentee, checklist: title, at, of }
  return { outcome: 'unfinished', found }
}

/** The mentees by name, and before them what is to be observed next of the first of them, in one tap. */
async function listMentees({ desk, db, talk, now }: DeedOrder): Promise<DeedResult> {
  const observer = talk.personId
  const { mentees, rates } = await menteesToObserve(desk, db, { observer, now })
  if (mentees.length === 0) return { outcome: rates ? 'none-begun' : 'none' }
  const next = await nextToObserve(desk, db, { observer, mentees, now })
  return { outcome: 'pick', found: { mentees: [...next, ...mentees] } }
}

/** Whether a checklist is of what is done to patients. */
const asksPatients = (flow: Flow | undefined): boolean =>
  flow?.content.kind === 'checklist' && flow.content.consent

/** Whether a patient takes part, here or at the other end of the line. */
const needsConsent = (flow: Flow | undefined, vars: Vars): boolean =>
  asksPatients(flow) && !['manikin', 'chart'].includes(wordIn(vars, 'setting'))

/** Answers that say of a patient by whose leave one looks on. */
const LEAVE: Readonly<Record<string, string>> = {
  agrees: 'patient',
  guardian: 'guardian',
  emergency: 'emergency',
}

/** The first observer's, when this one joins their session. */
async function firstOf(db: Db, vars: Vars, mentee: PersonId): Promise<Observation | undefined> {
  if (wordIn(vars, 'together') !== 'yes') return undefined
  const first = await observationById(db, Number(wordIn(vars, 'beside')) as ObservationId)
  return first?.menteeId === mentee && first.flow === wordIn(vars, 'checklist') ? first : undefined
}
