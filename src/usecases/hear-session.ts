// What members of a group do in a session in its chat: they tap that they are there, and vote. Each counts once, whatever
// telephone they hold; on one that several share nobody knows whose thumb it was, so they answer in private.
import { offeredBy } from '../engine/offer.ts'
import { optionOrder } from '../engine/quiz.ts'
import { type Speaking, speakingAt } from '../store/addresses.ts'
import type { Say } from '../engine/events.ts'
import { changeCards, chwGroupAt } from '../store/chw-groups.ts'
import type { Db } from '../store/db.ts'
import { attend } from '../store/group-attendance.ts'
import { groupSessionById, keepGroupAnswer } from '../store/group-sessions.ts'
import { pollVoted } from '../store/notices.ts'
import { keepUnclaimed, type UnclaimedVote } from '../store/unclaimed-votes.ts'
import type { GroupSessionId } from '../words/ids.ts'
import type { IncomingMessage } from '../words/message.ts'
import type { Ledger } from './converse.ts'
import type { Desk } from './desk.ts'
import { HERE, polled, quizOf, sessionCard } from './group-session.ts'

/** The session somebody taps to be there in; undefined for every other message. */
export function hereIn({ group, content }: IncomingMessage): GroupSessionId | undefined {
  if (group === undefined || content.kind !== 'choice') return undefined
  const subject = offeredBy(content.token)
  return subject?.flow === HERE ? (Number(subject.number) as GroupSessionId) : undefined
}

/** Somebody says that they are there. */
export async function hearHere(
  db: Db,
  ledger: Ledger,
  { channel, sender }: IncomingMessage,
  session: GroupSessionId,
): Promise<void> {
  const who = await speakingAt(db, channel, sender)
  if (!who) await keepUnknown(db, ledger, { session, channel, sender, answer: undefined, at: ledger.now })
  else if (!sharing(ledger, who))
    await note(db, session, () => attend(db, { session, person: who.person, at: ledger.now }))
}

/** Somebody answers the poll of a question; taking one's answer back takes nothing back, as the right one has been seen. */
export async function hearVote(
  desk: Desk,
  db: Db,
  ledger: Ledger,
  { channel, sender, content }: IncomingMessage,
): Promise<void> {
  if (content.kind !== 'vote') return
  const [shown] = content.options
  const about = await pollVoted(db, channel, content.poll)
  const asked = about && polled(about.name)
  const session = asked && (await groupSessionById(db, asked.session))
  const question = asked && session?.questions[asked.place]
  if (shown === undefined || !session || question === undefined) return
  const who = await speakingAt(db, channel, sender)
  const quiz = quizOf(desk, session)
  const option = optionOrder(quiz, question, session.seed)[shown]
  if (option === undefined) return
  const correct = option === quiz.questions[question]?.answer
  const at = ledger.now
  if (!who) {
    const unknown = { session: session.id, channel, sender, answer: { question, option, correct }, at }
    return keepUnknown(db, ledger, unknown)
  }
  if (sharing(ledger, who)) return
  const answer = { session: session.id, person: who.person, question, option, correct, voted: true, at }
  await note(db, session.id, async () => {
    // Who answers is there.
    await attend(db, { session: session.id, person: who.person, at })
    return keepGroupAnswer(db, answer)
  })
}

/** On a shared telephone each who uses it is asked to answer in private, where they say who they are. */
function sharing({ tells }: Ledger, { shared, person }: Speaking): boolean {
  if (shared) tells.push({ person, says: [{ say: 'word', word: 'session_shared' }], awaited: true })
  return shared
}

/** Nobody knows whose it is: it is kept until they say who they are, and their group is told once how that is done. */
async function keepUnknown(db: Db, ledger: Ledger, vote: UnclaimedVote): Promise<void> {
  const address = (await groupSessionById(db, vote.session))?.addressId
  const group = address === undefined ? undefined : await chwGroupAt(db, address)
  if (!group || !(await keepUnclaimed(db, vote))) return
  const start = { code: group.code, word: 'group_me' }
  const says: Say[] = [{ say: 'word', word: 'session_who', values: { code: group.code }, start }]
  ledger.groups.push({
    group: group.addressId,
    says: [{ say: 'notice', name: `voter:${vote.session}`, says }],
    awaited: true,
  })
}

async function note(db: Db, session: GroupSessionId, keep: () => Promise<boolean>): Promise<void> {
  if (!(await keep())) return
  const address = (await groupSessionById(db, session))?.addressId
  if (address !== undefined) await changeCards(db, [{ address, name: sessionCard(session) }])
}
