// For every deed and every role: who may. Each deed has a row; one that is new fails this test until somebody has said
// who may do it. A guarded deed is tried by every role as each reach sees the person, and must agree with `rights.ts`,
// whose own table is test/domain/rights.test.ts.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { type Act, ACTS, may } from '../../src/domain/rights.ts'
import type { Vars } from '../../src/engine/session.ts'
import type { Db } from '../../src/store/db.ts'
import { personNamed } from '../../src/store/people.ts'
import { DEED_NAMES, deeds } from '../../src/usecases/deeds.ts'
import { importRoster } from '../../src/usecases/import-roster.ts'
import { actorOf, whomFor } from '../../src/usecases/relate.ts'
import type { Talk } from '../../src/usecases/talk.ts'
import type { PersonId } from '../../src/words/ids.ts'
import { isMentorRole, type Role, ROLES } from '../../src/words/roles.ts'
import { makeProgramme, type Programme } from '../programme.ts'
import { PLAIN_ROWS, type PlainRow } from './deed-rows.ts'

/** What the speaker is to the person: the place of their duty is above, or they are paired, or neither, or the same. */
const RELATIONS = ['mentee', 'place', 'stranger', 'self'] as const
type Relation = (typeof RELATIONS)[number]

interface Guarded {
  /** One of these is needed. */
  readonly acts: readonly Act[]
  readonly vars?: Vars
  /** What is put into the database before, so that nothing but the right is missing. */
  readonly before?: (db: Db) => Promise<unknown>
  /** The outcomes that refuse. */
  readonly refused?: readonly string[]
  /** Where being paired is enough beside the acts. */
  readonly paired?: true
}

type Row = PlainRow | Guarded

const way =
  (state: 'proposed' | 'agreed', more = '') =>
  (db: Db): Promise<unknown> =>
    db.query(
      `insert into orientation (person_id, role, basis, state, ground, proposed_at, available_at, agreed_at, criteria, topics,
         theory_score, theory_max, practical_score, practical_max, practical_ok, bar)
       select $1, 'community_mentor', 'programme', $2, 'peer', now(), now(), case when $2 = 'agreed' then now() end,
         case when $3 = 'done' then array['qualified', 'standards', 'experience', 'leadership', 'communicates', 'numbers'] else '{}' end,
         case when $3 = 'done' then array['teaching', 'leading', 'ldhf', 'communication', 'data', 'improvement', 'tools'] else '{}' end,
         case when $3 = 'done' then 9 end, case when $3 = 'done' then 10 end, case when $3 = 'done' then 9 end,
         case when $3 = 'done' then 10 end, case when $3 = 'done' then true end, 85`,
      [subject, state, more],
    )

/** Something was seen of them, and they have no plan for it. */
async function shownOnly(db: Db): Promise<void> {
  await db.query(
    `insert into evidence (person_id, competency, kind, stage, round, at) values ($1, 'NB-HBB', 'observation', 'baseline_scored', 0, now())`,
    [subject],
  )
  await db.query(
    `insert into competency_record (person_id, competency, stage, changed_at) values ($1, 'NB-HBB', 'baseline_scored', now())`,
    [subject],
  )
}

async function plan(db: Db): Promise<void> {
  await db.query(
    `with shown as (insert into evidence (person_id, competency, kind, stage, round, at)
       values ($1, 'NB-HBB', 'observation', 'baseline_scored', 0, now()) returning id)
     insert into coaching_plan (id, person_id, competency, evidence_id, items, how, due_at, target, made_at, leg)
     overriding system value select 77, $1, 'NB-HBB', id, '[{"en":"Dry"}]', 'manikin', now(), 85, now(), 'technique' from shown`,
    [subject],
  )
  await db.query(
    `insert into competency_record (person_id, competency, stage, changed_at) values ($1, 'NB-HBB', 'baseline_scored', now())`,
    [subject],
  )
}

const ORIENT: readonly Act[] = ['orient_mentor']
const PLAN: readonly Act[] = ['edit_plan']
const scores = { score: 9, max: 10, 'practical-score': 9, 'practical-max': 10 }

const TABLE: Readonly<Record<string, Row>> = {
  ...PLAIN_ROWS,
  'meet-person': {
    acts: ['see_record', 'see_validation', 'edit_plan', 'move', 'pair', 'name_candidate'],
    refused: ['unknown'],
  },
  'move-person': { acts: ['move'], vars: { movement: 'rotation' } },
  'whose-name': { acts: ['rename'] },
  rename: { acts: ['rename'], vars: { name: 'Somebody Else' } },
  'take-back-name': { acts: ['rename'], vars: { name: 'S', who: 'Somebody Else' } },
  'list-all-places': { acts: ['move'], refused: ['none'] },
  'search-places': { acts: ['move'], vars: { search: 'Far' }, refused: ['none'] },
  'list-pairings': { acts: ['pair'] },
  'end-pairing': { acts: ['pair'], vars: { pairing: '1 mnh' } },
  'list-duties': { acts: ['set_duty'] },
  'change-duty': { acts: ['set_duty'], vars: { duty: 'qi_team_member' } },
  'list-mentors': { acts: ['pair'] },
  'pair-people': { acts: ['pair'], vars: { area: '*' } },
  // Mentors add people at the places of their mentees, too.
  'add-mentee': { acts: ['add_mentee'], vars: { name: 'Somebody', cadre: 'nurse', area: '*' }, paired: true },
  'list-plans': { acts: PLAN, before: plan },
  'list-plannable': { acts: PLAN, before: shownOnly, refused: ['none'] },
  'new-plan': { acts: PLAN, before: shownOnly, vars: { competency: 'NB-HBB' }, refused: ['gone'] },
  'choose-plan-item': { acts: PLAN, before: plan, vars: { plan: '77', first: '0' }, refused: ['gone'] },
  'choose-plan': { acts: PLAN, before: plan, vars: { plan: '77' }, refused: ['gone'] },
  'agree-plan': { acts: PLAN, before: plan, vars: { plan: '77', days: 3 }, refused: ['gone'] },
  'tell-way': { acts: ['name_candidate', 'agree_mentor'] },
  'ground-of': { acts: ORIENT, vars: { role: 'community_mentor' } },
  'propose-mentor': { acts: ORIENT, vars: { role: 'community_mentor', ground: 'peer' } },
  'agree-mentor': { acts: ['agree_mentor'], before: way('proposed') },
  'list-topics': { acts: ORIENT, before: way('agreed') },
  'note-topic': { acts: ORIENT, before: way('agreed'), vars: { topic: 'data' }, refused: ['back'] },
  'list-criteria': { acts: ORIENT, before: way('agreed') },
  'note-criterion': {
    acts: ORIENT,
    before: way('agreed'),
    vars: { criterion: 'standards' },
    refused: ['back'],
  },
  'evaluate-mentor': { acts: ORIENT, before: way('agreed'), vars: scores },
  'admit-mentor': { acts: ORIENT, before: way('agreed', 'done') },
  'observe-what': { acts: ['observe'], refused: ['none'] },
  'begin-observation': {
    acts: ['observe'],
    vars: { checklist: 'newborn-resuscitation-steps', setting: 'manikin' },
    refused: ['gone'],
  },
}

let programme: Programme
let subject: PersonId
let place: number
const actors = new Map<string, PersonId>()
const key = (role: Role, relation: Relation): string => `${role} ${relation}`

beforeAll(async () => {
  programme = await makeProgramme()
  const { db } = programme.fresh
  const centre = { facility: 'Bugeshi HC', level: 'health_centre', district: 'Nyabihu' }
  await importRoster(db, [
    { line: 2, cells: { ...centre, name: 'S', role: 'mentee', cadre: 'nurse', invite_code: 'subject' } },
    { line: 3, cells: { name: 'H', role: 'mentee', facility: 'Shyira DH', level: 'district_hospital', district: 'Nyabihu', invite_code: 'above' } },
    { line: 4, cells: { name: 'E', role: 'mentee', facility: 'Far DH', level: 'district_hospital', district: 'Gicumbi', invite_code: 'elsewhere' } },
  ]) // prettier-ignore
  subject = (await personNamed(db, 'subject'))?.id ?? (0 as PersonId)
  const placeOf = async (code: string): Promise<number> =>
    z
      .object({ at: z.int() })
      .parse((await db.query('select facility_id at from person where invite_code = $1', [code]))[0]).at
  place = await placeOf('subject')
  const [above, elsewhere] = [await placeOf('above'), await placeOf('elsewhere')]
  for (const role of ROLES)
    for (const relation of RELATIONS) {
      const at = relation === 'place' ? above : elsewhere
      const [row] = await db.query(
        `insert into person (name, role, facility_id, cadre) values ($1, $2, $3, 'nurse') returning id`,
        [key(role, relation), role, at],
      )
      const { id } = z.object({ id: z.int() }).parse(row)
      await db.query(
        'insert into duty (person_id, role, facility_id, starts_at) values ($1, $2, $3, now())',
        [id, role, at],
      )
      if (isMentorRole(role))
        await db.query(
          `insert into orientation (person_id, role, basis, state, proposed_at) values ($1, $2, 'roster', 'admitted', now())`,
          [id, role],
        )
      if (relation === 'mentee')
        await db.query('insert into pairing (mentor_id, mentee_id, starts_at) values ($1, $2, now())', [
          id,
          subject,
        ])
      actors.set(key(role, relation), id as PersonId)
    }
})
afterAll(() => programme.close())

class Undone extends Error {}

/** The outcome of a deed as somebody asks for it; nothing of it stays. */
async function outcomeOf(
  deed: string,
  speaker: PersonId,
  { vars, before, after }: { vars: Vars; before?: Guarded['before']; after?: (db: Db) => Promise<void> },
): Promise<string> {
  let outcome = ''
  const talk = {
    personId: speaker,
    name: 'Speaker',
    language: 'en',
    channel: 'web',
    home: 'menu',
    session: { asked: 0, stack: [] },
  } as unknown as Talk
  const tried = programme.fresh.db.inTransaction(async (db) => {
    await before?.(db)
    const order = { desk: programme.desk, db, talk, vars, now: programme.now }
    const result = await deeds[deed]?.(order)
    outcome = result && 'outcome' in result ? result.outcome : 'input'
    await after?.(db)
    throw new Undone()
  })
  await expect(tried).rejects.toBeInstanceOf(Undone)
  return outcome
}

it('has a row for every deed: whoever adds one says who may', () => {
  expect(Object.keys(TABLE).toSorted()).toEqual([...DEED_NAMES].toSorted())
})

it('leaves no act of the rights without a deed', () => {
  const used = new Set(Object.values(TABLE).flatMap((row) => (typeof row === 'string' ? [] : row.acts)))
  // Lists of what is reached, a session that another has begun, and what is of a place rather than of somebody.
  expect(ACTS.filter((act) => !used.has(act))).toEqual([
    'co_rate',
    'see_cascade',
    'raise_challenge',
    'resolve_challenge',
    'see_challenges',
    'count_near_miss',
    'see_near_misses',
    'run_project',
    'see_project',
    'see_visit',
    'plan_visit',
    'hold_visit',
    'set_visit_days',
    'answer_report',
    'see_overdue',
    'supervise',
    'lead_meeting',
    'lead_group',
    'restrict_travel',
  ])
})

const GUARDED = Object.entries(TABLE).flatMap(([deed, row]) =>
  typeof row === 'string' ? [] : [{ deed, row }],
)

describe.each(GUARDED)('$deed', ({ deed, row }) => {
  it.each(RELATIONS)('asked by every role about: %s', async (relation) => {
    const refuses = row.refused ?? ['refused']
    for (const role of ROLES) {
      const speaker = actors.get(key(role, relation)) ?? (0 as PersonId)
      const about = relation === 'self' ? speaker : subject
      const before = relation === 'self' ? undefined : row.before
      const { db } = programme.fresh
      const actor = await actorOf(db, speaker)
      const whom = await whomFor(db, speaker, about)
      const places = { ...whom, personId: undefined, mentoredIn: [] }
      const allowed =
        deed === 'add-mentee'
          ? row.acts.some((act) => may(actor, act, places)) || (relation === 'mentee' && isMentorRole(role))
          : row.acts.some((act) => may(actor, act, whom))
      if (deed === 'add-mentee' && relation === 'self') continue
      const mentor = `person:${actors.get(key('district_based_mentor', 'place'))}`
      const vars = {
        subject: String(about),
        mentee: String(about),
        place: String(place),
        mentor,
        ...row.vars,
      }
      const outcome = await outcomeOf(deed, speaker, { vars, ...(before && { before }) })
      expect(!refuses.includes(outcome), `${role} ${relation}: ${outcome}`).toBe(allowed)
    }
  })
})

describe('an observation', () => {
  const begun = (observer: PersonId, recorded: boolean) => (db: Db) =>
    db.query(
      `insert into observation (id, mentee_id, observer_id, flow, version, competency, setting, consent, marks, begun_at,
         recorded_at, technique_ok, score, max, complete, passed, critical_missed)
       overriding system value select 991, $1, $2, 'newborn-resuscitation-steps', $3, 'NB-HBB', 'manikin', 'not_needed',
         repeat('d', 17), now(), case when $4 then now() end, case when $4 then true end, case when $4 then 17 end, 17, true, true, 0`,
      [subject, observer, versionOf('newborn-resuscitation-steps'), recorded],
    )
  const versionOf = (flow: string): string => programme.desk.shelf.current(flow as never)?.version ?? ''
  const kept = async (db: Db): Promise<void> => {
    const [row] = await db.query('select marks, well, recorded_at, read_at from observation where id = 991')
    expect(row).toMatchObject({ marks: 'd'.repeat(17), well: '', recorded_at: null, read_at: null })
  }
  const scored = Object.entries(TABLE).flatMap(([deed, row]) =>
    row === 'scored' && !deed.endsWith('feedback') ? [deed] : [],
  )

  it.each(scored)('%s is for the observer alone', async (deed) => {
    const owner = actors.get(key('district_based_mentor', 'mentee')) ?? (0 as PersonId)
    for (const [name, speaker] of actors) {
      if (speaker === owner) continue
      const vars = { observation: 991, marks: '1 n', note: 'x', verdict: '1 n', afterwards: 'refused' }
      const outcome = await outcomeOf(deed, speaker, { vars, before: begun(owner, false), after: kept })
      expect(['gone', 'done'], name).toContain(outcome)
    }
  })

  it('is read by the mentee alone', async () => {
    const owner = actors.get(key('district_based_mentor', 'mentee')) ?? (0 as PersonId)
    const vars = { subject: '991' }
    for (const [name, speaker] of actors)
      expect(await outcomeOf('tell-feedback', speaker, { vars, before: begun(owner, true) }), name).toBe(
        'gone',
      )
    expect(await outcomeOf('tell-feedback', subject, { vars, before: begun(owner, true) })).toBe('told')
  })
})
