// What is voted and tapped in a session by somebody nobody knows yet. A right answer has been seen by then, so it could not be
// given once more: it waits until they say who they are.
import { z } from 'zod'
import type { Instant } from '../words/clock.ts'
import type { AddressId, GroupSessionId, PersonId } from '../words/ids.ts'
import type { ChannelName } from '../words/message.ts'
import { changeCards } from './chw-groups.ts'
import type { Db } from './db.ts'

export interface UnclaimedVote {
  readonly session: GroupSessionId
  readonly channel: ChannelName
  readonly sender: string
  /** Nothing where somebody has only said that they are there. */
  readonly answer:
    { readonly question: number; readonly option: number; readonly correct: boolean } | undefined
  readonly at: Instant
}

/** Keeps it while the session is under way; the first vote on each question counts. True when no other waits. */
export async function keepUnclaimed(db: Db, vote: UnclaimedVote): Promise<boolean> {
  const { question, option, correct } = vote.answer ?? {}
  // One after the other, so that of two who vote at once only the first is the first.
  await db.query(`select pg_advisory_xact_lock(hashtextextended('unclaimed:' || $1, 0))`, [
    String(vote.session),
  ])
  const rows = await db.query(
    `insert into unclaimed_vote (session_id, channel, sender, question, option, correct, at)
     select id, $2, $3, $4, $5, $6, to_timestamp($7::float8 / 1000) from group_session where id = $1 and closed_at is null
     on conflict do nothing
     returning not exists (select from unclaimed_vote where session_id = $1) first`,
    [vote.session, vote.channel, vote.sender, question ?? null, option ?? null, correct ?? null, vote.at],
  )
  return rows.some((row) => z.object({ first: z.boolean() }).parse(row).first)
}

/** Whoever writes from this address turns out to be this person: what they have voted in their group is theirs. */
export async function claimVotes(db: Db, address: AddressId, person: PersonId): Promise<void> {
  const rows = await db.query(
    `with mine as (
       delete from unclaimed_vote u using address a where a.id = $1 and u.channel = a.channel and u.sender = a.external_id returning u.*
     ), theirs as (
       select m.*, s.address_id from mine m join group_session s on s.id = m.session_id and s.closed_at is null
         join person p on p.id = $2 and p.facility_id = s.facility_id and p.role = 'mentee'
     ), here as (
       insert into group_attendance as a (session_id, person_id, at) select session_id, $2, min(at) from theirs group by 1
       on conflict (session_id, person_id) do update set noted = false where a.noted
     ), answers as (
       insert into group_answer (session_id, person_id, question, option, correct, voted, answered_at)
       select session_id, $2, question, option, correct, true, at from theirs where question is not null on conflict do nothing
     )
     select distinct session_id, address_id from theirs where address_id is not null`,
    [address, person],
  )
  const cards = rows.map((row) => {
    const { session_id, address_id } = z.object({ session_id: z.int(), address_id: z.int() }).parse(row)
    return { address: address_id as AddressId, name: `session:${session_id}` }
  })
  await changeCards(db, cards)
}

/** Nobody can claim them any more. */
export async function dropUnclaimed(db: Db, session: GroupSessionId): Promise<void> {
  await db.query('delete from unclaimed_vote where session_id = $1', [session])
}
