// How a case ends: with advice, with what came of it, or hidden since it could tell who the patient is.
import { plain } from '../../engine/match.ts'
import type { Say } from '../../engine/events.ts'
import { hideCase } from '../../store/case-hiding.ts'
import { addEntry, caseForUpdate, entriesOf, rateCase, resolveCase } from '../../store/cases.ts'
import { dropFollowUps, planFollowUps } from '../../store/follow-ups.ts'
import { DAY } from '../../words/clock.ts'
import type { CaseId } from '../../words/ids.ts'
import { caseSay, tellAsker } from '../case-parts.ts'
import { stopClock } from '../route-case.ts'
import { caseAtHand } from './case-at-hand.ts'
import { type Deed, type DeedSet, wordIn } from './deed.ts'

const checkKey = (id: CaseId): string => `case_check:${id}`

const CHECKS: Readonly<Record<string, number>> = { day: 1, days: 3, week: 7 }

const resolve: Deed = async (order) => {
  const at = await caseAtHand(order)
  const { db, vars, now } = order
  if (at?.role !== 'mentor') return { outcome: 'gone' }
  const { asked } = at
  const recommendation = wordIn(vars, 'recommendation')
  const checkAt = now + (CHECKS[wordIn(vars, 'check')] ?? 3) * DAY
  const said = (await entriesOf(db, asked.id, 50)).filter(({ field }) => field !== 'group' && field !== 'age')
  const words = plain(
    [...said.map(({ text }) => text), recommendation].join(' ').replaceAll(/\[\[[a-z_]+\]\]/g, ' '),
  )
  await resolveCase(db, asked.id, { recommendation, checkAt, words, at: now })
  await stopClock(db, asked.id, now)
  if (asked.askerId !== undefined)
    await planFollowUps(db, [
      {
        kind: 'case_check',
        key: checkKey(asked.id),
        person_id: asked.askerId,
        subject: asked.id,
        due_at: checkAt,
      },
    ])
  return {
    outcome: 'resolved',
    tells: tellAsker(asked, 'case_ended', { text: recommendation }),
    found: { recommendation: '' },
  }
}

const flag: Deed = async (order) => {
  const at = await caseAtHand(order)
  if (!at || at.role === 'gone') return { outcome: 'gone' }
  const { asked } = at
  const me = order.talk.personId
  await hideCase(order.db, asked.id, order.now)
  await stopClock(order.db, asked.id, order.now)
  await dropFollowUps(order.db, [checkKey(asked.id)], order.now)
  const tells = tellAsker(asked, 'case_hidden').filter(({ person }) => person !== me)
  if (asked.mentorId !== undefined && asked.mentorId !== me)
    tells.push({ person: asked.mentorId, says: [caseSay(asked.id, 'case_hidden_too')] })
  return { outcome: 'hidden', tells }
}

/** What the asker says when they are asked whether the advice was applied, and what happened. */
const noteCheck: Deed = async ({ desk, db, talk, vars, now }) => {
  const id = Number(wordIn(vars, 'subject'))
  const asked = Number.isSafeInteger(id) && id > 0 ? await caseForUpdate(db, id as CaseId) : undefined
  if (!asked || asked.hidden || asked.askerId !== talk.personId) return { outcome: 'gone' }
  const [applied, useful, happened] = ['applied', 'useful', 'happened'].map((name) => wordIn(vars, name))
  if (happened)
    await addEntry(db, asked.id, { part: 'asker', text: happened, at: now, authorId: talk.personId })
  await rateCase(db, asked.id, { applied: applied || undefined, useful: useful || undefined })
  const { words } = desk.shelf
  const says: Say[] = [
    caseSay(asked.id, 'case_outcome', {
      applied: words[`case_answer_${applied}`] ?? {},
      useful: words[`case_answer_${useful}`] ?? {},
    }),
  ]
  if (happened)
    says.push(caseSay(asked.id, 'case_new_words', { who: words['case_part_asker'] ?? {}, text: happened }))
  // It lies in the case now, and nowhere else.
  const found = { happened: '' }
  return {
    outcome: 'done',
    found,
    tells: asked.mentorId === undefined ? [] : [{ person: asked.mentorId, says }],
  }
}

export const endCaseDeeds: DeedSet = {
  deeds: { 'resolve-case': resolve, 'flag-case': flag, 'note-case-check': noteCheck },
  audited: { 'resolve-case': 'case.resolve', 'flag-case': 'case.flag' },
}
