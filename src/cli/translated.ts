// `translated`: notes what translations were made from, so that the check sees which are left behind.
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { inStepNow, leftBehind, writeInStep } from '../engine/left-behind.ts'
import type { Fault } from '../engine/parse.ts'
import { type InStep, inStepSchema } from '../engine/schema-translations.ts'
import { type FlowFile, versionOf } from '../store/flows.ts'
import { counted } from './counted.ts'
import type { Say } from './say.ts'

/** Beside the flows, and no flow: only these commands read it. */
const FILE = 'translations.json'

async function notedIn(folder: string): Promise<InStep> {
  const source = await readFile(join(folder, FILE), 'utf8').catch(() => '{}')
  return inStepSchema.parse(JSON.parse(source))
}

const writtenIn = ({ parsed: { written } }: FlowFile): unknown =>
  written === '' ? undefined : (JSON.parse(written) as unknown)

/** Notes all items whose languages changed together; with a flow's name also those of it that were left behind. */
export async function noteTranslations(
  folder: string,
  files: readonly FlowFile[],
  { flow, say }: { flow: string | undefined; say: Say },
): Promise<number> {
  if (flow !== undefined && !files.some(({ id }) => id === flow)) {
    say(`There is no flow "${flow}": write its name without the ending.`)
    return 1
  }
  const inStep = await notedIn(folder)
  const now = Object.fromEntries(
    files.map((one) => [
      one.id,
      inStepNow(writtenIn(one), inStep[one.id], { versionOf, all: one.id === flow }),
    ]),
  )
  await writeFile(join(folder, FILE), writeInStep(now))
  const behind = files.flatMap((one) =>
    one.id === flow ? [] : leftBehind(writtenIn(one), inStep[one.id], versionOf),
  )
  const items = Object.values(now).reduce((sum, of) => sum + Object.keys(of).length, 0)
  say(
    `${FILE}: ${counted(items, 'item')}; ${counted(behind.length, 'of them has', 'of them have')} a translation that was left behind.`,
  )
  return 0
}

/** What a check advises: translations whose source has changed without them. */
export async function adviseTranslations(folder: string, files: readonly FlowFile[]): Promise<Fault[]> {
  const inStep = await notedIn(folder)
  return files.flatMap((one) =>
    leftBehind(writtenIn(one), inStep[one.id], versionOf).map(({ item, from, behind }) => ({
      file: one.file,
      ...one.parsed.at(item.path),
      message: `"${item.id}" has changed in ${from} and not in ${behind.join(', ')}: translate it anew, or, where it still fits, run \`npm run flows -- translated ${one.id}\``,
    })),
  )
}
