// A visit as it is held: its seven steps in order, each done or left out with a reason, and what comes of it.
import { afterAll, beforeAll, expect, it } from 'vitest'
import { DAY, SECOND } from '../../src/words/clock.ts'
import { type Programme, told } from '../programme.ts'
import { sayAll } from './conversation.ts'
import { say } from './observing.ts'
import { heardBy, visitingProgramme } from './visiting.ts'

let programme: Programme
beforeAll(async () => {
  programme = await visitingProgramme(1)
  await sayAll(programme, 'amina', 'visits', 'Rubavu HC, Thu 26 November', 'Confirm it')
})
afterAll(() => programme.close())

const amina = async (...words: string[]): Promise<string> => told(await say(programme, 'amina', ...words))

it('is not begun before its day, nor by who does not mentor there', async () => {
  expect(await amina('V-1')).not.toContain('Begin')
  const choices = programme.sent.findLast(({ to }) => to === 'amina')?.bubble.choices
  expect(choices?.map(({ label }) => label)).not.toContain('Begin the visit')
  await programme.wait(3 * DAY)
  await say(programme, 'odette', 'V-1')
  const hers = programme.sent.findLast(({ to }) => to === 'odette')?.bubble.choices
  expect(hers?.map(({ label }) => label)).not.toContain('Begin the visit')
})

it('begins with the entry meeting: who is there, and what is agreed', async () => {
  const reply = await amina('V-1', 'Begin the visit')
  expect(reply).toContain('Step 1 of 7: entry meeting')
  expect(reply).toContain('Rubavu HC has no baseline yet. To take it, send V-0001')
  expect(reply).toContain('1. Odette Uwase\n2. Joseph Nshuti')
  expect(await amina('1 and 2')).toContain('1. Odette Uwase')
  expect(await amina('1-2')).toContain('Which objectives')
  expect(await amina('Practise bag and mask until the chest rises')).toContain('Step 2 of 7: review of data')
})

const assess = async (visit: string, ...scores: string[]): Promise<string> => {
  const asked = await amina(visit, 'Facility baseline')
  expect(asked).toContain('1 of 11, data: Three indicators recounted')
  let reply = ''
  for (const score of scores) reply = await amina(score)
  expect(reply).toContain('Does it stand like this?')
  return reply
}

it('takes the baseline of the place in between, and goes on where it was', async () => {
  const met = Array.from({ length: 11 }, () => 'Met')
  const read = await assess('V-1', ...met.with(2, 'Not met').with(5, 'Not met').with(7, 'Could not be seen'))
  expect(read).toContain('2. own figures looked at: met\n3. ')
  expect(read).toContain('8. tests and drugs for children: not seen')
  // Left and come back to, it stands where it was; two are corrected, of which one was tapped by mistake.
  await amina('Go on later')
  expect(await amina('V-1', 'Facility baseline', '12')).toContain('11')
  expect(await amina('2')).toContain('2 of 11, data')
  expect(await amina('In part')).toContain('2. own figures looked at: in part')
  await amina('3', 'Met')
  const reply = await amina('Record it')
  expect(reply).toContain('Baseline of Rubavu HC:\n\ndata: 3 of 4\n')
  expect(reply).toContain('infrastructure and equipment: 4 of 6\nguidelines: 4 of 4')
  expect(await amina('V-1', 'Facility baseline')).toContain('Baseline of Rubavu HC:')
  await say(programme, 'odette', 'V-1')
  const hers = programme.sent.findLast(({ to }) => to === 'odette')?.bubble.choices
  expect(hers?.map(({ label }) => label) ?? []).not.toContain('Facility baseline')
  expect(await amina('V-1', 'Go on with it')).toContain('Step 2 of 7')
})

it('goes through the place’s own figures, and doubts what cannot be', async () => {
  expect(await amina('forty')).toContain('How many?')
  // The first figure of a place has none before it: a slip of the thumb shows all the same.
  expect(await amina('4100')).toContain('4100 in one month is very many')
  // The right number is the correction, with or without a no before it.
  expect(await amina('41')).toContain('Women with bleeding after birth, October 2026')
  // More than all births.
  expect(await amina('410')).toContain('410 is more than all there are')
  expect(await amina('No', '4')).toContain('Newborns helped to breathe')
  // Left and gone on with, it asks for what is not read yet.
  await amina('23', 'menu')
  expect(await amina('V-1', 'Go on with it')).toContain('Newborn deaths, October 2026')
  const read = await amina('1', 'Nobody knows', 'Nobody knows')
  expect(read).toContain('3. Newborns helped to breathe: 23\n')
  expect(read).toContain('6. ')
  expect(read).toContain(': not known')
  expect(await amina('Correct a figure', '3')).toContain('Newborns helped to breathe')
  expect(await amina('3')).toContain('3. Newborns helped to breathe: 3\n')
  // A number alone is a figure of the list, and no gap; one that is none of them asks which.
  expect(await amina('3')).toContain('Newborns helped to breathe')
  expect(await amina('23')).toContain('3. Newborns helped to breathe: 23\n')
  expect(await amina('41')).toContain('Which figure? Write its number in the list.')
  expect(await amina('3', '3')).toContain('3. Newborns helped to breathe: 3\n')
  // Corrected to less than is a part of it.
  expect(await amina('Correct a figure', '1', '2')).toContain(
    '2 is less than a part of it that was read before',
  )
  await amina('41')
  expect(await amina('No gaps')).toContain('Step 3 of 7: LDHF session')
  const kept = await programme.fresh.db.query(
    `select indicator, value, doubted from indicator_reading order by indicator`,
  )
  expect(kept).toEqual([
    { indicator: 'births', value: 41, doubted: false },
    { indicator: 'bleeding', value: 4, doubted: false },
    { indicator: 'newborn-deaths', value: 1, doubted: false },
    { indicator: 'not-breathing', value: 3, doubted: false },
  ])
})

it('gives a mini-quiz before and after the session to all who attend', async () => {
  expect(await amina('Newborn resuscitation')).toContain('1. Joseph Nshuti')
  await amina('Everybody')
  const quiz = async (): Promise<string[]> => {
    const asked: string[] = []
    // It opens by itself, though he was still being asked whether he will come.
    let reply = heardBy(programme.sent, 'joseph').at(-1) ?? ''
    expect(reply).toContain('Question 1 of 3')
    // Left in the middle, it is gone on with by its code.
    await programme.say('joseph', 'menu')
    expect(told(await programme.say('joseph', 'T-1'))).toContain('Question 1 of 3')
    for (let question = 0; question < 3; question++) {
      asked.push(reply.split('\n\n').at(-1) ?? '')
      reply = told(await programme.say('joseph', 'A'))
    }
    return asked
  }
  const before = await quiz()
  expect(await amina('Over, send the quiz')).toContain('Step 4 of 7: observation')
  const after = await quiz()
  // Their answers have been told: the second three are others.
  expect(before.filter((question) => after.includes(question))).toEqual([])
  const [row] = await programme.fresh.db.query(
    `select b.max "before", a.max "after" from training_person p
     join attempt b on b.id = p.before_attempt join attempt a on a.id = p.after_attempt`,
  )
  expect(row).toEqual({ before: 3, after: 3 })
  expect(told(await programme.say('joseph', 'T-1'))).toContain('You have had these questions')
  expect(told(await programme.say('chidi', 'T-1'))).toContain('no such mini-quiz')
})

it('does not count an observation that was not made: why is asked', async () => {
  expect(await amina('We are done')).toContain('Why is it left out?')
  expect(await amina('No time')).toContain('Step 5 of 7: ward round')
})

it('can be left and gone on with where it was', async () => {
  expect(await amina('menu')).toContain('What would you like to do?')
  expect(await amina('V-1', 'Go on with it')).toContain('Step 5 of 7: ward round')
})

it('keeps no words that could tell who a patient is', async () => {
  const reply = await amina('We saw Uwimana Jeanne, phone 0788123456')
  expect(reply).not.toContain('Step 6')
  await amina('The airway is positioned before the bag is taken')
  const notes = await programme.fresh.db.query(`select text from visit_note where kind = 'round'`)
  expect(notes).toEqual([{ text: 'The airway is positioned before the bag is taken' }])
})

it('ends with strengths, gaps, and who does what until when', async () => {
  expect(await amina('The team calls for help early')).toContain('And the gaps')
  expect(await amina('The bag lies too far from the table')).toContain('Step 7 of 7: actions')
  const agreed = await amina('Put a bag and mask at each birth table', 'Odette Uwase', 'In a week')
  expect(agreed).toContain('Noted: Odette Uwase, by Thu 3 December')
  // What is agreed in a project opened now is not asked about at once.
  expect(await amina('Improvement project')).toContain('go on with the visit by sending V-0001')
  await amina('The bag is far away', 'Near by May', 'Tables with a bag', 'A number of cases', '1', '4')
  await amina('Five times why', 'That is the root cause', 'No more ideas', 'Buy bags', 'Myself', '20')
  expect(await amina('No more actions')).toContain('The project stands')
  expect(await amina('V-1', 'Go on with it')).toContain('What is to be done?')
  expect(await amina('That is all')).toContain('All steps of the visit to Rubavu HC are settled')
})

it('goes back to what was left out by mistake', async () => {
  expect(await amina('observation')).toContain('Step 4 of 7: observation')
  expect(await amina('Leave it out', 'No time')).toContain('What was left out can still be done')
})

it('is closed by one message to everybody who belongs to it', async () => {
  const reply = await amina('Close it')
  expect(reply).toContain('Left out, and part of the next plan: observation')
  const sent = await programme.wait(SECOND)
  for (const who of ['joseph', 'odette']) {
    const heard = heardBy(sent, who)
    expect(heard).toHaveLength(1)
    expect(heard[0]).toContain('The visit to Rubavu HC is closed')
    expect(heard[0]).toContain('Baseline of Rubavu HC:')
    expect(heard[0]).toContain('Going well: The team calls for help early')
    expect(heard[0]).toContain('To work on: The bag lies too far from the table')
    expect(heard[0]).toContain('Odette Uwase, by Thu 3 December: Put a bag and mask')
    // One person's score is nobody else's to see.
    expect(heard[0]).not.toContain('%')
  }
  expect(await amina('V-1')).not.toContain('Go on')
})

it('brings back what was not done: in the brief of the next, and its actions first', async () => {
  await amina('V-2', 'Confirm it')
  const brief = await amina('V-2', 'My brief')
  expect(brief).toContain('Not done at the last visit: observation')
  expect(brief).toContain('Still open: Put a bag and mask at each birth table')
  await programme.wait(Date.parse('2026-12-23T08:00:00Z') - programme.now)
  const data = await amina('V-2', 'Begin the visit', 'Leave it out', 'No time')
  expect(data).toContain('Births at the facility, November 2026. Months before: 41')
  expect(await amina('500')).toContain('500 is far from the month before')
  expect(await amina('Yes')).toContain('500, up from 41.')
  const met = Array.from({ length: 11 }, () => 'Met')
  await assess('V-2', ...met.with(1, 'In part').with(8, 'Not met'))
  const compared = await amina('Record it')
  expect(compared).toContain('Rubavu HC since the baseline of Thu 26 November:')
  expect(compared).toContain('data: 3 of 4, before 3 of 4\n– No change')
  expect(compared).toContain(
    'equipment: 6 of 8, before 4 of 6\n– Better: drugs for mothers\n– Worse: gloves and water',
  )
  await amina('V-2', 'Go on with it')
  await amina('Leave data out', 'An emergency', 'Leave it out', 'No time', 'Leave it out', 'No time')
  const actions = await amina('Leave it out', 'No time', 'Leave it out', 'No time')
  expect(actions).toContain('Still open: Put a bag and mask at each birth table')
  expect(await amina('Done', 'Still to do', 'That is all', 'Close it')).toContain('is closed')
})

it('stays with the figures of one month when it goes on into the next', async () => {
  await programme.close()
  programme = await visitingProgramme(1)
  programme.now = Date.parse('2026-11-30T08:00:00Z')
  await amina('visits', 'Add a visit', 'Rubavu HC', 'A day I write', 'today')
  const [row] = await programme.fresh.db.query('select id from visit where extra')
  const visit = `V-${(row as { id: number }).id}`
  await amina(visit, 'Begin the visit', 'Everybody', 'None were agreed', '41', 'menu')
  await programme.wait(DAY)
  expect(await amina(visit, 'Go on with it')).toContain('Women with bleeding after birth, October 2026')
})
