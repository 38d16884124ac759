// Counting near-misses: how many of which category, by which definition. Nothing of whose they were is asked or kept.
import { DEFINITIONS, MOST_CASES, NEAR_MISSES } from '../../domain/near-miss.ts'
import { dayOf } from '../../domain/rhythm.ts'
import type { WordSay } from '../../engine/events.ts'
import type { ListItem } from '../../engine/session.ts'
import { addNearMisses, countNearMisses, takeBackNearMisses } from '../../store/near-misses.ts'
import { DAY } from '../../words/clock.ts'
import { type Deed, type DeedSet, wordIn } from './deed.ts'
import { pickPlace, placeIn } from './improve.ts'

const SHOWN_DAYS = 92

const list: Deed = ({ desk }) =>
  Promise.resolve({
    outcome: 'done',
    found: {
      categories: NEAR_MISSES.map((id): ListItem => ({
        id,
        text: desk.shelf.words[`near_miss_${id}`] ?? {},
      })),
    },
  })

const note: Deed = async ({ desk, db, talk, vars, now }) => {
  const facilityId = await placeIn(db, {
    person: talk.personId,
    act: 'count_near_miss',
    place: wordIn(vars, 'place'),
  })
  const category = NEAR_MISSES.find((one) => one === wordIn(vars, 'category'))
  const definition = DEFINITIONS.find((one) => one === wordIn(vars, 'definition'))
  const cases = vars['cases']
  if (facilityId === undefined || !category || !definition || typeof cases !== 'number')
    return { outcome: 'gone' }
  if (!(cases >= 1 && cases <= MOST_CASES)) return { outcome: 'gone' }
  const lesson = wordIn(vars, 'lesson')
  await addNearMisses(db, { facilityId, category, definition, cases, lesson, by: talk.personId, at: now })
  const totals = await countNearMisses(db, {
    from: dayOf(now, desk.programme) - SHOWN_DAYS * DAY,
    to: now + 1,
    facilityId,
  })
  const lines = totals.map((one): WordSay => ({
    say: 'word',
    word: 'near_miss_line',
    values: {
      category: desk.shelf.words[`near_miss_${one.category}`] ?? {},
      definition: desk.shelf.words[`near_miss_by_${one.definition}`] ?? {},
      cases: one.cases,
    },
  }))
  return {
    outcome: 'noted',
    // It stands with the count alone from now on.
    found: { lesson: '' },
    says: [
      { say: 'word', word: 'near_miss_so_far' },
      { say: 'lines', lines },
    ],
  }
}

export const nearMissDeeds: DeedSet = {
  deeds: {
    'near-miss-where': pickPlace('count_near_miss'),
    'list-near-misses': list,
    'note-near-miss': note,
    async 'take-back-near-miss'({ db, talk, now }) {
      const gone = await takeBackNearMisses(db, talk.personId, now - DAY)
      return { outcome: gone ? 'done' : 'gone' }
    },
  },
  audited: { 'note-near-miss': 'near-miss.count', 'take-back-near-miss': 'near-miss.take-back' },
}
