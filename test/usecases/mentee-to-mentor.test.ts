// The whole way of one mentee as a talk of three people, Grace, her mentor Amina and Ruth who supervises both: from the
// first test to mentoring others. Nothing is put into the database; all of it is said.
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Quiz } from '../../src/engine/schema.ts'
import { dutiesOf, heldDuties } from '../../src/store/duties.ts'
import { evidenceOf } from '../../src/store/competency-records.ts'
import { menteesOf } from '../../src/store/pairings.ts'
import { peopleAt, personNamed, standingOf } from '../../src/store/people.ts'
import { importRoster } from '../../src/usecases/import-roster.ts'
import { DAY } from '../../src/words/clock.ts'
import type { FlowId, PersonId } from '../../src/words/ids.ts'
import type { Bubble } from '../../src/words/message.ts'
import { makeProgramme, MENU, type Programme, rightLetter, told, wrongLetter } from '../programme.ts'

const CENTRE = { facility: 'Rubavu HC', level: 'health_centre', district: 'Rubavu' }
const HOSPITAL = { facility: 'Rubavu DH', level: 'district_hospital', district: 'Rubavu' }
const POST = { facility: 'Bridge post', level: 'health_post', district: 'Rubavu' }
const VILLAGE = { facility: 'Lakeside', level: 'village_chw_group', district: 'Rubavu' }
const PEOPLE = [
  { ...HOSPITAL, name: 'Amina Ingabire', role: 'district_based_mentor', invite_code: 'aminah' },
  { ...HOSPITAL, name: 'Ruth Keza', role: 'hospital_supervisor', invite_code: 'ruth' },
  { ...CENTRE, name: 'Samuel Gatera', role: 'facility_manager', invite_code: 'samuel' },
  { ...POST, name: 'Yves Mugisha', role: 'mentee', cadre: 'health_post_provider', invite_code: 'yves' },
  { ...VILLAGE, name: 'Diane Umutoni', role: 'mentee', cadre: 'chw', invite_code: 'diane' },
  { ...HOSPITAL, name: 'Bosco Hakiza', role: 'district_based_mentor', invite_code: 'bosco' },
]

let programme: Programme
let resuscitation: Quiz
let planning: Quiz
let grace: PersonId
beforeAll(async () => {
  // All the programme teaches: who is validated in what, and what is missing, depends on it.
  programme = await makeProgramme({ flowsDir: join(import.meta.dirname, '../../flows') })
  resuscitation = quizNamed('newborn-resuscitation')
  planning = quizNamed('postpartum-family-planning')
  const lines = PEOPLE.map((cells, index) => ({ line: index + 2, cells: { ...cells, language: 'en' } }))
  await importRoster(programme.fresh.db, lines)
  for (const code of ['aminah', 'ruth', 'samuel', 'yves', 'bosco']) {
    await programme.meet(code)
    await sayAll(code, 'hello', 'English', 'yes')
  }
})
afterAll(() => programme.close())

function quizNamed(name: string): Quiz {
  const content = programme.desk.shelf.current(name as FlowId)?.content
  if (content?.kind !== 'quiz') throw new Error(`the quiz ${name} is gone`)
  return content
}

/** The numbers of a checklist's steps that are not critical. */
function plainSteps(name: string): number[] {
  const content = programme.desk.shelf.current(name as FlowId)?.content
  if (content?.kind !== 'checklist') throw new Error(`the checklist ${name} is gone`)
  return content.items.flatMap(({ critical }, index) => (critical ? [] : [index + 1]))
}

async function planStates(): Promise<unknown[]> {
  const rows = await programme.fresh.db.query(
    `select state from coaching_plan where person_id = $1 and competency = 'NB-HBB' order by id`,
    [grace],
  )
  return rows.map((row) => (row as { state: string }).state)
}

async function sayAll(who: string, ...said: string[]): Promise<string> {
  let heard: Bubble[] = []
  for (const words of said) heard = await programme.say(who, words)
  return told(heard)
}

/** What one person has been told since a moment. */
const heardBy = (who: string, since: number): string =>
  told(programme.sent.slice(since).flatMap(({ to, bubble }) => (to === who ? [bubble] : [])))

/** Taps the button of that label, the last that somebody was shown. */
async function tap(who: string, label: string, since = 0): Promise<string> {
  const choices = programme.sent
    .slice(since)
    .flatMap(({ to, bubble }) => (to === who ? (bubble.choices ?? []) : []))
  const token = choices.findLast((choice) => choice.label === label)?.token ?? ''
  return told(await programme.say(who, { kind: 'choice', token }))
}

/** Amina observes Grace on a manikin, the steps of these numbers not done. */
async function observe(checklist: string, missed: readonly number[]): Promise<string> {
  const before = programme.sent.length
  let reply = await sayAll('aminah', 'observe', 'Grace Mutesi', checklist, 'On a manikin')
  while (!reply.includes('In your judgement')) reply = await tap('aminah', 'All of these done', before)
  if (missed.length > 0) await sayAll('aminah', missed.map((number) => `${number} n`).join(' '))
  const verdict = missed.length > 2 ? 'Not yet, record it' : 'Performed properly, record it'
  return tap('aminah', verdict, before)
}
const HBB = 'Newborn resuscitation on a manikin'

async function takeTest(start: string, wrong: number, quiz = resuscitation): Promise<string> {
  let reply = await programme.say('grace', start)
  // A form may have fewer questions than practice draws.
  for (let at = 0; told(reply).includes('Question '); at++) {
    const asked = reply.at(-1)
    if (!asked) throw new Error('no question was asked')
    const letter = at < wrong ? wrongLetter(quiz, asked) : rightLetter(quiz, asked)
    reply = await programme.say('grace', letter)
  }
  return told(reply)
}

describe('grace', () => {
  it('is brought in by her mentor, in the chat, and comes in with the code she is given', async () => {
    await sayAll('aminah', 'menu', 'My mentees', 'Add a mentee', 'Grace Mutesi', 'Midwife', 'Rubavu HC')
    const added = await sayAll('aminah', 'Newborns')
    expect(added).toContain('Grace Mutesi is in')
    const code = /[2-9A-Z]{4}-[2-9A-Z]{4}/.exec(added)?.[0] ?? ''
    await sayAll('grace', 'hello', 'English', code)
    expect(await sayAll('grace', 'yes')).toContain('You are in')
    const person = await personNamed(programme.fresh.db, code)
    if (!person) throw new Error('grace is not in')
    grace = person.id
    expect(
      await menteesOf(programme.fresh.db, (await personNamed(programme.fresh.db, 'aminah'))?.id ?? grace),
    ).toMatchObject([{ mentee: 'Grace Mutesi', area: 'neonatal' }])
    expect(
      await sayAll(
        'aminah',
        'menu',
        'My mentees',
        'Add a mentee',
        'grace mutesi',
        'Nurse',
        'Rubavu HC',
        'Newborns',
      ),
    ).toContain('has somebody called')
  })

  it('takes the first test, is observed, reads the feedback and finds in her plan what to work on', async () => {
    await sayAll('grace', 'menu')
    await takeTest(MENU.newborn, 4)
    const before = programme.sent.length
    expect(await observe(HBB, [2, 4, 6, 9, 12])).toContain('Not yet')
    expect(heardBy('grace', before)).toContain('12 steps were done well')
    await sayAll('grace', 'Yes, I have read it')
    const plan = await sayAll('grace', 'menu', 'My coaching plan')
    expect(plan).toContain('Work on: ')
    expect(plan).toContain('Target: 85%')
  })

  it('is coached: Amina agrees the plan with words and a target of her own, and both have it', async () => {
    const before = programme.sent.length
    expect(await sayAll('aminah', 'menu', 'My mentees', 'Grace Mutesi')).toContain('first observation done')
    const list = await sayAll('aminah', 'Coaching plan', '1')
    expect(list).toContain('what is not chosen falls away')
    await sayAll('aminah', 'Something else', 'Calm under time', '1', 'That is all')
    await sayAll('aminah', 'Doing it together', '5')
    expect(await sayAll('aminah', '80')).toContain('Agreed')
    expect(heardBy('grace', before)).toContain('Amina Ingabire has agreed your coaching plan')
    expect(heardBy('grace', before)).toContain('Work on: Calm under time, ')
    expect(heardBy('grace', before)).toContain('Target: 80%')
    expect(await sayAll('grace', 'my progress')).toContain('coaching (1)')
  })

  it('closes the plan herself by what she shows, and is validated on both legs, not on one', async () => {
    programme.now += 5 * DAY
    // Steps that are not critical: 14 of 17 is 82 %, over the target of 80 and below the bar of 85.
    const plain = plainSteps('newborn-resuscitation-steps')
    await observe(HBB, plain.slice(0, 3))
    expect(await planStates()).toEqual(['met', 'open'])
    expect(await sayAll('grace', 'my progress')).toContain('observed again (1)')
    expect(await observe(HBB, plain.slice(0, 1))).toContain('The post-test is what is left')
    expect(await planStates()).toEqual(['met', 'met'])
    expect(await sayAll('grace', 'menu', 'My coaching plan')).toContain('no open coaching plan')
    expect(await sayAll('grace', 'my progress')).toContain('Still needed: the post-test')
    await sayAll('grace', 'menu', MENU.newborn)
    expect(await takeTest('Post-test', 4)).toContain(
      'Your coaching plan now has what to work on in “Helping a newborn breathe”.',
    )
    expect(await sayAll('grace', 'my progress')).toContain('Still needed: the post-test')
    programme.now += 7 * DAY
    await sayAll('grace', 'menu', MENU.newborn)
    const before = programme.sent.length
    const result = await takeTest('Post-test', 0)
    expect(result).toContain('You are validated: Helping a newborn breathe')
    expect(heardBy('aminah', before)).toContain('Grace Mutesi is validated: Helping a newborn breathe')
    expect(await sayAll('grace', 'menu', 'My coaching plan')).toContain('no open coaching plan')
  })

  it('gets her certificate again when she asks, the same one', async () => {
    const first = programme.sent.findLast(({ bubble }) => bubble.attachment?.kind === 'image')
    const code = /[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}/.exec(first?.bubble.text ?? '')?.[0] ?? 'none'
    expect(await sayAll('grace', 'my progress')).toContain('Shall I send you a certificate again?')
    const again = await programme.say('grace', 'Helping a newborn breathe')
    expect(again.flatMap(({ attachment }) => (attachment ? [attachment.kind] : []))).toEqual([
      'image',
      'document',
    ])
    expect(told(again)).toContain(code)
    await sayAll('grace', 'my progress')
    expect(told(await programme.say('grace', 'No, thank you'))).not.toContain(code)
  })

  it('is reminded when her validation grows old, and it stays valid', async () => {
    const before = programme.sent.length
    await programme.wait(185 * DAY)
    expect(heardBy('grace', before)).toContain('Your validation in “Helping a newborn breathe” stands')
    expect(await sayAll('grace', 'my progress')).toMatch(
      /✅ Helping a newborn breathe: validated on .*; to be refreshed: /,
    )
    const again = await observe(HBB, [])
    expect(again).toContain('the validation stands')
    expect(again).toContain('Still to be refreshed: the post-test.')
    expect(await sayAll('grace', 'my progress')).toMatch(/to be refreshed: the post-test\n/)
  })

  it('is no candidate before she is validated in all that it takes, then is, with the reasons', async () => {
    expect(await sayAll('ruth', 'menu', 'Future mentors')).toContain('Nobody is validated in all')
    const way = await sayAll('aminah', 'menu', 'My mentees', 'Grace Mutesi', 'Way to mentoring')
    expect(way).toContain('Nobody has proposed Grace Mutesi yet. It takes being validated')
    await sayAll('ruth', 'menu', 'People', 'Grace', 'Grace Mutesi', 'Give a mentor', 'Amina Ingabire')
    await sayAll('ruth', 'Family planning')
    await observe('Family planning after birth', [])
    await sayAll('grace', 'menu')
    await takeTest('Family planning after birth', 0, planning)
    await sayAll('grace', 'menu', 'Family planning after birth')
    expect(await takeTest('Post-test', 0, planning)).toContain('You are validated')
    const candidates = await sayAll('ruth', 'menu', 'Future mentors')
    expect(candidates).toMatch(/Grace Mutesi \(community mentor\): 2 of \d+ validated, last observations/)
  })

  it('is proposed with her own yes and her manager’s, and mentors nobody before she is admitted', async () => {
    const before = programme.sent.length
    expect(await sayAll('ruth', 'Grace Mutesi', 'Way to mentoring', 'health centre mentor')).toContain(
      'On what does the proposal rest?',
    )
    await sayAll('ruth', 'Neither', 'community mentor')
    expect(heardBy('grace', before)).toContain('You are proposed as a community mentor')
    await tap('grace', 'Answer', before)
    expect(await sayAll('grace', 'yes')).toContain('Your orientation comes next')
    expect(heardBy('ruth', before)).toContain('Grace Mutesi would like to become a mentor')
    expect(await heldDuties(programme.fresh.db, grace)).toMatchObject([{ role: 'mentee' }])
    expect(await sayAll('grace', 'menu')).not.toContain('My mentees')
    await sayAll('ruth', 'menu', 'People', 'Grace', 'Grace Mutesi', 'Way to mentoring')
    // What would not count is not asked for.
    expect(await sayAll('ruth', 'Evaluate')).toContain('I did not understand that')
    // Her manager finds her in the menu, too, when the message with the button has gone by.
    expect(await sayAll('samuel', 'menu', 'Future mentors')).toContain(
      '🔸 Grace Mutesi: on the way, community mentor',
    )
    expect(await sayAll('samuel', 'Grace Mutesi', 'Way to mentoring')).toContain("the manager's yes")
    const agreed = programme.sent.length
    expect(await sayAll('samuel', 'The manager agrees')).not.toContain("the manager's yes")
    await programme.wait(0)
    for (const who of ['ruth', 'grace'])
      expect(heardBy(who, agreed)).toContain('Grace Mutesi is freed by their manager to become a mentor.')
    await sayAll('ruth', 'menu', 'People', 'Grace', 'Grace Mutesi', 'Way to mentoring')
  })

  it('is admitted once every part of selection and orientation is passed', async () => {
    await sayAll('ruth', 'Evaluate', '20', '24', '18')
    const notYet = await sayAll('ruth', '20')
    expect(notYet).toContain(
      'Not yet: all criteria of selection, all topics of the orientation, the theory test',
    )
    await sayAll('ruth', 'menu', 'People', 'Grace', 'Grace Mutesi', 'Way to mentoring', 'Confirm a criterion')
    for (let criterion = 1; criterion <= 6; criterion++) await sayAll('ruth', '1')
    await sayAll('ruth', 'Note a topic')
    for (let topic = 1; topic <= 7; topic++) await sayAll('ruth', '1')
    const before = programme.sent.length
    // 21 of 24 is 87.5 %; 20 were 83.3 %, and not enough.
    const passed = await sayAll('ruth', 'Evaluate', '21', '24', '18', '20')
    expect(passed).toContain('1. Grace Mutesi: theory 87%, practical 90%')
    expect(await heldDuties(programme.fresh.db, grace)).toHaveLength(1)
    expect(await sayAll('ruth', 'Not now')).toContain('The best performers are admitted')
    expect(await sayAll('ruth', 'Admit')).toContain('Grace Mutesi is admitted')
    expect(heardBy('grace', before)).toContain('you are admitted as a community mentor')
    const duties = await dutiesOf(programme.fresh.db, grace)
    expect(duties.map(({ role }) => role)).toEqual(['mentee', 'community_mentor'])
  })

  it('mentors the community health workers below her, and sees nobody else', async () => {
    await sayAll('ruth', 'menu', 'People', 'Diane', 'Diane Umutoni', 'Give a mentor', 'Grace Mutesi')
    expect(await sayAll('ruth', 'All areas')).toContain('From today Grace Mutesi mentors Diane Umutoni')
    expect(await sayAll('grace', 'menu', 'My mentees')).toContain('You mentor 1 person')
    expect(await sayAll('grace', 'Diane Umutoni')).toContain('What would you like to do about Diane Umutoni?')
    expect(await sayAll('ruth', 'menu', 'The cascade')).toMatch(
      /• Amina Ingabire.*\n\u2003↳ Grace Mutesi, community mentor, Rubavu HC: 1 mentee at 1 place/,
    )
  })

  it('shows the cascade to whoever mentors from themselves down, and nobody beside or above them', async () => {
    const seen = await sayAll('aminah', 'menu', 'The cascade')
    expect(seen).toMatch(/^2 mentors, from the top:\n\n• Amina Ingabire.*\n\u2003↳ Grace Mutesi.*: 1 mentee/)
    expect(await sayAll('grace', 'menu', 'The cascade')).toMatch(
      /^1 mentor, from the top:\n\n• Grace Mutesi.*$/,
    )
    // Who mentors nobody is not offered it.
    expect(await sayAll('diane', 'menu', 'The cascade')).not.toContain('from the top')
  })

  it('keeps every attempt of her way', async () => {
    const kinds = (await evidenceOf(programme.fresh.db, grace, 'NB-HBB')).map(
      ({ kind, stage }) => `${kind} → ${stage}`,
    )
    expect(kinds).toEqual([
      'pre_test → pre_tested',
      'observation → baseline_scored',
      'coached → coaching',
      'observation → reassessed',
      'observation → post_test',
      'post_test → post_test',
      'post_test → validated',
      'observation → validated',
    ])
  })
})

describe('changes at work', () => {
  it('pause the record, move it with the person, and tell the mentor', async () => {
    const before = programme.sent.length
    await sayAll('samuel', 'menu', 'People', 'Grace', 'Grace Mutesi', 'A change at work')
    expect(await sayAll('samuel', 'On leave', '14')).toContain('It is noted')
    expect(heardBy('aminah', before)).toContain('Grace Mutesi is on leave')
    await sayAll('ruth', 'menu', 'People', 'Grace', 'Grace Mutesi', 'A change at work', 'Is back')
    expect(heardBy('aminah', before)).toContain('Grace Mutesi is back')
    // Her own word does the same, and ends by itself.
    await sayAll('grace', 'menu', 'My hours and leave', 'I am on leave', '3')
    expect(await standingOf(programme.fresh.db, grace)).toBe('paused')
    expect(heardBy('aminah', before).match(/is on leave/g)).toHaveLength(2)
    await programme.wait(4 * DAY)
    expect(await standingOf(programme.fresh.db, grace)).toBe('active')
    expect(heardBy('aminah', before).match(/Grace Mutesi is back/g)).toHaveLength(2)
    const evidence = (await evidenceOf(programme.fresh.db, grace)).length
    await sayAll(
      'ruth',
      'menu',
      'People',
      'Diane',
      'Diane Umutoni',
      'A change at work',
      'Transferred',
      'Rubavu DH',
    )
    expect(heardBy('grace', before)).toContain('Diane Umutoni has been transferred')
    expect(await sayAll('grace', 'menu', 'My mentees')).toContain('nobody yet')
    expect(await evidenceOf(programme.fresh.db, grace)).toHaveLength(evidence)
  })

  it('give the mentees of a mentor who leaves to the best who is there', async () => {
    const before = programme.sent.length
    await sayAll('ruth', 'menu', 'People', 'Amina Ingabire', '1', 'A change at work', 'Has left', 'yes')
    const bosco = await personNamed(programme.fresh.db, 'bosco')
    expect(heardBy('bosco', before)).toContain('From today you mentor Grace Mutesi')
    expect(heardBy('grace', before)).toContain('From today Bosco Hakiza is your mentor')
    expect(await menteesOf(programme.fresh.db, bosco?.id ?? grace)).toMatchObject([
      // Diane had come to Amina by her transfer.
      { mentee: 'Diane Umutoni', area: '' },
      { mentee: 'Grace Mutesi', area: 'fp' },
      { mentee: 'Grace Mutesi', area: 'neonatal' },
    ])
    expect(await sayAll('aminah', 'menu')).not.toContain('My mentees')
  })
})

it('tells a supervisor in her reply that nobody can take a mentee on', async () => {
  const reply = await sayAll('ruth', 'menu', 'People', 'Bosco', '1', 'A change at work', 'Has left', 'yes')
  expect(reply).toContain('Grace Mutesi has no mentor now')
  expect(reply).toContain('It is noted')
})

it('lets nobody look for people beyond their place', async () => {
  const found = await peopleAt(programme.fresh.db, { places: [], search: '', limit: 9 })
  expect(found).toEqual([])
  expect(await sayAll('samuel', 'menu', 'People', 'Amina')).toContain('Nobody of your place')
})
