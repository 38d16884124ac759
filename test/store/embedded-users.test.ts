// Who runs it and where it lies: root, an ordinary user, closed homes, read-only programs, programs without their links.
import { execFile } from 'node:child_process'
import { chmod, chown, cp, mkdir, readdir, readlink, rename, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { Client } from 'pg'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import {
  buildProject,
  isRoot,
  makeDirectory,
  nativeOf,
  NOBODY,
  removeDirectory,
  type Service,
  startService,
} from './embedded/service.ts'

let model: string
let directory: string
let elsewhere: string[] = []
const running: Service[] = []

beforeAll(async () => {
  model = await makeDirectory()
  await buildProject(model)
})

afterAll(() => removeDirectory(model))

afterEach(async () => {
  for (const service of running.splice(0)) await service.stop()
  await removeDirectory(directory, ...elsewhere)
  elsewhere = []
})

/** A new directory for data of the project that all tests share. */
async function newDataDir(user?: { uid: number; gid: number }): Promise<string> {
  directory = await makeDirectory()
  if (user) await chown(directory, user.uid, user.gid)
  return join(directory, 'data')
}

/** A copy of the project in a home directory of the given mode. */
async function newProject(mode: number): Promise<string> {
  directory = await makeDirectory()
  const home = join(directory, 'home')
  await mkdir(home)
  const project = join(home, 'preceptor')
  await cp(model, project, { recursive: true, verbatimSymlinks: true })
  await chmod(home, mode)
  return project
}

async function start(project: string, user: object = {}, dataDir = join(project, 'data')): Promise<Service> {
  const service = await startService(project, dataDir, user)
  running.push(service)
  return service
}

async function query(url: string, statement: string): Promise<Record<string, unknown>[]> {
  const client = new Client({ connectionString: url })
  await client.connect()
  try {
    return (await client.query<Record<string, unknown>>(statement)).rows
  } finally {
    await client.end()
  }
}

/** Takes the links away that the platform package's install script makes. */
async function removeLinks(native: string): Promise<number> {
  const lib = join(native, 'lib')
  const links = (await readdir(lib, { withFileTypes: true })).filter((entry) => entry.isSymbolicLink())
  for (const { name } of links) await rm(join(lib, name))
  return links.length
}

/** Gives everything to `nobody`, as if that user had installed the project. */
async function giveAway(path: string): Promise<void> {
  await chown(path, NOBODY.uid, NOBODY.gid)
  for (const entry of await readdir(path, { recursive: true, withFileTypes: true })) {
    if (!entry.isSymbolicLink()) await chown(join(entry.parentPath, entry.name), NOBODY.uid, NOBODY.gid)
  }
}

async function closeForWriting(path: string): Promise<void> {
  for (const entry of await readdir(path, { recursive: true, withFileTypes: true })) {
    if (entry.isDirectory()) await chmod(join(entry.parentPath, entry.name), 0o555)
  }
  await chmod(path, 0o555)
}

describe.runIf(isRoot)('as root', () => {
  it('runs PostgreSQL as another user, with the data in DATA_DIR, and nobody else may start on them', async () => {
    const dataDir = await newDataDir()
    const service = await start(model, {}, dataDir)
    expect(service.dataDir).toBe(join(dataDir, 'postgres/data'))
    const { uid, mode } = await stat(service.dataDir)
    expect(uid).not.toBe(0)
    expect(mode & 0o777).toBe(0o700)
    expect(await query(service.url, 'select 1 as one')).toEqual([{ one: 1 }])
    await service.stop()
    await expect(start(model, NOBODY, dataDir)).rejects.toThrow(/no_access: .*another user/)
  })

  it('in a home of mode 700: keeps data and programs where that user can enter, and finds them again', async () => {
    const project = await newProject(0o700)
    const service = await start(project)
    elsewhere.push(dirname(service.dataDir))
    expect(service.dataDir).toMatch(/^\/var\/lib\/preceptor\/[0-9a-f]{12}\/data$/)
    expect(service.logged.join()).toContain('so the data are kept outside DATA_DIR')
    expect((await readdir(dirname(service.dataDir))).some((name) => name.startsWith('programs-'))).toBe(true)
    await query(service.url, 'create table kept as select 7 as n')
    await service.stop()
    // Opened later, the home would do; the data stay where they are all the same.
    await chmod(dirname(project), 0o755)
    const again = await start(project)
    expect(again.dataDir).toBe(service.dataDir)
    expect(await query(again.url, 'select n from kept')).toEqual([{ n: 7 }])
    expect((await stat(join(project, 'data/postgres/password'))).mode & 0o777).toBe(0o600)
  })

  it('serves data that an ordinary user began as that user', async () => {
    const dataDir = await newDataDir(NOBODY)
    const service = await start(model, NOBODY, dataDir)
    await query(service.url, 'create table kept as select 7 as n')
    await service.stop()
    const again = await start(model, {}, dataDir)
    expect(await query(again.url, 'select n from kept')).toEqual([{ n: 7 }])
    expect((await stat(again.dataDir)).uid).toBe(NOBODY.uid)
  })

  it('takes data back that were restored from a backup as files of root', async () => {
    const dataDir = await newDataDir()
    const service = await start(model, {}, dataDir)
    await query(service.url, 'create table kept as select 7 as n')
    await service.stop()
    const copy = `${service.dataDir}.backup`
    // By the shell's: from Node 24 on its own keeps the owner.
    await promisify(execFile)('cp', ['-r', service.dataDir, copy])
    await rm(service.dataDir, { recursive: true })
    await rename(copy, service.dataDir)
    expect((await stat(join(service.dataDir, 'PG_VERSION'))).uid).toBe(0)
    const again = await start(model, {}, dataDir)
    expect(await query(again.url, 'select n from kept')).toEqual([{ n: 7 }])
  })
})

describe.runIf(isRoot)('as an ordinary user', () => {
  it('runs everything as that user, in a home of mode 700', async () => {
    const project = await newProject(0o700)
    await giveAway(dirname(project))
    const service = await start(project, NOBODY)
    expect(service.dataDir).toBe(join(project, 'data/postgres/data'))
    expect((await stat(service.dataDir)).uid).toBe(NOBODY.uid)
    expect(await query(service.url, 'select 1 as one')).toEqual([{ one: 1 }])
  })

  it('with programs that are read-only and without links: runs a mended copy', async () => {
    const project = await newProject(0o755)
    expect(await removeLinks(nativeOf(project))).toBeGreaterThan(0)
    await closeForWriting(nativeOf(project))
    await mkdir(join(project, 'data'))
    await giveAway(join(project, 'data'))
    const service = await start(project, NOBODY)
    const places = await readdir(dirname(service.dataDir))
    const copy = places.find((name) => name.startsWith('programs-')) ?? ''
    expect(await readlink(join(dirname(service.dataDir), copy, 'lib/libpq.so.5'))).toBe('libpq.so.5.18')
    expect(await query(service.url, 'select 1 as one')).toEqual([{ one: 1 }])
  })
})

describe('where install scripts are switched off', () => {
  it('makes the links of the programs at the start, and says what to do without any programs', async () => {
    const project = await newProject(0o755)
    const native = nativeOf(project)
    expect(await removeLinks(native)).toBeGreaterThan(0)
    // npm keeps the permissions of an archive, some mirrors and backups do not.
    await chmod(join(native, 'bin/postgres'), 0o644)
    const service = await start(project)
    expect(await query(service.url, 'select 1 as one')).toEqual([{ one: 1 }])
    expect(await readlink(join(native, 'lib/libpq.so.5'))).toBe('libpq.so.5.18')
    await service.stop()
    await rm(native, { recursive: true })
    await expect(start(project)).rejects.toThrow(/no_program: .*DATABASE_URL/)
    expect(await readdir(join(project, 'data/postgres'))).not.toContain('owner.json')
  })
})
