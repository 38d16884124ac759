// What the documents of the repository say, cut into pieces that a test can try.
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'

export const ROOT = join(import.meta.dirname, '..')

const ROOMS = readdirSync(join(ROOT, 'src'), { withFileTypes: true }).filter((entry) => entry.isDirectory())
export const ROOM_READMES = ROOMS.map(({ name }) => `src/${name}/README.md`)
export const DOCUMENTS = ['README.md', 'CONTRIBUTING.md', 'DECISIONS.md', 'PRIVACY.md', ...ROOM_READMES]

export const textOf = (file: string): string => readFileSync(join(ROOT, file), 'utf8')

/** The fenced examples of a document in one language, in order. */
export function examplesIn(file: string, language: string): string[] {
  const fences = textOf(file).matchAll(new RegExp(`^ *\`\`\`${language}\n(.*?)^ *\`\`\``, 'gms'))
  return [...fences].map((match) => match[1] ?? '')
}

/** The cells of every row of a document's tables. */
export function rowsIn(file: string): string[][] {
  const rows = textOf(file)
    .split('\n')
    .filter((line) => line.startsWith('|'))
  return rows.map((line) => line.split('|').slice(1, -1)).map((cells) => cells.map((cell) => cell.trim()))
}

/** What stands between backticks. */
export const codeIn = (text: string): string[] =>
  [...text.matchAll(/`([^`\n]+)`/g)].map((match) => match[1] ?? '')

const NOT_OURS = new Set(['node_modules', '.git', 'dist', 'build', 'data', 'coverage'])
const PATHS = readdirSync(ROOT)
  .filter((name) => !NOT_OURS.has(name))
  .flatMap((name) => {
    if (!statSync(join(ROOT, name)).isDirectory()) return [name]
    const inside = readdirSync(join(ROOT, name), { recursive: true, encoding: 'utf8' })
    return [name, ...inside.map((path) => `${name}/${path}`)]
  })

/** Whether a path, or the end of one, is a file or folder here; what is built is named by what it is built from. */
export function isThere(name: string): boolean {
  const source = name.replace(/\/$/, '').replace(/^dist\/(.*)\.js$/, 'src/$1.ts')
  return PATHS.some((path) => path === source || path.endsWith(`/${source}`))
}
