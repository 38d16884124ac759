// A visit that a mentor adds beside those of the cadence.
import { afterAll, beforeAll, expect, it } from 'vitest'
import { DAY, SECOND } from '../../src/words/clock.ts'
import { type Programme, told } from '../programme.ts'
import { say } from './observing.ts'
import { heardBy, visitingProgramme } from './visiting.ts'

let programme: Programme
beforeAll(async () => void (programme = await visitingProgramme(2)))
afterAll(() => programme.close())

const amina = async (...words: string[]): Promise<string> => told(await say(programme, 'amina', ...words))
const visits = (): Promise<unknown[]> =>
  programme.fresh.db.query(`select starts_on::text "on", days, state, extra from visit order by id`)

it('is on no weekend, no holiday, and no day of another visit', async () => {
  await amina('visits')
  // Christmas, a Saturday, and the days on which Rubavu HC is visited.
  for (const day of ['25/12', '5/12', '2026-12-23'])
    expect(await amina('visits', 'Add a visit', 'Nyundo HC', 'A day I write', day), day).toContain(
      'It cannot be then',
    )
  expect(await amina('A day I write', 'soon')).toContain('Write the day')
  expect((await visits()).some((one) => (one as { extra: boolean }).extra)).toBe(false)
})

it('is added, told to mentees and manager at once, and reminded of', async () => {
  expect(await amina('visits', 'Add a visit', 'Nyundo HC', 'A day I write', '3/12')).toContain(
    'Added: Nyundo HC',
  )
  const sent = await programme.wait(SECOND)
  for (const who of ['grace', 'felix'])
    expect(heardBy(sent, who).join('\n')).toContain(
      'A mentorship visit to Nyundo HC is planned: Thursday 3 December',
    )
  expect(heardBy(sent, 'joseph')).toEqual([])
  const later = await programme.wait(9 * DAY)
  expect(heardBy(later, 'grace').filter((text) => text.includes('3 December')).length).toBeGreaterThan(1)
  expect((await visits()).filter((one) => (one as { extra: boolean }).extra)).toEqual([
    { on: '2026-12-03', days: 1, state: 'confirmed', extra: true },
  ])
})

it('takes its day from the others, and no planned visit’s place', async () => {
  await amina('visits', 'Add a visit', 'Rubavu HC', 'A day I write', '4/12')
  // Two extra ones in one month, beside the planned one.
  await amina('visits', 'Add a visit', 'Rubavu HC', 'A day I write', '7/12')
  expect(await amina('visits', 'Add a visit', 'Nyundo HC', 'A day I write', '7/12')).toContain(
    'It cannot be then',
  )
  const all = (await visits()) as { on: string; extra: boolean }[]
  expect(all.filter(({ extra }) => extra)).toHaveLength(3)
  expect(all.some(({ on, extra }) => on === '2026-12-23' && !extra)).toBe(true)
})

it('is not for who mentors nobody', async () => {
  expect(await programme.say('chidi', 'visits').then(told)).not.toContain('Add a visit')
})
