// What the tests of whole talks share: people to talk with, and what the service would say to them by its own files.
import { expect } from 'vitest'
import type { Dialogue, Quiz } from '../../src/engine/schema.ts'
import type { FlowId } from '../../src/words/ids.ts'
import type { Language } from '../../src/words/language.ts'
import type { Bubble, Content } from '../../src/words/message.ts'
import { personNamed } from '../../src/store/people.ts'
import { recordEvidence } from '../../src/usecases/record-evidence.ts'
import { type Programme, rightLetter, told, wrongLetter } from '../programme.ts'
import { letIn, putOnRoster } from './process.ts'

/** What people call each language. */
export const OWN_NAMES: Readonly<Record<Language, string>> = {
  en: 'English',
  fr: 'Français',
  rw: 'Ikinyarwanda',
  sw: 'Kiswahili',
}

let people = 0

/** A name nobody has yet. */
export const somebody = (kind: string): string => `${kind}-${people++}`

/** A nurse who has joined; chat and invite code are her name. */
export async function nurse(programme: Programme, language: Language = 'en'): Promise<string> {
  const name = somebody('nurse')
  await letIn(programme.fresh.db, [name])
  await programme.fresh.db.query('update person set language = $2 where invite_code = $1', [name, language])
  return name
}

/** A nurse on the roster who has never written; the code is her name. */
export async function invited(programme: Programme, language: Language = 'en'): Promise<string> {
  const code = somebody('code')
  await putOnRoster(programme.fresh.db, [code])
  await programme.fresh.db.query('update person set language = $2 where invite_code = $1', [code, language])
  return code
}

/** Says several things one after the other; the reply to the last. */
export async function sayAll(
  programme: Programme,
  sender: string,
  ...said: (string | Content)[]
): Promise<Bubble[]> {
  let reply: Bubble[] = []
  for (const content of said) reply = await programme.say(sender, content)
  return reply
}

function quizNamed(programme: Programme, id: string): Quiz {
  const content = programme.desk.shelf.current(id as FlowId)?.content
  if (content?.kind !== 'quiz') throw new Error(`${id} is no quiz`)
  return content
}

function dialogueNamed(programme: Programme, id: string): Dialogue {
  const content = programme.desk.shelf.current(id as FlowId)?.content
  if (content?.kind !== 'dialogue') throw new Error(`${id} is no dialogue`)
  return content
}

/** The nth text of a dialogue, or a word of the interface. */
export interface Words {
  readonly of: string
  readonly language?: Language
  readonly nth?: number
}

/** That a reply says these words, whatever values are filled in. */
export function expectSaid(
  programme: Programme,
  reply: readonly Bubble[],
  { of, language = 'en', nth = 0 }: Words,
): void {
  const { words } = programme.desk.shelf
  const steps = of in words ? [] : dialogueNamed(programme, of).steps
  const texts = steps.flatMap((step) => ('ask' in step ? [step.ask] : 'say' in step ? [step.say] : []))
  const text = (texts[nth] ?? words[of])?.[language]
  if (text === undefined) throw new Error(`${of} says nothing in ${language}`)
  for (const piece of text.split(/\{[^}]*\}/)) expect(told(reply)).toContain(piece)
}

/** Takes a test from its first question to its end, the first `wrong` answers wrong; what was said last. */
export async function answerAll(
  programme: Programme,
  sender: string,
  first: Bubble | undefined,
  wrong: number,
): Promise<Bubble> {
  const quiz = quizNamed(programme, 'newborn-resuscitation')
  let asked = first
  for (let at = 0; at < quiz.draw; at++) {
    if (!asked) throw new Error('no question was asked')
    asked = (
      await programme.say(sender, at < wrong ? wrongLetter(quiz, asked) : rightLetter(quiz, asked))
    ).at(-1)
  }
  if (!asked) throw new Error('nothing was said')
  return asked
}

let observations = 1_000_000

/** A mentor has watched somebody; `score` of 20 points, and every critical step done. */
export async function observed(
  programme: Programme,
  code: string,
  { competency = 'NB-HBB', score = 10, by = 'amina' } = {},
): Promise<void> {
  const { db } = programme.fresh
  const [mentee, mentor] = [await personNamed(db, code), await personNamed(db, by)]
  if (!mentee || !mentor) throw new Error(`nobody on the roster is called ${code}`)
  await db.inTransaction((transaction) =>
    recordEvidence(transaction, programme.now, [
      {
        kind: 'observation',
        personId: mentee.id,
        observerId: mentor.id,
        competency,
        observation: observations++,
        score,
        max: 20,
        bar: 85,
        criticalMissed: 0,
        techniqueOk: score >= 17,
        complete: true,
      },
    ]),
  )
}
