// What an author can get wrong in a template: mostly what the provider would refuse, days later and without a line number.
import { LANGUAGES } from '../words/language.ts'
import { namesIn } from './fill.ts'
import { lintFilled, type Report } from './lint-texts.ts'
import type { Template } from './schema-template.ts'
import { WORDS } from './vocabulary.ts'

/** What WhatsApp takes, in characters. */
const LONGEST_TEXT = 1024
const LONGEST_BUTTON = 25

export function lintTemplate(template: Template, fault: Report): void {
  const { variables, instead_of: words } = template
  const known = new Set(variables)
  lintFilled({ path: ['text'], text: template.text }, known, fault)
  for (const language of LANGUAGES) {
    const text = template.text[language]
    if (text === undefined) continue
    const path = ['text', language]
    if (text.length > LONGEST_TEXT)
      fault(path, `the text has ${text.length} characters; ${LONGEST_TEXT} are taken: shorten it`)
    if (/^\{|\}$/.test(text)) fault(path, 'a template may not begin or end with a value: put words around it')
    if (/\{\w+,/.test(text))
      fault(path, 'a template has plain values alone, such as {title}: say it without plurals')
    if (/\{\w+\}\s*\{\w+\}/.test(text))
      fault(path, 'two values may not stand side by side: put words between them')
    const used = namesIn(text, language)
    const unused = used ? variables.filter((name) => !used.has(name)) : []
    if (unused.length > 0)
      fault(path, `{${unused.join('}, {')}} must stand in the text: the provider counts the values`)
    const button = template.button?.[language] ?? ''
    if (button.length > LONGEST_BUTTON)
      fault(['button', language], `the button has ${button.length} characters; ${LONGEST_BUTTON} are taken`)
  }
  const strange = template.approved.filter((language) => !template.languages.includes(language))
  if (strange.length > 0) fault(['approved'], `there is no text in ${strange.join(', ')}: write it first`)
  if (words === 'anything') {
    if (variables.length > 0) fault(['variables'], 'what stands for anything knows no values: take them out')
    return
  }
  words.forEach((word, index) => {
    const values = WORDS[word]
    if (!values)
      return fault(['instead_of', index], `the interface has no word "${word}": see flows/words.yaml`)
    const missing = variables.filter((name) => !values.includes(name))
    if (missing.length > 0)
      fault(['variables'], `"${word}" has no {${missing.join('}, {')}}: use ${values.join(', ') || 'none'}`)
  })
}
