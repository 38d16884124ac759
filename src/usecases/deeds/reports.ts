// The monthly report in the chat: read, added to, sent; read by a supervisor, and answered.
import { type Month, monthOf, overdueFrom } from '../../domain/monthly-report.ts'
import type { Say, WordSay } from '../../engine/events.ts'
import type { ListItem } from '../../engine/session.ts'
import { openChallenges } from '../../store/challenges.ts'
import { dropFollowUps } from '../../store/follow-ups.ts'
import {
  answerReport,
  mentorsOwing,
  type MonthlyReport,
  reportById,
  sendReport,
} from '../../store/monthly-reports.ts'
import { latePromises } from '../../store/promises.ts'
import type { ReportId } from '../../words/ids.ts'
import type { Desk } from '../desk.ts'
import { figuresFor, monthSaid, monthsToSend, planReport, readersOf, reportCode } from '../monthly-report.ts'
import { actionValues } from '../promise-action.ts'
import { challengeValues } from '../raise-challenge.ts'
import { figuresSay } from '../report-says.ts'
import { actorOf, isAllowed, isMentor, supervisedPlaces } from '../relate.ts'
import { type Deed, type DeedOrder, type DeedSet, type Tell, wordIn } from './deed.ts'

const MOST_LISTED = 12
/** What a list shows on every telephone. */
const MOST_MONTHS = 10
const GONE = { outcome: 'gone' } as const

const write: Deed = async ({ desk, db, talk, vars, now }) => {
  if (!isMentor(await actorOf(db, talk.personId))) return { outcome: 'not-mentor' }
  const { owed, current } = await monthsToSend(desk, db, { mentor: talk.personId, now })
  const months = [...owed, ...(current ? [current] : [])]
  const chosen = months.find(({ first }) => first === wordIn(vars, 'chosen'))
  if (!chosen && owed.length > 1)
    return { outcome: 'several', found: { months: months.map(monthItem(desk)) } }
  const month = chosen ?? months[0]
  if (!month) return { outcome: 'all-sent' }
  const figures = await figuresFor(desk, db, { mentor: talk.personId, month, now })
  const said = monthSaid(desk, month.from)
  return {
    outcome: month === current ? 'so-far' : 'ready',
    found: { month: said, from: month.from },
    says: [
      { say: 'word', word: 'report_title', values: { month: said, name: talk.name } },
      ...figuresSay(desk, figures),
    ],
  }
}

const monthItem =
  (desk: Desk) =>
  ({ first, from }: Month, index: number): ListItem => ({
    id: first,
    text: monthSaid(desk, from),
    ...(index >= MOST_MONTHS && { hidden: true }),
  })

const send: Deed = async ({ desk, db, talk, vars, now }) => {
  const from = vars['from']
  const mentor = isMentor(await actorOf(db, talk.personId))
  if (!mentor || typeof from !== 'number' || from > now) return GONE
  const month = monthOf(from, desk.programme)
  // Counted anew: what came in while they were writing is in it.
  const figures = await figuresFor(desk, db, { mentor: talk.personId, month, now })
  const [reflection = '', issues = '', requests = ''] = ['reflection', 'issues', 'requests'].map((name) =>
    wordIn(vars, name),
  )
  const id = await sendReport(db, {
    mentorId: talk.personId,
    month: month.first,
    figures,
    reflection,
    issues,
    requests,
    at: now,
  })
  if (id === undefined) return { outcome: 'sent-before' }
  await dropFollowUps(db, [`report_due:${talk.personId}`], now)
  await planReport(desk, db, { mentor: talk.personId, now })
  const readers = await readersOf(db, talk.personId)
  const values = { name: talk.name, month: monthSaid(desk, month.from) }
  const open = { flow: 'report-read', subject: id, word: 'report_open', values: { code: reportCode(id) } }
  const tells = readers.map((person): Tell => ({
    person,
    says: [{ say: 'word', word: 'report_comes', values }],
    open,
  }))
  return {
    outcome: readers.length > 0 ? 'sent' : 'kept',
    found: { reflection: '', issues: '', requests: '', code: reportCode(id) },
    tells,
  }
}

/** The report a dialogue is about, as its reader: its mentor, or a supervisor of theirs. */
async function reportIn({
  db,
  talk,
  vars,
}: DeedOrder): Promise<{ report: MonthlyReport; own: boolean } | undefined> {
  const id = Number(wordIn(vars, 'subject'))
  const report = Number.isSafeInteger(id) && id > 0 ? await reportById(db, id as ReportId) : undefined
  if (!report) return undefined
  if (report.mentorId === talk.personId) return { report, own: true }
  const allowed = await isAllowed(db, { actor: talk.personId, act: 'answer_report', whom: report.mentorId })
  return allowed ? { report, own: false } : undefined
}

const read: Deed = async (order) => {
  const met = await reportIn(order)
  if (!met) return GONE
  const { desk } = order
  const { report, own } = met
  const month = monthSaid(desk, Date.parse(`${report.month}T12:00:00Z`))
  const texts = (['reflection', 'issues', 'requests'] as const).flatMap((name): WordSay[] =>
    report[name] === '' ? [] : [{ say: 'word', word: `report_${name}`, values: { text: report[name] } }],
  )
  const says: Say[] = [
    { say: 'word', word: 'report_title', values: { month, name: report.mentor } },
    ...figuresSay(desk, report.figures),
    ...(texts.length > 0 ? [{ say: 'lines', lines: texts } as const] : []),
  ]
  if (report.feedback !== '')
    says.push({
      say: 'word',
      word: 'report_feedback',
      values: { name: report.feedbackBy ?? '', text: report.feedback, month },
    })
  return {
    outcome: own || report.feedback !== '' ? 'read' : 'answer',
    found: { code: reportCode(report.id) },
    says,
  }
}

const answer: Deed = async (order) => {
  const met = await reportIn(order)
  const { desk, db, talk, vars, now } = order
  const text = wordIn(vars, 'text')
  if (!met || met.own || text === '') return GONE
  if (!(await answerReport(db, met.report.id, { by: talk.personId, text, at: now })))
    return { outcome: 'answered' }
  const month = monthSaid(desk, Date.parse(`${met.report.month}T12:00:00Z`))
  const says = [{ say: 'word', word: 'report_feedback', values: { name: talk.name, text, month } } as const]
  return { outcome: 'done', found: { text: '' }, tells: [{ person: met.report.mentorId, says }] }
}

/** What is late at the places somebody watches: reports, actions, challenges. */
const overdue: Deed = async ({ desk, db, talk, now }) => {
  const places = supervisedPlaces(await actorOf(db, talk.personId), 'see_overdue')
  if (places.length === 0) return { outcome: 'not-allowed' }
  const last = monthOf(now, desk.programme, 1)
  // Before that day nobody is late with the last month's.
  const month = now >= overdueFrom(last, desk.programme) ? last : monthOf(now, desk.programme, 2)
  const owing = await mentorsOwing(db, { places, month: month.first, to: month.to, limit: MOST_LISTED })
  const actions = await latePromises(db, desk.programme.timezone, { places, now, limit: MOST_LISTED })
  const challenges = await openChallenges(db, { places, raisedBy: talk.personId, limit: MOST_LISTED })
  const head = (word: string, values: WordSay['values']): WordSay => ({
    say: 'word',
    word,
    values: values ?? {},
  })
  const blocks: (readonly WordSay[])[] = [
    [
      head('overdue_reports', { count: owing.length, month: monthSaid(desk, month.from) }),
      ...owing.map(({ name }) => head('overdue_name', { name })),
    ],
    [
      head('overdue_actions', { count: actions.length }),
      ...actions.map((action) => head('action_line', actionValues(desk, action))),
    ],
    [
      head('overdue_challenges', { count: challenges.length }),
      ...challenges.map((one) => head('overdue_challenge', challengeValues(desk, one))),
    ],
  ]
  const says = blocks.filter((block) => block.length > 1).map((lines): Say => ({ say: 'lines', lines }))
  return says.length === 0 ? { outcome: 'none' } : { outcome: 'some', says }
}

export const reportDeeds: DeedSet = {
  deeds: {
    'write-report': write,
    'send-report': send,
    'read-report': read,
    'answer-report': answer,
    'list-overdue': overdue,
  },
  audited: { 'send-report': 'report.send', 'answer-report': 'report.answer' },
}
