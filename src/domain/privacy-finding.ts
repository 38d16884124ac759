/** What can tell who somebody is, by the names people are told. */
export const PRIVACY_RULES = [
  'name',
  'place',
  'phone',
  'national_id',
  'file_number',
  'date',
  'email',
  'link',
  'coordinates',
] as const

export type PrivacyRule = (typeof PRIVACY_RULES)[number]

/** Something that could identify: which rule, and from where to where in the text, in UTF-16 code units. */
export interface Finding {
  readonly rule: PrivacyRule
  readonly from: number
  readonly to: number
}
