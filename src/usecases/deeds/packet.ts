// Three minutes on a competency: its packet is said, from the menu or from the button under a test's result. Nobody gets
// one before their first test, which shows where they begin.
import type { Flow, Shelf } from '../../engine/shelf.ts'
import type { Packet } from '../../engine/schema-packet.ts'
import { competencyTested } from '../../store/attempts.ts'
import type { AttemptId, FlowId } from '../../words/ids.ts'
import { type DeedSet, wordIn } from './deed.ts'
import { QUIZ } from './menu.ts'

export const packetDeeds: DeedSet = {
  deeds: {
    /** Of the quiz that was chosen, or of the attempt a button is about, which has to be theirs. */
    async 'read-packet'({ desk, db, talk, vars }) {
      const choice = wordIn(vars, 'choice')
      const attempt = Number(wordIn(vars, 'subject')) as AttemptId
      const packets = choice.startsWith(QUIZ)
        ? packetsFor(desk.shelf, choice.slice(QUIZ.length))
        : desk.shelf.packetsOf((await competencyTested(db, talk.personId, attempt)) ?? '')
      // The same button brings the same packet; the menu brings one or another.
      const turn = choice.startsWith(QUIZ) ? desk.chance() : attempt
      const packet = packets[turn % Math.max(1, packets.length)]
      return packet
        ? { outcome: 'told', says: [{ say: 'packet', flow: packet.version }] }
        : { outcome: 'gone' }
    },
  },
  audited: {},
}

/** The packets of the competency that a quiz is about. */
export function packetsFor(shelf: Shelf, quiz: string): readonly Flow<Packet>[] {
  const content = shelf.current(quiz as FlowId)?.content
  return content?.kind === 'quiz' ? shelf.packetsOf(content.competency) : []
}
