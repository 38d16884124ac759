// A folder of flows as small as the service takes one: the real words, and of each dialogue it opens by itself a stub.
import { cp, mkdtemp, readdir, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { FLOWS } from '../engine/talk.ts'

const STUB = `kind: dialogue
title: { en: Stub, fr: Bref, rw: Agato, sw: Kifupi }
languages: [en, fr, rw, sw]
status: draft
awaiting_native_review: [rw, sw]
steps:
  - end: true
`

/** Whoever asks for it takes it away. */
export async function smallFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'preceptor-small-'))
  const whole = ['words.yaml', 'calendar.yaml', 'privacy.yaml', 'reviews.yaml']
  for (const name of whole) await cp(join(FLOWS, name), join(folder, name))
  const others = (await readdir(FLOWS, { recursive: true })).filter(
    (name) =>
      name.endsWith('.yaml') &&
      !/^(?:quizzes|checklists|templates|emergencies|packets)\/|transcript\.yaml$/.test(name),
  )
  const names = others.map((name) => basename(name)).filter((name) => !whole.includes(name))
  for (const name of names) await writeFile(join(folder, name), STUB)
  return folder
}
