import { type Flow, makeShelf, type Shelf } from '../engine/shelf.ts'
import type { FlowFile } from '../store/flows.ts'
import { screenOf } from '../usecases/screen-text.ts'
import type { Language } from '../words/language.ts'

/** The flows of a folder for the engine alone, without a database and without older versions. */
export function shelfOf(files: readonly FlowFile[], programmeLanguage: Language): Shelf {
  const contents = files.flatMap(({ parsed: { content } }) => (content ? [content] : []))
  const words = contents.find((content) => content.kind === 'words')
  const privacy = contents.find((content) => content.kind === 'privacy')
  if (!words || !privacy) throw new Error('words.yaml and privacy.yaml were not checked')
  const catalogue = contents.find((content) => content.kind === 'catalogue')
  return makeShelf({
    current: flowsOf(files),
    older: [],
    words,
    catalogue,
    programmeLanguage,
    screen: screenOf(privacy, words),
  })
}

/** What is served as a flow, with a version of its own. */
const flowsOf = (files: readonly FlowFile[]): Flow[] =>
  files.flatMap(({ id, version, parsed: { content } }) =>
    content?.kind === 'quiz' ||
    content?.kind === 'dialogue' ||
    content?.kind === 'checklist' ||
    content?.kind === 'packet'
      ? [{ id, version, content }]
      : [],
  )
