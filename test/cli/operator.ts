// An operator at the command line, with a real database.
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach } from 'vitest'
import { preceptor } from '../../src/cli/preceptor.ts'
import { freshDatabase, type FreshDatabase } from '../database.ts'

export interface Told {
  readonly code: number
  readonly lines: string[]
}

export const HEADER = 'name,phone,telegram,language,role,cadre,facility,district,invite_code\n'
export const GOOD = `${HEADER}Joseph Nshuti,0788 000 001,,rw,mentee,nurse,"Rubavu, Lake HC",Rubavu,JOSEPH-1
Amina Ingabire,,123456,fr,district_based_mentor,midwife,Three Hills DH,Rubavu,
Chidi Okello,,,,mentee,chw,,,CHIDI-1
`

/** One operator and one database for a file; every test begins with nobody on the roster. */
export class Operator {
  #fresh: FreshDatabase | undefined
  folder = ''

  constructor() {
    beforeAll(async () => {
      this.#fresh = await freshDatabase()
      this.folder = await mkdtemp(join(tmpdir(), 'preceptor-cli-'))
    })
    afterAll(async () => {
      await this.#fresh?.close()
      await rm(this.folder, { recursive: true, force: true })
    })
    beforeEach(() =>
      this.fresh.pool.query('truncate person, facility, address, received_message restart identity cascade'),
    )
  }

  get fresh(): FreshDatabase {
    if (!this.#fresh) throw new Error('the database is made before the first test')
    return this.#fresh
  }

  async run(...args: string[]): Promise<Told> {
    const lines: string[] = []
    const env = { DATABASE_URL: this.fresh.url, DATA_DIR: join(this.folder, 'data') }
    const code = await preceptor(args, env, (line) => void lines.push(line))
    return { code, lines }
  }

  async importing(csv: string | Buffer): Promise<Told> {
    const file = join(this.folder, 'roster.csv')
    await writeFile(file, csv)
    return this.run('people', 'import', file)
  }

  /** Every row an import may touch. */
  everything(): Promise<unknown[]> {
    const tables = ['person', 'facility', 'address', 'session', 'consent', 'access_request']
    return Promise.all(
      tables.map(async (table) => (await this.fresh.pool.query(`select * from ${table} order by 1`)).rows),
    )
  }

  async people(): Promise<Record<string, unknown>[]> {
    const { rows } = await this.fresh.pool.query<Record<string, unknown>>(
      `select p.name, p.role, p.cadre, p.language, p.phone, p.invite_code, f.name facility, f.district, a.external_id telegram
       from person p left join facility f on f.id = p.facility_id
         left join address a on a.person_id = p.id and a.channel = 'telegram' order by p.id`,
    )
    return rows
  }
}
