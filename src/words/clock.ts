/** A point in time: milliseconds since 1970-01-01T00:00Z. */
export type Instant = number

/** Where the time comes from. Pure rooms are handed an `Instant`; only doors hold a `Clock`. */
export interface Clock {
  now(): Instant
}

/** One second in milliseconds */
export const SECOND = 1000
/** One minute in milliseconds */
export const MINUTE = 60 * SECOND
/** One hour in milliseconds */
export const HOUR = 60 * MINUTE
/** One day of 24 hours in milliseconds */
export const DAY = 24 * HOUR

declare const brand: unique symbol
/** A local day of the programme, such as `2028-02-29`: it has no hour and no time zone, and is compared as text. */
export type Day = string & { readonly [brand]: 'day' }
