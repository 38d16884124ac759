// A flow drawn up by a program, as an author would write it by hand.
import { isMap, parseDocument, stringify, visit } from 'yaml'
import { LANGUAGES } from '../words/language.ts'

/** The YAML of a flow; `notes` stand above it as comments. Short texts keep to one line. */
export function writeFlow(flow: Readonly<Record<string, unknown>>, notes: readonly string[]): string {
  const document = parseDocument(stringify(flow, { aliasDuplicateObjects: false }))
  visit(document, {
    Map(key, node) {
      const values = node.items.map(({ value }) => String(value))
      const isText = node.items.every(({ key: name }) => LANGUAGES.some((one) => one === String(name)))
      const isSmall =
        values.every((value) => !value.includes('\n')) && !node.items.some(({ value }) => isMap(value))
      if (key !== null && isText && isSmall && values.join('').length < 80) node.flow = true
    },
  })
  const written = document.toString({ lineWidth: 0, blockQuote: 'literal' })
  return notes.map((note) => `# ${note}\n`).join('') + written
}
