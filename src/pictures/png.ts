import { initWasm, Resvg } from '@resvg/resvg-wasm'
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { FAMILY, fonts } from './fonts.ts'

let ready: Promise<void> | undefined

async function start(): Promise<void> {
  const program = createRequire(import.meta.url).resolve('@resvg/resvg-wasm/index_bg.wasm')
  await initWasm(readFile(program))
}

/** An SVG as PNG, pixel for unit. Texts in it are drawn in `FAMILY`, plain or bold. */
export async function toPng(svg: string): Promise<Uint8Array> {
  await (ready ??= start())
  const { plain, bold } = fonts()
  const drawing = new Resvg(svg, {
    font: { fontBuffers: [plain, bold], defaultFontFamily: FAMILY, sansSerifFamily: FAMILY },
  })
  const image = drawing.render()
  try {
    return image.asPng()
  } finally {
    // What lies in the memory of WebAssembly is collected by nobody else.
    image.free()
    drawing.free()
  }
}
