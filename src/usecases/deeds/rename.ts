// How somebody's name is written. Everybody corrects their own, and whoever may that of somebody else. Who holds a
// certificate is named by others only: whoever checks it relies on the name.
import { may } from '../../domain/rights.ts'
import type { Say } from '../../engine/events.ts'
import { certificatesOf } from '../../store/certificates.ts'
import { mentorsOf } from '../../store/pairings.ts'
import { renamePerson } from '../../store/people.ts'
import { type Deed, type DeedOrder, type DeedResult, type DeedSet, type Tell, wordIn } from './deed.ts'
import { auditPerson, metIn, nameIn } from './people.ts'

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

const whoseName: Deed = async (order) => {
  const met = await namedIn(order)
  return met.outcome === 'refused' ? met : { outcome: met.outcome, found: { who: met.person.name } }
}

async function callThem(order: DeedOrder, name: string): Promise<DeedResult> {
  const { db, talk, now } = order
  const met = await namedIn(order)
  if (met.outcome === 'refused' || met.outcome === 'certified') return { outcome: 'refused' }
  const { person, isOwn, isCertified } = met
  if (name === person.name) return { outcome: 'same' }
  if (!(await renamePerson(db, person.id, name))) return { outcome: 'known' }
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
    'whose-name': whoseName,

    rename: (order) => callThem(order, nameIn(order.vars)),

    /** As it was before, unless somebody has written it otherwise since. */
    async 'take-back-name'(order) {
      const met = await namedIn(order)
      if (met.outcome === 'refused') return met
      if (met.person.name !== nameIn(order.vars)) return { outcome: 'gone' }
      return callThem(order, wordIn(order.vars, 'who'))
    },
  },
  audited: {},
}
