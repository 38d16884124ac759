/** What can tell who somebody is: each is a rule of the screen, a mask `[[name]]`, and a word `private_name`. */
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
