// A packet is three minutes: short, on facts that may be asked, and said as one message in somebody's language.
import { describe, expect, it } from 'vitest'
import { lintFlow } from '../../src/engine/lint.ts'
import { parseFlow } from '../../src/engine/parse.ts'
import type { Fact } from '../../src/engine/schema-facts.ts'
import type { Packet } from '../../src/engine/schema-packet.ts'
import type { Flow } from '../../src/engine/shelf.ts'
import { speak } from '../../src/engine/speak.ts'
import { KIGALI, shelfOf, everyFlow } from './talk.ts'

const fact = (id: string, more: Partial<Fact>): [string, Fact] => [
  id,
  {
    id,
    says: 'x',
    value: 10,
    unit: 'IU',
    with: [],
    source: 'Book',
    guideline_year: 2020,
    tag: 'V',
    ...more,
  },
]
const FACTS = new Map([fact('dose', {}), fact('doubtful', { tag: 'K', value: 5 })])

const packet = (
  point = 'Give 10 IU IM',
  facts = 'dose',
  story = 'She weighs 4 kg',
  third = '',
): string => `kind: packet
title: { en: T }
competency: MH-PPH
cadres: [nurse]
languages: [en]
status: draft
source: Book
guideline_year: 2020
facts: [${facts}]
case: { en: ${story} }
points:
  - { en: ${point} }
  - { en: Once more }
${third}
task: { en: Try it }
`

function wrong(source: string): string[] {
  const around = {
    deeds: new Set<string>(),
    dialogues: new Set<string>(),
    commands: new Set<string>(),
    facts: FACTS,
  }
  return lintFlow('x.yaml', parseFlow('x.yaml', source), around).map(
    ({ line, message }) => `${line} ${message.replace(/[:;] .*/, '')}`,
  )
}

describe('the check', () => {
  it.each([
    ['is quiet on one in order', packet(), []],
    ['lets the case have its own numbers', packet('10 IU IM for 4 kg'), []],
    [
      'wants the numbers of a point in a fact',
      packet('Give 20 IU IM'),
      ['12 20 IU is in no fact named here'],
    ],
    [
      'teaches nothing that nobody has looked up',
      packet('Give some', 'doubtful'),
      ['9 the fact "doubtful" is not yet read in its source (tag K)'],
    ],
    ['keeps the case short', packet('x', '', 'y'.repeat(361)), ['10 it has 361 characters']],
    ['keeps the points short', packet('y'.repeat(201), ''), ['12 it has 201 characters']],
    ['wants two points', packet('x', '', 'y', '  - { en: And again }'), ['12 points']],
  ])('%s', (_, source, faults) => {
    expect(wrong(source)).toEqual(faults)
  })
})

const files = await everyFlow()
const packets = files.flatMap(({ id, version, parsed: { content } }): Flow<Packet>[] =>
  content?.kind === 'packet' ? [{ id, version, content }] : [],
)

it('is said whole, in the language of who reads it, and is no longer than three screens', () => {
  const shelf = shelfOf(...packets)
  for (const { content, version } of packets)
    for (const language of content.languages) {
      const said = speak(shelf, [{ say: 'packet', flow: version }], { timezone: KIGALI, language })
      expect(said).toHaveLength(1)
      const text = said[0]?.text ?? ''
      const { title, points, task, source } = content
      for (const part of [title, content.case, ...points, task]) expect(text).toContain(part[language])
      expect(text).toContain(source)
      // About 450 characters are a screen of a small phone.
      expect([content.title.en, language, text.length <= 1350]).toEqual([content.title.en, language, true])
    }
})

it('is found by its competency', () => {
  const shelf = shelfOf(...packets)
  expect(shelf.packetsOf('MH-PPH').map(({ id }) => id)).toEqual([
    'postpartum-haemorrhage-packet',
    'postpartum-haemorrhage-packet-2',
  ])
  expect(shelf.packetsOf('XX-NONE')).toEqual([])
})

it('has a title that no other has', () => {
  const titles = packets.map(({ content }) => content.title.en)
  expect(new Set(titles).size).toBe(titles.length)
})
