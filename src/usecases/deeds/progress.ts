// How far somebody has come, for themselves.
import { pictureSays } from '../draw-progress.ts'
import { sayProgress } from '../tell-progress.ts'
import type { DeedSet } from './deed.ts'

export const progressDeeds: DeedSet = {
  deeds: {
    async 'tell-progress'({ desk, db, talk, now }) {
      const { personId: person, name, language } = talk
      const words = await sayProgress(desk, db, { person, name, now })
      const picture = await pictureSays(desk, db, { person, name, language, now })
      return { outcome: 'done', says: [...words, ...picture] }
    },
  },
  audited: {},
}
