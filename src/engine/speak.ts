// From references to words: what was said, in the language of the person it was said to. This runs when a reply is
// sent, and is pure, so a stored reply always reads the same.
import type { About, Bubble } from '../words/message.ts'
import type { Say } from './events.ts'
import type { Shelf } from './shelf.ts'
import { type Apart, type Listener, Voice } from './voice.ts'

/**
 * The bubbles of one turn. A verdict stands alone, so that it is read before the next question; everything else is
 * joined with what follows it, up to and with the next question: people read two messages, not five.
 */
export function speak(shelf: Shelf, says: readonly Say[], listener: Listener): Bubble[] {
  return spoken(new Voice(shelf, listener), says)
}

function spoken(voice: Voice, says: readonly Say[]): Bubble[] {
  const bubbles: Bubble[] = []
  let paragraphs: string[] = []
  let about: About[] = []
  const end = (more: Omit<Bubble, 'text'>): void => {
    const text = paragraphs.join('\n\n')
    bubbles.push({ text, ...more, ...(more.choices && voice.opener()), ...theOneThing(about) })
    paragraphs = []
    about = []
  }
  for (const say of says) {
    if (isApart(say)) {
      // Known again as itself, or pointing at something: what was said before it is no part of it.
      if (paragraphs.length > 0) end({})
      bubbles.push(...apart(voice, say))
      continue
    }
    const { text, ...more } = voice.bubble(say)
    paragraphs.push(text)
    about.push(...voice.about(say))
    if (say.say !== 'verdict' && say.say !== 'question' && Object.keys(more).length === 0) continue
    end(more)
  }
  if (paragraphs.length > 0) end({})
  return bubbles
}

/** What a message is about where that is one thing. */
function theOneThing([first, ...more]: readonly About[]): Pick<Bubble, 'about'> {
  const isOne = more.every(({ flow, subject }) => flow === first?.flow && subject === first.subject)
  return first && isOne ? { about: first } : {}
}

const isApart = (say: Say): say is Apart =>
  say.say === 'notice' || say.say === 'reply' || say.say === 'poll' || say.say === 'poll_over'

/** What stands alone in its chat. */
function apart(voice: Voice, say: Apart): Bubble[] {
  if (say.say === 'poll') return [voice.poll(say)]
  if (say.say === 'poll_over') return [{ text: '', notice: say.name, over: true }]
  const inner = spoken(voice, say.says)
  if (say.say === 'reply')
    return inner.map((bubble, index) => (index === 0 ? { ...bubble, replyTo: say.to } : bubble))
  const last = inner.at(-1)
  return last ? [{ ...last, text: inner.map(({ text }) => text).join('\n\n'), notice: say.name }] : []
}
