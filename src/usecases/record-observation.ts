// An observer has confirmed what they saw: it is recorded once, moves the mentee's record, and the mentee is told in
// private. What two observers of one session saw is compared.
import { percentShown } from '../domain/assessment.ts'
import type { Weakness } from '../domain/coaching.ts'
import { isProper } from '../domain/competency.ts'
import { agreementOf } from '../domain/observation.ts'
import type { Say } from '../engine/events.ts'
import type { Db } from '../store/db.ts'
import { keepAgreement, type Observation, recordObservation, sessionOf } from '../store/observations.ts'
import type { Instant } from '../words/clock.ts'
import { type LocalText, sameInAll } from '../words/language.ts'
import { marksIn } from '../words/marks.ts'
import { type Sheet, sheetOf, tallyOf } from './checklist-marks.ts'
import type { Tell } from './deeds/deed.ts'
import type { Desk } from './desk.ts'
import { followEvidence } from './follow-evidence.ts'
import { raiseFromSheet } from './raise-from-sheet.ts'
import { type Moved, recordEvidence } from './record-evidence.ts'
import { staleIn } from './tell-progress.ts'

export interface Confirmed {
  readonly says: readonly Say[]
  readonly tells: readonly Tell[]
}

/** Records a full sheet with the observer's judgement; what the observer reads, and who else is told. */
export async function recordSheet(
  desk: Desk,
  db: Db,
  confirmed: { observation: Observation; techniqueOk: boolean; now: Instant },
): Promise<Confirmed> {
  const { observation, techniqueOk, now } = confirmed
  const { id, menteeId, mentee, observerId, competency, consent, second } = observation
  const sheet = sheetOf(desk.shelf, observation)
  const { score, max, complete: enough, criticalMissed } = tallyOf(sheet)
  const complete = enough && wasWatched(observation, sheet)
  const shown = {
    score,
    max,
    complete,
    bar: sheet.checklist.pass_percent,
    criticalMissed: criticalMissed.length,
    techniqueOk,
  }
  const counts = !second && consent !== 'emergency'
  const passed = isProper(shown)
  await recordObservation(db, id, { ...shown, passed, counts, at: now })
  const compared = together(
    await compare(db, observation),
    await raiseFromSheet(desk, db, { observation, sheet, now }),
  )
  if (second) {
    const word = observation.withId === undefined ? 'observe_second_alone' : 'observe_second_recorded'
    const says: Say[] = [
      { say: 'word', word, values: { mentee } },
      ...compared.says,
      ...askedLater(observation),
    ]
    return { says, tells: compared.tells }
  }
  const moved =
    counts && observerId !== undefined
      ? (
          await recordEvidence(db, now, [
            { kind: 'observation', personId: menteeId, competency, observation: id, observerId, ...shown },
          ])
        )[0]
      : undefined
  const followed =
    moved && (await followEvidence(desk, db, { moved, weak: weakIn(sheet, observation, techniqueOk), now }))
  const outcome = !counts
    ? 'observe_taught'
    : moved?.validated === true
      ? 'observe_validated'
      : passed
        ? moved?.after.stage === 'validated'
          ? 'observe_refreshed'
          : 'observe_proper'
        : complete
          ? 'observe_not_yet'
          : enough
            ? 'observe_not_watched'
            : 'observe_no_verdict'
  const values = { mentee, score, max, percent: percentShown(score, max) }
  const feedback: Tell = {
    person: menteeId,
    says: [
      {
        say: 'word',
        word: 'feedback_ready',
        values: { observer: observation.observer ?? '', title: sheet.checklist.title },
      },
    ],
    open: { flow: 'feedback', subject: id, word: 'feedback_open' },
  }
  return {
    says: [
      { say: 'word', word: 'observe_recorded', values },
      { say: 'word', word: outcome, values },
      ...(outcome === 'observe_refreshed' && moved ? refreshLeft(desk, moved, now) : []),
      ...compared.says,
      ...askedLater(observation),
    ],
    tells: [
      feedback,
      ...(followed && followed.says.length > 0 ? [{ person: menteeId, says: followed.says }] : []),
      // The observer has just read it.
      ...(followed?.tells ?? []).filter(({ person }) => person !== observerId),
      ...compared.tells,
    ],
  }
}

/** Where nobody could be asked, the patient is asked afterwards: a no can be brought at any time. */
function askedLater({ id, consent }: Observation): Say[] {
  if (consent !== 'emergency') return []
  return [
    {
      say: 'word',
      word: 'observe_ask_later',
      offers: [{ flow: 'patient-no', subject: id, word: 'observe_says_no' }],
    },
  ]
}

/**
 * Whether somebody has watched the technique on the spot. What was heard from far away, or read in the records
 * afterwards, coaches and fills no leg of a validation.
 */
function wasWatched({ setting }: Observation, { checklist }: Sheet): boolean {
  return setting === 'patient' || setting === 'manikin' || (setting === 'chart' && checklist.in_records)
}

/** What else of a validation has grown old: a technique seen anew leaves the test, if that is due. */
function refreshLeft(desk: Desk, { after, shown }: Moved, now: Instant): Say[] {
  const legs = staleIn(desk, { ...after, competency: shown.competency }, now)
  return legs.length === 0 ? [] : [{ say: 'word', word: 'observe_refresh_left', values: { legs } }]
}

/**
 * The steps that were not shown, as what to work on; what nobody could see is nobody's weakness. Where every step was shown
 * and the observer says "not yet" all the same, it is what they have written, or the whole of it.
 */
function weakIn(
  { checklist, marks }: Sheet,
  { because, next }: Observation,
  techniqueOk: boolean,
): Weakness<LocalText>[] {
  const steps = checklist.items.flatMap(({ observe, critical }, index) =>
    marks[index] === 'not_done' || marks[index] === 'partly' ? [{ text: observe, critical }] : [],
  )
  if (steps.length > 0 || techniqueOk) return steps
  const words = next || because
  return [{ text: words === '' ? checklist.title : sameInAll(words), critical: false }]
}

const together = (one: Confirmed, other: Confirmed): Confirmed => ({
  says: [...one.says, ...other.says],
  tells: [...one.tells, ...other.tells],
})

/** Compares two observers of one session as soon as both have recorded; both are told, and nobody else. */
async function compare(db: Db, observation: Observation): Promise<{ says: Say[]; tells: Tell[] }> {
  const says: Say[] = []
  const tells: Tell[] = []
  for (const other of await sessionOf(db, observation)) {
    // Only words that are the same can be compared.
    if (other.version !== observation.version) continue
    const agreement = agreementOf(marksIn(observation.marks), marksIn(other.marks))
    await keepAgreement(db, observation.withId === undefined ? other.id : observation.id, agreement)
    const say = (who: string): Say => ({
      say: 'word',
      word: agreement.kappa === undefined ? 'observe_agreed' : 'observe_agreed_kappa',
      values: {
        other: who,
        mentee: observation.mentee,
        same: agreement.same,
        items: agreement.items,
        percent: percentShown(agreement.same, agreement.items),
        kappa: (agreement.kappa ?? 0).toFixed(2),
      },
    })
    says.push(say(other.observer ?? ''))
    if (other.observerId !== undefined)
      tells.push({ person: other.observerId, says: [say(observation.observer ?? '')] })
  }
  return { says, tells }
}
