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
  const { plain, at } = plainOf(text)
  const found = [...shapesIn(plain), ...namesIn(plain, words)]
    .map(({ rule, from, to }) => ({ rule, from: at(from), to: at(to) }))
    .toSorted((one, other) => other.to - other.from - (one.to - one.from))
  const kept: Finding[] = []
  for (const finding of found)
    if (!kept.some(({ from, to }) => finding.from < to && from < finding.to)) kept.push(finding)
  return kept.toSorted((one, other) => one.from - other.from)
}

/**
 * The text as its reader sees it, without characters nobody sees and with wide digits and letters in their usual form,
 * so that neither hides a number; `at` gives the place in the text of a place in it.
 */
function plainOf(text: string): { plain: string; at: (place: number) => number } {
  const places: number[] = []
  let plain = ''
  let from = 0
  for (const character of text) {
    const usual = /\p{Cf}/u.test(character) ? '' : character.normalize('NFKC')
    for (let each = 0; each < usual.length; each += 1) places.push(from)
    plain += usual
    from += character.length
  }
  places.push(text.length)
  return { plain, at: (place) => places[place] ?? text.length }
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
