import { type CountryCode, parsePhoneNumberFromString } from 'libphonenumber-js/min'

/**
 * A telephone number as E.164 (`+250788123456`), or undefined when it cannot be one.
 * Local numbers (`0788 123 456`) are read as numbers of `country`.
 */
export function toE164(raw: string, country: CountryCode = 'RW'): string | undefined {
  const number = parsePhoneNumberFromString(raw, country)
  return number?.isPossible() === true ? number.number : undefined
}
