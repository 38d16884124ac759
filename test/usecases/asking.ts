// People who ask about cases and answer them; their chat, their invite code and their first name are one.
import { expect } from 'vitest'
import { pair } from '../../src/store/pairings.ts'
import { personNamed } from '../../src/store/people.ts'
import { importRoster } from '../../src/usecases/import-roster.ts'
import type { PersonId } from '../../src/words/ids.ts'
import type { Bubble } from '../../src/words/message.ts'
import { makeProgramme, MONDAY, type Programme, type ProgrammeOptions } from '../programme.ts'
import { sayAll } from './conversation.ts'

export interface Asking {
  readonly programme: Programme
  idOf(name: string): PersonId
  /** Puts somebody on the roster who has joined. */
  person(name: string, role: string, more?: Record<string, string>): Promise<void>
  /** All that somebody was told since `from`, with the buttons in brackets. */
  heard(name: string, from: number): string
  /** Asks about a case as far as its sending; the reply, which names its code. */
  ask(name: string, findings?: string): Promise<string>
  /** All rows a case could leave something in, as one text. */
  everythingKept(): Promise<string>
}

/** joseph and grace ask; amina mentors both, denis grace; above them the master of an association, and the chief. */
export async function makeAsking(options: ProgrammeOptions = {}): Promise<Asking> {
  const programme = await makeProgramme(options)
  const { db } = programme.fresh
  const ids = new Map<string, PersonId>()
  const idOf = (name: string): PersonId => ids.get(name) ?? (0 as PersonId)

  async function person(name: string, role: string, more: Record<string, string> = {}): Promise<void> {
    const about = { cadre: 'nurse', facility: 'Hilltop HC', language: 'en', ...more }
    const cells = { name, role, invite_code: name, ...about }
    const { refused } = await importRoster(db, [{ line: 2, cells }])
    expect(refused).toEqual([])
    await programme.meet(name)
    await db.query('update person set joined_at = now() where invite_code = $1', [name])
    await db.query(
      'insert into session (person_id) select id from person where invite_code = $1 on conflict do nothing',
      [name],
    )
    const found = await personNamed(db, name)
    if (!found) throw new Error(`${name} was refused`)
    ids.set(name, found.id)
  }
  const pairUp = (mentor: string, mentee: string): Promise<unknown> =>
    db.inTransaction((transaction) =>
      pair(transaction, { mentor: idOf(mentor), mentee: idOf(mentee), area: '', at: MONDAY }),
    )

  await person('joseph', 'mentee')
  await person('grace', 'mentee')
  await person('amina', 'district_based_mentor')
  await person('denis', 'district_based_mentor')
  await person('master', 'association_mentor')
  await person('chief', 'programme_supervisor')
  await pairUp('amina', 'joseph')
  await pairUp('amina', 'grace')
  await pairUp('denis', 'grace')
  return {
    programme,
    idOf,
    person,
    heard: (name, from) =>
      programme.sent
        .slice(from)
        .filter(({ to }) => to === name)
        .map(({ bubble }) =>
          [bubble.text, ...(bubble.choices ?? []).map(({ label }) => `(${label})`)].join('\n'),
        )
        .join('\n---\n'),
    async ask(name, findings = 'Baby 2 days old, T 38.5, not feeding') {
      const said = ['menu', 'case', 'Today', 'Something else', 'A newborn', '2 days', findings, 'Skip']
      const reply = await sayAll(programme, name, ...said, 'Which antibiotic first?', 'Skip')
      const found = text(reply).includes('answer your question')
      return text(found ? await programme.say(name, 'Send my case') : reply)
    },
    async everythingKept() {
      const tables =
        'session clinical_case case_entry case_media outbox failed_message follow_up audit received_message receipt held_tell'
      const rows = await Promise.all(
        tables.split(' ').map((table) => db.query(`select row_to_json(t) row from ${table} t`)),
      )
      return JSON.stringify(rows)
    },
  }
}

export const text = (bubbles: readonly Bubble[]): string => bubbles.map((bubble) => bubble.text).join('\n')

export const codeIn = (reply: string): string => /C-\d{4}/.exec(reply)?.[0] ?? ''
