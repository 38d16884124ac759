import type { Desk } from './desk.ts'
import { keepVisitPeople } from './keep-visit-people.ts'
import { keepVisitPlans } from './plan-visits.ts'
import { planCoordination } from './coordinate.ts'
import { keepReports } from './keep-periods.ts'
import { planReports } from './monthly-report.ts'
import { planActions } from './promise-action.ts'

/**
 * Plans what follows from rows that were written without a clock, such as actions agreed at a visit, and the reports of
 * mentors and of groups. Called every few minutes; what is planned is not planned again.
 */
export async function planAhead(desk: Desk): Promise<void> {
  const now = desk.clock.now()
  await desk.database.inTransaction((db) => planActions(desk, db, now))
  await keepVisitPlans(desk)
  await keepVisitPeople(desk)
  await keepReports(desk)
  await desk.database.inTransaction((db) => planReports(desk, db, now))
  await desk.database.inTransaction((db) => planCoordination(desk, db, now))
}
