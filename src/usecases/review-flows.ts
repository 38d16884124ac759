import { type ItemStanding, standingOf } from '../engine/reviews.ts'
import type { Review } from '../engine/schema-reviews.ts'
import { type FlowFile, versionOf } from '../store/flows.ts'

/** A flow with what clinicians have said of it, as it stands today. */
export interface ReviewedFlow {
  readonly flow: FlowFile
  readonly items: readonly ItemStanding[]
}

/** The ledger of reviews, `flows/reviews.yaml`; empty when nobody has reviewed anything. */
export const ledgerOf = (files: readonly FlowFile[]): readonly Review[] =>
  files.flatMap(({ parsed: { content } }) => (content?.kind === 'reviews' ? content.reviews : []))

/** Every flow that can be reviewed, item by item. */
export function reviewFlows(files: readonly FlowFile[]): ReviewedFlow[] {
  const reviews = ledgerOf(files)
  return files.flatMap((flow) => {
    const { written } = flow.parsed
    const items = written === '' ? [] : standingOf(flow.id, JSON.parse(written), reviews, versionOf)
    return items.length > 0 ? [{ flow, items }] : []
  })
}
