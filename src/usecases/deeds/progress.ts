// How far somebody has come, for themselves, and their certificates once more.
import type { ListItem } from '../../engine/session.ts'
import { certificatesOf } from '../../store/certificates.ts'
import { personById } from '../../store/people.ts'
import { pictureSays } from '../draw-progress.ts'
import { sayCertificate } from '../issue-certificate.ts'
import { sayProgress } from '../tell-progress.ts'
import { type DeedSet, DONE, wordIn } from './deed.ts'

/** What a list shows on every telephone. */
const MOST_SHOWN = 9

export const progressDeeds: DeedSet = {
  deeds: {
    async 'tell-progress'({ desk, db, talk, now }) {
      const { personId: person, name, language } = talk
      const words = await sayProgress(desk, db, { person, name, now })
      const picture = await pictureSays(desk, db, { person, name, language, now })
      return { outcome: 'done', says: [...words, ...picture] }
    },

    async 'list-certificates'({ desk, db, talk }) {
      const kept = await certificatesOf(db, talk.personId)
      if (kept.length === 0) return { outcome: 'none' }
      const { competencies, words } = desk.shelf
      const items = kept.map(({ competency }, index): ListItem => ({
        id: competency,
        text: competencies.named(competency).title,
        ...(index >= MOST_SHOWN && { hidden: true }),
      }))
      const no: ListItem = { id: 'none', text: words['certificates_ask_none'] ?? {} }
      return { outcome: 'some', found: { certificates: [...items, no] } }
    },

    async 'send-certificate'({ desk, db, talk, vars }) {
      const chosen = wordIn(vars, 'certificate')
      const kept = (await certificatesOf(db, talk.personId)).find(({ competency }) => competency === chosen)
      const person = await personById(db, talk.personId)
      if (!kept || !person) return DONE
      return { outcome: 'done', says: await sayCertificate(desk, db, kept, person) }
    },
  },
  audited: {},
}
