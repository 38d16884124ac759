// A programme in which mentors observe: the product's flows with one more checklist, so that tests do not depend on
// what clinicians write.
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { personNamed } from '../../src/store/people.ts'
import { pair } from '../../src/store/pairings.ts'
import { importRoster } from '../../src/usecases/import-roster.ts'
import type { PersonId } from '../../src/words/ids.ts'
import type { Bubble } from '../../src/words/message.ts'
import { freshDatabase } from '../database.ts'
import { FLOWS, makeProgramme, type Programme } from '../programme.ts'

export interface ChecklistOptions {
  readonly items?: number
  /** Numbers of the items, from 1. */
  readonly critical?: readonly number[]
  readonly mayNotApply?: readonly number[]
  readonly remote?: readonly number[]
  /** Numbers of the items, from 1, with what they need. */
  readonly supplies?: Readonly<Record<number, string>>
  readonly scale?: 'done' | 'three-point'
  readonly consent?: boolean
  readonly title?: string
  readonly word?: string
  readonly competency?: string
}

/** A checklist as its author writes it. */
export function checklistYaml(options: ChecklistOptions = {}): string {
  const { items = 17, critical = [1, 8], mayNotApply = [5], remote = [], scale = 'done' } = options
  const { consent = true, title = 'Drying a newborn', word = 'Step', supplies = {} } = options
  const { competency = 'NB-HBB' } = options
  const four = (text: string): string => `{ en: ${text}, fr: ${text}, rw: ${text}, sw: ${text} }`
  const lines = Array.from({ length: items }, (_, index) => {
    const number = index + 1
    return [
      `  - id: step-${number}`,
      `    observe: ${four(`${word} ${number}`)}`,
      `    critical: ${critical.includes(number)}`,
      `    may_not_apply: ${mayNotApply.includes(number)}`,
      `    remote: ${remote.includes(number)}`,
      ...(supplies[number] ? [`    supply: ${supplies[number]}`] : []),
    ].join('\n')
  })
  return `kind: checklist
title: ${four(title)}
competency: ${competency}
cadres: [nurse, midwife]
languages: [en, fr, rw, sw]
status: draft
source: A handbook
guideline_year: 2020
scale: ${scale}
consent: ${consent}
items:
${lines.join('\n')}
`
}

export interface Observing {
  readonly programme: Programme
  /** Puts somebody on the roster who has joined; chat and invite code are the name. */
  join(name: string, role: string): Promise<PersonId>
  mentors(mentor: string, mentee: string, area?: string): Promise<void>
  /** Writes the checklist anew; the next programme on this database serves it. */
  write(options?: ChecklistOptions, id?: string): Promise<void>
  /** Another process takes over, and serves what the files hold now. */
  deploy(): Promise<void>
  close(): Promise<void>
}

export const CHECKLIST = 'drying'

export async function startObserving(options: ChecklistOptions = {}): Promise<Observing> {
  const flowsDir = await mkdtemp(join(tmpdir(), 'preceptor-observe-'))
  await cp(FLOWS, flowsDir, { recursive: true })
  // Only its own, however many the product has.
  await rm(join(flowsDir, 'checklists'), { recursive: true, force: true })
  await mkdir(join(flowsDir, 'checklists'))
  const write = (how: ChecklistOptions = options, id = CHECKLIST): Promise<void> =>
    writeFile(join(flowsDir, 'checklists', `${id}.yaml`), checklistYaml(how))
  await write()
  const fresh = await freshDatabase()
  const { db } = fresh
  let programme = await makeProgramme({ flowsDir, fresh })
  const idOf = async (name: string): Promise<PersonId> => {
    const person = await personNamed(db, name)
    if (!person) throw new Error(`nobody is called ${name}`)
    return person.id
  }
  return {
    get programme() {
      return programme
    },
    write,
    async join(name, role) {
      await importRoster(db, [
        { line: 2, cells: { name, role, cadre: 'nurse', facility: 'Hilltop', invite_code: name } },
      ])
      await db.query(`update person set joined_at = now(), language = 'en' where invite_code = $1`, [name])
      return programme.meet(name)
    },
    async mentors(mentor, mentee, area = '') {
      await pair(db, { mentor: await idOf(mentor), mentee: await idOf(mentee), area, at: programme.now })
    },
    async deploy() {
      const { now } = programme
      await programme.close()
      // The next one counts its messages from the beginning again.
      await db.query('delete from received_message')
      programme = await makeProgramme({ flowsDir, fresh })
      programme.now = now
    },
    async close() {
      await programme.close()
      await fresh.close()
      await rm(flowsDir, { recursive: true, force: true })
    },
  }
}

/** Says several things one after the other; the reply to the last. Words of a button count as a tap on it. */
export async function say(programme: Programme, sender: string, ...said: string[]): Promise<Bubble[]> {
  let reply: Bubble[] = []
  for (const text of said) reply = await tapOrType(programme, sender, text)
  return reply
}

async function tapOrType(programme: Programme, sender: string, text: string): Promise<Bubble[]> {
  const last = programme.sent.findLast(({ to, bubble }) => to === sender && bubble.choices !== undefined)
  const choice = last?.bubble.choices?.find(({ label }) => label === text)
  return programme.say(sender, choice ? { kind: 'choice', token: choice.token } : text)
}
