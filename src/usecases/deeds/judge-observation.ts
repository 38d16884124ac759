// What an observer marks and says of what they saw, and what it came to: marks, notes, the judgement, the record.
import { reachesBar } from '../../domain/assessment.ts'
import { localDay } from '../../domain/rhythm.ts'
import type { Say } from '../../engine/events.ts'
import { readMarks } from '../../engine/marks.ts'
import type { Db } from '../../store/db.ts'
import {
  dropSession,
  emergencyOf,
  keepConsent,
  keepMarks,
  keepNote,
  type Observation,
} from '../../store/observations.ts'
import { noteRefusal } from '../../store/refusals.ts'
import { visitUnderWay } from '../../store/visits.ts'
import type { ObservationId, PersonId } from '../../words/ids.ts'
import { NUMBERED } from '../../words/message.ts'
import { formOf, itemsAsked, keptOf, marked, notTaken, sheetOf, tallyOf } from '../checklist-marks.ts'
import type { Desk } from '../desk.ts'
import { recordSheet } from '../record-observation.ts'
import { type Deed, type DeedOrder, type DeedResult, type DeedSet, wordIn } from './deed.ts'
import { begunBy, next, theirs } from './observation-at-hand.ts'

const GONE: DeedResult = { outcome: 'gone' }

const markDeed: Deed = async (order) => {
  const observation = await theirs(order)
  if (!observation) return GONE
  const { desk, db, talk, vars } = order
  const result = markItems(desk, observation, {
    said: wordIn(vars, 'picked') || wordIn(vars, 'marks'),
    language: talk.language,
  })
  if (result.kept !== undefined) await keepMarks(db, observation.id, result.kept)
  return result.deed
}

/** Keeps a text of the observer's; the dialogue has had it screened. */
function note(which: 'well' | 'next' | 'because'): Deed {
  return async (order) => {
    const observation = await theirs(order)
    if (!observation) return GONE
    const { db, vars } = order
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
const LISTED: Readonly<Record<string, string>> = { 1: 'proper', 2: 'not-yet', 3: 'note' }

/** The observer's judgement; anything else they write corrects a mark. */
async function confirm(order: DeedOrder): Promise<DeedResult> {
  const observation = await theirs(order)
  if (!observation) return GONE
  const { desk, db, talk, vars } = order
  const said = wordIn(vars, 'verdict')
  const listed = NUMBERED.has(talk.channel) ? LISTED[said.trim()] : undefined
  const verdict = wordIn(vars, 'picked') || (listed ?? said)
  // Later questions have buttons of their own.
  const found = { judged: verdict }
  if (verdict !== 'proper' && verdict !== 'not-yet' && verdict !== 'note') {
    const result = markItems(desk, observation, { said: verdict, language: talk.language })
    if (result.kept !== undefined) await keepMarks(db, observation.id, result.kept)
    return result.deed
  }
  // Without a patient's leave no text is kept, so none is asked for before they were asked.
  if (observation.consent === 'emergency') return { outcome: 'emergency', found }
  return { ...judge(desk, observation, verdict), found }
}

/** What comes after a judgement: a note, a reason where it contradicts the critical steps, or the record. */
function judge(desk: Desk, observation: Observation, verdict: string): { outcome: string } {
  if (verdict === 'note') return { outcome: 'note' }
  const sheet = sheetOf(desk.shelf, observation)
  const { score, max, complete, criticalMissed } = tallyOf(sheet)
  const seemsProper =
    complete && criticalMissed.length === 0 && reachesBar(score, max, sheet.checklist.pass_percent)
  const contradicts = verdict === 'proper' ? criticalMissed.length > 0 : seemsProper
  return { outcome: contradicts && observation.because === '' ? 'because' : 'record' }
}

/**
 * The patient was asked after an emergency. A no is a no to all who looked on: what each of them has marked goes, and they
 * are told.
 */
async function consentAfterwards(order: DeedOrder): Promise<DeedResult> {
  const { desk, db, talk, vars } = order
  const [answer, judged] = [wordIn(vars, 'afterwards'), wordIn(vars, 'judged')]
  // A patient's no needs no right of who brings it.
  const observation = await (answer === 'refused' ? begunBy(db, talk.personId, vars) : theirs(order))
  if (!observation) return GONE
  if (answer === 'refused') return refuse(order, observation)
  if (answer === 'agreed') {
    await keepConsent(db, observation.id, 'afterwards')
    return judge(desk, observation, judged)
  }
  // What is kept of an emergency in which nobody could be asked has no words.
  return judged === 'note' ? { outcome: 'back' } : { outcome: 'record' }
}

/** All that was seen of the session goes, whoever has seen it, and the others are told. */
async function refuse({ db, talk }: DeedOrder, observation: Observation): Promise<DeedResult> {
  const others = (await dropSession(db, observation)).filter((person) => person !== talk.personId)
  const says: Say[] = [{ say: 'word', word: 'observe_refused', values: { mentee: observation.mentee } }]
  return { outcome: 'refused', tells: others.map((person) => ({ person, says })) }
}

/** The patient was asked when all was recorded: what only teaches is kept without their leave, and goes with their no. */
async function refuseLater(order: DeedOrder): Promise<DeedResult> {
  const id = Number(order.vars['subject'])
  const observation = Number.isSafeInteger(id)
    ? await emergencyOf(order.db, order.talk.personId, id as ObservationId)
    : undefined
  return observation ? refuse(order, observation) : GONE
}

const record: Deed = async (order) => {
  const observation = await theirs(order)
  const { desk, db, talk, vars, now } = order
  if (!observation || itemsAsked(sheetOf(desk.shelf, observation)).length > 0) return GONE
  const techniqueOk = wordIn(vars, 'judged') === 'proper'
  const recorded = await recordSheet(desk, db, { observation, techniqueOk, now })
  const says = [...(recorded.says ?? []), ...(await goingOn(db, talk.personId))]
  return { outcome: 'recorded', ...recorded, says }
}

/** Of a patient who says no, or was not asked, a number of the observer's is kept and nothing else. */
const countRefusal: Deed = async ({ desk, db, talk, now }) => {
  await noteRefusal(db, talk.personId, localDay(now, desk.programme))
  return { outcome: 'done' }
}

/** The visit in the middle of which somebody observes, as a button that leads back to it. */
async function goingOn(db: Db, observer: PersonId): Promise<Say[]> {
  const visit = await visitUnderWay(db, observer)
  if (!visit) return []
  const offers = [{ flow: 'visit', subject: visit.id, word: 'visit_go_on' }]
  return [{ say: 'word', word: 'visit_goes_on', values: { place: visit.facility }, offers }]
}

export const judgeObservationDeeds: DeedSet = {
  deeds: {
    'mark-items': markDeed,
    'note-well': note('well'),
    'note-next': note('next'),
    'note-because': note('because'),
    'confirm-observation': confirm,
    'consent-afterwards': consentAfterwards,
    'count-refusal': countRefusal,
    'record-observation': record,
    'refuse-observation': refuseLater,
  },
  audited: { 'record-observation': 'observation.record', 'refuse-observation': 'observation.refuse' },
}
