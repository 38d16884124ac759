import { privacyWords, type PrivacyLists } from '../domain/privacy-names.ts'
import { masked, screen } from '../domain/privacy.ts'
import type { Shelf } from '../engine/shelf.ts'
import type { Words } from '../engine/schema.ts'

/** The screen dialogues look texts about patients over with: by the lists of `privacy.yaml`, told in the interface's words. */
export function screenOf(lists: PrivacyLists, { words }: Words): Shelf['screen'] {
  const known = privacyWords(lists)
  return (text) => {
    const findings = screen(text, known)
    if (findings.length === 0) return undefined
    const rules = [...new Set(findings.map(({ rule }) => rule))]
    return {
      masked: masked(text, findings, (rule) => `[[${rule}]]`),
      found: rules.map((rule) => ({ id: rule, text: words[`private_${rule}`] ?? {} })),
      agree: words['private_agree'] ?? {},
    }
  }
}
