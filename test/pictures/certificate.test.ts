import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { beforeAll, describe, expect, it } from 'vitest'
import { prepareZXingModule, readBarcodes } from 'zxing-wasm/reader'
import { type Certificate, drawCertificate, writeCertificate } from '../../src/pictures/certificate.ts'
import { keepToLookAt } from './look.ts'

const CERTIFICATE: Certificate = {
  heading: 'Certificate',
  lead: 'This is to say that',
  name: 'Marie-Claire Nyirahabimana Uwimana',
  shown: 'was seen doing it properly, every critical step, and has passed the test:',
  competency: 'Severe pre-eclampsia and eclampsia, with magnesium sulfate',
  facility: 'Rubavu health centre',
  date: '25 November 2026',
  check: 'To check it: code 7KQ2-M9XD-4TRB',
  link: 'https://preceptor.example.org/check/7KQ2-M9XD-4TRB',
  at: Date.parse('2026-11-25T10:00:00Z'),
}

beforeAll(async () => {
  const program = createRequire(import.meta.url).resolve('zxing-wasm/reader/zxing_reader.wasm')
  const bytes = readFileSync(program)
  const wasmBinary = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length)
  await prepareZXingModule({ overrides: { wasmBinary }, fireImmediately: true })
})

/** What a reader of barcodes finds in a picture. */
const scanned = async (png: Uint8Array): Promise<string[]> =>
  (await readBarcodes(png, { formats: ['QRCode'] })).map(({ text }) => text)

describe('the picture', () => {
  it('carries a code that a scanner reads as the link', async () => {
    const png = await drawCertificate(CERTIFICATE)
    keepToLookAt('certificate.png', png)
    expect(await scanned(png)).toEqual([CERTIFICATE.link])
  })

  it('is drawn with signs of markup in a name, and with no code where the service has no address', async () => {
    const odd = { ...CERTIFICATE, name: 'A <b> & "C"', competency: 'x'.repeat(200), link: undefined }
    const png = await drawCertificate(odd)
    keepToLookAt('certificate-odd.png', png)
    expect(await scanned(png)).toEqual([])
  })

  it('is the same for the same words', async () => {
    expect(await drawCertificate(CERTIFICATE)).toEqual(await drawCertificate(CERTIFICATE))
  })
})

it('is a document of one page with its title', async () => {
  const pdf = Buffer.from(await writeCertificate(CERTIFICATE))
  keepToLookAt('certificate.pdf', pdf)
  const text = pdf.toString('latin1')
  expect(text.startsWith('%PDF-')).toBe(true)
  expect(text.match(/\/Type \/Page\b/g)).toHaveLength(1)
  expect(text).toContain('/Title')
})
