import { encode } from 'uqr'

/** A link as the dark squares of a QR code: column, row; `size` squares a side, with the quiet edge readers need. */
export function qrSquares(link: string): { size: number; dark: readonly (readonly [number, number])[] } {
  // Half a certificate may be creased or in the shade: a quarter of the code may be missing.
  const { size, data } = encode(link, { ecc: 'Q', border: 4 })
  const dark = data.flatMap((row, y) => row.flatMap((on, x) => (on ? [[x, y] as const] : [])))
  return { size, dark }
}
