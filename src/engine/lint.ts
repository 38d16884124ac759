// What an author can get wrong that no single field shows: each fault says where it is and what would mend it.
import { type Language, LANGUAGES, type LocalText } from '../words/language.ts'
import { type Adaptive, MAY_STOP } from './adaptive.ts'
import { lintDialogue } from './lint-dialogue.ts'
import { lintChecklistFacts, lintEmergencyFacts, lintPacketFacts, lintQuizFacts } from './lint-facts.ts'
import { lintReport } from './lint-report.ts'
import { lintTemplate } from './lint-template.ts'
import { lintFilled, lintOptions, type Path, type Report, type Surroundings } from './lint-texts.ts'
import type { Fault, ParsedFlow } from './parse.ts'
import type { Catalogue } from './schema-catalogue.ts'
import type { Checklist } from './schema-checklist.ts'
import type { Packet } from './schema-packet.ts'
import { formShown, formsIn, type Quiz, type Words } from './schema.ts'
import { commandWord } from './shelf.ts'
import { COMMANDS, WORDS } from './vocabulary.ts'

/** Longest explanation that is read on a phone, in characters. */
const LONGEST_BECAUSE = 300
/** Longest question: two screens of a small phone. */
const LONGEST_ASK = 600
/** Longest option: a poll of a group holds no more, on any channel. */
const LONGEST_OPTION = 100
/** Longest step of a checklist: several are read at once, at the bedside. */
const LONGEST_OBSERVE = 120
/** A packet is one message that is read in a minute and thought about in two. */
const LONGEST_CASE = 360
const LONGEST_POINT = 200

/** Everything wrong with a flow whose shape is right. */
export function lintFlow(file: string, parsed: ParsedFlow, around: Surroundings): Fault[] {
  const faults: Fault[] = []
  const fault: Report = (path, message) => void faults.push({ file, ...parsed.at(path), message })
  const { content } = parsed
  if (!content) return [...parsed.faults]
  if (content.kind === 'calendar' || content.kind === 'privacy') return []
  if (content.kind === 'reviews') return []
  if (content.kind === 'facts') {
    lintIds(content.facts, 'facts', fault)
    return faults
  }
  // The codes of a template's languages look like a text and are none.
  const said = content.kind === 'template' ? { text: content.text, button: content.button } : content
  for (const { path, text } of textsIn(said, [])) {
    const missing = content.languages.filter((language) => text[language] === undefined)
    if (missing.length > 0)
      fault(
        path,
        `the text is missing in ${missing.join(', ')}: write it, or take the language out of "languages"`,
      )
  }
  if ('status' in content && content.status === 'reviewed' && (!content.reviewed_by || !content.review_date))
    fault(
      ['status'],
      'a reviewed flow names who reviewed it and when: add reviewed_by and review_date, or set status to draft',
    )
  if (content.kind === 'quiz') lintQuiz(content, around, fault)
  if (content.kind === 'checklist') lintChecklist(content, around, fault)
  if (content.kind === 'packet') lintPacket(content, around, fault)
  if (content.kind === 'emergency' && around.facts) lintEmergencyFacts(content, around.facts, fault)
  if (content.kind === 'catalogue') lintCatalogue(content, fault)
  if (content.kind === 'dialogue') lintDialogue(content, around, fault)
  if (content.kind === 'template') lintTemplate(content, fault)
  if (content.kind === 'report') lintReport(content, fault)
  if (content.kind === 'words') lintWords(content, around, fault)
  return faults
}

function lintQuiz(quiz: Quiz, around: Surroundings, fault: Report): void {
  lintDraw(quiz, fault)
  if (quiz.adaptive) lintAdaptive(quiz.adaptive, quiz.pass_percent, fault)
  lintIds(quiz.questions, 'questions', fault)
  if (around.facts) lintQuizFacts(quiz, around.facts, fault)
  quiz.questions.forEach((question, index) => {
    const path = ['questions', index]
    tooLong(question.ask, LONGEST_ASK, (language, length) =>
      fault(
        [...path, 'ask', language],
        `the question has ${length} characters; ${LONGEST_ASK} are read on a phone: shorten it`,
      ),
    )
    lintOptions(
      question.options.map(({ key, text }) => ({ path: [...path, 'options', key], text })),
      around,
      fault,
    )
    for (const option of question.options) {
      tooLong(option.text, LONGEST_OPTION, (language, length) =>
        fault(
          [...path, 'options', option.key, 'text', language],
          `the option has ${length} characters; ${LONGEST_OPTION} fit into a poll: shorten it`,
        ),
      )
      tooLong(option.because, LONGEST_BECAUSE, (language, length) =>
        fault(
          [...path, 'options', option.key, 'because', language],
          `the explanation has ${length} characters; at most ${LONGEST_BECAUSE} are read: shorten it`,
        ),
      )
    }
  })
}

/**
 * Each test draws from its own form, and practice from what is left to it: every form holds what is drawn. A question
 * that is withdrawn must not stop the service, so it still counts here; `advise.ts` asks for another in its place.
 */
function lintDraw({ questions, draw }: Quiz, fault: Report): void {
  if (questions.every(({ withdrawn }) => withdrawn))
    fault(['questions'], 'every question is withdrawn: write another, or take the quiz out')
  for (const form of formsIn(questions)) {
    const held = questions.filter((question) => question.form === form).length
    if (draw > held)
      fault(
        ['draw'],
        `draw is ${draw}, and ${formShown(form)} holds ${held}: write more questions, move some there, or draw fewer`,
      )
  }
}

function lintAdaptive({ between: [low, high], tests }: Adaptive, bar: number, fault: Report): void {
  if (low >= bar || high <= bar)
    fault(
      ['adaptive', 'between'],
      `the pass mark of ${bar} % must lie between the two: write one below and one above it`,
    )
  const record = tests.filter((test) => !MAY_STOP.includes(test))
  if (record.length > 0)
    fault(
      ['adaptive', 'tests'],
      `only a first test may end early; a test of record asks its whole form: take ${record.join(', ')} out`,
    )
}

function lintChecklist(checklist: Checklist, around: Surroundings, fault: Report): void {
  const { items } = checklist
  lintIds(items, 'items', fault)
  if (around.facts) lintChecklistFacts(checklist, around.facts, fault)
  if (!items.some(({ critical }) => critical))
    fault(['items'], 'no item is critical: mark those that would harm when left out')
  items.forEach(({ observe }, index) =>
    tooLong(observe, LONGEST_OBSERVE, (language, length) =>
      fault(
        ['items', index, 'observe', language],
        `the step has ${length} characters; ${LONGEST_OBSERVE} are read at a bedside: shorten it`,
      ),
    ),
  )
}

function lintPacket(packet: Packet, around: Surroundings, fault: Report): void {
  if (around.facts) lintPacketFacts(packet, around.facts, fault)
  const parts: [Path, LocalText, number][] = [
    [['case'], packet.case, LONGEST_CASE],
    ...packet.points.map((point, index): [Path, LocalText, number] => [
      ['points', index],
      point,
      LONGEST_POINT,
    ]),
    [['task'], packet.task, LONGEST_POINT],
  ]
  for (const [path, text, most] of parts)
    tooLong(text, most, (language, length) =>
      fault(
        [...path, language],
        `it has ${length} characters; ${most} are read in a packet of three minutes: shorten it`,
      ),
    )
}

/** A code names one competency in one area: records are kept under it. */
function lintCatalogue({ areas }: Catalogue, fault: Report): void {
  const seen = new Set<string>()
  areas.forEach((area, at) => {
    if (areas.slice(0, at).some((other) => other.id === area.id))
      fault(['areas', at, 'id'], `"${area.id}" is the id of two areas: give each its own`)
    area.competencies.forEach(({ code }, index) => {
      if (seen.has(code))
        fault(
          ['areas', at, 'competencies', index, 'code'],
          `"${code}" stands in the catalogue already: take it out of one place`,
        )
      seen.add(code)
    })
  })
}

/** Each has an id of its own: answers are kept under it. */
function lintIds(
  entries: readonly { readonly id: string }[],
  list: 'questions' | 'items' | 'facts',
  fault: Report,
): void {
  entries.forEach(({ id }, index) => {
    if (entries.slice(0, index).some((other) => other.id === id))
      fault([list, index, 'id'], `"${id}" is the id of two ${list}: give each its own`)
  })
}

function lintWords(words: Words, around: Surroundings, fault: Report): void {
  for (const [name, values] of Object.entries(WORDS)) {
    const text = words.words[name]
    if (text) lintFilled({ path: ['words', name], text }, new Set(values), fault)
    else fault(['words'], `the interface says "${name}" somewhere: add it`)
  }
  for (const command of COMMANDS)
    if (!(command in words.commands))
      fault(['commands'], `people may send "${command}" at any time: add its words`)
  const taken = new Map<string, string>()
  for (const [command, texts] of Object.entries(words.commands)) {
    const path = ['commands', command]
    if (!COMMANDS.includes(command) && !around.dialogues.has(command))
      fault(path, `there is no dialogue "${command}" to open: write its file, or take the command out`)
    const missing = words.languages.filter((language) => texts[language] === undefined)
    if (missing.length > 0) fault(path, `the command has no words in ${missing.join(', ')}: add them`)
    for (const text of Object.values(texts).flat()) {
      const other = taken.get(commandWord(text))
      if (other !== undefined && other !== command)
        fault(path, `"${text}" is a word for ${other} too: choose another`)
      taken.set(commandWord(text), command)
    }
  }
}

function tooLong(text: LocalText, most: number, report: (language: Language, length: number) => void): void {
  for (const language of LANGUAGES)
    if ((text[language]?.length ?? 0) > most) report(language, text[language]?.length ?? 0)
}

/** Every text of several languages in a flow, with the path that leads to it. */
export function textsIn(value: unknown, path: Path): { path: Path; text: LocalText }[] {
  if (typeof value !== 'object' || value === null) return []
  if (Array.isArray(value))
    return value.flatMap((item, index) => textsIn(item, [...path, keyOf(item) ?? index]))
  const keys = Object.keys(value)
  if (keys.length > 0 && keys.every((key) => (LANGUAGES as readonly string[]).includes(key)))
    return Object.values(value).every((item) => typeof item === 'string') ? [{ path, text: value }] : []
  return Object.entries(value).flatMap(([key, item]) => textsIn(item, [...path, key]))
}

/** Options stand in the file under their key, in the content as a list. */
const keyOf = (item: unknown): string | undefined =>
  typeof item === 'object' && item !== null && 'key' in item && typeof item.key === 'string'
    ? item.key
    : undefined
