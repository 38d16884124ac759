/** A count with its noun, or with all that changes beside it: `1 row`, `3 rows`, `2 files are`. */
export const counted = (count: number, one: string, many = `${one}s`): string =>
  `${count} ${count === 1 ? one : many}`
