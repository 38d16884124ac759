// Clinical content is served as reviewed only where a clinician has approved it word for word.
import { beforeAll, describe, expect, it } from 'vitest'
import { asRead } from '../../src/engine/reviews.ts'
import type { Review } from '../../src/engine/schema-reviews.ts'
import { type FlowFile, versionOf } from '../../src/store/flows.ts'
import { contentState, draftNote, reviewFlows, servedFiles } from '../../src/usecases/review-flows.ts'
import type { Language } from '../../src/words/language.ts'
import { ourFlows } from '../programme.ts'

const QUIZ = 'postpartum-haemorrhage'

let files: FlowFile[]
beforeAll(async () => {
  files = await ourFlows()
})

/** The files with a ledger in which somebody has approved all of the quiz in these languages, but for some items. */
function approved(languages: Language[], but: readonly string[] = [], of = files): FlowFile[] {
  const items = reviewFlows(of).find(({ flow }) => flow.id === QUIZ)?.items ?? []
  const reviews = items
    .filter(({ id }) => !but.includes(id))
    .map((item): Review => ({
      flow: QUIZ,
      item: item.id,
      version: versionOf(asRead(item, languages)),
      languages,
      verdict: 'approved',
      by: 'Dr Uwase, obstetrician',
      on: '2026-11-24',
    }))
  return withContent(of, 'reviews', (file) => ({
    ...file,
    parsed: { ...file.parsed, content: { kind: 'reviews', reviews } },
  }))
}

const withContent = (of: readonly FlowFile[], id: string, change: (file: FlowFile) => FlowFile): FlowFile[] =>
  of.map((file) => (file.id === id ? change(file) : file))

/** The quiz as a file with something in its first question changed. */
const rewritten = (
  of: readonly FlowFile[],
  change: (question: Record<string, unknown>) => void,
): FlowFile[] =>
  withContent(of, QUIZ, (file) => {
    const written = JSON.parse(file.parsed.written) as { questions: Record<string, unknown>[] }
    change(written.questions[0] ?? {})
    return { ...file, parsed: { ...file.parsed, written: JSON.stringify(written) } }
  })

const reviewedIn = (of: readonly FlowFile[]): readonly string[] => contentState(of, 'reviewed').reviewed
const firstId = (): string => reviewFlows(files).find(({ flow }) => flow.id === QUIZ)?.items[0]?.id ?? ''

describe('a quiz', () => {
  it('is reviewed once every item is approved in every language it has', () => {
    expect(reviewedIn(files)).toEqual([])
    expect(reviewedIn(approved(['en']))).toEqual([])
    expect(reviewedIn(approved(['en', 'fr'], [firstId()]))).toEqual([])
    expect(reviewedIn(approved(['en', 'fr']))).toEqual([QUIZ])
  })

  it('is a draft again as soon as a word changes', () => {
    const changed = rewritten(approved(['en', 'fr']), (question) => {
      question['source'] = 'another source'
    })
    expect(reviewedIn(changed)).toEqual([])
  })

  it('needs no review of a question that is asked no more', () => {
    const withdrawn = (of: FlowFile[]) =>
      rewritten(of, (question) => {
        question['withdrawn'] = { on: '2026-11-26', reason: { en: 'Wrong.', fr: 'Faux.' } }
      })
    expect(reviewedIn(withdrawn(approved(['en', 'fr'], [firstId()])))).toEqual([QUIZ])
  })
})

describe('what is served', () => {
  const ids = (of: readonly FlowFile[]): string[] => of.map(({ id }) => id)

  it('is everything, drafts too, unless the operator wants only what is reviewed', () => {
    expect(servedFiles(files, contentState(files, 'all'))).toEqual(files)
    const some = approved(['en', 'fr'])
    const served = ids(servedFiles(some, contentState(some, 'reviewed')))
    expect(served).toEqual(expect.arrayContaining([QUIZ, 'menu', 'words', 'privacy', 'calendar']))
    for (const draft of ['iccm-chw', 'iccm-chw-steps', 'fits']) {
      expect(ids(some)).toContain(draft)
      expect(served).not.toContain(draft)
    }
  })

  it('is told to administrators with what is a draft', () => {
    const some = approved(['en', 'fr'])
    expect(draftNote(contentState(some, 'all'))).toMatch(
      /^\d+ of \d+ .* not yet clinically reviewed. They are served/,
    )
    expect(draftNote(contentState(some, 'reviewed'))).toMatch(
      /not yet clinically reviewed, and are not served.$/,
    )
    const one = some.filter(({ id }) => id === QUIZ || id === 'reviews')
    expect(draftNote(contentState(one, 'all'))).toBeUndefined()
  })
})
