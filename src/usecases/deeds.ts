// Everything a dialogue may ask of the programme by name (`do: …`). Each deed does one thing in the running transaction
// and says how it came out; the dialogue decides what that means. A subject's deeds stand together in `deeds/`.
import { askCaseDeeds } from './deeds/ask-case.ts'
import { calendarLinkDeeds } from './deeds/calendar-link.ts'
import { baselineDeeds } from './deeds/baselines.ts'
import { onCallDeeds } from './deeds/on-call.ts'
import { caseMentorDeeds } from './deeds/case-mentors.ts'
import { caseDeeds } from './deeds/cases.ts'
import { endCaseDeeds } from './deeds/end-case.ts'
import { cascadeDeeds } from './deeds/cascade.ts'
import type { Deed, DeedSet } from './deeds/deed.ts'
import { actionDeeds } from './deeds/actions.ts'
import { challengeDeeds } from './deeds/challenges.ts'
import { coachingDeeds } from './deeds/coaching.ts'
import { groupDeeds } from './deeds/groups.ts'
import { groupQuestionDeeds } from './deeds/group-questions.ts'
import { sessionAttendanceDeeds } from './deeds/session-attendance.ts'
import { groupSessionDeeds } from './deeds/group-session.ts'
import { extraVisitDeeds } from './deeds/extra-visit.ts'
import { feedbackDeeds } from './deeds/feedback.ts'
import { holdVisitDeeds } from './deeds/hold-visit.ts'
import { hoursDeeds } from './deeds/hours.ts'
import { identityDeeds } from './deeds/identity.ts'
import { improveDeeds } from './deeds/improve.ts'
import { joinDeeds } from './deeds/join.ts'
import { mentorDeeds } from './deeds/mentors.ts'
import { lessonDeeds } from './deeds/lessons.ts'
import { meetingDeeds } from './deeds/meetings.ts'
import { menuDeeds } from './deeds/menu.ts'
import { nearMissDeeds } from './deeds/near-misses.ts'
import { judgeObservationDeeds } from './deeds/judge-observation.ts'
import { observeDeeds } from './deeds/observe.ts'
import { orientationDeeds } from './deeds/orientation.ts'
import { packetDeeds } from './deeds/packet.ts'
import { peopleDeeds } from './deeds/people.ts'
import { renameDeeds } from './deeds/rename.ts'
import { staffDeeds } from './deeds/staff.ts'
import { progressDeeds } from './deeds/progress.ts'
import { oneProjectDeeds } from './deeds/project.ts'
import { projectDeeds } from './deeds/projects.ts'
import { quizDeeds } from './deeds/quiz.ts'
import { visitActionDeeds } from './deeds/visit-actions.ts'
import { visitDataDeeds } from './deeds/visit-data.ts'
import { visitDayDeeds } from './deeds/visit-days.ts'
import { visitTrainingDeeds } from './deeds/visit-training.ts'
import { visitDeeds } from './deeds/visits.ts'
import { reportDeeds } from './deeds/reports.ts'
import { supervisionDeeds } from './deeds/supervisions.ts'
import { chwReportDeeds } from './deeds/chw-reports.ts'
import { travelDeeds } from './deeds/travel.ts'

const SETS: readonly DeedSet[] = [
  joinDeeds,
  identityDeeds,
  menuDeeds,
  progressDeeds,
  peopleDeeds,
  staffDeeds,
  renameDeeds,
  coachingDeeds,
  mentorDeeds,
  orientationDeeds,
  cascadeDeeds,
  quizDeeds,
  packetDeeds,
  hoursDeeds,
  askCaseDeeds,
  caseDeeds,
  endCaseDeeds,
  caseMentorDeeds,
  onCallDeeds,
  lessonDeeds,
  observeDeeds,
  judgeObservationDeeds,
  visitDeeds,
  extraVisitDeeds,
  holdVisitDeeds,
  visitDataDeeds,
  baselineDeeds,
  visitDayDeeds,
  visitTrainingDeeds,
  visitActionDeeds,
  calendarLinkDeeds,
  feedbackDeeds,
  improveDeeds,
  challengeDeeds,
  nearMissDeeds,
  projectDeeds,
  oneProjectDeeds,
  actionDeeds,
  reportDeeds,
  supervisionDeeds,
  meetingDeeds,
  groupDeeds,
  groupQuestionDeeds,
  groupSessionDeeds,
  sessionAttendanceDeeds,
  chwReportDeeds,
  travelDeeds,
]

export const deeds: Readonly<Record<string, Deed>> = Object.assign({}, ...SETS.map((set) => set.deeds))

const names = SETS.flatMap((set) => Object.keys(set.deeds))
// Of two with one name a dialogue would get the wrong one.
if (new Set(names).size < names.length)
  throw new Error(`two deeds are called ${names.find((name, at) => names.indexOf(name) !== at)}`)

/** The deeds that leave an audit row, and what it calls them. */
export const AUDITED: Readonly<Record<string, string>> = Object.assign({}, ...SETS.map((set) => set.audited))

export const DEED_NAMES: ReadonlySet<string> = new Set(Object.keys(deeds))
