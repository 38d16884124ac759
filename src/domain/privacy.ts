// Whether a message about a case could tell who the patient is. Looked at before anything is kept: what identifies is
// shown to its sender and stored nowhere. After 45 CFR 164.514(b)(2), with what identifies somebody in Rwanda.
import type { Finding } from './privacy-finding.ts'
import type { PrivacyRule } from '../words/privacy.ts'
import { namesIn, type PrivacyWords } from './privacy-names.ts'
import { shapesIn } from './privacy-numbers.ts'

/**
 * Everything in the text that could identify a person, in the order of the text, without overlaps. Where two rules
 * find the same place the longer finding is told.
 *
 * @example screen('Mukamana, 0788 123 456', words) // a name from 0 to 8, a phone from 10 to 22
 */
export function screen(text: string, words: PrivacyWords): Finding[] {
  const found = [...shapesIn(text), ...namesIn(text, words)].toSorted(
    (one, other) => other.to - other.from - (one.to - one.from),
  )
  const kept: Finding[] = []
  for (const finding of found)
    if (!kept.some(({ from, to }) => finding.from < to && from < finding.to)) kept.push(finding)
  return kept.toSorted((one, other) => one.from - other.from)
}

/** The text with each finding replaced by what it is, such as `[name]`; `label` says it in the reader's language. */
export function masked(
  text: string,
  findings: readonly Finding[],
  label: (rule: PrivacyRule) => string,
): string {
  let from = 0
  const parts: string[] = []
  for (const finding of findings) {
    parts.push(text.slice(from, finding.from), label(finding.rule))
    from = finding.to
  }
  return [...parts, text.slice(from)].join('')
}
