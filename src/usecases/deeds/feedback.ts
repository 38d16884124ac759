// What a mentee reads of an observation: in private, what went well first, then one or two things to practise.
import { percentShown } from '../../domain/assessment.ts'
import type { Say } from '../../engine/events.ts'
import { acknowledge, type Observation, observationById } from '../../store/observations.ts'
import type { Db } from '../../store/db.ts'
import type { ObservationId, PersonId } from '../../words/ids.ts'
import type { Vars } from '../../engine/session.ts'
import { sheetOf, tallyOf } from '../checklist-marks.ts'
import type { Desk } from '../desk.ts'
import type { DeedSet } from './deed.ts'

/** More than this to work on is a list nobody works on. */
const MOST_TO_PRACTISE = 2
const MOST_DONE_WELL = 3

export const feedbackDeeds: DeedSet = {
  deeds: {
    async 'tell-feedback'({ desk, db, talk, vars }) {
      const observation = await ownOf(db, talk.personId, vars)
      return observation ? { outcome: 'told', says: feedbackSays(desk, observation) } : { outcome: 'gone' }
    },

    async 'acknowledge-feedback'({ db, talk, vars, now }) {
      const observation = await ownOf(db, talk.personId, vars)
      if (observation) await acknowledge(db, observation.id, now)
      return { outcome: 'done' }
    },
  },
  audited: {},
}

/** A recorded observation of this very person; a second observer's is for the observers. */
async function ownOf(db: Db, mentee: PersonId, vars: Vars): Promise<Observation | undefined> {
  const observation = await observationById(db, Number(vars['subject']) as ObservationId)
  const own = observation?.menteeId === mentee && !observation.second
  return own && observation.recordedAt !== undefined ? observation : undefined
}

function feedbackSays(desk: Desk, observation: Observation): Say[] {
  const sheet = sheetOf(desk.shelf, observation)
  const { marks, checklist, version } = sheet
  const { score, max, complete } = tallyOf(sheet)
  /** Critical ones first. */
  const which = (...wanted: (string | undefined)[]): number[] =>
    marks
      .flatMap((mark, index) => (wanted.includes(mark) ? [index] : []))
      .toSorted((a, b) => Number(checklist.items[b]?.critical) - Number(checklist.items[a]?.critical))
  const done = which('done')
  const missed = which('not_done', 'partly')
  const absent = which('not_applicable', 'not_observed')
  const out = which('stock_out')
  const list = (items: readonly number[]): Say => ({
    say: 'items',
    flow: version,
    items,
    marks: observation.marks,
  })
  const word = (name: string, values: Vars = {}): Say => ({ say: 'word', word: name, values })
  const verdict = !observation.counts
    ? 'feedback_taught'
    : !complete
      ? 'feedback_incomplete'
      : observation.complete === false
        ? 'feedback_not_watched'
        : observation.passed === true
          ? 'feedback_proper'
          : 'feedback_not_yet'
  return [
    word('feedback_head', { title: checklist.title, observer: observation.observer ?? '' }),
    ...(done.length > 0
      ? [word('feedback_well', { count: done.length }), list(done.slice(0, MOST_DONE_WELL))]
      : []),
    ...(observation.well === '' ? [] : [word('feedback_note', { note: observation.well })]),
    ...(missed.length > 0 ? [word('feedback_practise'), list(missed.slice(0, MOST_TO_PRACTISE))] : []),
    ...(observation.next === '' ? [] : [word('feedback_note', { note: observation.next })]),
    ...(absent.length > 0 ? [word('feedback_absent'), list(absent)] : []),
    ...(out.length > 0 ? [word('feedback_stock_out'), list(out)] : []),
    word(verdict, { score, max, percent: percentShown(score, max) }),
  ]
}
