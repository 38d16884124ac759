// Beginning a quiz and going on with one, and the scores so far.
import { percentShown } from '../../domain/assessment.ts'
import { NEW_RECORD, type PostTest, postTestNow } from '../../domain/competency.ts'
import type { Say } from '../../engine/events.ts'
import { answeredIn } from '../../engine/quiz.ts'
import type { Purpose } from '../../engine/session.ts'
import {
  lastPostTest,
  leaveAttempt,
  leftRefresher,
  newAttemptId,
  progressOf,
  scoresOf,
} from '../../store/attempts.ts'
import { recordsOf } from '../../store/competency-records.ts'
import type { Db } from '../../store/db.ts'
import type { Instant } from '../../words/clock.ts'
import type { FlowId, PersonId } from '../../words/ids.ts'
import type { Desk } from '../desk.ts'
import { type DeedResult, type DeedSet, wordIn } from './deed.ts'
import { AREA, QUIZ, REFRESHER } from './menu.ts'
import { packetsFor } from './packet.ts'

export const quizDeeds: DeedSet = {
  deeds: {
    async choose({ desk, db, talk, vars, now }) {
      const choice = wordIn(vars, 'choice')
      if (choice.startsWith(AREA)) return { outcome: 'area' }
      if (!choice.startsWith(QUIZ)) return chosen(desk, choice)
      const flow = choice.slice(QUIZ.length) as FlowId
      const progress = (await progressOf(db, talk.personId)).find((quiz) => quiz.flow === flow)
      const left = progress?.left
      const tested = progress?.finished === true ? 'yes' : 'no'
      if (progress?.finished !== true && !left) return { outcome: 'first' }
      const test = await postTest(desk, db, { person: talk.personId, flow, now })
      const packet = packetsFor(desk.shelf, flow).length > 0 ? 'yes' : 'no'
      const found = { 'post-test': test.may, packet, ...('until' in test && { until: { at: test.until } }) }
      if (left)
        return {
          outcome: 'unfinished',
          found: { ...found, answered: answeredIn(left), of: left.questions.length, tested },
        }
      return { outcome: 'again', found }
    },

    async 'start-quiz'({ desk, db, talk, vars, now }) {
      const flow = wordIn(vars, 'choice').slice(QUIZ.length) as FlowId
      // The menu before them may come from other files than this process has: they get the menu of now.
      if (!desk.shelf.current(flow)) return { input: { kind: 'open', flow: talk.home as FlowId } }
      const attempt = await newAttemptId(db)
      const progress = (await progressOf(db, talk.personId)).find((quiz) => quiz.flow === flow)
      // Started over: the attempt left earlier is not offered again; its answers are kept.
      if (progress?.left) await leaveAttempt(db, progress.left.attempt, null)
      const wantsTest = progress?.finished === true && wordIn(vars, 'purpose') === 'post-test'
      // Asked anew: what was offered may have been offered yesterday.
      const mayTest =
        wantsTest && (await postTest(desk, db, { person: talk.personId, flow, now })).may === 'begin'
      const purpose: Purpose = progress?.finished !== true ? 'pre_test' : mayTest ? 'post_test' : 'practice'
      return { input: { kind: 'quiz', flow, attempt, purpose, seed: desk.chance() } }
    },

    async 'go-on'({ db, talk, vars }) {
      const choice = wordIn(vars, 'choice')
      const left =
        choice === REFRESHER
          ? await leftRefresher(db, talk.personId)
          : (await progressOf(db, talk.personId)).find(({ flow }) => `${QUIZ}${flow}` === choice)?.left
      // Another chat of theirs was faster, or a newer refresher has come: they get the menu of now.
      if (!left) return { input: { kind: 'open', flow: talk.home as FlowId } }
      await leaveAttempt(db, left.attempt, null)
      return { input: { kind: 'return', frame: left } }
    },

    async 'tell-scores'({ desk, db, talk }) {
      const scores = await scoresOf(db, talk.personId, 5)
      const says = scores.map(({ flow, purpose, score, max, finished_at }): Say => ({
        say: 'word',
        word: 'score_line',
        values: {
          title: desk.shelf.current(flow as FlowId)?.content.title ?? { en: flow },
          score,
          max,
          percent: percentShown(score, max),
          purpose: desk.shelf.words[`purpose_${purpose}`] ?? {},
          at: { at: finished_at },
        },
      }))
      return { outcome: 'done', says: says.length > 0 ? says : [{ say: 'word', word: 'scores_none' }] }
    },
  },
  audited: {},
}

/** What the menu leads to beside quizzes: a dialogue of its own, or what the menu's own steps know. */
function chosen(desk: Desk, choice: string): DeedResult {
  const flow = choice as FlowId
  return desk.shelf.current(flow)?.content.kind === 'dialogue'
    ? { input: { kind: 'open', flow } }
    : { outcome: choice }
}

/** Whether somebody may begin the post-test of a quiz. One outside the catalogue has no mentorship to wait for. */
async function postTest(
  desk: Desk,
  db: Db,
  about: { person: PersonId; flow: FlowId; now: Instant },
): Promise<PostTest> {
  const { person, flow, now } = about
  const content = desk.shelf.current(flow)?.content
  const code = content?.kind === 'quiz' ? content.competency : ''
  if (!desk.shelf.competencies.has(code)) return { may: 'begin' }
  const record = (await recordsOf(db, person)).find(({ competency }) => competency === code) ?? NEW_RECORD
  const lastAt = await lastPostTest(db, person, code)
  return postTestNow(record, { now, lastAt, shelfLife: desk.shelf.competencies.named(code).shelfLife })
}
