// For people who want to look at what was drawn: name a directory in PICTURES.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { env } from 'node:process'

export function keepToLookAt(name: string, bytes: Uint8Array): void {
  const folder = env['PICTURES']
  if (folder === undefined) return
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, name), bytes)
}
