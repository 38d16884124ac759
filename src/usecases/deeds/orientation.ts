// The orientation of future mentors: criteria, topics, the evaluation at its end, and who is admitted.
import {
  byEvaluation,
  CRITERIA,
  missingForMentor,
  ORIENTATION_TOPICS,
  reaches,
} from '../../domain/cascade.ts'
import { percentShown } from '../../domain/assessment.ts'
import type { Say, WordSay } from '../../engine/events.ts'
import type { ListItem } from '../../engine/session.ts'
import type { Db } from '../../store/db.ts'
import { beginDuty } from '../../store/duties.ts'
import { placesAbove } from '../../store/facilities.ts'
import {
  admitMentor,
  evaluatedAt,
  evaluateOrientation,
  noteOrientation,
  type Orientation,
} from '../../store/orientations.ts'
import { placeOf } from '../../store/people.ts'
import type { PersonId } from '../../words/ids.ts'
import type { LocalText } from '../../words/language.ts'
import type { Desk } from '../desk.ts'
import { auditAbout, candidateIn } from './candidate.ts'
import { type DeedOrder, type DeedResult, type DeedSet, wordIn } from './deed.ts'

/** What a list shows on every telephone. */
const MOST_SHOWN = 9

export const orientationDeeds: DeedSet = {
  deeds: {
    async 'list-topics'({ desk, db, talk, vars }) {
      const met = await candidateIn(desk, db, talk.personId, vars)
      if (!met?.mayOrient || !met.way) return { outcome: 'refused' }
      const topics = leftIn(desk, 'topic', ORIENTATION_TOPICS, met.way.topics)
      return topics ? { outcome: 'some', found: { topics } } : { outcome: 'all' }
    },

    async 'note-topic'({ desk, db, talk, vars }) {
      const met = await candidateIn(desk, db, talk.personId, vars)
      const topic = ORIENTATION_TOPICS.find((one) => one === wordIn(vars, 'topic'))
      if (!met?.mayOrient || !met.way || !topic) return { outcome: 'back' }
      await noteOrientation(db, met.way.id, { topic })
      return { outcome: 'noted' }
    },

    async 'list-criteria'({ desk, db, talk, vars }) {
      const met = await candidateIn(desk, db, talk.personId, vars)
      if (!met?.mayOrient || !met.way) return { outcome: 'refused' }
      const criteria = leftIn(desk, 'criterion', CRITERIA, met.way.criteria)
      return criteria ? { outcome: 'some', found: { criteria } } : { outcome: 'all' }
    },

    async 'note-criterion'({ desk, db, talk, vars }) {
      const met = await candidateIn(desk, db, talk.personId, vars)
      const criterion = CRITERIA.find((one) => one === wordIn(vars, 'criterion'))
      if (!met?.mayOrient || !met.way || !criterion) return { outcome: 'back' }
      await noteOrientation(db, met.way.id, { criterion })
      return { outcome: 'noted' }
    },

    'evaluate-mentor': evaluate,
    'admit-mentor': admit,
  },
  audited: {},
}

/** What of a list is not noted yet, with a way back; undefined when all of it is. */
function leftIn(
  desk: Desk,
  kind: 'topic' | 'criterion',
  all: readonly string[],
  noted: readonly string[],
): ListItem[] | undefined {
  const left = all.filter((one) => !noted.includes(one))
  if (left.length === 0) return undefined
  const item = (id: string, word: string): ListItem => ({ id, text: desk.shelf.words[word] ?? {} })
  return [...left.map((id) => item(id, `${kind}_${id}`)), item('back', 'menu_back')]
}

async function evaluate({ desk, db, talk, vars, now }: DeedOrder): Promise<DeedResult> {
  const met = await candidateIn(desk, db, talk.personId, vars)
  if (!met?.mayOrient || !met.way || met.way.admitted) return { outcome: 'refused' }
  const { person, way } = met
  const theory = { score: Number(vars['score']), max: Number(vars['max']) }
  const practical = { score: Number(vars['practical-score']), max: Number(vars['practical-max']) }
  if (!(theory.score <= theory.max) || !(practical.score <= practical.max))
    return { outcome: 'more-than-all' }
  if (!way.agreed) return { outcome: 'agree-first' }
  const practicalOk = reaches(practical, way.bar)
  const result = { theory, practical, practicalOk, bar: way.bar, by: talk.personId, at: now }
  await evaluateOrientation(db, way.id, result)
  await auditAbout(db, { talk, now }, 'mentor.evaluate', person.id)
  // What is only not yet done leaves the way open; a test that was not enough does, too, and can be taken again.
  const missing = missingForMentor({ ...way, theory, practical })
  const list = missing.map((id): ListItem => ({ id, text: desk.shelf.words[`missing_${id}`] ?? {} }))
  if (missing.length > 0) return { outcome: 'not-yet', found: { missing: list } }
  return { outcome: 'passed', says: await ranking(db, person.id, way) }
}

/** All who have been evaluated for the same role in the district and wait, the best first: these are admitted first. */
async function ranking(db: Db, person: PersonId, way: Orientation): Promise<Say[]> {
  const place = await placeOf(db, person)
  const district = place === undefined ? undefined : (await placesAbove(db, place)).at(-1)
  if (district === undefined) return []
  const evaluated = (await evaluatedAt(db, { role: way.role, places: [district] })).toSorted(byEvaluation)
  const lines = evaluated.slice(0, MOST_SHOWN).map(({ name, theory, practical }, index): WordSay => ({
    say: 'word',
    word: 'evaluated_line',
    values: {
      place: index + 1,
      name,
      theory: percentShown(theory.score, theory.max),
      practical: percentShown(practical.score, practical.max),
    },
  }))
  return [
    { say: 'word', word: 'evaluated_title', values: { count: evaluated.length } },
    { say: 'lines', lines },
  ]
}

async function admit({ desk, db, talk, vars, now }: DeedOrder): Promise<DeedResult> {
  const met = await candidateIn(desk, db, talk.personId, vars)
  const { way, person } = met ?? {}
  if (!met?.mayOrient || !way || !person || way.admitted || missingForMentor(way).length > 0)
    return { outcome: 'refused' }
  await admitMentor(db, way.id, now)
  await auditAbout(db, { talk, now }, 'mentor.admit', person.id)
  await beginDuty(db, person.id, { role: way.role, facilityId: await placeOf(db, person.id), at: now })
  const role: LocalText = desk.shelf.words[`role_${way.role}`] ?? {}
  const says: Say[] = [{ say: 'word', word: 'admitted_you', values: { name: person.name, role } }]
  return { outcome: 'admitted', tells: [{ person: person.id, says }] }
}
