// A certificate from the validation to the page its code leads to.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { pino } from 'pino'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { prepareZXingModule, readBarcodes } from 'zxing-wasm/reader'
import type { FastifyInstance } from 'fastify'
import { serveChecks } from '../../src/http/check.ts'
import { makeServer } from '../../src/http/server.ts'
import { codeMeant } from '../../src/store/certificates.ts'
import { fileOf, readFile } from '../../src/store/files.ts'
import { checkCertificate } from '../../src/usecases/check-certificate.ts'
import { issueCertificate } from '../../src/usecases/issue-certificate.ts'
import { recordEvidence } from '../../src/usecases/record-evidence.ts'
import { DAY } from '../../src/words/clock.ts'
import type { AttemptId, PersonId } from '../../src/words/ids.ts'
import type { Attachment } from '../../src/words/message.ts'
import { makeProgramme, type Programme } from '../programme.ts'

let programme: Programme
let app: FastifyInstance
let joseph: PersonId
let amina: PersonId
let validated: boolean | undefined
let document: Omit<Attachment, 'alt'>
let link = ''
let picture: Uint8Array = new Uint8Array()
const HERE = 'https://mentor.example.org'

beforeAll(async () => {
  programme = await makeProgramme()
  const { desk, fresh } = programme
  ;[joseph, amina] = [await programme.meet('joseph'), await programme.meet('amina')]
  const shown = { score: 17, max: 17, bar: 85, criticalMissed: 0, techniqueOk: true, complete: true }
  const about = { personId: joseph, competency: 'NB-HBB' }
  const moved = await recordEvidence(fresh.db, programme.now, [
    { kind: 'observation', ...about, observation: 1, observerId: amina, ...shown },
    { kind: 'post_test', ...about, attempt: 1 as AttemptId, ...shown, passed: true },
  ])
  validated = moved.at(-1)?.validated
  await fresh.db.query(`update person set name = 'Joseph <b>Nshuti</b>' where id = $1`, [joseph])
  const says = await issueCertificate({ ...desk, publicUrl: HERE }, fresh.db, {
    person: joseph,
    competency: 'NB-HBB',
    now: programme.now,
  })
  const [image, pdf] = says
  if (image?.say !== 'file' || pdf?.say !== 'file') throw new Error('no files')
  document = pdf.attachment
  picture = (await readFile(fresh.db, image.attachment.file)) ?? picture
  link = String(image.values?.['link'])
  app = await makeServer(pino({ level: 'silent' }), 'loopback')
  serveChecks(app, { check: (code) => checkCertificate(desk, code), timezone: 'Africa/Kigali' })
})
afterAll(async () => {
  await app.close()
  await programme.close()
})

const ask = async (
  path: string,
  headers: Record<string, string> = {},
): Promise<{ status: number; body: string }> => {
  const { statusCode: status, body } = await app.inject({ url: path, headers })
  return { status, body }
}
const path = (): string => link.slice(HERE.length)

it('is scanned from the picture to the page, which says name, competency, date and place, and no more', async () => {
  const bytes = readFileSync(createRequire(import.meta.url).resolve('zxing-wasm/reader/zxing_reader.wasm'))
  const wasmBinary = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length)
  await prepareZXingModule({ overrides: { wasmBinary }, fireImmediately: true })
  expect((await readBarcodes(picture, { formats: ['QRCode'] })).map(({ text }) => text)).toEqual([link])
  const { status, body } = await ask(path())
  expect(status).toBe(200)
  expect(body).toContain('This certificate is valid')
  expect(body).toContain('Joseph &lt;b&gt;Nshuti&lt;/b&gt;')
  expect(body).toContain('<dt>Validated on</dt><dd>23 November 2026</dd>')
  expect(body).toContain('Rubavu HC')
  for (const secret of ['+250788', '17', '85', 'nurse', 'joseph"']) expect(body).not.toContain(secret)
})

it('is owed as a picture and a document, to its owner alone', async () => {
  expect(validated).toBe(true)
  expect(document.kind).toBe('document')
  const { db } = programme.fresh
  expect((await fileOf(db, joseph, document.file))?.mime).toBe('application/pdf')
  expect(await fileOf(db, amina, document.file)).toBeUndefined()
})

it('is read in four languages', async () => {
  expect((await ask(path(), { 'accept-language': 'fr-RW, en' })).body).toContain('Ce certificat est valable')
  expect((await ask(`${path()}?lang=rw`)).body).toContain('<html lang="rw">')
  expect((await ask(`${path()}?lang=sw`)).body).toContain('Cheti hiki ni halali')
  expect((await ask(`${path()}?lang=xx`)).status).toBe(200)
})

it('is found however its code is typed, and no other is', async () => {
  const code = path().split('/').at(-1) ?? ''
  const typed = code.toLowerCase().replaceAll('-', ' ').replaceAll('0', 'o').replaceAll('1', 'l')
  expect((await ask(`/check/${encodeURIComponent(typed)}`)).status).toBe(200)
  const other = code.slice(0, -1) + (code.endsWith('A') ? 'B' : 'A')
  for (const wrong of [other, 'x', '%00', 'AAAA-AAAA-AAAA', encodeURIComponent("' or 1=1")]) {
    const { status, body } = await ask(`/check/${wrong}`)
    expect(status).toBe(404)
    expect(body).toContain('no certificate with this code')
  }
  expect((await ask(`/check/${'A'.repeat(100)}`)).status).toBe(400)
  expect(codeMeant('il0o-aaaa-aaaa')).toBe('1100AAAAAAAA')
})

it('says when a refresher is due, and never that somebody failed', async () => {
  programme.now += 400 * DAY
  const { status, body } = await ask(path())
  expect(status).toBe(200)
  expect(body).toContain('a refresher is due')
  programme.now -= 400 * DAY
})

it('is asked for thirty times a minute from one place, and then no more', async () => {
  const statuses: number[] = []
  for (let at = 0; at < 31; at++)
    statuses.push((await ask(path(), { 'x-forwarded-for': '203.0.113.77' })).status)
  expect(statuses).toEqual([...Array.from({ length: 30 }, () => 200), 429])
  expect((await ask(path(), { 'x-forwarded-for': '203.0.113.78' })).status).toBe(200)
})

it('goes with its person', async () => {
  await programme.fresh.db.query('delete from person where id = $1', [joseph])
  expect((await ask(path())).status).toBe(404)
})
