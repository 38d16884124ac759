// The ledger file with more reviews at its end; what stands in it stays as it is written.
import { isMap, isSeq, parseDocument } from 'yaml'
import type { Review } from './schema-reviews.ts'

/** @throws when the file holds no list of reviews. */
export function withReviews(file: string, reviews: readonly Review[]): string {
  const document = parseDocument(file)
  const list: unknown = document.get('reviews')
  if (!isMap(document.contents) || !isSeq(list)) throw new Error('there is no list "reviews"')
  // An empty list stands in brackets on one line: from now on each review has lines of its own.
  list.flow = false
  for (const review of reviews) {
    const node = document.createNode(review)
    const languages: unknown = isMap(node) ? node.get('languages', true) : undefined
    if (isSeq(languages)) languages.flow = true
    list.add(node)
  }
  return document.toString({ lineWidth: 0, flowCollectionPadding: false })
}
