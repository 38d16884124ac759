// The engine alone: one answer taken, the session through JSON, and both bubbles rendered. Then a hand-written switch
// and the same reply, for scale.
import { run, type World } from '../../src/engine/run.ts'
import { NEW_SESSION, type Session } from '../../src/engine/session.ts'
import { makeShelf } from '../../src/engine/shelf.ts'
import { speak } from '../../src/engine/speak.ts'
import { readFlows } from '../../src/usecases/open-shelf.ts'
import type { AttemptId, FlowId } from '../../src/words/ids.ts'
import { figuresOf, report } from './figures.ts'

const RUNS = 7
const STEPS = 60_000

export async function benchEngine(): Promise<void> {
  const files = await readFlows('flows')
  const current = files.flatMap(({ id, version, parsed: { content } }) =>
    content?.kind === 'quiz' || content?.kind === 'dialogue' ? [{ id, version, content }] : [],
  )
  const words = files.flatMap(({ parsed: { content } }) => (content?.kind === 'words' ? [content] : []))[0]
  if (!words) throw new Error('there are no words')
  const shelf = makeShelf({ current, older: [], words, programmeLanguage: 'en', screen: () => undefined })
  const world: World = { shelf, now: 1, home: 'menu' as FlowId, facts: {} }
  const listener = { language: 'en', timezone: 'Africa/Kigali' } as const

  let length = 0
  function steps(count: number, throughJson: boolean): number {
    let session: Session = NEW_SESSION
    const began = performance.now()
    for (let step = 0; step < count; step++) {
      const idle = session.stack.length === 0
      const turn = idle
        ? run(world, session, {
            kind: 'quiz',
            flow: 'newborn-resuscitation' as FlowId,
            attempt: step as AttemptId,
            purpose: 'practice',
            seed: step,
          })
        : run(world, session, { kind: 'message', content: { kind: 'text', text: 'B' } })
      session = throughJson ? (JSON.parse(JSON.stringify(turn.session)) as Session) : turn.session
      const says = turn.events.flatMap((event) => (event.type === 'said' ? [event.say] : []))
      for (const bubble of speak(shelf, says, listener)) length += bubble.text.length
    }
    return (1000 * count) / (performance.now() - began)
  }

  steps(STEPS, true)
  report(
    'engine steps, texts rendered',
    figuresOf(Array.from({ length: RUNS }, () => steps(STEPS, false))),
    'a second',
    '>= 100,000',
  )
  report(
    '  with the session through JSON',
    figuresOf(Array.from({ length: RUNS }, () => steps(STEPS, true))),
    'a second',
    '',
  )
  if (length === 0) throw new Error('nothing was said')
}
