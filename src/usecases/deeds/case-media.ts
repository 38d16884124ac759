// What somebody has ticked while they talk of a case: it is fetched once this transaction is through.
import { agreeMedia } from '../../store/case-media.ts'
import type { CasePart } from '../../store/cases.ts'
import type { CaseId } from '../../words/ids.ts'
import { MEDIA } from '../../words/message.ts'
import { type DeedOrder, wordIn } from './deed.ts'

/** What a dialogue forgets of what was sent, once it is noted. */
export const NO_MEDIA = { media: '', 'media-ref': '', 'media-mime': '' } as const

/** Notes what was sent in place of words, if anything was. */
export async function takeUpMedia(
  { db, talk, vars, now }: DeedOrder,
  into: { caseId: CaseId; part: CasePart; caption: string },
): Promise<boolean> {
  const kind = MEDIA.find((one) => one === wordIn(vars, 'media'))
  const ref = wordIn(vars, 'media-ref')
  if (kind === undefined || ref === '') return false
  const { channel, personId: authorId } = talk
  await agreeMedia(db, { ...into, authorId, kind, channel, ref, mime: wordIn(vars, 'media-mime'), at: now })
  return true
}
