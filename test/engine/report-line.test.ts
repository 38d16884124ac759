// The line that a CHW writes: measured on lines labelled by hand, and held to never being wrong without asking.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseFlow } from '../../src/engine/parse.ts'
import { readCount, readLine, type LineRead } from '../../src/engine/report-line.ts'
import type { ReportForm } from '../../src/engine/schema-report.ts'
import { LANGUAGES, type Language } from '../../src/words/language.ts'

const FOLDER = join(import.meta.dirname, '../../flows/reports')
const FORMS = new Map(
  readdirSync(FOLDER)
    .filter((file) => !file.endsWith('.transcript.yaml'))
    .map((file): [string, ReportForm] => {
      const { content, faults } = parseFlow(file, readFileSync(join(FOLDER, file), 'utf8'))
      if (content?.kind !== 'report') throw new Error(`${file} is no report: ${JSON.stringify(faults)}`)
      return [content.area, content]
    }),
)

interface Labelled {
  readonly language: Language
  readonly form: ReportForm
  readonly line: string
  readonly meant: string
}

const LINES = readFileSync(join(import.meta.dirname, 'report-lines.txt'), 'utf8')
  .split('\n')
  .filter((line) => line !== '' && !line.startsWith('#'))
  .map((written): Labelled => {
    const [language, area, line, meant] = written.split(' | ')
    const form = FORMS.get(area ?? '')
    const known = LANGUAGES.find((one) => one === language)
    if (!form || !known || line === undefined || meant === undefined)
      throw new Error(`cannot read "${written}"`)
    return { language: known, form, line, meant }
  })

/** What was read, as it is labelled. */
function asLabelled({ read, values, rest }: LineRead): string {
  if (read === 'nothing') return '-'
  if (read === 'unclear') return '?'
  return sorted([...[...values].map(([item, count]) => `${item}=${count}`), ...(rest ? ['rest'] : [])])
}

const sorted = (words: readonly string[]): string => words.toSorted().join(' ')

describe('labelled lines', () => {
  const results = LINES.map((one) => ({
    ...one,
    got: asLabelled(readLine(one.line, one.form, one.language)),
    wanted: sorted(one.meant.split(' ')),
  }))

  it('are more than 300, in four languages and three forms', () => {
    expect(LINES.length).toBeGreaterThanOrEqual(300)
    for (const language of LANGUAGES)
      expect(LINES.filter((line) => line.language === language).length).toBeGreaterThan(50)
    expect(FORMS.size).toBe(3)
  })

  it('are read right in at least 95 of 100', () => {
    const others = results.filter(({ got, wanted }) => got !== wanted)
    const shown = others.map(({ line, got, wanted }) => `${line} -> ${got}, meant ${wanted}`)
    expect(1 - others.length / LINES.length, shown.join('\n')).toBeGreaterThanOrEqual(0.95)
  })

  it('are never read wrong without a question back', () => {
    // What is passed over in silence is asked about by nobody.
    const wrong = results.filter(({ got, wanted }) => got !== wanted && got !== '?')
    expect(wrong.map(({ line, got, wanted }) => `${line} -> ${got}, meant ${wanted}`)).toEqual([])
  })
})

describe('whatever somebody writes', () => {
  const iccm = FORMS.get('iccm') as ReportForm
  const names = iccm.items.filter(({ stock, id }) => !stock && !['infants', 'children'].includes(id))

  it('comes to counts of the form, or to a question', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme', maxLength: 80 }),
        fc.constantFrom(...LANGUAGES),
        (text, language) => {
          const { values } = readLine(text, iccm, language)
          for (const [item, count] of values) {
            const most = iccm.items.find(({ id }) => id === item)?.most ?? -1
            expect(count).toBeLessThanOrEqual(most)
          }
        },
      ),
    )
  })

  it('is read the same in any order, and names what is in doubt', () => {
    const counts = fc.uniqueArray(
      fc.record({ item: fc.constantFrom(...names), count: fc.integer({ min: 0, max: 20 }) }),
      {
        selector: ({ item }) => item.id,
        minLength: 1,
        maxLength: 6,
      },
    )
    fc.assert(
      fc.property(counts, fc.constantFrom(...LANGUAGES), fc.boolean(), (some, language, nameFirst) => {
        const line = some
          .map(({ item, count }) =>
            nameFirst ? `${item.label[language]} ${count}` : `${count} ${item.label[language]}`,
          )
          .join(' ')
        expect(asLabelled(readLine(line, iccm, language))).toBe(
          sorted(some.map(({ item, count }) => `${item.id}=${count}`)),
        )
      }),
    )
    expect(readLine('fever 4, xylophone 3', iccm, 'en')).toMatchObject({
      read: 'unclear',
      words: ['xylophone 3'],
    })
  })

  it('names all of what was not taken, not the word that was strange in it', () => {
    expect(readLine('fever 4, oops pos 3 deaths 2', iccm, 'en')).toMatchObject({
      values: new Map([['fever', 4]]),
      words: ['oops pos 3 deaths 2'],
    })
    expect(readLine('fever 4 tested 4 positive 2', iccm, 'en').words).toEqual(['fever 4 4 positive 2'])
    const [story = ''] = readLine('fever 1 '.repeat(20) + 'oops', iccm, 'en').words
    expect(story).toMatch(/^(fever 1 ){5}…$/)
  })

  it('is a bare count where one thing was asked', () => {
    expect(['4', ' 04 ', 'four', 'quatre', 'none', 'kane'].map((said) => readCount(said, 'en'))).toEqual([
      4, 4, 4, 4, 0, 4,
    ])
    expect(['4/2', 'four or five', '-3', '', '12345'].map((said) => readCount(said, 'en'))).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
      undefined,
    ])
    expect([readCount('nta', 'rw'), readCount('hakuna', 'sw'), readCount('no', 'rw')]).toEqual([
      0,
      0,
      undefined,
    ])
  })
})
