// Docker does not run here, but everything its files say can be held against the project, and most of it can be done.
import { execFile, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { cp, mkdir, mkdtemp, readFile, rm, symlink } from 'node:fs/promises'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { dirname, join, relative } from 'node:path'
import { promisify } from 'node:util'
import { parse } from 'yaml'
import { z } from 'zod'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readConfig } from '../src/config/config.ts'
import { VARIABLES } from '../src/config/variables.ts'
import { type FreshDatabase, freshDatabase } from './database.ts'
import { type Dockerfile, readDockerfile } from './dockerfile.ts'

const ROOT = join(import.meta.dirname, '..')
/** Runs a command to its end; what it said is in the error when it fails. */
const run = async (program: string, values: string[], options: object = {}): Promise<{ stdout: string }> =>
  promisify(execFile)(program, values, { encoding: 'utf8', ...options }).catch(
    (error: Error & { stdout?: string }) => {
      throw new Error(`${error.message}\n${error.stdout}`)
    },
  )
const text = (name: string): Promise<string> => readFile(join(ROOT, name), 'utf8')

const packageSchema = z.object({
  engines: z.object({ node: z.string() }),
  scripts: z.record(z.string(), z.string()),
})
const healthSchema = z.object({ test: z.array(z.string()) })
const composeSchema = z.object({
  services: z.record(
    z.string(),
    z.object({
      image: z.string().optional(),
      build: z.string().optional(),
      command: z.array(z.string()).optional(),
      environment: z.record(z.string(), z.string()).default({}),
      depends_on: z.record(z.string(), z.object({ condition: z.string() })).default({}),
      volumes: z.array(z.string()).default([]),
      ports: z.array(z.string()).default([]),
      healthcheck: healthSchema.optional(),
    }),
  ),
  volumes: z.record(z.string(), z.null()),
})
type Compose = z.infer<typeof composeSchema>

let dockerfile: Dockerfile
let compose: Compose
let composeText: string
let scripts: Record<string, string>
let engine: string
let example: Record<string, string>

beforeAll(async () => {
  dockerfile = readDockerfile(await text('Dockerfile'))
  composeText = await text('compose.yaml')
  compose = composeSchema.parse(parse(composeText))
  const manifest = packageSchema.parse(JSON.parse(await text('package.json')))
  scripts = manifest.scripts
  engine = manifest.engines.node
  const lines = (await text('.env.example')).split('\n').filter((line) => /^[A-Z_]+=/.test(line))
  example = Object.fromEntries(
    lines.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  )
})

// A machine whose package lists were never fetched knows no package but those installed.
const knowsDebian = /Candidate: \d/.test(
  spawnSync('apt-cache', ['policy', 'tini'], { encoding: 'utf8' }).stdout ?? '',
)

describe('Dockerfile', () => {
  it('is built on a Node that the project promises to run on, the same in each stage', () => {
    const versions = dockerfile.all('FROM').map((from) => /^node:(\d+)[-.]/.exec(from)?.[1])
    expect(new Set(versions).size).toBe(1)
    const [, major = ''] = /^>=(\d+)\./.exec(engine) ?? []
    expect(Number(versions[0])).toBeGreaterThanOrEqual(Number(major))
  })

  it('copies only what exists and what .dockerignore lets through', async () => {
    const rules = (await text('.dockerignore')).split('\n').filter((line) => !/^(#|$)/.test(line))
    expect(rules[0]).toBe('*')
    const sources = dockerfile
      .all('COPY')
      .filter((rest) => !rest.startsWith('--from'))
      .flatMap((rest) => rest.split(/\s+/).slice(0, -1))
    expect(sources).toContain('src')
    for (const source of sources) {
      expect([source, existsSync(join(ROOT, source))]).toEqual([source, true])
      expect(rules).toContain(`!${source.split('/')[0]}`)
    }
    expect(rules).toContain('**/.env*')
  })

  it('takes from the build only what the build makes', () => {
    const built = dockerfile.copies('build').map(([source]) => source)
    expect(built.toSorted()).toEqual(['/app/dist', '/app/node_modules'])
  })

  it('uses only npm scripts there are', () => {
    const used = dockerfile
      .all('RUN')
      .flatMap((rest) => [...rest.matchAll(/npm run (?:-s )?([\w:-]+)/g)].map((match) => match[1] ?? ''))
    expect(used).not.toEqual([])
    for (const script of used) expect(Object.keys(scripts)).toContain(script)
  })

  it('runs as an ordinary user, under an init that is installed, with its data in a volume of that user', () => {
    const words = dockerfile.finalWords()
    expect(dockerfile.final('USER')).toMatch(/^(?!root$|0$)\w+$/)
    expect(words.lastIndexOf('USER')).toBeLessThan(words.lastIndexOf('CMD'))
    const installed = dockerfile.all('RUN').find((rest) => rest.includes('apt-get install')) ?? ''
    expect(installed).toContain(` ${dockerfile.command('ENTRYPOINT')[0]} `)
    expect(dockerfile.environment()['DATA_DIR']).toBe(dockerfile.final('VOLUME'))
    expect(dockerfile.all('RUN')).toContain(
      `mkdir ${dockerfile.final('VOLUME')} && chown ${dockerfile.final('USER')}:${dockerfile.final('USER')} ${dockerfile.final('VOLUME')}`,
    )
  })

  it('sets only variables the service reads, and to what it understands', () => {
    const { NODE_ENV: mode, ...others } = dockerfile.environment()
    expect(mode).toBe('production')
    for (const name of Object.keys(others)) expect(VARIABLES).toContain(name)
    expect(readConfig(others)).toMatchObject({
      port: Number(dockerfile.final('EXPOSE')),
      dataDir: dockerfile.final('VOLUME'),
    })
  })

  it.each([
    [200, 0],
    [503, 1],
  ])('has a health check that takes %i for exit code %i', async (status, code) => {
    const paths: (string | undefined)[] = []
    const server = createServer((request, response) => {
      paths.push(request.url)
      response.writeHead(status).end()
    }).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const address = server.address()
    const port = typeof address === 'object' ? address?.port : undefined
    const [program = '', ...values] = dockerfile.command('HEALTHCHECK')
    const check = spawn(program, values, {
      env: { ...dockerfile.environment(), PATH: dirname(process.execPath), PORT: String(port) },
    })
    expect(await once(check, 'exit')).toEqual([code, null])
    server.close()
    expect(paths).toEqual(['/healthz'])
  })

  it('installs from a lock file that fits package.json', async () => {
    const { stdout } = await run('npm', ['ci', '--dry-run', '--ignore-scripts', '--no-audit'], { cwd: ROOT })
    expect(stdout).toMatch(/up to date|added|removed|changed/)
  })

  it.runIf(knowsDebian)('installs packages that Debian has', async () => {
    const command = dockerfile.all('RUN').find((rest) => rest.includes('apt-get install')) ?? ''
    const names =
      /apt-get install -y --no-install-recommends ([\w\s-]+?) &&/.exec(command)?.[1]?.split(/\s+/) ?? []
    expect(names).toContain('chromium')
    const { stdout } = await run('apt-cache', ['policy', ...names])
    const known = [...stdout.matchAll(/Candidate: (\S+)/g)].map((match) => match[1])
    expect(known).toHaveLength(names.length)
    expect(known).not.toContain('(none)')
  })
})

describe('the image', () => {
  let app: string
  let fresh: FreshDatabase

  beforeAll(async () => {
    app = await mkdtemp(join(tmpdir(), 'preceptor-image-'))
    fresh = await freshDatabase()
    const dist = join(app, 'dist')
    const to = ['--outDir', dist, '--tsBuildInfoFile', join(dist, '.tsbuildinfo')]
    await run('npm', ['run', '-s', 'build', '--', ...to], { cwd: ROOT })
    for (const [source, target] of dockerfile.copies(undefined)) {
      await cp(join(ROOT, source), join(app, target), { recursive: true })
    }
    await linkProductionPackages(app)
  })

  afterAll(async () => {
    await fresh.close()
    await rm(app, { recursive: true })
  })

  it('has the file its command starts, and that one becomes healthy with production packages alone', async () => {
    const [program = '', ...values] = dockerfile.command('CMD')
    expect(existsSync(join(app, values.at(-1) ?? ''))).toBe(true)
    const port = await freePort()
    const env = {
      ...dockerfile.environment(),
      PATH: dirname(process.execPath),
      HOST: '127.0.0.1',
      PORT: String(port),
      DATA_DIR: join(app, 'data'),
      DATABASE_URL: fresh.url,
      LOG_LEVEL: 'error',
    }
    const service = spawn(program, values, { cwd: app, env, stdio: ['ignore', 'ignore', 'inherit'] })
    const ended = once(service, 'exit')
    try {
      const [check = '', ...rest] = dockerfile.command('HEALTHCHECK')
      const isHealthy = (): Promise<boolean> =>
        run(check, rest, { env }).then(
          () => true,
          () => false,
        )
      await expect.poll(isHealthy, { timeout: 60_000, interval: 200 }).toBe(true)
      const page = await fetch(`http://127.0.0.1:${port}/chat`)
      expect(page.headers.get('content-type')).toContain('text/html')
    } finally {
      service.kill('SIGTERM')
    }
    expect(await ended).toEqual([0, null])
  })
})

/** Only the packages that `npm prune --omit=dev` leaves: a dev package that is imported does not resolve. */
async function linkProductionPackages(app: string): Promise<void> {
  const { stdout } = await run('npm', ['ls', '--omit=dev', '--all', '--parseable'], { cwd: ROOT })
  const paths = stdout.split('\n').filter((path) => path.includes('node_modules'))
  expect(paths.length).toBeGreaterThan(10)
  for (const path of paths.map((one) => relative(ROOT, one))) {
    if (path.lastIndexOf('node_modules') > 0) continue
    await mkdir(dirname(join(app, path)), { recursive: true })
    await symlink(join(ROOT, path), join(app, path))
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  return typeof address === 'object' ? (address?.port ?? 0) : 0
}

/** `${NAME}`, `${NAME:-default}` and `${NAME:?complaint}` filled in as compose does. */
const fill = (value: string, env: Record<string, string>): string =>
  value.replaceAll(/\$\{(\w+)(?::([-?])([^}]*))?\}/g, (_, name: string, kind?: string, other?: string) => {
    if (env[name]) return env[name]
    if (kind === '?') throw new Error(`${name}: ${other}`)
    return other ?? ''
  })

describe('compose.yaml', () => {
  it('builds the service from the Dockerfile here and needs nothing that .env.example does not name', () => {
    expect(compose.services['preceptor']?.build).toBe('.')
    const named = [...composeText.matchAll(/\$\{(\w+)/g)].map((match) => match[1])
    expect(new Set(named)).toEqual(new Set(Object.keys(example)))
  })

  it('hands the service only variables it reads, and settings it understands', () => {
    const { environment = {} } = compose.services['preceptor'] ?? {}
    for (const name of Object.keys(environment)) expect(VARIABLES).toContain(name)
    expect(() => fill(Object.values(environment).join(), example)).toThrow('POSTGRES_PASSWORD')
    const env = { ...example, POSTGRES_PASSWORD: 'secret' }
    const config = readConfig(
      Object.fromEntries(Object.entries(environment).map(([name, value]) => [name, fill(value, env)])),
    )
    expect(config).toMatchObject({ demo: false, timezone: 'Africa/Kigali', telegram: undefined })
    expect([config.databaseUrl, config.redisUrl].map((url) => new URL(url ?? '').hostname)).toEqual([
      'postgres',
      'redis',
    ])
  })

  it('gives the service the database it asks for', () => {
    const { environment = {} } = compose.services['postgres'] ?? {}
    const url = new URL(
      compose.services['preceptor']?.environment['DATABASE_URL']?.replace(/\$\{[^}]*\}/, 'x') ?? '',
    )
    expect(environment['POSTGRES_USER']).toBe(url.username)
    expect(`/${environment['POSTGRES_DB']}`).toBe(url.pathname)
    expect(
      Number(/^postgres:(\d+)$/.exec(compose.services['postgres']?.image ?? '')?.[1]),
    ).toBeGreaterThanOrEqual(14)
  })

  it('waits for services that tell their health, and keeps what must be kept in volumes it declares', () => {
    for (const [name, { condition }] of Object.entries(compose.services['preceptor']?.depends_on ?? {})) {
      expect(condition).toBe('service_healthy')
      expect([name, compose.services[name]?.healthcheck?.test[0]]).toEqual([name, 'CMD'])
    }
    const mounted = Object.values(compose.services).map(({ volumes }) => volumes[0]?.split(':') ?? [])
    expect(new Set(mounted.map(([name]) => name))).toEqual(new Set(Object.keys(compose.volumes)))
    expect(mounted[0]?.[1]).toBe(dockerfile.final('VOLUME'))
    expect(compose.services['preceptor']?.ports[0]?.split(':').at(-1)).toBe(dockerfile.final('EXPOSE'))
  })

  it('keeps alarms when Redis is short of memory', () => {
    const command = compose.services['redis']?.command?.join(' ') ?? ''
    expect(command).toContain('--maxmemory-policy noeviction')
    expect(command).toContain('--appendonly yes')
  })
})
