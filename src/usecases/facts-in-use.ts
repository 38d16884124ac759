import type { Fact } from '../engine/schema-facts.ts'
import type { FlowFile } from '../store/flows.ts'

/** One place that rests on a fact: a question of a quiz, an item of a checklist, a packet or a card of first steps. */
export interface FactUse {
  readonly file: string
  /** From 1. */
  readonly line: number
  readonly id: string
}

/** Every fact of the table, in its order, with all that a change of it would touch. */
export function factsInUse(files: readonly FlowFile[]): { fact: Fact; uses: readonly FactUse[] }[] {
  const uses = new Map<string, FactUse[]>()
  const use = (facts: readonly string[], by: FactUse): void => {
    for (const fact of new Set(facts)) uses.set(fact, [...(uses.get(fact) ?? []), by])
  }
  for (const { file, id: flow, parsed } of files) {
    const { content } = parsed
    if (content?.kind === 'packet' || content?.kind === 'emergency')
      use(content.facts, { file, line: parsed.at(['facts']).line, id: flow })
    const [list, entries] =
      content?.kind === 'quiz'
        ? ['questions', content.questions]
        : content?.kind === 'checklist'
          ? ['items', content.items]
          : ['', []]
    entries.forEach(({ id, facts }, index) => {
      use(facts, { file, line: parsed.at([list, index]).line, id })
    })
  }
  return files
    .flatMap(({ parsed: { content } }) => (content?.kind === 'facts' ? content.facts : []))
    .map((fact) => ({ fact, uses: uses.get(fact.id) ?? [] }))
}
