// Asking about a difficult case. Each text comes here screened by its question (`screened: true`).
import { mayWake, MOST_A_DAY, MOST_URGENT, MOST_WAITING, type Urgency, URGENCIES } from '../../domain/case.ts'
import type { Say } from '../../engine/events.ts'
import { isQuiz } from '../../engine/at-hand.ts'
import { plain } from '../../engine/match.ts'
import { subjectCode } from '../../engine/offer.ts'
import type { ListItem, Vars } from '../../engine/session.ts'
import {
  addEntry,
  askerLoad,
  CASE_FIELDS,
  caseForUpdate,
  emergenciesOf,
  openCase,
} from '../../store/cases.ts'
import { caseHelped, queryOf, similarCases } from '../../store/answered-cases.ts'
import type { Db } from '../../store/db.ts'
import {
  type Explanation,
  explanationHelped,
  keepExplanations,
  similarExplanations,
} from '../../store/explanations.ts'
import { workOf } from '../../store/facilities.ts'
import { DAY, HOUR } from '../../words/clock.ts'
import type { CaseId } from '../../words/ids.ts'
import type { Language, LocalText } from '../../words/language.ts'
import { firstSteps } from '../first-steps.ts'
import type { Desk } from '../desk.ts'
import { caseSay, hearersOf } from '../case-parts.ts'
import { opening, routeCase } from '../route-case.ts'
import { NO_MEDIA, takeUpMedia } from './case-media.ts'
import { type Deed, type DeedOrder, type DeedResult, type DeedSet, type Tell, wordIn } from './deed.ts'

const MOST_FOUND = 3

const urgencyIn = (vars: Vars): Urgency =>
  URGENCIES.find((urgency) => urgency === wordIn(vars, 'urgency')) ?? 'advice'

const mayAsk: Deed = async ({ db, talk, now }) => {
  const { waiting, today } = await askerLoad(db, talk.personId, now - DAY)
  return { outcome: waiting >= MOST_WAITING || today >= MOST_A_DAY ? 'too-many' : 'done' }
}

const listAreas: Deed = ({ desk }) => {
  const areas = desk.shelf.competencies.areas
  const other = { id: 'other', text: desk.shelf.words['case_area_other'] ?? {} }
  return Promise.resolve({
    outcome: 'done',
    found: { areas: [...areas.map(({ id, title }): ListItem => ({ id, text: title })), other] },
  })
}

const listSigns: Deed = ({ desk }) =>
  Promise.resolve({
    outcome: 'done',
    found: {
      signs: [
        ...desk.shelf.emergencies.map(({ sign, title }): ListItem => ({ id: sign, text: title })),
        { id: 'other', text: desk.shelf.words['case_sign_other'] ?? {} },
      ],
    },
  })

const tellFirstSteps: Deed = async ({ desk, db, talk, vars }) => {
  const card = desk.shelf.emergencies.find(({ sign }) => sign === wordIn(vars, 'sign'))
  const phone = (await workOf(db, talk.personId)).emergencyPhone
  return {
    outcome: 'done',
    says: [
      { say: 'word', word: 'case_not_for_emergencies' },
      ...(card ? firstSteps(card) : []),
      phone === undefined
        ? { say: 'word', word: 'case_call_own' }
        : { say: 'word', word: 'case_call', values: { phone } },
    ],
  }
}

/** What somebody is about to ask, as words to look for. */
const askedWords = (vars: Vars): string =>
  plain(
    ['findings', 'question']
      .map((name) => wordIn(vars, name))
      .join(' ')
      .replaceAll(/\[\[[a-z_]+\]\]/g, ' '),
  )

const areaIn = (vars: Vars): string => (wordIn(vars, 'area') === 'other' ? '' : wordIn(vars, 'area'))

const MOST_EXPLAINED = 2

/** Answered cases and what quizzes explain, each with a button that says that it was the answer. */
const findAnswers: Deed = async ({ desk, db, talk, vars }) => {
  const words = askedWords(vars)
  const cases = await similarCases(db, {
    words,
    area: areaIn(vars),
    language: talk.language,
    limit: MOST_FOUND,
  })
  const explained = await explanationsLike(desk, db, words, talk.language)
  if (cases.length + explained.length === 0) return { outcome: 'none' }
  const says = [
    ...cases.map(({ id, recommendation }): Say => ({
      say: 'word',
      word: 'case_alike',
      values: { code: subjectCode('C', id), text: recommendation },
    })),
    ...explained.map(({ ask, answer, because, source }, index): Say => ({
      say: 'word',
      word: 'explanation_alike',
      values: { number: `Q${index + 1}`, ask, answer, because, source },
    })),
  ]
  const answered = desk.shelf.words['case_answered'] ?? {}
  const answers: ListItem[] = [
    ...cases.map(({ id }) => ({ id: `case ${id}`, text: withSign(answered, subjectCode('C', id)) })),
    ...explained.map(({ flow, question }, index) => ({
      id: `quiz ${flow} ${question}`,
      text: withSign(answered, `Q${index + 1}`),
    })),
    { id: 'none', text: desk.shelf.words['case_none_fits'] ?? {} },
  ]
  return { outcome: 'found', says, found: { answers } }
}

/** "✓ C-0012 answered it" in each language: its sign stands before the words. */
const withSign = (text: LocalText, sign: string): LocalText =>
  Object.fromEntries(Object.entries(text).map(([language, words]) => [language, `✓ ${sign}: ${words}`]))

async function explanationsLike(
  { shelf }: Pick<Desk, 'shelf'>,
  db: Db,
  words: string,
  language: Language,
): Promise<Explanation[]> {
  const query = await queryOf(db, words, language)
  if (!query) return []
  await keepExplanations(db, shelf.flows.filter(isQuiz))
  return similarExplanations(db, { ...query, language, limit: MOST_EXPLAINED })
}

/** Notes what has answered a question before it was sent. */
const noteAnswered: Deed = async ({ db, vars }) => {
  const [kind, flow = '', question = ''] = wordIn(vars, 'similar').split(' ')
  if (kind === 'case') await caseHelped(db, Number(flow) as CaseId)
  else if (kind === 'quiz') await explanationHelped(db, flow, question)
  else return { outcome: 'send' }
  return { outcome: 'answered' }
}

/** What a mentor could answer to. */
const TOLD = ['findings', 'done', 'question', 'photo', 'media-ref']
/** Answers that say nothing of who the patient is. */
const NO_GROUP: ReadonlySet<string> = new Set(['skip', 'words'])

const sendCase: Deed = async (order) => {
  const { desk, db, talk, vars, now } = order
  const urgency = urgencyIn(vars)
  // Of an emergency the sign says enough.
  if (urgency !== 'emergency' && TOLD.every((name) => wordIn(vars, name) === '')) return { outcome: 'empty' }
  const urgent = urgency === 'emergency' ? await emergenciesOf(db, talk.personId, now - HOUR) : undefined
  if (urgent && urgent.asked >= MOST_URGENT && urgent.open !== undefined) return addToOpen(order, urgent.open)
  const id = await openCase(db, {
    askerId: talk.personId,
    area: areaIn(vars),
    cadre: (await workOf(db, talk.personId)).cadre,
    language: talk.language,
    urgency,
    sign: urgency === 'emergency' ? wordIn(vars, 'sign') || undefined : undefined,
    at: now,
  })
  for (const field of CASE_FIELDS) {
    const text = wordIn(vars, field)
    if (text !== '' && !(field === 'group' && NO_GROUP.has(text)))
      await addEntry(db, id, { part: 'asker', field, text, at: now, authorId: talk.personId })
  }
  const beside = wordIn(vars, 'photo')
  const isMedia = await takeUpMedia(order, { caseId: id, part: 'asker', caption: beside })
  if (!isMedia && beside !== '')
    await addEntry(db, id, { part: 'asker', text: beside, at: now, authorId: talk.personId })
  const asked = await caseForUpdate(db, id)
  if (!asked) throw new Error('a case has gone while it was opened')
  const routed = await routeCase(desk, db, { asked, from: 'own', why: 'yours', now })
  // It lies in the case now, and nowhere else.
  const told = { ...Object.fromEntries([...CASE_FIELDS, 'photo'].map((field) => [field, ''])), ...NO_MEDIA }
  // At night it is not for want of a mentor that it waits.
  const outcome = routed.outcome === 'morning' && !mayWake(urgency) ? 'quiet' : routed.outcome
  return { outcome, found: { ...told, code: subjectCode('C', id) }, tells: routed.tells }
}

/** A colleague in distress sends emergency after emergency: what they write goes into the one that is out already. */
async function addToOpen(order: DeedOrder, id: CaseId): Promise<DeedResult> {
  const { desk, db, talk, vars, now } = order
  const text = wordIn(vars, 'findings')
  const isMedia = await takeUpMedia(order, { caseId: id, part: 'asker', caption: text })
  const asked = await caseForUpdate(db, id)
  const found = { findings: '', ...NO_MEDIA, code: subjectCode('C', id) }
  if (isMedia || text === '' || !asked) return { outcome: 'added', found }
  await addEntry(db, id, { part: 'asker', text, at: now, authorId: talk.personId })
  const who = desk.shelf.words['case_part_asker'] ?? {}
  const says = [caseSay(id, 'case_new_words', { who, text })]
  const tells = (await hearersOf(db, asked, { person: talk.personId, part: 'asker' })).map(
    (person): Tell => ({ person, says, open: opening(id), known: true, awaited: true }),
  )
  return { outcome: 'added', found, tells }
}

export const askCaseDeeds: DeedSet = {
  deeds: {
    'may-ask-case': mayAsk,
    'list-case-areas': listAreas,
    'list-signs': listSigns,
    'tell-first-steps': tellFirstSteps,
    'find-answers': findAnswers,
    'note-answered': noteAnswered,
    'send-case': sendCase,
  },
  audited: { 'send-case': 'case.ask' },
}
