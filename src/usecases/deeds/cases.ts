// The thread of a difficult case: taking, answering, ending it. Each text comes here screened by its question.
import { mayWake } from '../../domain/case.ts'
import { isQuietAt } from '../../domain/rhythm.ts'
import type { Say } from '../../engine/events.ts'
import type { ListItem } from '../../engine/session.ts'
import { answerOffer, noteOpinion } from '../../store/case-offers.ts'
import {
  addEntry,
  type CaseEntry,
  type CasePart,
  changeCase,
  type ClinicalCase,
  entriesOf,
  openCasesOf,
} from '../../store/cases.ts'
import { hasLesson } from '../../store/lessons.ts'
import { writeAudit } from '../../store/audit.ts'
import type { CaseId, FlowId } from '../../words/ids.ts'
import type { LocalText } from '../../words/language.ts'
import { aboutCase, caseSay, codeOf, listenersOf, mediaSay, tellAsker } from '../case-parts.ts'
import { opening, routeCase, setClock, tellWhere } from '../route-case.ts'
import { NO_MEDIA, takeUpMedia } from './case-media.ts'
import { type Deed, type DeedOrder, type DeedResult, type DeedSet, type Tell, wordIn } from './deed.ts'
import { caseAtHand } from './case-at-hand.ts'

/** The parts of a thread that are shown at once: what a phone shows without much scrolling. */
const MOST_SHOWN = 12
const MOST_LISTED = 9

/** One part of the thread as its reader sees it: by role, never by name. */
async function entrySay(
  { desk, db, talk }: DeedOrder,
  id: CaseId,
  { part, field, text, media }: CaseEntry,
): Promise<Say | undefined> {
  if (media) return mediaSay(desk, db, talk.personId, { ...media, caseId: id, part, text })
  if (field === undefined) {
    const who = desk.shelf.words[`case_part_${part}`] ?? {}
    return { say: 'word', word: 'case_said', values: { who, text }, about: aboutCase(id) }
  }
  const value = field === 'group' ? (desk.shelf.words[`case_group_${text.replaceAll('-', '_')}`] ?? {}) : text
  return {
    say: 'word',
    word: `case_field_${field}`,
    values: { value, name: talk.name },
    about: aboutCase(id),
  }
}

async function threadSays(order: DeedOrder, id: CaseId): Promise<Say[]> {
  const says: Say[] = []
  for (const entry of await entriesOf(order.db, id, MOST_SHOWN)) {
    const say = await entrySay(order, id, entry)
    if (say) says.push(say)
  }
  return says
}

const openTheCase: Deed = async (order) => {
  const at = await caseAtHand(order)
  if (!at || at.role === 'gone') return { outcome: 'gone' }
  const { asked, role } = at
  const { db, talk, now, desk, vars } = order
  // Whoever reads it and is neither of the two it is between leaves a trace, whatever brought them to it.
  if (asked.askerId !== talk.personId && asked.mentorId !== talk.personId)
    await writeAudit(db, {
      at: now,
      actor: `person:${talk.personId}`,
      deed: 'case.read',
      subject: `case:${asked.id}`,
    })
  const found = { code: codeOf(asked.id) }
  // Who answers a message of the case has read it.
  if (wordIn(vars, 'reply') !== '')
    return { outcome: role, found, says: role === 'closed' ? [caseSay(asked.id, 'case_is_closed')] : [] }
  const state = asked.state === 'waiting' && asked.urgency === 'emergency' ? 'waiting_urgent' : asked.state
  const head = caseSay(asked.id, 'case_head', {
    urgency: desk.shelf.words[`case_urgency_${asked.urgency}`] ?? {},
    state: desk.shelf.words[`case_state_${state}`] ?? {},
  })
  const end =
    asked.recommendation === undefined
      ? []
      : [caseSay(asked.id, 'case_recommended', { text: asked.recommendation })]
  const mayTeach = role === 'closed' && asked.mentorId === talk.personId && end.length > 0
  const outcome =
    mayTeach && !(await hasLesson(db, asked.id)) ? 'teachable' : role === 'closed' ? 'shut' : role
  return { outcome, says: [head, ...(await threadSays(order, asked.id)), ...end], found }
}

const answerTheOffer: Deed = async (order) => {
  const at = await caseAtHand(order)
  if (at?.role !== 'offered') return { outcome: at?.role === 'mentor' ? 'claimed' : 'taken' }
  const { desk, db, talk, vars, now } = order
  const { asked } = at
  const said = wordIn(vars, 'picked')
  if (said === 'later') return { outcome: 'later' }
  // Who answers at once has taken it.
  if (said === 'claim' || said === '' || said === 'media') {
    await answerOffer(db, asked.id, { person: talk.personId, answer: 'claimed', at: now })
    await changeCase(db, asked.id, { state: 'claimed', mentorId: talk.personId, at: now })
    await setClock(desk, db, { asked, step: 'next_answer', now })
    const outcome = said === 'claim' ? 'claimed' : 'answered'
    return { outcome, tells: tellAsker(asked, 'case_claimed') }
  }
  await answerOffer(db, asked.id, {
    person: talk.personId,
    answer: said === 'not-mine' ? 'not_mine' : 'passed',
    at: now,
  })
  return passed(order, asked)
}

/** Hands a case to the next; the asker hears why, and where it is. */
async function passed({ desk, db, now }: DeedOrder, asked: ClinicalCase): Promise<DeedResult> {
  const routed = await routeCase(desk, db, { asked, from: asked.tier, why: 'passed', now })
  return {
    outcome: routed.outcome === 'offered' ? 'passed' : 'waits',
    tells: [...routed.tells, ...tellWhere(asked, routed, 'passed')],
  }
}

const relay: Deed = async (order) => {
  const at = await caseAtHand(order)
  const { desk, db, talk, vars, now } = order
  if (!at || !['asker', 'mentor', 'second'].includes(at.role)) return { outcome: 'gone' }
  const { asked } = at
  const part = at.role as CasePart
  const text = wordIn(vars, 'text')
  const isMedia = await takeUpMedia(order, { caseId: asked.id, part, caption: text })
  if (!isMedia) await addEntry(db, asked.id, { part, text, at: now, authorId: talk.personId })
  if (part === 'mentor') {
    await changeCase(db, asked.id, { state: 'answered', at: now })
    await setClock(desk, db, { asked, step: 'resolution', now })
  }
  if (part === 'asker' && asked.mentorId !== undefined)
    await setClock(desk, db, { asked, step: 'next_answer', now })
  if (part === 'second') await noteOpinion(db, asked.id, talk.personId, now)
  // It has gone where it belongs, and lies nowhere else.
  const found = { text: '', ...NO_MEDIA }
  if (isMedia) return { outcome: 'fetching', found }
  const say = caseSay(asked.id, 'case_new_words', { who: desk.shelf.words[`case_part_${part}`] ?? {}, text })
  const listeners = await listenersOf(db, asked, { person: talk.personId, part })
  const tells = listeners.map((person): Tell => ({
    person,
    says: [say],
    open: opening(asked.id),
    known: true,
    awaited: mayWake(asked.urgency),
  }))
  if (tells.length === 0) return { outcome: 'kept', found }
  const isQuiet = isQuietAt(now, desk.programme) && !mayWake(asked.urgency)
  return {
    outcome: 'sent',
    says: [caseSay(asked.id, isQuiet ? 'case_sent_quiet' : 'case_sent')],
    tells,
    found,
  }
}

const passOn: Deed = async (order) => {
  const at = await caseAtHand(order)
  if (at?.role !== 'mentor') return { outcome: 'gone' }
  await changeCase(order.db, at.asked.id, { state: 'waiting', mentorId: null, at: order.now })
  return passed(order, at.asked)
}

const listCases: Deed = async ({ desk, db, talk }) => {
  const cases = await openCasesOf(db, talk.personId, MOST_LISTED)
  const items = cases.map(({ id, urgency }): ListItem => ({
    id: String(id),
    text: withCode(codeOf(id), desk.shelf.words[`case_urgency_${urgency}`] ?? {}),
  }))
  return items.length === 0 ? { outcome: 'none' } : { outcome: 'done', found: { cases: items } }
}

/** "C-0142 · today" in each language: a code and a word beside each other, no sentence. */
function withCode(code: string, text: LocalText): LocalText {
  return Object.fromEntries(Object.entries(text).map(([language, word]) => [language, `${code} · ${word}`]))
}

const showCase: Deed = ({ vars }) =>
  Promise.resolve({
    input: { kind: 'open', flow: 'case' as FlowId, vars: { subject: wordIn(vars, 'case') } },
  })

export const caseDeeds: DeedSet = {
  deeds: {
    'open-case': openTheCase,
    'answer-offer': answerTheOffer,
    'relay-case': relay,
    'pass-case': passOn,
    'list-cases': listCases,
    'show-case': showCase,
  },
  audited: {},
}
