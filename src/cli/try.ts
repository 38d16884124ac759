// A talk with one quiz or dialogue in the terminal, by the engine alone: nobody is told and nothing is kept.
import { basename } from 'node:path'
import type { Event } from '../engine/events.ts'
import { type Input, run } from '../engine/run.ts'
import { NEW_SESSION, type Session } from '../engine/session.ts'
import type { Shelf } from '../engine/shelf.ts'
import { speak } from '../engine/speak.ts'
import type { FlowFile } from '../store/flows.ts'
import type { AttemptId, FlowId } from '../words/ids.ts'
import type { Language } from '../words/language.ts'
import type { Say } from './say.ts'
import { shelfOf } from './shelf.ts'

/** Who tries: what they read, and what they type line by line. */
export interface Tester {
  readonly language: Language
  readonly lines: AsyncIterable<string>
  readonly say: Say
}

/**
 * Talks until the flow has ended or no line comes any more. Where a dialogue wants a deed done, the next line typed is
 * its outcome. Resolves with the exit code.
 */
export async function tryFlow(files: readonly FlowFile[], name: string, tester: Tester): Promise<number> {
  const { say } = tester
  const shelf = shelfOf(files, tester.language)
  const flow = shelf.current(basename(name, '.yaml') as FlowId)
  if (!flow) {
    say(`There is no quiz and no dialogue "${name}" in the folder of the flows.`)
    return 1
  }
  const lines = tester.lines[Symbol.asyncIterator]()
  const attempt = 1 as AttemptId
  const seed = Date.now() % 2 ** 31
  let session: Session = NEW_SESSION
  let input: Input =
    flow.content.kind === 'quiz'
      ? { kind: 'quiz', flow: flow.id, attempt, purpose: 'practice', seed }
      : { kind: 'open', flow: flow.id }
  for (;;) {
    const facts = { name: 'Joseph', code: '', 'language-known': '', subject: '' }
    const turn = run({ shelf, now: Date.now(), home: 'menu' as FlowId, facts }, session, input)
    session = turn.session
    show(shelf, turn.events, tester)
    const deed = turn.events.findLast((event) => event.type === 'deed_asked')
    if (session.stack.length === 0 && !deed) return 0
    if (deed) say(`(the programme does "${deed.deed}": type its outcome, or nothing for "done")`)
    const line = await lines.next()
    if (line.done === true) return 0
    const text = line.value
    input = deed
      ? { kind: 'outcome', outcome: text.trim() === '' ? 'done' : text.trim() }
      : { kind: 'message', content: { kind: 'text', text } }
  }
}

function show(shelf: Shelf, events: readonly Event[], { language, say }: Tester): void {
  const says = events.flatMap((event) => (event.type === 'said' ? [event.say] : []))
  for (const { text, choices = [] } of speak(shelf, says, { language, timezone: 'Africa/Kigali' })) {
    say(text)
    choices.forEach(({ label }, index) => say(`${index + 1}. ${label}`))
    say('')
  }
  for (const event of events)
    if (event.type === 'attempt_finished') say(`(${event.score} of ${event.max} right)`)
}
