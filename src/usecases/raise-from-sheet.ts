// What was out of stock while somebody was observed becomes a challenge of the place, named as the supply it is.
import type { Say } from '../engine/events.ts'
import type { ListItem } from '../engine/session.ts'
import type { Db } from '../store/db.ts'
import type { Observation } from '../store/observations.ts'
import { placeOf } from '../store/people.ts'
import type { Instant } from '../words/clock.ts'
import { inLanguage } from '../words/language.ts'
import type { Sheet } from './checklist-marks.ts'
import type { Tell } from './deeds/deed.ts'
import type { Desk } from './desk.ts'
import { challengeCode, itemText, raiseChallenge } from './raise-challenge.ts'

/** Raises what was out of stock, or adds the observer's voice to what is open; what they read of it. */
export async function raiseFromSheet(
  desk: Desk,
  db: Db,
  from: { observation: Observation; sheet: Sheet; now: Instant },
): Promise<{ says: Say[]; tells: Tell[] }> {
  const { observation, sheet, now } = from
  const { observerId } = observation
  const facilityId = await placeOf(db, observation.menteeId)
  const missing = new Set(
    sheet.checklist.items.flatMap(({ supply, observe }, index) =>
      sheet.marks[index] === 'stock_out' ? [supply ?? inLanguage(observe, desk.shelf.programmeLanguage)] : [],
    ),
  )
  if (missing.size === 0 || observerId === undefined || facilityId === undefined)
    return { says: [], tells: [] }
  const items: ListItem[] = []
  const tells: Tell[] = []
  for (const item of missing) {
    const raised = await raiseChallenge(desk, db, {
      facilityId,
      kind: 'stock_out',
      item,
      by: observerId,
      now,
    })
    const text = itemText(desk, item)
    items.push({ id: challengeCode(raised.id), text: typeof text === 'string' ? { en: text } : text })
    tells.push(...raised.tells)
  }
  return { says: [{ say: 'word', word: 'observe_stock_raised', values: { items } }], tells }
}
