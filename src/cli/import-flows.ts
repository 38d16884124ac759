// `import-xlsform` and `import-rapidpro`: writes what was drawn up, checks the whole folder, and tells what is missing.
import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { commandWord } from '../engine/shelf.ts'
import { writeFlow } from '../engine/write-flow.ts'
import type { FlowFile } from '../store/flows.ts'
import { FlowsBroken, readFlows } from '../usecases/open-shelf.ts'
import { counted } from './counted.ts'
import type { Imported, Written } from './draft-steps.ts'
import { importRapidpro } from './import-rapidpro.ts'
import { importXlsform } from './import-xlsform.ts'
import type { Say } from './say.ts'

/** Resolves with 0 when all is written and passes the check, whatever was not carried over. */
export async function importFlows(
  folder: string,
  files: readonly FlowFile[],
  {
    from,
    kind,
    checklist,
    say,
  }: {
    from: string
    kind: 'xlsform' | 'rapidpro'
    /** A competency and the year of its guideline: the form is a checklist of it. */
    checklist?: { readonly competency: string; readonly year: number } | undefined
    say: Say
  },
): Promise<number> {
  const commands = commandsIn(files)
  const order = checklist && { ...checklist, cadres: cadresOf(files, checklist.competency) }
  if (order?.cadres.length === 0) {
    say(`there is no quiz of the competency ${order.competency}: whom the checklist is for is not known`)
    return 1
  }
  const read =
    kind === 'xlsform' ? await importXlsform(from, commands, order) : await importRapidpro(from, commands)
  if (typeof read === 'string') {
    say(read)
    return 1
  }
  const drawnUp: readonly Imported[] = Array.isArray(read) ? read : [read]
  const imported = drawnUp.filter(({ flow }) => speaks(flow))
  for (const { id } of drawnUp.filter(({ flow }) => !speaks(flow)))
    say(`nothing that "${id}" says or asks can be carried over: no file is written for it`)
  const known = new Set(files.map(({ id }) => String(id)))
  const taken = imported.filter(({ id }) => known.has(id))
  for (const { id } of taken)
    say(`there is a flow "${id}" already: rename it there or here, or take its file away first`)
  if (taken.length > 0) return 1
  const written: string[] = []
  for (const { id, flow } of imported) {
    const name = `${id}.yaml`
    await writeFile(
      join(folder, name),
      writeFlow(flow, [
        `Imported from ${kind === 'xlsform' ? 'an XLSForm' : 'RapidPro'}: to be read over before it is used.`,
      ]),
    )
    written.push(name)
  }
  try {
    await readFlows(folder)
  } catch (error) {
    if (!(error instanceof FlowsBroken)) throw error
    // A folder with a fault in it is not served: what cannot be served does not stay there.
    for (const name of written) await rm(join(folder, name))
    say('What was drawn up does not pass the check and was not kept:')
    throw error
  }
  for (const { id, flow } of imported) {
    const [steps, languages] = [flow['steps'] ?? flow['items'], flow['languages']] as [unknown[], string[]]
    say(
      `${join(folder, `${id}.yaml`)} is written: ${counted(steps.length, 'step')} in ${languages.join(', ')}. Try it: npm run flows -- try ${id}`,
    )
  }
  const notes = drawnUp.flatMap((one) => one.notes)
  say(notes.length === 0 ? 'Everything was carried over.' : 'Not carried over, or changed:')
  for (const note of new Set(notes)) say(`  ${note}`)
  return imported.length > 0 ? 0 : 1
}

/** Whether anybody would read anything of it: a dialogue that only ends is none. */
const speaks = ({ steps, items }: Written): boolean =>
  items !== undefined || (steps as Written[]).some((step) => 'say' in step || 'ask' in step)

/** Whom the quizzes of a competency are for. */
const cadresOf = (files: readonly FlowFile[], competency: string): readonly string[] => [
  ...new Set(
    files.flatMap(({ parsed: { content } }) =>
      content?.kind === 'quiz' && content.competency === competency ? content.cadres : [],
    ),
  ),
]

const commandsIn = (files: readonly FlowFile[]): ReadonlySet<string> =>
  new Set(
    files.flatMap(({ parsed: { content } }) =>
      content?.kind === 'words'
        ? Object.values(content.commands).flatMap((texts) => Object.values(texts).flat().map(commandWord))
        : [],
    ),
  )
