// Observing a mentee: whom, with what, whether the patient agrees, the marks, and what it came to.
import { reachesBar } from '../../domain/assessment.ts'
import type { Say } from '../../engine/events.ts'
import { readMarks } from '../../engine/marks.ts'
import type { ListItem, Vars } from '../../engine/session.ts'
import type { Flow } from '../../engine/shelf.ts'
import type { Db } from '../../store/db.ts'
import {
  beginObservation,
  CONSENTS,
  dropObservation,
  keepConsent,
  keepMarks,
  keepNote,
  type Observation,
  observationById,
  openObservation,
  sessionBeside,
  SETTINGS,
} from '../../store/observations.ts'
import { personById } from '../../store/people.ts'
import { visitUnderWay } from '../../store/visits.ts'
import type { Instant } from '../../words/clock.ts'
import type { FlowId, ObservationId, PersonId } from '../../words/ids.ts'
import { marksKept } from '../../words/marks.ts'
import {
  askItems,
  formOf,
  itemsAsked,
  keptOf,
  marked,
  notTaken,
  numbersOf,
  readBack,
  type Sheet,
  sheetOf,
  tallyOf,
} from '../checklist-marks.ts'
import type { Desk } from '../desk.ts'
import { checklistsFor, menteesToObserve, SAME_SESSION } from '../observable.ts'
import { recordSheet } from '../record-observation.ts'
import { type Deed, type DeedOrder, type DeedResult, type DeedSet, wordIn } from './deed.ts'

const GONE: DeedResult = { outcome: 'gone' }

export const observeDeeds: DeedSet = {
  deeds: {
    async 'observe-whom'({ desk, db, talk, now }) {
      const begun = await openObservation(db, talk.personId)
      if (begun) {
        const { checklist, marks } = sheetOf(desk.shelf, begun)
        const at = marks.filter((mark) => mark !== undefined).length
        const found = {
          observation: begun.id,
          person: begun.mentee,
          checklist: checklist.title,
          at,
          of: marks.length,
        }
        return { outcome: 'unfinished', found }
      }
      return listMentees(db, talk.personId, now)
    },

    'observe-others': ({ db, talk, now }) => listMentees(db, talk.personId, now),

    async 'observe-what'({ desk, db, talk, vars, now }) {
      const mentee = Number(wordIn(vars, 'mentee')) as PersonId
      const person = await personById(db, mentee)
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
      return Promise.resolve({ outcome: needsConsent(flow, vars) ? 'needed' : 'not-needed' })
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

    async 'go-on-observing'({ desk, db, talk, vars }) {
      const observation = await theirs(db, talk.personId, vars)
      return observation ? goOn(desk, observation) : GONE
    },

    async 'drop-observation'({ db, talk, vars }) {
      const observation = await theirs(db, talk.personId, vars)
      if (observation) await dropObservation(db, observation.id)
      return { outcome: 'done' }
    },

    async 'mark-items'({ desk, db, talk, vars }) {
      const observation = await theirs(db, talk.personId, vars)
      if (!observation) return GONE
      const result = markItems(desk, observation, {
        said: wordIn(vars, 'picked') || wordIn(vars, 'marks'),
        language: talk.language,
      })
      if (result.kept !== undefined) await keepMarks(db, observation.id, result.kept)
      return result.deed
    },

    'note-well': note('well'),
    'note-next': note('next'),
    'note-because': note('because'),

    'confirm-observation': confirm,

    /** The patient was asked after an emergency. */
    async 'consent-afterwards'({ db, talk, vars }) {
      const observation = await theirs(db, talk.personId, vars)
      if (!observation) return GONE
      const answer = wordIn(vars, 'afterwards')
      if (answer === 'refused') {
        await dropObservation(db, observation.id)
        return { outcome: 'refused' }
      }
      if (answer === 'agreed') await keepConsent(db, observation.id, 'afterwards')
      return { outcome: 'record' }
    },

    async 'record-observation'({ desk, db, talk, vars, now }) {
      const observation = await theirs(db, talk.personId, vars)
      if (!observation || itemsAsked(sheetOf(desk.shelf, observation)).length > 0) return GONE
      const techniqueOk = wordIn(vars, 'judged') === 'proper'
      const recorded = await recordSheet(desk, db, { observation, techniqueOk, now })
      const says = [...(recorded.says ?? []), ...(await goingOn(db, talk.personId))]
      return { outcome: 'recorded', ...recorded, says }
    },
  },
  audited: { 'record-observation': 'observation.record', 'drop-observation': 'observation.drop' },
}

/** The visit in the middle of which somebody observes, as a button that leads back to it. */
async function goingOn(db: Db, observer: PersonId): Promise<Say[]> {
  const visit = await visitUnderWay(db, observer)
  if (!visit) return []
  const offers = [{ flow: 'visit', subject: visit.id, word: 'visit_go_on' }]
  return [{ say: 'word', word: 'visit_goes_on', values: { place: visit.facility }, offers }]
}

async function listMentees(db: Db, observer: PersonId, now: Instant): Promise<DeedResult> {
  const { mentees, rates } = await menteesToObserve(db, observer, now)
  const none = rates ? 'none-begun' : 'none'
  return mentees.length === 0 ? { outcome: none } : { outcome: 'pick', found: { mentees } }
}

/** Whether a patient takes part, here or at the other end of the line. */
const needsConsent = (flow: Flow | undefined, vars: Vars): boolean =>
  flow?.content.kind === 'checklist' &&
  flow.content.consent &&
  !['manikin', 'chart'].includes(wordIn(vars, 'setting'))

/** The first observer's, when this one joins their session. */
async function firstOf(db: Db, vars: Vars, mentee: PersonId): Promise<Observation | undefined> {
  if (wordIn(vars, 'together') !== 'yes') return undefined
  const first = await observationById(db, Number(wordIn(vars, 'beside')) as ObservationId)
  return first?.menteeId === mentee && first.flow === wordIn(vars, 'checklist') ? first : undefined
}

/** The observation a dialogue is about, if it is the observer's own and not recorded. */
async function theirs(db: Db, observer: PersonId, vars: Vars): Promise<Observation | undefined> {
  const id = vars['observation']
  return typeof id === 'number' ? openObservation(db, observer, id as ObservationId) : undefined
}

function goOn(desk: Desk, observation: Observation): DeedResult {
  return next(sheetOf(desk.shelf, observation), {
    observation: observation.id,
    person: observation.mentee,
  })
}

/** Asks for the next items, or reads all back. */
function next(sheet: Sheet, found: Vars = {}): DeedResult {
  const asked = itemsAsked(sheet)
  if (asked.length === 0) return { outcome: 'confirm', says: readBack(sheet), found }
  const which = { which: numbersOf(asked), of: sheet.marks.length }
  return { outcome: 'items', says: askItems(sheet), found: { ...found, ...which } }
}

/** Keeps a text of the observer's; the dialogue has had it screened. */
function note(which: 'well' | 'next' | 'because'): Deed {
  return async ({ db, talk, vars }) => {
    const observation = await theirs(db, talk.personId, vars)
    if (!observation) return GONE
    const text = wordIn(vars, 'note')
    if (text !== '') await keepNote(db, observation.id, which, text)
    // From now on it stands with the observation alone.
    return { outcome: 'noted', found: { note: '' } }
  }
}

interface Marking {
  readonly deed: DeedResult
  /** The marks to keep, when they were understood. */
  readonly kept?: string
}

function markItems(
  desk: Desk,
  observation: Observation,
  { said, language }: { said: string; language: DeedOrder['talk']['language'] },
): Marking {
  const sheet = sheetOf(desk.shelf, observation)
  const form = formOf(sheet, language)
  const got = said === 'all-done' ? allDone(form.asked) : readMarks(said, form)
  if (got.read === 'marks') {
    const after = marked(sheet, got.marks)
    return { deed: next(after), kept: keptOf(after) }
  }
  const again = itemsAsked(sheet).length > 0 ? 'items' : 'confirm'
  return { deed: { outcome: again, says: notTaken(desk.shelf, sheet, got) } }
}

const allDone = (asked: readonly number[]): ReturnType<typeof readMarks> => ({
  read: 'marks',
  marks: new Map(asked.map((item) => [item, 'done'])),
})

/** Channels that list choices by number; a number alone is never a mark. */
const NUMBERED: ReadonlySet<string> = new Set(['whatsapp-web'])
const LISTED: Readonly<Record<string, string>> = { 1: 'proper', 2: 'not-yet', 3: 'note' }

/** The observer's judgement; anything else they write corrects a mark. */
async function confirm({ desk, db, talk, vars }: DeedOrder): Promise<DeedResult> {
  const observation = await theirs(db, talk.personId, vars)
  if (!observation) return GONE
  const said = wordIn(vars, 'verdict')
  const listed = NUMBERED.has(talk.channel) ? LISTED[said.trim()] : undefined
  const verdict = wordIn(vars, 'picked') || (listed ?? said)
  if (verdict === 'note') return { outcome: 'note' }
  if (verdict !== 'proper' && verdict !== 'not-yet') {
    const result = markItems(desk, observation, { said: verdict, language: talk.language })
    if (result.kept !== undefined) await keepMarks(db, observation.id, result.kept)
    return result.deed
  }
  const sheet = sheetOf(desk.shelf, observation)
  const { score, max, complete, criticalMissed } = tallyOf(sheet)
  const seemsProper =
    complete && criticalMissed.length === 0 && reachesBar(score, max, sheet.checklist.pass_percent)
  const contradicts = verdict === 'proper' ? criticalMissed.length > 0 : seemsProper
  // Without a patient's leave no text is kept, so none is asked for.
  // Later questions have buttons of their own.
  const found = { judged: verdict }
  if (observation.consent === 'emergency') return { outcome: 'emergency', found }
  if (contradicts && observation.because === '') return { outcome: 'because', found }
  return { outcome: 'record', found }
}
