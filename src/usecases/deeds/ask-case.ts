// Asking about a difficult case. Each text comes here screened by its question (`screened: true`).
import { MOST_A_DAY, MOST_WAITING, type Urgency, URGENCIES } from '../../domain/case.ts'
import type { Say } from '../../engine/events.ts'
import { plain } from '../../engine/match.ts'
import { subjectCode } from '../../engine/offer.ts'
import type { ListItem, Vars } from '../../engine/session.ts'
import { addEntry, askerLoad, CASE_FIELDS, caseForUpdate, openCase, similarCases } from '../../store/cases.ts'
import { workOf } from '../../store/facilities.ts'
import { DAY } from '../../words/clock.ts'
import { routeCase } from '../route-case.ts'
import { NO_MEDIA, takeUpMedia } from './case-media.ts'
import { type Deed, type DeedSet, wordIn } from './deed.ts'

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
      ...(card
        ? card.steps.map((text): Say => ({ say: 'word', word: 'case_first_step', values: { text } }))
        : []),
      ...(card
        ? [
            {
              say: 'word',
              word: 'case_source',
              values: { source: card.source, year: String(card.guideline_year) },
            } as const,
          ]
        : []),
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

const findAnswers: Deed = async ({ desk, db, vars }) => {
  const found = await similarCases(db, { words: askedWords(vars), area: areaIn(vars), limit: MOST_FOUND })
  if (found.length === 0) return { outcome: 'none' }
  return {
    outcome: 'found',
    says: found.map(({ id, recommendation }): Say => ({
      say: 'word',
      word: 'case_alike',
      values: { code: subjectCode('C', id), text: recommendation },
    })),
    found: {
      answers: found.length,
      question: wordIn(vars, 'question'),
      none: desk.shelf.words['case_none_fits'] ?? {},
    },
  }
}

const sendCase: Deed = async (order) => {
  const { desk, db, talk, vars, now } = order
  const urgency = urgencyIn(vars)
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
    if (text !== '' && text !== 'skip')
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
  return { outcome: routed.outcome, found: { ...told, code: subjectCode('C', id) }, tells: routed.tells }
}

export const askCaseDeeds: DeedSet = {
  deeds: {
    'may-ask-case': mayAsk,
    'list-case-areas': listAreas,
    'list-signs': listSigns,
    'tell-first-steps': tellFirstSteps,
    'find-answers': findAnswers,
    'send-case': sendCase,
  },
  audited: { 'send-case': 'case.ask' },
}
