// People come to a place, are paired, and go, while its visits are planned: each visit is of those who are there now.
import { localDay } from '../domain/rhythm.ts'
import { canChange } from '../domain/visit.ts'
import { gatherPeople, visitsToGather } from '../store/visit-people.ts'
import { visitForUpdate } from '../store/visits.ts'
import { announceTo } from './announce-visit.ts'
import type { Desk } from './desk.ts'

/**
 * Enters mentors, mentees and managers who came after a visit was planned, tells and reminds them of it, and takes out who has gone.
 * Called every few minutes: rosters, pairings and moves change whom it is of in many ways.
 */
export async function keepVisitPeople(desk: Desk): Promise<void> {
  const now = desk.clock.now()
  for (const { id, joining } of await visitsToGather(desk.database, localDay(now, desk.programme)))
    await desk.database.inTransaction(async (db) => {
      const visit = await visitForUpdate(db, id)
      if (!visit || !canChange(visit.state, 'move')) return
      await announceTo(desk, db, { visit, people: await gatherPeople(db, id, joining), now })
    })
}
