// Who somebody is: the same person at several addresses, and several people at one.
import type { Input } from '../../engine/run.ts'
import type { ListItem } from '../../engine/session.ts'
import { writeAudit } from '../../store/audit.ts'
import type { Db } from '../../store/db.ts'
import { keepLinkCode, linkCodesMade, ownerOfLink, personOfCode, useLink } from '../../store/link-codes.ts'
import { codesTried, countCodeTried } from '../../store/addresses.ts'
import { redeemCode } from '../../store/people.ts'
import { handTo, shareAddress, speakersAt } from '../../store/shared-addresses.ts'
import { takeUp } from '../../store/turns.ts'
import type { FlowId, PersonId } from '../../words/ids.ts'
import { cleanText } from '../../words/message.ts'
import type { Talk } from '../talk.ts'
import { type DeedResult, type DeedSet, wordIn } from './deed.ts'
import { become, MOST_CODES_A_DAY } from './join.ts'

/** Nobody needs more, and each makes the one before void. */
const MOST_LINKS_A_DAY = 5
/** Without what is mistaken for something else: 0 and O, 1, I and L. */
const ALPHABET = '23456789ABCDEFGHJKMNPQRSTUVWXYZ'
const LETTERS = 6

export const identityDeeds: DeedSet = {
  deeds: {
    async 'make-link-code'({ desk, db, talk, now }) {
      if (talk.home === 'welcome') return { outcome: 'stranger' }
      if ((await linkCodesMade(db, talk.personId, now)) >= MOST_LINKS_A_DAY) return { outcome: 'wait' }
      let link = codeFrom(desk.chance())
      while (!(await keepLinkCode(db, { person: talk.personId, code: link }, now)))
        link = codeFrom(desk.chance())
      return { outcome: 'made', found: { link } }
    },

    async 'join-by-link'({ db, talk, vars, now }) {
      if ((await codesTried(db, talk.addressId, now)) >= MOST_CODES_A_DAY) return { outcome: 'wait' }
      const code = codeIn(vars)
      const person = await ownerOfLink(db, code, now)
      if (person === undefined) {
        await countCodeTried(db, talk.addressId, now)
        return { outcome: 'unknown', found: { code: '' } }
      }
      if (person === talk.personId) return { outcome: 'own', found: { code: '' } }
      // Two records on the roster are joined by an administrator, who can see whose they are.
      if (talk.home !== 'welcome') return { outcome: 'other', found: { code: '' } }
      await useLink(db, code, now)
      const begins = await become(db, talk, { person, now })
      // What was going on elsewhere goes on here.
      const input = begins.kind === 'open' && begins.flow === MENU ? OPENED : begins
      return { input, says: [{ say: 'word', word: 'linked', values: { name: talk.name } }] }
    },

    async 'look-at-code'({ db, talk, vars, now }) {
      if ((await codesTried(db, talk.addressId, now)) >= MOST_CODES_A_DAY) return { outcome: 'unknown' }
      const person = await personOfCode(db, codeIn(vars))
      if (person?.id === talk.personId) return { outcome: 'unknown' }
      if (person) return { outcome: 'known', found: { other: person.name } }
      await countCodeTried(db, talk.addressId, now)
      return { outcome: 'unknown' }
    },

    async 'share-phone'({ db, talk, vars, now }) {
      const person = await redeemCode(db, codeIn(vars), now)
      if (person === undefined || person === talk.personId) return { outcome: 'gone' }
      await shareAddress(db, talk.addressId, [talk.personId, person], now)
      for (const who of [talk.personId, person])
        await writeAudit(db, {
          at: now,
          actor: `person:${person}`,
          deed: 'address.share',
          subject: `person:${who}`,
        })
      return speakAs(db, talk, person)
    },

    async 'list-speakers'({ db, talk }) {
      const speakers = await speakersAt(db, talk.addressId)
      if (speakers.length < 2) return { outcome: 'alone' }
      const people = speakers.map(({ id, name }): ListItem => ({ id: String(id), text: { en: name } }))
      return { outcome: 'several', found: { people } }
    },

    async 'speak-as'({ db, talk, vars }) {
      const chosen = Number(wordIn(vars, 'speaker'))
      const speaker = (await speakersAt(db, talk.addressId)).find(({ id }) => id === chosen)
      // Somebody has left this telephone since the question was asked.
      if (!speaker) return { outcome: 'gone' }
      return speakAs(db, talk, speaker.id)
    },
  },
  audited: { 'make-link-code': 'person.make-link' },
}

const MENU = 'menu' as FlowId
/** They are before the question that stands, or at home. */
const OPENED: Input = { kind: 'message', content: { kind: 'opened' } }

const codeIn = (vars: Parameters<typeof wordIn>[0]): string => cleanText(wordIn(vars, 'code')).slice(0, 80)

function codeFrom(seed: number): string {
  let code = ''
  for (let rest = seed; code.length < LETTERS; rest = Math.floor(rest / ALPHABET.length))
    code += ALPHABET[rest % ALPHABET.length] ?? ''
  return code
}

/** From here on the talk is that person's, where they left it; nothing of the one before is told or heard. */
async function speakAs(db: Db, talk: Talk, person: PersonId): Promise<DeedResult> {
  // The question who it is, or the one that led here, is over for the one before.
  const left = { ...talk.session, stack: talk.session.stack.slice(0, -1) }
  const before = talk.session
  const { turn } = talk
  await handTo(db, talk.addressId, { from: talk.personId, to: person, left, turn })
  const theirs = await takeUp(db, person)
  if (!theirs) throw new Error('an address that was just handed over is gone')
  const asked = Math.max(before.asked, theirs.session.asked) + 1
  const { personId, name, home, language, session } = theirs
  Object.assign(talk, {
    personId,
    name,
    home,
    language,
    session: { ...session, asked },
    turn: Math.max(turn, theirs.turn),
  })
  return { input: OPENED, says: [{ say: 'word', word: 'speaking_as', values: { name } }] }
}
