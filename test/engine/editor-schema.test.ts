// What editors are told of flow files is what the service reads.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { z } from 'zod'
import { editorSchema } from '../../src/engine/editor-schema.ts'
import { FLOWS } from './talk.ts'

const kept = z
  .record(z.string(), z.unknown())
  .parse(JSON.parse(readFileSync(join(FLOWS, 'schema.json'), 'utf8')))
const asEditorsRead = z.fromJSONSchema(kept)
const files = readdirSync(FLOWS, { recursive: true, encoding: 'utf8' }).filter(
  (file) => file.endsWith('.yaml') && !file.endsWith('.transcript.yaml'),
)
const takes = (written: unknown): boolean => asEditorsRead.safeParse(written).success

it('stands in flows/schema.json as it is: `npm run flows -- schema` writes it', () => {
  expect(kept).toEqual(JSON.parse(JSON.stringify(editorSchema())))
})

it.each(files)('takes %s', (file) => {
  expect(takes(parse(readFileSync(join(FLOWS, file), 'utf8')))).toBe(true)
})

describe('refuses', () => {
  const dialogue = (step: unknown): unknown => ({
    kind: 'dialogue',
    title: { en: 'Colours' },
    languages: ['en'],
    status: 'draft',
    steps: [step],
  })

  it.each([
    ['a word that is none', { sya: { en: 'Hello' } }],
    ['a language that is none', { say: { de: 'Hallo' } }],
    ['a text in no language', { say: {} }],
    ['a key that means nothing', { say: { en: 'Hello' }, loud: true }],
    ['an answer of no kind', { ask: { en: 'When?' }, answer: { as: 'time' }, save: 'when' }],
  ])('%s', (_what, step) => {
    expect(takes(dialogue({ say: { en: 'Hello' } }))).toBe(true)
    expect(takes(dialogue(step))).toBe(false)
  })

  it('a kind of flow that is none', () => {
    expect(takes({ kind: 'poem' })).toBe(false)
  })
})
