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

/**
 * Deeds that name nobody else. `own`: they read and write what is the speaker's. `open`: nothing that is anybody's.
 * `reach`: a list of what the speaker reaches, no more. `scored`: an observation of the speaker's own, or of themselves.
 * `case`: by the speaker's part in a case, see cases.test.ts. `site`: by the speaker's duty at a place, see
 * the tests of challenges, projects, actions, visits, reports, supervision, groups and travel.
 */
type Row = 'own' | 'open' | 'reach' | 'scored' | 'case' | 'site' | Guarded

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

async function plan(db: Db): Promise<void> {
  await db.query(
    `with shown as (insert into evidence (person_id, competency, kind, stage, round, at)
       values ($1, 'NB-HBB', 'observation', 'baseline_scored', 0, now()) returning id)
     insert into coaching_plan (id, person_id, competency, evidence_id, items, how, due_at, target, made_at)
     overriding system value select 77, $1, 'NB-HBB', id, '[{"en":"Dry"}]', 'manikin', now(), 85, now() from shown`,
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
  'set-language': 'own',
  'join-with-code': 'own',
  'ask-access': 'own',
  'record-consent': 'own',
  stop: 'own',
  'start-again': 'own',
  'make-link-code': 'own',
  'join-by-link': 'own',
  'look-at-code': 'own',
  'share-phone': 'own',
  'list-speakers': 'own',
  'speak-as': 'own',
  'list-menu': 'own',
  'list-area': 'own',
  choose: 'own',
  'start-quiz': 'own',
  'go-on': 'own',
  'tell-scores': 'own',
  'tell-hours': 'own',
  'set-hours': 'own',
  'take-leave': 'own',
  'tell-progress': 'own',
  'list-certificates': 'own',
  'send-certificate': 'own',
  'tell-plans': 'own',
  'answer-proposal': 'own',
  'choose-person': 'open',
  'choose-act': 'open',
  'list-areas': 'open',
  'observe-consent': 'open',
  'list-mentees': 'reach',
  'find-people': 'reach',
  'list-places': 'reach',
  'list-all-places': 'reach',
  'list-candidates': 'reach',
  'tell-cascade': 'reach',
  'observe-whom': 'reach',
  'observe-others': 'reach',
  'observe-beside': 'reach',
  'go-on-observing': 'scored',
  'drop-observation': 'scored',
  'mark-items': 'scored',
  'note-well': 'scored',
  'note-next': 'scored',
  'note-because': 'scored',
  'confirm-observation': 'scored',
  'consent-afterwards': 'scored',
  'record-observation': 'scored',
  'tell-feedback': 'scored',
  'acknowledge-feedback': 'scored',
  'may-ask-case': 'case',
  'list-case-areas': 'case',
  'list-signs': 'case',
  'tell-first-steps': 'case',
  'find-answers': 'case',
  'send-case': 'case',
  'open-case': 'case',
  'answer-offer': 'case',
  'relay-case': 'case',
  'pass-case': 'case',
  'ask-second': 'case',
  'resolve-case': 'case',
  'flag-case': 'case',
  'list-cases': 'case',
  'show-case': 'case',
  'note-case-check': 'case',
  'go-on-call': 'case',
  'challenge-where': 'site',
  'escalate-challenge': 'site',
  'list-challenges': 'site',
  'list-improve': 'site',
  'list-near-misses': 'site',
  'list-supplies': 'site',
  'near-miss-where': 'site',
  'note-near-miss': 'site',
  'open-challenge': 'site',
  'open-improve': 'site',
  'raise-challenge': 'site',
  'resolve-challenge': 'site',
  'show-challenge': 'site',
  'take-back-near-miss': 'site',
  'read-packet': 'own',
  'note-answered': 'case',
  'list-seconds': 'case',
  'make-lesson': 'case',
  'draft-lesson': 'case',
  'propose-lesson': 'case',
  'open-lesson': 'case',
  'decide-lesson': 'case',
  'pose-lesson': 'case',
  'answer-lesson': 'case',
  'look-at-group': 'own',
  'look-at-group-code': 'own',
  'join-group': 'own',
  'begin-counts': 'own',
  'answer-counts': 'own',
  'check-counts': 'own',
  'confirm-counts': 'own',
  'write-report': 'site',
  'send-report': 'site',
  'read-report': 'site',
  'answer-report': 'site',
  'list-overdue': 'site',
  'supervise-where': 'site',
  'begin-supervision': 'site',
  'score-domain': 'site',
  'list-supervision-owners': 'site',
  'agree-supervision-action': 'site',
  'close-supervision': 'site',
  'read-supervision': 'site',
  'sign-supervision': 'site',
  'link-group': 'site',
  'share-in-group': 'site',
  'list-report-areas': 'site',
  'ask-for-reports': 'site',
  'list-districts': 'site',
  'look-at-travel': 'site',
  'declare-travel': 'site',
  'lift-travel': 'site',
  'add-figure': 'site',
  'agree-action': 'site',
  'begin-project': 'site',
  'choose-project': 'site',
  'drop-action': 'site',
  'finish-action': 'site',
  'list-actions': 'site',
  'list-owners': 'site',
  'list-projects': 'site',
  'note-bone': 'site',
  'note-cycle': 'site',
  'note-idea': 'site',
  'note-why': 'site',
  'open-action': 'site',
  'open-project': 'site',
  'postpone-action': 'site',
  'project-where': 'site',
  'settle-project': 'site',
  'show-action': 'site',
  'agree-visit-action': 'site',
  'begin-training': 'site',
  'cancel-visit': 'site',
  'check-day': 'site',
  'close-visit': 'site',
  'close-weekday': 'site',
  'do-visit': 'site',
  'end-calendar-link': 'site',
  'end-training': 'site',
  'free-weekdays': 'site',
  'hold-visit': 'site',
  'keep-figure': 'site',
  'list-attendance': 'site',
  'list-days': 'site',
  'list-training-topics': 'site',
  'list-visit-owners': 'site',
  'list-visits': 'site',
  'make-calendar-link': 'site',
  'move-visit': 'site',
  'next-action': 'site',
  'next-indicator': 'site',
  'note-busy-day': 'site',
  'note-data-gap': 'site',
  'note-figure': 'site',
  'note-gaps': 'site',
  'note-objectives': 'site',
  'note-present': 'site',
  'note-round': 'site',
  'note-strengths': 'site',
  'open-mini-quiz': 'site',
  'open-visit': 'site',
  'settle-action': 'site',
  'settle-actions': 'site',
  'settle-observation': 'site',
  'show-visit': 'site',
  'skip-step': 'site',
  'tell-visit-days': 'site',
  'meet-person': {
    acts: ['see_record', 'see_validation', 'edit_plan', 'move', 'pair', 'name_candidate'],
    refused: ['unknown'],
  },
  'move-person': { acts: ['move'], vars: { movement: 'rotation' } },
  'list-mentors': { acts: ['pair'] },
  'pair-people': { acts: ['pair'], vars: { area: '*' } },
  // Mentors add people at the places of their mentees, too.
  'add-mentee': { acts: ['add_mentee'], vars: { name: 'Somebody', cadre: 'nurse', area: '*' }, paired: true },
  'list-plans': { acts: PLAN, before: plan },
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
