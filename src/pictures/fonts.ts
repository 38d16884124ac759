// The letters of all pictures and documents: DejaVu Sans has every letter of the four languages.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'

const { resolve } = createRequire(import.meta.url)

export const FAMILY = 'DejaVu Sans'

const read = (file: string): Buffer => readFileSync(resolve(`dejavu-fonts-ttf/ttf/${file}`))

export interface Fonts {
  readonly plain: Buffer
  readonly bold: Buffer
}

let kept: Fonts | undefined

/** The fonts, read once when the first picture is drawn. */
export function fonts(): Fonts {
  kept ??= { plain: read('DejaVuSans.ttf'), bold: read('DejaVuSans-Bold.ttf') }
  return kept
}
