// The mentors around a case: whose opinion is asked for.
import { advisorFor, mayWake } from '../../domain/case.ts'
import { isQuietAt, nightOf } from '../../domain/rhythm.ts'
import type { ListItem } from '../../engine/session.ts'
import { advisorsFor, associationsOf, mentorsOf, offerCase, offersOf } from '../../store/case-offers.ts'
import type { ClinicalCase } from '../../store/cases.ts'
import { type Association, ASSOCIATIONS } from '../../words/roles.ts'
import { offering } from '../route-case.ts'
import { caseAtHand } from './case-at-hand.ts'
import { type Deed, type DeedOrder, type DeedResult, type DeedSet, wordIn } from './deed.ts'

/** One other mentor, or all of an association. */
const listSeconds: Deed = async ({ desk, db, talk, now }) => {
  const associations = await associationsOf(db, talk.personId, now)
  if (associations.length === 0) return { outcome: 'none' }
  const one = { id: 'one', text: desk.shelf.words['case_one_mentor'] ?? {} }
  const all = associations.map(({ association, mentors }): ListItem => ({
    id: association,
    text: { en: `${association} (${mentors})` },
  }))
  return { outcome: 'done', found: { seconds: [one, ...all] } }
}

const askSecond: Deed = async (order) => {
  const at = await caseAtHand(order)
  const { desk, db, vars, now } = order
  if (at?.role !== 'mentor' || at.asked.askerId === undefined) return { outcome: 'gone' }
  const { asked } = at
  const asker = at.asked.askerId
  const association = ASSOCIATIONS.find((one) => one === wordIn(vars, 'second'))
  if (association) return askAssociation(order, asked, association)
  const night = nightOf(now, desk.programme)
  const advisors = await advisorsFor(db, { asker, area: asked.area, at: now, night })
  const before = new Set((await offersOf(db, asked.id)).map(({ person }) => person))
  // At night an emergency goes to whoever is on call; all else is read in the morning.
  const onlyOnCall = mayWake(asked.urgency) && isQuietAt(now, desk.programme)
  const choice = { language: asked.language, before, onlyOnCall }
  const advisor = advisorFor('second', choice, advisors) ?? advisorFor('master', choice, advisors)
  if (!advisor) return { outcome: 'nobody' }
  await offerCase(db, asked.id, { person: advisor.personId, tier: 'second', at: now, second: true })
  return { outcome: 'asked', tells: [offering(desk, asked, advisor.personId, 'second')] }
}

/** Everybody who mentors for an association: they see the case and no name, and write or do not. */
async function askAssociation(
  { desk, db, talk, now }: DeedOrder,
  asked: ClinicalCase,
  association: Association,
): Promise<DeedResult> {
  const has = new Set((await offersOf(db, asked.id)).map(({ person }) => person))
  const members = (await mentorsOf(db, association, now)).filter(
    (person) => person !== talk.personId && person !== asked.askerId && !has.has(person),
  )
  for (const person of members)
    await offerCase(db, asked.id, { person, tier: 'second', at: now, second: true })
  if (members.length === 0) return { outcome: 'nobody' }
  return {
    outcome: 'association',
    found: { count: members.length },
    tells: members.map((person) => ({ ...offering(desk, asked, person, 'association'), awaited: false })),
  }
}

export const caseMentorDeeds: DeedSet = {
  deeds: { 'list-seconds': listSeconds, 'ask-second': askSecond },
  audited: {},
}
