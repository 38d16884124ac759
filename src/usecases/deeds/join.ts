// Coming in, choosing a language, agreeing, stopping and starting again.
import type { Input } from '../../engine/run.ts'
import { writeAudit } from '../../store/audit.ts'
import type { Db } from '../../store/db.ts'
import { chooseLanguage, recordConsent, redeemCode, setStopped } from '../../store/people.ts'
import { codesTried, countCodeTried, moveAddress, requestAccess } from '../../store/addresses.ts'
import { takeUp } from '../../store/turns.ts'
import type { Instant } from '../../words/clock.ts'
import type { FlowId, PersonId } from '../../words/ids.ts'
import { LANGUAGES } from '../../words/language.ts'
import { cleanText } from '../../words/message.ts'
import { passCasesOf } from '../route-case.ts'
import type { Talk } from '../talk.ts'
import { type DeedSet, DONE, wordIn } from './deed.ts'

/** More wrong codes than this from one address in a day are no longer looked up: codes cannot be guessed. */
export const MOST_CODES_A_DAY = 5

export const joinDeeds: DeedSet = {
  deeds: {
    async 'set-language'({ db, talk, vars }) {
      const language = LANGUAGES.find((known) => known === vars['language'])
      if (language) {
        talk.language = language
        await chooseLanguage(db, talk.personId, language)
      }
      return DONE
    },

    async 'join-with-code'({ db, talk, vars, now }) {
      if ((await codesTried(db, talk.addressId, now)) >= MOST_CODES_A_DAY) return { outcome: 'wait' }
      const person = await redeemCode(db, cleanText(wordIn(vars, 'code')).slice(0, 80), now)
      if (person === undefined) {
        await countCodeTried(db, talk.addressId, now)
        // What was no code may be anything people write: it is not kept.
        return { outcome: 'unknown', found: { code: '' } }
      }
      return { input: await become(db, talk, { person, now }) }
    },

    async 'ask-access'({ db, talk, vars, now }) {
      await requestAccess(db, talk.addressId, {
        name: wordIn(vars, 'name'),
        facility: wordIn(vars, 'facility'),
        at: now,
      })
      return DONE
    },

    async 'record-consent'({ db, talk, vars, now }) {
      const given = vars['consent'] === 'yes'
      // The words they have read, which need not be today's.
      const flowVersion = talk.session.stack.at(-1)?.version ?? ''
      await recordConsent(db, talk.personId, { given, language: talk.language, flowVersion, at: now })
      talk.home = given ? 'menu' : 'join'
      return { outcome: given ? 'given' : 'refused' }
    },

    async stop({ desk, db, talk, now }) {
      await setStopped(db, talk.personId, now)
      if (talk.home === 'menu') talk.home = 'stopped'
      // Nobody waits for an answer of who reads nothing any more.
      return { outcome: 'done', tells: await passCasesOf(desk, db, talk.personId, now) }
    },

    async 'start-again'({ db, talk }) {
      await setStopped(db, talk.personId, null)
      if (talk.home === 'welcome') return { outcome: 'stranger' }
      if (talk.home === 'join') return { outcome: 'newcomer' }
      talk.home = 'menu'
      return { outcome: 'member' }
    },
  },
  audited: {
    'set-language': 'person.choose-language',
    'ask-access': 'access.request',
    'record-consent': 'person.consent',
    stop: 'person.stop',
    'start-again': 'person.start',
  },
}

/** A stranger turns out to be somebody on the roster: from here on the talk is that person's. */
export async function become(
  db: Db,
  talk: Talk,
  { person, now }: { person: PersonId; now: Instant },
): Promise<Input> {
  const { language, turn } = talk
  const greeted = talk.session.stack.at(-1)
  const hasChosen = greeted?.kind === 'dialogue' && greeted.vars['language'] !== undefined
  await moveAddress(db, talk.addressId, talk.personId, person)
  await writeAudit(db, {
    at: now,
    actor: `person:${person}`,
    deed: 'person.join',
    subject: `person:${person}`,
  })
  const theirs = await takeUp(db, person)
  if (!theirs) throw new Error('an address that was just given is gone')
  const { personId, name, home } = theirs
  // Replies to this address are numbered by turn, and buttons by question: the numbers must go on upwards.
  const session = { ...theirs.session, asked: Math.max(talk.session.asked, theirs.session.asked) }
  Object.assign(talk, { personId, name, home, session, turn: Math.max(turn, theirs.turn) })
  if (home !== 'join' || !hasChosen) {
    talk.language = theirs.language
    return { kind: 'open', flow: home as FlowId }
  }
  await chooseLanguage(db, person, language)
  return { kind: 'open', flow: 'join' as FlowId, vars: { 'language-known': 'yes' } }
}
