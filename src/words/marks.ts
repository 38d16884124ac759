/**
 * What an observer says of one item of a checklist. `partly`: some of it or out of order, where the scale has three
 * points. `not_applicable`: there was no occasion for it. `not_observed`: the observer could not see it. `stock_out`: it
 * could not be done, because what it needs was out of stock.
 */
export const MARKS = ['done', 'partly', 'not_done', 'not_applicable', 'not_observed', 'stock_out'] as const

export type Mark = (typeof MARKS)[number]

const LETTERS: Readonly<Record<Mark, string>> = {
  done: 'd',
  partly: 'p',
  not_done: 'n',
  not_applicable: 'a',
  not_observed: 'o',
  stock_out: 's',
}

/** Marks in one word, a letter an item, to be kept: `.` where there is none yet. */
export const marksKept = (marks: readonly (Mark | undefined)[]): string =>
  marks.map((mark) => (mark === undefined ? '.' : LETTERS[mark])).join('')

/** The marks that were kept. */
export const marksIn = (kept: string): (Mark | undefined)[] =>
  kept.split('').map((letter) => MARKS.find((mark) => LETTERS[mark] === letter))
