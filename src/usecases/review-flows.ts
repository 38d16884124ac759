import { isReviewedIn, type ItemStanding, standingOf } from '../engine/reviews.ts'
import type { Fault } from '../engine/parse.ts'
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

/** What of the content is clinical: a clinician answers for it. Dialogues and words of the interface are not. */
const CLINICAL: readonly string[] = ['quiz', 'checklist', 'emergency', 'packet']

/** How far the clinical content is reviewed, and what is served of it. */
export interface ContentState {
  readonly served: 'all' | 'reviewed'
  /** The names of clinical flows: approved word for word in all their languages, or drafts. */
  readonly reviewed: readonly string[]
  readonly drafts: readonly string[]
}

/** What the ledger of reviews makes of the clinical content as it stands. */
export function contentState(files: readonly FlowFile[], served: ContentState['served']): ContentState {
  const isReviewed = reviewedBy(files)
  const clinical = files.filter(({ parsed: { content } }) => content && CLINICAL.includes(content.kind))
  const names = (reviewed: boolean): string[] =>
    clinical.filter((file) => isReviewed(file) === reviewed).map(({ id }) => id)
  return { served, reviewed: names(true), drafts: names(false) }
}

/** Whether every item of a flow is approved as it stands, in every language it has. */
function reviewedBy(files: readonly FlowFile[]): (file: FlowFile) => boolean {
  const standing = new Map(reviewFlows(files).map(({ flow, items }) => [flow.id, items]))
  return ({ id, parsed: { content } }) => {
    // A question that is withdrawn is asked of nobody.
    const items = (standing.get(id) ?? []).filter(({ written }) => !isWithdrawn(written))
    const languages = content && 'languages' in content ? content.languages : []
    return languages.length > 0 && languages.every((language) => isReviewedIn(items, language))
  }
}

/** Files that call themselves reviewed where the ledger knows of no review that holds. */
export function unprovenReviews(files: readonly FlowFile[]): Fault[] {
  const isReviewed = reviewedBy(files)
  return files
    .filter((file) => {
      const { content } = file.parsed
      return content && 'status' in content && content.status === 'reviewed' && !isReviewed(file)
    })
    .map(({ file, parsed }) => ({
      file,
      ...parsed.at(['status']),
      message:
        'reviews.yaml does not say that all of it is approved as it stands, in each of its languages: set status to draft, and have it reviewed by a sheet of export-xlsx',
    }))
}

/** The files that are served: all, or all but clinical drafts. What is running ends on the version it began with. */
export function servedFiles(
  files: readonly FlowFile[],
  { served, drafts }: ContentState,
): readonly FlowFile[] {
  const left = new Set(drafts)
  return served === 'all' ? files : files.filter(({ id }) => !left.has(id))
}

/** What administrators read wherever content is listed; undefined when all of it is reviewed. */
export function draftNote({ served, reviewed, drafts }: ContentState): string | undefined {
  if (drafts.length === 0) return undefined
  const all = reviewed.length + drafts.length
  const what = `${drafts.length} of ${all} quizzes, checklists, packets and cards are drafts, not yet clinically reviewed`
  return served === 'all'
    ? `${what}. They are served all the same; CONTENT=reviewed serves only what is reviewed.`
    : `${what}, and are not served.`
}

const isWithdrawn = (written: unknown): boolean =>
  typeof written === 'object' && written !== null && 'withdrawn' in written
