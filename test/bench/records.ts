// A mentee's whole record, as MY PROGRESS and their mentor read it, in a programme of 50,000 mentees who have been
// assessed 1,000,000 times.
import { evidenceOf, recordsOf } from '../../src/store/competency-records.ts'
import { openPlans } from '../../src/store/coaching-plans.ts'
import { mentorsOf } from '../../src/store/pairings.ts'
import type { PersonId } from '../../src/words/ids.ts'
import { figuresOf, percentile, report } from './figures.ts'
import type { Hall } from './hall.ts'

const MENTEES = 50_000
const ASSESSMENTS = 20
const MENTORS = 2_500
const RUNS = 5
const READS = 400

export async function benchRecords(hall: Hall): Promise<void> {
  await hall.people(MENTEES)
  await fill(hall)
  const { database: db } = hall.desk
  const runs: number[] = []
  for (let run = 0; run < RUNS; run++) {
    const times: number[] = []
    for (let read = 0; read < READS; read++) {
      // Spread over everybody, so that no page is warm by chance.
      const person = (1 + Math.floor(Math.random() * MENTEES)) as PersonId
      const began = performance.now()
      const evidence = await evidenceOf(db, person)
      await recordsOf(db, person)
      await openPlans(db, person)
      await mentorsOf(db, person)
      times.push(performance.now() - began)
      if (evidence.length !== ASSESSMENTS) throw new Error(`${evidence.length} assessments were read`)
    }
    runs.push(percentile(times, 0.95))
  }
  report(`a mentee's whole record, ${MENTEES} mentees, p95`, figuresOf(runs), 'ms', '<= 10')
}

/** Four competencies each, five assessments in each, in the order of time: a person's rows lie apart on disk. */
async function fill({ pool }: Hall): Promise<void> {
  await pool.query(
    `insert into evidence (person_id, competency, kind, source, observer_id, score, max, bar, critical_missed, technique_ok,
       complete, passed, stage, round, at)
     select p, 'C-' || chr(65 + (n / 5)::int), case when n % 5 = 4 then 'post_test' else 'observation' end, n * $1::bigint + p,
       1 + p % $3::bigint, 10 + n % 8, 20, 85, 0, true, true, n % 5 > 2, 'coaching', n % 5,
       now() - make_interval(days => 20 - n)
     from generate_series(0, $2::int - 1) n, generate_series(1, $1::bigint) p order by n, p`,
    [MENTEES, ASSESSMENTS, MENTORS],
  )
  await pool.query(
    `insert into competency_record (person_id, competency, stage, round, changed_at)
     select p, 'C-' || chr(65 + c), 'coaching', 4, now() from generate_series(0, 3) c, generate_series(1, $1::bigint) p`,
    [MENTEES],
  )
  await pool.query(
    `insert into pairing (mentor_id, mentee_id, area, starts_at)
     select 1 + p % $2::bigint, p, '', now() from generate_series($2::bigint + 1, $1::bigint) p`,
    [MENTEES, MENTORS],
  )
  await pool.query('vacuum analyze')
}
