// What observing costs a mentor in messages, and a picture of progress the service in time.
import { drawProgress, type Progress } from '../../src/pictures/progress.ts'
import type { FlowId } from '../../src/words/ids.ts'
import type { Bubble, Content } from '../../src/words/message.ts'
import { figuresOf, percentile, report } from './figures.ts'
import type { Hall } from './hall.ts'

const ITEMS = 17
const CHECKLIST = 'newborn-resuscitation-steps' as FlowId
const RUNS = 5
const PICTURES = 40
/** As many as a picture shows. */
const COMPETENCIES = 12

export async function benchObservations(hall: Hall): Promise<void> {
  report(`messages for a checklist of ${ITEMS} items`, figuresOf([await observe(hall)]), '', '<= 6')
  // The first one starts the program that draws.
  await drawProgress(progress(0))
  const runs: number[] = []
  for (let run = 0; run < RUNS; run++) {
    const times: number[] = []
    for (let picture = 0; picture < PICTURES; picture++) {
      const began = performance.now()
      await drawProgress(progress(picture))
      times.push(performance.now() - began)
    }
    runs.push(percentile(times, 0.95))
  }
  report(`picture of progress in ${COMPETENCIES} competencies, p95`, figuresOf(runs), 'ms', '<= 150')
}

/**
 * A mentor watches a mentee who is on their way and misses a critical step: how many messages the mentor has sent when it
 * is recorded.
 */
async function observe(hall: Hall): Promise<number> {
  await hall.people(2)
  await mentoring(hall)
  let asked: Bubble | undefined
  hall.onSend = (to, bubble) => {
    if (to === '1') asked = bubble
  }
  let messages = 0
  const send = async (content: Content): Promise<void> => {
    const messageId = `observe-${messages++}`
    await hall.receiver.receive([{ channel: 'telegram', messageId, sender: '1', at: Date.now(), content }])
    await hall.settled()
  }
  const tap = async (words: string): Promise<void> => {
    const choice = asked?.choices?.find(({ label }) => label.includes(words))
    if (!choice) throw new Error(`"${words}" is not offered`)
    await send({ kind: 'choice', token: choice.token })
  }
  await send({ kind: 'text', text: 'observe' })
  await tap(`Person 2 · ${hall.desk.shelf.current(CHECKLIST)?.content.title.en ?? ''}`)
  await tap('On a manikin')
  await send({ kind: 'text', text: 'all done but 8' })
  while (asked?.choices?.some(({ label }) => label === 'All of these done')) await tap('All of these done')
  await tap('Not yet, record it')
  hall.onSend = undefined
  const { rows } = await hall.pool.query('select marks from observation where recorded_at is not null')
  const marks = (rows as { marks: string }[])[0]?.marks
  if (marks?.length !== ITEMS) throw new Error(`${marks ?? 'nothing'} is recorded`)
  return messages
}

/** The first person mentors the second, who has been seen with a baseline before. */
async function mentoring({ pool }: Hall): Promise<void> {
  await pool.query(`insert into duty (person_id, role, starts_at) values (1, 'district_based_mentor', now())`)
  await pool.query(
    `insert into orientation (person_id, role, basis, state, proposed_at)
     values (1, 'district_based_mentor', 'roster', 'admitted', now())`,
  )
  await pool.query('insert into pairing (mentor_id, mentee_id, starts_at) values (1, 2, now())')
  await pool.query(
    `insert into competency_record (person_id, competency, stage, changed_at)
     values (2, 'NB-HBB', 'baseline_scored', now())`,
  )
}

const progress = (seed: number): Progress => ({
  title: 'Marie-Claire Nyirahabimana',
  subtitle: '25 November 2026',
  bar: 85,
  words: { bar: '85 %', first: 'first score', none: '–' },
  rows: Array.from({ length: COMPETENCIES }, (_, row) => ({
    title: `Newborn resuscitation and care ${row}`,
    stage: 'Being coached, for the second time',
    first: (seed * 7 + row * 11) % 60,
    last: 40 + ((seed * 13 + row * 17) % 61),
    validated: row === 0,
  })),
})
