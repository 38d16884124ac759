// `test` and `coverage`: the transcripts beside the flows, replayed without a database.
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { draftTranscript } from '../engine/draft-transcript.ts'
import type { Talk } from '../engine/schema-transcript.ts'
import type { Shelf } from '../engine/shelf.ts'
import { placeOf, type Replay, replay } from '../engine/transcript.ts'
import { difference, parseTranscript, writeTranscript } from '../engine/transcript-file.ts'
import type { FlowFile } from '../store/flows.ts'
import { counted } from './counted.ts'
import { draftRead, isRead, readAloud } from './read-aloud.ts'
import type { Say } from './say.ts'
import { shelfOf } from './shelf.ts'

const HEADING = `# Talks as they are to go: \`npm run flows -- test\` holds the flow to them, with \`--update\` it writes anew what the
# bot says. Change what the person says, taps or what deeds find as you like.`

/** Where the talks of a flow lie. */
export const transcriptOf = (flow: string): string => flow.replace(/\.yaml$/, '.transcript.yaml')

/** Replays every transcript and says where it goes otherwise. With `update` what is said is written as it now goes. */
export async function testFlows(
  folder: string,
  files: readonly FlowFile[],
  { update, say }: { update: boolean; say: Say },
): Promise<number> {
  const shelf = shelfOf(files, 'en')
  let talks = 0
  let wrong = 0
  let written = 0
  const complain: Say = (line) => {
    wrong += 1
    say(line)
  }
  for (const { file, draft, play } of told(shelf, files)) {
    const name = transcriptOf(file)
    const path = join(folder, name)
    const before = await readFile(path, 'utf8').catch(() => undefined)
    if (before === undefined && !update)
      complain(`${file}:1:1 has no transcript: \`npm run flows -- test --update\` drafts ${name}`)
    const after =
      before === undefined
        ? writeTranscript(draft(), HEADING)
        : replayed({ play, name, source: before }, update ? silentUnlessStuck(complain) : complain)
    if (update && after !== before) {
      await writeFile(path, after)
      written += 1
    }
    talks += parseTranscript(name, update ? after : (before ?? '[]')).talks.length
  }
  const flowNames = new Set(told(shelf, files).map(({ file }) => transcriptOf(file)))
  const lost = (await transcriptsIn(folder)).filter((name) => !flowNames.has(name))
  for (const name of lost) complain(`${name}:1:1 there is no content of this name beside it`)
  if (update) say(`${counted(written, 'transcript is', 'transcripts are')} written.`)
  say(
    wrong === 0
      ? `${counted(talks, 'talk goes as it is', 'talks go as they are')} written.`
      : `${wrong} to mend.`,
  )
  return wrong === 0 ? 0 : 1
}

interface Written {
  readonly play: Told['play']
  readonly name: string
  readonly source: string
}

/** What differs; `stuck` where the person could not go on as written, which no update mends. */
type Complain = (line: string, stuck?: boolean) => void

const silentUnlessStuck =
  (complain: Say): Complain =>
  (line, stuck) =>
    stuck === true ? complain(line) : undefined

/** The transcript as it now goes; a talk that is stuck stays as it is written. */
function replayed({ play, name, source }: Written, complain: Complain): string {
  const { talks, faults, lineOf } = parseTranscript(name, source)
  for (const { line, column, message } of faults) complain(`${name}:${line}:${column} ${message}`, true)
  if (faults.length > 0) return source
  let same = true
  const now = talks.map((talk, at) => {
    const went = play(talk)
    const found = difference(talk, went)
    if (!found) return talk
    complain(`${name}:${lineOf(at, found.line)}:1 ${found.message}`, went.stuck !== undefined)
    if (went.stuck) return talk
    same = false
    return { ...talk, talk: [...went.lines] }
  })
  return same ? source : writeTranscript(now, headingOf(source))
}

/** The comments a file begins with. */
const headingOf = (source: string): string => (/^(?:#.*\n)*/.exec(source)?.[0] ?? '').trimEnd()

/** Tells the steps and questions that no transcript comes to. Resolves with 0 when there is no such step. */
export async function coverFlows(folder: string, files: readonly FlowFile[], say: Say): Promise<number> {
  const shelf = shelfOf(files, 'en')
  const visited = new Set<string>()
  for (const { file, play } of told(shelf, files)) {
    const source = await readFile(join(folder, transcriptOf(file)), 'utf8').catch(() => '[]')
    for (const talk of parseTranscript(transcriptOf(file), source).talks)
      for (const place of play(talk).visited) visited.add(place)
  }
  let missed = 0
  let steps = 0
  let questions = 0
  let asked = 0
  for (const { file, id, parsed } of files) {
    const { content } = parsed
    if (content?.kind === 'quiz') {
      questions += content.questions.length
      asked += content.questions.filter((_, index) => visited.has(placeOf(id, index))).length
    }
    if (content?.kind !== 'dialogue') continue
    content.steps.forEach((step, index) => {
      if (!('say' in step) && !('ask' in step) && !('do' in step)) return
      steps += 1
      if (visited.has(placeOf(id, index))) return
      missed += 1
      const { line, column } = parsed.at(['steps', index])
      say(`${file}:${line}:${column} no transcript comes to this step${step.id ? ` "${step.id}"` : ''}`)
    })
  }
  say(
    `${steps - missed} of ${counted(steps, 'step')} and ${asked} of ${counted(questions, 'question')} are in a transcript.`,
  )
  return missed === 0 ? 0 : 1
}

/** Content that has a transcript, and how it is told. */
interface Told {
  readonly file: string
  readonly draft: () => Talk[]
  readonly play: (talk: Talk) => Replay
}

const told = (shelf: Shelf, files: readonly FlowFile[]): Told[] =>
  files.flatMap(({ file, id, version, parsed: { content } }): Told[] => {
    if (content?.kind === 'quiz' || content?.kind === 'dialogue') {
      const flow = { id, version, content }
      return [
        {
          file,
          draft: () => draftTranscript(shelf, flow),
          play: (talk) => replay(shelf, flow, talk),
        },
      ]
    }
    if (!isRead(content)) return []
    const read = { version, content }
    return [{ file, draft: () => draftRead(shelf, read), play: (talk) => readAloud(shelf, read, talk) }]
  })

const transcriptsIn = async (folder: string): Promise<string[]> =>
  (await readdir(folder, { recursive: true })).filter((name) => name.endsWith('.transcript.yaml'))
