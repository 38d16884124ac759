// How somebody's name is written. Everybody corrects their own, and whoever may that of somebody else. Who holds a
// certificate is named by others only: whoever checks it relies on the name.
import { may } from '../../domain/rights.ts'
import type { Say } from '../../engine/events.ts'
import { certificatesOf } from '../../store/certificates.ts'
import { mentorsOf } from '../../store/pairings.ts'
import { isNameTaken, renamePerson } from '../../store/people.ts'
import { type DeedOrder, type DeedResult, type DeedSet, type Tell, wordIn } from './deed.ts'
import { auditPerson, isName, metIn, nameIn } from './people.ts'

/** Whose name it is: who speaks where nobody is named. Or the outcome that keeps it from being changed. */
async function namedIn({ db, talk, vars }: DeedOrder) {
  const own = String(talk.personId)
  const subject = wordIn(vars, 'subject') || own
  const met = await metIn(db, talk.personId, { subject })
  if (!met || !may(met.actor, 'rename', met.whom)) return { outcome: 'refused' } as const
  const isOwn = subject === own
  const isCertified = (await certificatesOf(db, met.person.id)).length > 0
  return {
    outcome: isOwn ? (isCertified ? 'certified' : 'own') : 'another',
    ...met,
    isOwn,
    isCertified,
  } as const
}

type Named = Exclude<Awaited<ReturnType<typeof namedIn>>, { outcome: 'refused' }>

/** Calls somebody so, and tells whom it concerns. */
async function callThem(
  { db, talk, now }: DeedOrder,
  { person, isOwn, isCertified }: Named,
  name: string,
): Promise<DeedResult> {
  await renamePerson(db, person.id, name)
  await auditPerson(db, { now, by: talk.personId, deed: 'person.rename', whom: person.id })
  if (isOwn) talk.name = name
  const says: Say[] = [{ say: 'word', word: 'renamed_them', values: { before: person.name, name } }]
  const tells: Tell[] = [...new Set((await mentorsOf(db, person.id)).map(({ mentorId }) => mentorId))]
    .filter((mentor) => mentor !== talk.personId)
    .map((mentor) => ({ person: mentor, says }))
  if (!isOwn) {
    const word = isCertified ? 'renamed_certified' : 'renamed_you'
    tells.push({ person: person.id, says: [{ say: 'word', word, values: { name } }] })
  }
  return { outcome: 'done', tells }
}

export const renameDeeds: DeedSet = {
  deeds: {
    async 'whose-name'(order) {
      const met = await namedIn(order)
      return met.outcome === 'refused' ? met : { outcome: met.outcome, found: { who: met.person.name } }
    },

    async rename(order) {
      const met = await namedIn(order)
      if (met.outcome === 'refused' || met.outcome === 'certified') return { outcome: 'refused' }
      const name = nameIn(order.vars)
      if (!isName(name)) return { outcome: 'refused' }
      if (name === met.person.name) return { outcome: 'same' }
      if (await isNameTaken(order.db, met.person.id, name)) return { outcome: 'known' }
      return callThem(order, met, name)
    },

    /** As it was before, unless somebody has written it otherwise since. */
    async 'take-back-name'(order) {
      const met = await namedIn(order)
      if (met.outcome === 'refused' || met.outcome === 'certified') return { outcome: 'refused' }
      if (met.person.name !== nameIn(order.vars)) return { outcome: 'gone' }
      return callThem(order, met, wordIn(order.vars, 'who'))
    },
  },
  audited: {},
}
