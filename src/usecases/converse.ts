// One turn of one conversation inside a transaction: the engine runs, deeds are done, and what it all comes to is put
// into the ledger. Nothing is written here and nothing is sent.
import type { Event, Say } from '../engine/events.ts'
import { type Input, run, type Turn } from '../engine/run.ts'
import { writeAudit } from '../store/audit.ts'
import { type AttemptStart, leaveAttempt } from '../store/attempts.ts'
import type { Db } from '../store/db.ts'
import type { FollowUpWrite } from '../store/follow-ups.ts'
import { shardOf } from '../store/outbox.ts'
import type { AnswerWrite, OutboxWrite, SessionWrite } from '../store/turns.ts'
import { NUDGE_AFTER } from '../domain/follow-up.ts'
import type { Instant } from '../words/clock.ts'
import type { AddressId, FlowId, PersonId } from '../words/ids.ts'
import { type About, type Content, NUMBERED } from '../words/message.ts'
import { AUDITED, deeds } from './deeds.ts'
import type { Tell } from './deeds/deed.ts'
import type { GroupTell } from './lead-group.ts'
import type { Talk } from './talk.ts'
import type { Desk } from './desk.ts'

type Finished = Extract<Event, { type: 'attempt_finished' }>
type Left = Extract<Event, { type: 'attempt_left' }>

/** What a transaction comes to, gathered so that each table is written once. */
export interface Ledger {
  readonly now: Instant
  /** Whose conversations this transaction works on. */
  readonly people: Set<PersonId>
  readonly sessions: Map<PersonId, SessionWrite>
  readonly answers: AnswerWrite[]
  readonly started: AttemptStart[]
  /** Tests that have ended, and the turn whose reply will tell the result. */
  readonly finished: { readonly personId: PersonId; readonly event: Finished; readonly says: Say[] }[]
  /** Refreshers that were left in the middle, with what was answered in them. */
  readonly left: { readonly personId: PersonId; readonly event: Left }[]
  readonly followUps: FollowUpWrite[]
  /** Telephones several people share, where one of them was written to unasked, and the turn it was. */
  readonly calls: { readonly address: AddressId; readonly turn: number }[]
  readonly outbox: (OutboxWrite & {
    readonly says: Say[]
    readonly to: string
    readonly group: boolean
    readonly heardAt?: Instant | undefined
    readonly pass: number | undefined
  })[]
  /** Whom deeds want told (`tell.ts` does it), and who has been told so far, with what they are owed. */
  readonly tells: Tell[]
  readonly told: Map<PersonId, Say[]>
  /** What groups are told. */
  readonly groups: GroupTell[]
}

export function newLedger(now: Instant): Ledger {
  return {
    now,
    people: new Set(),
    sessions: new Map(),
    answers: [],
    started: [],
    finished: [],
    left: [],
    followUps: [],
    calls: [],
    outbox: [],
    tells: [],
    told: new Map(),
    groups: [],
  }
}

/** Two messages of one person have met in one transaction, and the second would not see what the first came to. */
class Crowded extends Error {
  override readonly name = 'Crowded'
}

/**
 * Enters whose conversation is being worked on. @throws when it already is: through another address of theirs, or since
 * a stranger in the same batch turns out to be them. It is rare, and each in a transaction of its own goes well.
 */
export function meet(ledger: Ledger, person: PersonId): void {
  if (ledger.people.has(person)) throw new Crowded('two messages of one person in one transaction')
  ledger.people.add(person)
}

/** A deed that a dialogue asks for may lead to another, but not for ever. */
const MOST_DEEDS = 20

export interface TurnOrder {
  readonly talk: Talk
  readonly input: Input
  /** Not begun by the person: it waits behind replies, and does not count as having heard from them. */
  readonly unasked?: boolean
  /** What is said before anything else. */
  readonly first?: readonly Say[]
  /** What the person has said already to the question that `input` leads to, if it does. */
  readonly answer?: { readonly about: About; readonly content: Content }
}

/** Runs one turn: the engine, the deeds its dialogue asks for, and the reply that is owed for it. */
export async function converse(desk: Desk, db: Db, ledger: Ledger, turn: TurnOrder): Promise<void> {
  const { talk } = turn
  const says: Say[] = [...(turn.first ?? [])]
  let next: Input | undefined = turn.input
  let { answer } = turn
  for (let step = 0; next && step <= MOST_DEEDS; step++) {
    const done: Turn = run(worldOf(desk, ledger, talk), talk.session, next)
    talk.session = done.session
    next = undefined
    for (const event of done.events) {
      if (event.type === 'attempt_left') await leave(db, ledger, talk, event)
      else if (event.type !== 'deed_asked') note(desk, ledger, { talk, event, says })
      else {
        const deed = deeds[event.deed]
        if (!deed) throw new Error(`the programme knows no deed ${event.deed}`)
        const before = talk.personId
        const result = await deed({ desk, db, talk, vars: event.vars, now: ledger.now })
        const audited = AUDITED[event.deed]
        const who = `person:${talk.personId}`
        if (audited !== undefined)
          await writeAudit(db, { at: ledger.now, actor: who, deed: audited, subject: who })
        if (talk.personId !== before) meet(ledger, talk.personId)
        says.push(...(result.says ?? []))
        // What somebody would be told of their own deed stands in their reply.
        for (const one of result.tells ?? []) {
          if (one.person === talk.personId) says.push(...one.says)
          else ledger.tells.push(one)
        }
        ledger.groups.push(...(result.groups ?? []))
        next =
          'input' in result
            ? result.input
            : { kind: 'outcome', outcome: result.outcome, found: result.found ?? {} }
      }
    }
    if (next || !answer) continue
    if (isInFocus(desk, talk, answer.about)) {
      // The question need not be asked any more.
      says.length = turn.first?.length ?? 0
      next = { kind: 'message', content: answer.content }
    }
    answer = undefined
  }
  owe(desk, ledger, talk, { says, unasked: turn.unasked ?? false })
}

/** Whether the question at hand is about this one thing. */
export function isInFocus(desk: Desk, { session }: Talk, { flow, subject }: About): boolean {
  const frame = session.stack.at(-1)
  return (
    frame?.kind === 'dialogue' &&
    frame.vars['subject'] === String(subject) &&
    desk.shelf.version(frame.version).id === flow
  )
}

/** Enters a turn's reply and the conversation as it now stands. */
export function owe(
  desk: Desk,
  ledger: Ledger,
  talk: Talk,
  { says, unasked }: { says: Say[]; unasked: boolean },
): void {
  talk.turn += 1
  ledger.sessions.set(talk.personId, {
    person_id: talk.personId,
    turn: talk.turn,
    state: talk.session,
    address_id: talk.addressId,
    heard: !unasked,
  })
  if (talk.called && says.length > 0) {
    says.unshift({ say: 'word', word: 'for_person', values: { name: talk.name } })
    ledger.calls.push({ address: talk.addressId, turn: talk.turn })
  }
  const shard = shardOf(talk.addressId)
  const pass = desk.outTray.pass(talk.channel, shard)
  ledger.outbox.push({
    address_id: talk.addressId,
    turn: talk.turn,
    channel: talk.channel,
    to: talk.to,
    heardAt: talk.heardAt,
    shard,
    lane: unasked ? 1 : 0,
    group: false,
    language: talk.language,
    says,
    handed: pass !== undefined,
    pass,
  })
}

function worldOf(desk: Desk, ledger: Ledger, talk: Talk): Parameters<typeof run>[0] {
  return {
    shelf: desk.shelf,
    now: ledger.now,
    home: talk.home as FlowId,
    numbered: NUMBERED.has(talk.channel),
    facts: { name: talk.name, code: '', 'language-known': '', subject: '' },
  }
}

async function leave(db: Db, ledger: Ledger, { personId }: Talk, event: Left): Promise<void> {
  await leaveAttempt(db, event.frame.attempt, event.frame)
  if (event.results.length > 0) ledger.left.push({ personId, event })
}

function note(
  desk: Desk,
  ledger: Ledger,
  happened: { talk: Talk; event: Exclude<Event, Left>; says: Say[] },
): void {
  const { talk, event, says } = happened
  switch (event.type) {
    case 'said':
      says.push(event.say)
      return
    case 'question_answered':
      ledger.answers.push({
        attempt_id: event.attempt,
        ordinal: event.ordinal,
        attempt_try: event.attemptTry,
        question: event.question,
        option: event.option,
        correct: event.correct,
        took_ms: Math.min(event.took, 2 ** 31 - 1),
        language: talk.language,
      })
      return
    case 'attempt_started':
      begin(desk, ledger, talk, { event, says })
      return
    case 'attempt_finished':
      ledger.finished.push({ personId: talk.personId, event, says })
      return
    case 'deed_asked':
    case 'misunderstood':
      return
  }
}

type Started = Extract<Event, { type: 'attempt_started' }>

function begin(
  desk: Desk,
  ledger: Ledger,
  talk: Talk,
  { event, says }: { event: Started; says: Say[] },
): void {
  const { attempt, flow, version, competency, purpose, seed, max, passPercent } = event
  ledger.started.push({
    id: attempt,
    person_id: talk.personId,
    flow,
    version,
    competency,
    purpose,
    language: talk.language,
    seed,
    max,
    pass_percent: passPercent,
    started_at: ledger.now,
  })
  // A refresher that is not answered is not nudged: its questions are due anyway.
  if (purpose === 'refresher') return
  const { title } = desk.shelf.version(version).content
  says.push({
    say: 'word',
    word: 'quiz_starts',
    values: { title, count: max, purpose: desk.shelf.words[`purpose_${purpose}`] ?? {} },
  })
  ledger.followUps.push({
    kind: 'nudge',
    key: `nudge:${attempt}`,
    person_id: talk.personId,
    subject: attempt,
    due_at: ledger.now + NUDGE_AFTER,
  })
}
