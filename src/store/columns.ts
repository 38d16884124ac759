// Columns of values as PostgreSQL reads arrays: `{1,2,NULL}`, `{"a","b"}`. The driver can write them too, but looks at
// every element as if it could be anything; for the busiest statements that was a tenth of this process's work.

/** Numbers, booleans and gaps as an array. */
export function plainColumn(values: readonly (number | boolean | null)[]): string {
  return `{${values.map((value) => (value === null ? 'NULL' : String(value))).join(',')}}`
}

const SPECIAL = /["\\]/g

/** Texts (JSON too) and gaps as an array. */
export function textColumn(values: readonly (string | null)[]): string {
  return `{${values.map((value) => (value === null ? 'NULL' : `"${value.replace(SPECIAL, '\\$&')}"`)).join(',')}}`
}

/** Values as an array of JSON: what JSON escapes in a text is what an array escapes, so one native call does it all. */
export function jsonColumn(values: readonly unknown[]): string {
  return `{${JSON.stringify(values.map((value) => JSON.stringify(value))).slice(1, -1)}}`
}
