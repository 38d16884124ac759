// A review holds for the words that were read, in the languages they were read in, and no longer.
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { asRead, isReviewedIn, itemsOf, standingOf } from '../../src/engine/reviews.ts'
import type { Review } from '../../src/engine/schema-reviews.ts'
import { versionOf } from '../../src/store/flows.ts'
import { type Language, LANGUAGES } from '../../src/words/language.ts'
import { reviewFlows } from '../../src/usecases/review-flows.ts'
import { COLOURS, everyFlow } from './talk.ts'

const colours: unknown = parse(COLOURS)
const [blood] = itemsOf(colours)
if (!blood) throw new Error('the question is gone')

const review = (more: Partial<Review> & { languages: Language[] }): Review => ({
  flow: 'colours',
  item: 'blood',
  version: versionOf(asRead(blood, more.languages)),
  verdict: 'approved',
  by: 'Dr Uwase, paediatrician',
  on: '2026-11-24',
  ...more,
})

const bloodIn = (written: unknown, ...reviews: readonly Review[]) =>
  standingOf('colours', written, reviews, versionOf)[0]

describe('a review', () => {
  it('approves one item in the languages read', () => {
    const standing = standingOf('colours', colours, [review({ languages: ['en', 'fr'] })], versionOf)
    expect(standing.map(({ id, approved }) => [id, approved])).toEqual([
      ['blood', ['en', 'fr']],
      ['milk', []],
      ['grass', []],
      ['night', []],
    ])
    expect(isReviewedIn(standing, 'en')).toBe(false)
  })

  it.each([
    ['an English word', COLOURS.replace('Colour of blood?', 'The colour of blood?'), ['fr']],
    ['the right answer', COLOURS.replace('answer: a', 'answer: b'), []],
    ['the source', COLOURS.replace('guideline_year: 2020', 'guideline_year: 2024'), []],
    ['a word nobody of them has read', COLOURS.replace('Ibara blood?', 'Amabara?'), ['en', 'fr']],
    ['another question', COLOURS.replace('Colour of milk?', 'Milk?'), ['en', 'fr']],
  ])('stands or falls when %s changes', (_what, source, approved) => {
    const both = [review({ languages: ['en'] }), review({ languages: ['fr'] })]
    expect(bloodIn(parse(source), ...both)?.approved).toEqual(approved)
  })

  it('is for one flow alone', () => {
    expect(bloodIn(colours, review({ flow: 'other', languages: ['en'] }))?.approved).toEqual([])
  })

  it('gives way to a later one, whichever line it stands in', () => {
    const wish = review({ languages: ['en'], verdict: 'change', comment: 'Say whose blood.' })
    const later = review({ languages: ['en', 'fr'], on: '2026-11-25' })
    expect(bloodIn(colours, later, wish)).toMatchObject({ approved: ['en', 'fr'], wanted: [] })
    expect(bloodIn(colours, { ...later, on: '2026-11-23' }, wish)).toMatchObject({
      approved: ['fr'],
      wanted: [wish],
    })
  })
})

it('reviews a flow when every item is approved', () => {
  const all = itemsOf(colours).map((item) =>
    review({ languages: ['rw'], item: item.id, version: versionOf(asRead(item, ['rw'])) }),
  )
  const standing = standingOf('colours', colours, all, versionOf)
  expect(LANGUAGES.filter((language) => isReviewedIn(standing, language))).toEqual(['rw'])
})

it('finds something to review in all that people read', async () => {
  const files = await everyFlow()
  const reviewed = new Set(reviewFlows(files).map(({ flow }) => flow.parsed.content?.kind))
  expect([...reviewed].map(String).toSorted((one, other) => one.localeCompare(other))).toEqual([
    'checklist',
    'dialogue',
    'emergency',
    'facts',
    'packet',
    'quiz',
    'template',
    'words',
  ])
  for (const { items } of reviewFlows(files)) {
    const ids = items.map(({ id }) => id)
    expect(new Set(ids).size).toBe(ids.length)
  }
})
