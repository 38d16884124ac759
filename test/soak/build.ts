import { execFile } from 'node:child_process'
import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

export interface Built {
  /** What `npm start` would run. */
  readonly main: string
  remove(): Promise<void>
}

/** Builds the service of this project into a folder of its own, so that nobody's `dist` is in the way. */
export async function buildService(root: string): Promise<Built> {
  const folder = await mkdtemp(join(tmpdir(), 'preceptor-built-'))
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
  return { main: join(folder, 'dist/main.js'), remove: () => rm(folder, { recursive: true, force: true }) }
}
