import { mkdir, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { codeOf } from './embedded/error.ts'

/**
 * Makes a folder and whatever is missing above it; gives back the topmost one it made, undefined when all were there.
 * Node's own (`recursive`) tries for ever where nothing can be made, as in `/proc`.
 * @throws the file system's error, when something stands in the way or may not be made.
 */
export async function makeFolder(folder: string): Promise<string | undefined> {
  try {
    return await makeOne(folder)
  } catch (error) {
    if (codeOf(error) !== 'ENOENT' || dirname(folder) === folder) throw error
  }
  const above = await makeFolder(dirname(folder))
  const made = await makeOne(folder)
  return above ?? made
}

async function makeOne(folder: string): Promise<string | undefined> {
  try {
    await mkdir(folder)
    return folder
  } catch (error) {
    // There already, or just made by another process.
    if (codeOf(error) === 'EEXIST' && (await stat(folder)).isDirectory()) return undefined
    throw error
  }
}
