// Groups of CHWs that all report on the same evening: lines accepted a second, whether each has become a report, and what is
// sent because of it: to each CHW what was read, to each group its card, once for all.
import { periodAt } from '../../src/domain/report-period.ts'
import { cardOf } from '../../src/store/chw-reports.ts'
import { readBack } from '../../src/usecases/read-back.ts'
import { showCards } from '../../src/usecases/show-cards.ts'
import type { IncomingMessage } from '../../src/words/message.ts'
import { figuresOf, report } from './figures.ts'
import type { Hall } from './hall.ts'

const GROUPS = 2_000
const CHWS = 9
const RUNS = 3

export async function benchGroups(hall: Hall): Promise<void> {
  await hall.people(GROUPS * CHWS)
  const period = periodAt(Date.now(), 'month', hall.desk.programme)
  await fill(hall, cardOf({ area: 'iccm', ...period }))
  const runs: number[] = []
  for (let run = 0; run < RUNS; run++) {
    const messages = linesOf(run)
    const began = performance.now()
    // Each chat hands its next message in when the one before is committed, as a provider would.
    await Promise.all(
      Array.from({ length: GROUPS }, async (_, group) => {
        for (const message of messages.slice(group * CHWS, (group + 1) * CHWS))
          await hall.receiver.receive([message])
      }),
    )
    runs.push(messages.length / ((performance.now() - began) / 1000))
    await check(hall, run)
  }
  report(`lines of reports from ${GROUPS} groups at once`, figuresOf(runs), 'a second', '>= 2,000')
  await benchSent(hall)
}

/** Everything that follows from that evening, as the service does it every few seconds. */
async function benchSent(hall: Hall): Promise<void> {
  const sent = new Map<string, number>()
  hall.onSend = (to) => sent.set(to, (sent.get(to) ?? 0) + 1)
  const began = performance.now()
  await Promise.all([readBack(hall.desk), showCards(hall.desk, [hall.channel])])
  await hall.settled()
  const seconds = (performance.now() - began) / 1000
  const to = { groups: 0, people: 0 }
  for (const [chat, messages] of sent) {
    to[chat.startsWith('-') ? 'groups' : 'people'] += 1
    if (messages !== 1) throw new Error(`${messages} messages to one chat`)
  }
  if (to.groups !== GROUPS || to.people !== GROUPS * CHWS)
    throw new Error(`${to.groups} groups and ${to.people} CHWs were written to`)
  report(
    `read back to ${to.people} CHWs, one card to each group`,
    figuresOf([sent.size / seconds]),
    'a second',
    '-',
  )
}

/** Every CHW answers the card of their group once. */
function linesOf(run: number): IncomingMessage[] {
  return Array.from({ length: GROUPS * CHWS }, (_, index) => ({
    channel: 'telegram',
    messageId: `g${run}-${index}`,
    sender: String(index + 1),
    group: `-${Math.floor(index / CHWS) + 1}`,
    replyTo: '77',
    at: Date.now(),
    content: { kind: 'text', text: `fever ${run + 4}, rdt ${run + 4}, pos 2, no deaths` },
  }))
}

/** Nothing lost, nothing of anybody else's, and one card a group to be edited. */
async function check({ pool }: Hall, run: number): Promise<void> {
  const { rows } = await pool.query(
    `select (select count(*)::int from chw_report where draft->>'fever' = $1 and draft->>'deaths' = '0' and unread) reports,
       (select count(*)::int from group_card where changed) cards`,
    [String(run + 4)],
  )
  const { reports, cards } = rows[0] as { reports: number; cards: number }
  if (reports !== GROUPS * CHWS || cards !== GROUPS) throw new Error(`${reports} reports, ${cards} cards`)
}

async function fill({ pool }: Hall, card: string): Promise<void> {
  await pool.query(
    `insert into facility (name, district, level)
     select 'Group ' || g, 'Bench', 'village_chw_group' from generate_series(1, $1::int) g`,
    [GROUPS],
  )
  await pool.query(
    `update person p set role = 'mentee', cadre = 'chw', facility_id = f.id from facility f
     where f.name = 'Group ' || (1 + (p.id - 1) / $1::int)`,
    [CHWS],
  )
  await pool.query(
    `insert into address (channel, external_id, group_name)
     select 'telegram', '-' || g, 'Group ' || g from generate_series(1, $1::int) g`,
    [GROUPS],
  )
  await pool.query(
    `insert into chw_group (address_id, facility_id, code, linked_at)
     select a.id, f.id, lpad(translate(f.id::text, '01', 'XY'), 8, 'Z'), now()
     from address a join facility f on f.name = a.group_name`,
  )
  await pool.query(
    `insert into notice (address_id, name, ref, at) select address_id, $1, '77', now() from chw_group`,
    [card],
  )
  await pool.query('vacuum analyze')
}
