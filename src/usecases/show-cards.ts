// The cards that groups see: each one message that is edited when what it shows has changed, and seldom, whatever happens
// meanwhile. Ten people who tap within a minute come to a few edits, not to ten messages.
import { LEAST_TOGETHER } from '../domain/group-session.ts'
import { isQuietAt } from '../domain/rhythm.ts'
import type { Channel } from '../channels/channel.ts'
import type { Say } from '../engine/events.ts'
import { type ChwGroup, chwGroupAt, membersOf, takeCards } from '../store/chw-groups.ts'
import type { Db } from '../store/db.ts'
import { keyNamed, type ReportKey, reportsAt } from '../store/chw-reports.ts'
import { visitById } from '../store/visits.ts'
import { HOUR, SECOND } from '../words/clock.ts'
import type { VisitId } from '../words/ids.ts'
import { totalLines } from './ask-reports.ts'
import { applyEvents } from './apply-events.ts'
import { newLedger } from './converse.ts'
import { visitSay, visitValues } from './announce-visit.ts'
import type { Desk } from './desk.ts'
import { handOver } from './hand-over.ts'
import { sessionCardSays } from './group-session.ts'
import { formOf, periodName } from './report-form.ts'

/** A card is edited at most this often: with three cards open, well below twenty messages a minute. */
export const CARD_PAUSE = 15 * SECOND
/** Where nothing can be edited, each time is one more message: so seldom then. */
const SAID_ANEW = HOUR
/** Cards of one transaction. */
const MOST_AT_ONCE = 100

/** Shows the cards that have changed and whose turn it is; how many there were. Called every few seconds. */
export async function showCards(desk: Desk, channels: readonly Channel[]): Promise<number> {
  const unedited = channels.filter(({ capabilities }) => !capabilities.edits).map(({ name }) => name)
  let shown = 0
  for (let taken = MOST_AT_ONCE; taken === MOST_AT_ONCE; shown += taken) {
    const result = await handOver(desk, async (db) => {
      const now = desk.clock.now()
      const silent = isQuietAt(now, desk.programme)
      const due = await takeCards(db, {
        now,
        shownBefore: now - CARD_PAUSE,
        anew: { on: unedited, shownBefore: now - SAID_ANEW },
        limit: MOST_AT_ONCE,
        silent,
      })
      const ledger = newLedger(now)
      for (const { address, name } of due) {
        const group = await chwGroupAt(db, address)
        const says = group && (await cardSays(desk, db, group, name))
        if (says) ledger.groups.push({ group: address, says: [{ say: 'notice', name, says }], awaited: true })
      }
      return { taken: due.length, owed: await applyEvents(desk, db, ledger) }
    })
    taken = result.taken
  }
  return shown
}

/** What a card says now; nothing when what it is about is gone. */
async function cardSays(desk: Desk, db: Db, group: ChwGroup, name: string): Promise<Say[] | undefined> {
  if (name === 'group') return groupCard(db, group)
  if (name.startsWith('session:')) return sessionCardSays(desk, db, group, name)
  if (name.startsWith('visit:')) return meetingSays(desk, db, Number(name.slice('visit:'.length)) as VisitId)
  const key = keyNamed(name)
  return key && reportCard(desk, db, group, key)
}

/** How many have reported and what it comes to: the sums of all, and nobody's own counts. */
async function reportCard(desk: Desk, db: Db, group: ChwGroup, key: ReportKey): Promise<Say[] | undefined> {
  const form = formOf(desk, key.area)
  if (!form) return undefined
  const reports = await reportsAt(db, group.facilityId, key)
  const confirmed = reports.filter(({ items }) => items !== undefined)
  const values = {
    title: form.title,
    from: periodName(key),
    done: confirmed.length,
    of: reports.length,
    waiting: reports.filter(({ waiting }) => waiting).length,
  }
  const card: Say = { say: 'word', word: 'report_card', values }
  // The counts of one or two would be theirs.
  const lines = confirmed.length < LEAST_TOGETHER ? [] : totalLines(desk, key, confirmed)
  return lines.length > 0 ? [card, { say: 'lines', lines }] : [card]
}

/** Who the group is and how many have said who they are: in figures, nobody is named before all. */
async function groupCard(db: Db, group: ChwGroup): Promise<Say[]> {
  const members = await membersOf(db, group)
  const known = members.filter(({ here }) => here).length
  const values = { group: group.facility, known, of: members.length, code: group.code }
  if (known === members.length) return [{ say: 'word', word: 'group_card_complete', values }]
  return [{ say: 'word', word: 'group_card', values, start: { code: group.code, word: 'group_me' } }]
}

/** Where and when the group meets, once that was in doubt. */
async function meetingSays(desk: Desk, db: Db, id: VisitId): Promise<Say[] | undefined> {
  const visit = await visitById(db, id)
  if (!visit || visit.state === 'proposed') return undefined
  const values = visitValues(desk, visit)
  if (visit.state === 'cancelled') return [visitSay('group_meets_not', values)]
  if (!visit.remote) return [visitSay('group_meets', values)]
  const call = visit.remoteCall === undefined ? [] : [visitSay('visit_call', values)]
  return [visitSay('group_meets_here', values), ...call]
}
