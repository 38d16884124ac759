// The roster of the emergency line, kept by those on it: each night shows who is on call, and a tap puts one on or off.
import { instantOf, localDay, nightOf } from '../../domain/rhythm.ts'
import { plusDays } from '../../domain/visit-calendar.ts'
import type { WordSay } from '../../engine/events.ts'
import type { ListItem } from '../../engine/session.ts'
import { heldDuties } from '../../store/duties.ts'
import { type OnCallNight, onCallNights, turnNight } from '../../store/on-call.ts'
import type { Day } from '../../words/clock.ts'
import type { LocalText } from '../../words/language.ts'
import { daySaid } from '../day-said.ts'
import { routeWaiting } from '../route-case.ts'
import { type Deed, type DeedOrder, type DeedSet, wordIn } from './deed.ts'

/** A week: what people plan, and what fits a screen. */
const NIGHTS = 7
const MOST_NAMES = 6

async function mayHoldIt({ db, talk }: DeedOrder): Promise<boolean> {
  const duties = await heldDuties(db, talk.personId)
  return duties.some(({ role, ready }) => ready && role !== 'mentee')
}

/** The nights that can be chosen, tonight first; after midnight it is still the night of the evening before. */
function nightsAhead({ desk, now }: DeedOrder): Day[] {
  const first = nightOf(now, desk.programme) ?? localDay(now, desk.programme)
  return Array.from({ length: NIGHTS }, (_, ahead) => plusDays(first, ahead))
}

const said = ({ desk }: DeedOrder, night: Day): LocalText =>
  daySaid(desk, instantOf(night, 12, desk.programme))

const listNights: Deed = async (order) => {
  if (!(await mayHoldIt(order))) return { outcome: 'not-allowed' }
  const { desk, db, talk } = order
  const nights = nightsAhead(order)
  const range = { from: nights[0] ?? '', until: nights.at(-1) ?? '' } as { from: Day; until: Day }
  const kept = new Map((await onCallNights(db, talk.personId, range)).map((one) => [one.night, one]))
  const { words } = desk.shelf
  const line = (night: Day): WordSay => ({
    say: 'word',
    word: 'on_call_night',
    values: { day: said(order, night), names: namesOf(kept.get(night)) ?? words['on_call_nobody'] ?? {} },
  })
  const items = nights.map((night): ListItem => ({
    id: night,
    text: kept.get(night)?.mine === true ? ticked(said(order, night)) : said(order, night),
  }))
  const done: ListItem = { id: 'done', text: words['on_call_done'] ?? {} }
  return {
    outcome: 'done',
    says: [{ say: 'lines', lines: nights.map(line) }],
    found: { nights: [...items, done] },
  }
}

function namesOf(night: OnCallNight | undefined): string | undefined {
  if (!night || night.names.length === 0) return undefined
  const names = night.names.slice(0, MOST_NAMES)
  return [...names, ...(night.names.length > MOST_NAMES ? ['…'] : [])].join(', ')
}

/** A sign before a day, in each language. */
const ticked = (day: LocalText): LocalText =>
  Object.fromEntries(Object.entries(day).map(([language, words]) => [language, `✓ ${words}`]))

const goOnCall: Deed = async (order) => {
  const { db, talk, vars } = order
  const night = nightsAhead(order).find((one) => one === wordIn(vars, 'night'))
  if (night === undefined) return { outcome: 'over' }
  if (!(await mayHoldIt(order))) return { outcome: 'not-allowed' }
  const isOn = await turnNight(db, talk.personId, night)
  // Whatever waits for the morning has somebody now.
  const tells =
    isOn && night === nightOf(order.now, order.desk.programme)
      ? await routeWaiting(order.desk, db, order.now)
      : []
  return { outcome: isOn ? 'on' : 'off', found: { day: said(order, night) }, tells }
}

export const onCallDeeds: DeedSet = {
  deeds: { 'list-nights': listNights, 'go-on-call': goOnCall },
  audited: { 'go-on-call': 'person.on-call' },
}
