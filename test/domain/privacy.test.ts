import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Finding } from '../../src/domain/privacy-finding.ts'
import { PRIVACY_RULES } from '../../src/words/privacy.ts'
import { privacyWords } from '../../src/domain/privacy-names.ts'
import { masked, screen } from '../../src/domain/privacy.ts'
import { parseFlow } from '../../src/engine/parse.ts'

const words = (() => {
  const { content, faults } = parseFlow('privacy.yaml', readFileSync('flows/privacy.yaml', 'utf8'))
  if (content?.kind !== 'privacy') throw new Error(JSON.stringify(faults))
  return privacyWords(content)
})()

interface Labelled {
  readonly text: string
  readonly holds: readonly Finding[]
}

const MARKED = /\{([a-z_]+):([^}]*)\}/g

/** A line with its marks taken out, and where they were. */
function labelled(line: string): Labelled {
  const holds: Finding[] = []
  let text = ''
  let from = 0
  for (const match of line.matchAll(MARKED)) {
    text += line.slice(from, match.index)
    const rule = PRIVACY_RULES.find((name) => name === match[1])
    if (!rule) throw new Error(`no such rule: ${line}`)
    const it = match[2] ?? ''
    holds.push({ rule, from: text.length, to: text.length + it.length })
    text += it
    from = match.index + match[0].length
  }
  return { text: text + line.slice(from), holds }
}

const messages = readFileSync('test/domain/privacy-messages.txt', 'utf8')
  .split('\n')
  .filter((line) => line !== '' && !line.startsWith('#'))
  .map(labelled)

/** Whether what identifies would be gone from what is kept: every letter of it lies in a finding. */
const isCovered = ({ from, to }: Finding, found: readonly Finding[]): boolean =>
  found.some((other) => other.from <= from && to <= other.to) ||
  Array.from({ length: to - from }, (_, index) => from + index).every((at) =>
    found.some((other) => other.from <= at && at < other.to),
  )

function recall(wanted: (finding: Finding) => boolean): { share: number; missed: string[] } {
  let all = 0
  const missed: string[] = []
  for (const { text, holds } of messages)
    for (const finding of holds.filter(wanted)) {
      all++
      if (!isCovered(finding, screen(text, words))) missed.push(text)
    }
  return { share: (all - missed.length) / all, missed }
}

test('the labelled set is large, half of it clean', () => {
  const clean = messages.filter(({ holds }) => holds.length === 0).length
  expect(messages.length).toBeGreaterThanOrEqual(400)
  expect(clean / messages.length).toBeGreaterThan(0.45)
  expect(clean / messages.length).toBeLessThan(0.55)
})

test('finds identifiers with a fixed shape: 98 of 100', () => {
  const { share, missed } = recall(({ rule }) => rule !== 'name' && rule !== 'place')
  expect(share, missed.join('\n')).toBeGreaterThanOrEqual(0.98)
})

test('finds names: 85 of 100', () => {
  const { share, missed } = recall(({ rule }) => rule === 'name')
  expect(share, missed.join('\n')).toBeGreaterThanOrEqual(0.85)
})

test('finds places: 85 of 100', () => {
  const { share, missed } = recall(({ rule }) => rule === 'place')
  expect(share, missed.join('\n')).toBeGreaterThanOrEqual(0.85)
})

test('stops at most 3 of 100 messages that hold nothing', () => {
  const clean = messages.filter(({ holds }) => holds.length === 0)
  const stopped = clean.filter(({ text }) => screen(text, words).length > 0)
  const told = stopped.map(
    ({ text }) =>
      `${text}  ${JSON.stringify(screen(text, words).map(({ from, to }) => text.slice(from, to)))}`,
  )
  expect(stopped.length / clean.length, told.join('\n')).toBeLessThanOrEqual(0.03)
})

test('what is kept holds nothing that was found', () => {
  for (const { text } of messages) {
    const kept = masked(text, screen(text, words), (rule) => `[${rule}]`)
    expect(screen(kept.replaceAll(/\[[a-z_]+\]/g, '…'), words), kept).toEqual([])
  }
})

test('findings are in order, inside the text and never overlap, whatever is written', () => {
  const parts = fc.constantFrom(
    'Mukamana ',
    '0788 123 456',
    ' 12/03/2026',
    'mama wa ',
    '\n',
    ' 1199080012345678 ',
    '😀',
    'é',
  )
  fc.assert(
    fc.property(
      fc.array(fc.oneof(fc.string({ unit: 'binary', maxLength: 20 }), parts), { maxLength: 12 }),
      (pieces) => {
        const text = pieces.join('')
        let end = 0
        for (const { from, to } of screen(text, words)) {
          expect(from).toBeGreaterThanOrEqual(end)
          expect(to).toBeGreaterThan(from)
          end = to
        }
        expect(end).toBeLessThanOrEqual(text.length)
      },
    ),
  )
})

test('a long message of nothing but digits and letters is read in one breath', () => {
  // A pattern that tries every way to read this would not come back; the test would run into its limit.
  for (const piece of ['7', '1 ', '12/', 'a.', 'Aa ', 'file no ', '+250 (', '1.2345 ', 'a@', '1-'])
    expect(screen(piece.repeat(4000 / piece.length), words)).toBeDefined()
})

test('what is masked is told in words', () => {
  const text = 'Mukamana, 0788 123 456'
  expect(screen(text, words)).toEqual([
    { rule: 'name', from: 0, to: 8 },
    { rule: 'phone', from: 10, to: 22 },
  ])
  expect(masked(text, screen(text, words), (rule) => `[${rule}]`)).toBe('[name], [phone]')
})
