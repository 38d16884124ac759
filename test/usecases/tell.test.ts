import { afterAll, beforeAll, expect, test } from 'vitest'
import { applyEvents } from '../../src/usecases/apply-events.ts'
import { newLedger } from '../../src/usecases/converse.ts'
import type { Tell } from '../../src/usecases/deeds/deed.ts'
import { handOver } from '../../src/usecases/hand-over.ts'
import { personNamed } from '../../src/store/people.ts'
import type { PersonId } from '../../src/words/ids.ts'
import { makeProgramme, type Programme } from '../programme.ts'
import { nurse } from './conversation.ts'

let programme: Programme
let joseph: string
let him: PersonId
beforeAll(async () => {
  programme = await makeProgramme()
  joseph = await nurse(programme)
  him = (await personNamed(programme.fresh.db, joseph))?.id as PersonId
})
afterAll(async () => programme.close())

const WORD = { say: 'word', word: 'scores_none' } as const

async function tellAll(tells: readonly Tell[]): Promise<{ to: string; text: string }[]> {
  const before = programme.sent.length
  await handOver(programme.desk, async (db) => {
    const ledger = newLedger(programme.now)
    ledger.tells.push(...tells)
    return { owed: await applyEvents(programme.desk, db, ledger) }
  })
  await programme.wait(0)
  return programme.sent.slice(before).map(({ to, bubble }) => ({ to, text: bubble.text }))
}

test('tells once what is told twice, and only who has joined', async () => {
  const amina = await programme.meet('amina')
  const told = await tellAll([
    { person: him, says: [WORD] },
    { person: amina, says: [WORD] },
    { person: him, says: [{ say: 'word', word: 'next_none' }] },
  ])
  expect(told.map(({ to }) => to)).toEqual([joseph])
  expect(told[0]?.text.split('\n\n')).toHaveLength(2)
})

test('opens a dialogue when nothing is being asked, and leaves alone a question that is', async () => {
  const open = { flow: 'hours', subject: 1, word: 'menu_reminders' }
  const session = async (): Promise<string> =>
    JSON.stringify(await programme.fresh.db.query('select state from session where person_id = $1', [him]))
  const [idle] = await tellAll([{ person: him, says: [WORD], open }])
  expect(idle?.text).toContain('17:00')
  const asked = await session()
  const [busy, ...more] = await tellAll([{ person: him, says: [WORD], open: { ...open, subject: 2 } }])
  expect(busy?.text).not.toContain('17:00')
  expect(more).toEqual([])
  expect(programme.sent.at(-1)?.bubble.choices).toEqual([{ token: '>hours.2', label: 'My hours and leave' }])
  expect(await session()).toBe(asked)
  // A list can hold no button: words are put under it that can.
  const list = { say: 'lines', lines: [WORD] } as const
  await tellAll([{ person: him, says: [list], open: { ...open, subject: 2 } }])
  expect(programme.sent.at(-1)?.bubble).toMatchObject({ choices: [{ token: '>hours.2' }] })
  expect(programme.sent.at(-1)?.bubble.text).toContain('To look at it or answer:')
})
