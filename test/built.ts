import { execFile } from 'node:child_process'
import { mkdtemp, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { inject } from 'vitest'

const root = join(import.meta.dirname, '..')
let built: Promise<string> | undefined

/**
 * The `main.js` that `npm start` would run, built by the first file of a worker that needs it, in a folder of the tests'
 * own: nobody's `dist` is in the way.
 */
export const builtMain = (): Promise<string> => (built ??= build())

async function build(): Promise<string> {
  const folder = await mkdtemp(join(inject('scratch'), 'built-'))
  // Types are checked elsewhere; this is about what runs.
  const to = ['--outDir', join(folder, 'dist')]
  const tsc = join(root, 'node_modules/typescript/bin/tsc')
  await promisify(execFile)(
    process.execPath,
    // Whole, and without notes for a next time: those in `dist` are about what lies there.
    [tsc, '-p', root, '--noCheck', '--incremental', 'false', '--tsBuildInfoFile', 'null', ...to],
    { cwd: root },
  )
  await writeFile(join(folder, 'package.json'), '{ "type": "module" }')
  for (const name of ['node_modules', 'migrations', 'src'])
    await symlink(join(root, name), join(folder, name))
  return join(folder, 'dist/main.js')
}
