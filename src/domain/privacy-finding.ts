import type { PrivacyRule } from '../words/privacy.ts'

/** Something that could identify: which rule, and from where to where in the text, in UTF-16 code units. */
export interface Finding {
  readonly rule: PrivacyRule
  readonly from: number
  readonly to: number
}
