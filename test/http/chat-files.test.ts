// Pictures and documents in the browser chat: only their own person sees them, and sees them well.
import { join } from 'node:path'
import { env } from 'node:process'
import { crc32, deflateSync } from 'node:zlib'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { keepFile } from '../../src/store/files.ts'
import { keepWebBubble } from '../../src/store/web-bubbles.ts'
import type { FileId, PersonId } from '../../src/words/ids.ts'
import type { Attachment } from '../../src/words/message.ts'
import { openBrowser } from '../browser.ts'
import { Client, errorOf, type House, startHouse } from './client.ts'

let house: House
beforeAll(async () => void (house = await startHouse()))
afterAll(() => house.close())

/** A PNG of one colour, 300 by 200. */
function png(): Buffer {
  const chunk = (type: string, data: Buffer): Buffer => {
    const body = Buffer.concat([Buffer.from(type), data])
    const frame = Buffer.alloc(8)
    frame.writeUInt32BE(data.length, 0)
    frame.writeUInt32BE(crc32(body), 4)
    return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)])
  }
  const head = Buffer.from([0, 0, 1, 44, 0, 0, 0, 200, 8, 2, 0, 0, 0])
  const rows = Buffer.alloc(200 * (1 + 300 * 3), 90)
  for (let row = 0; row < 200; row++) rows[row * 901] = 0
  const signature = Buffer.from([137, 80, 78, 71, 13, 10, 26, 10])
  return Buffer.concat([
    signature,
    chunk('IHDR', head),
    chunk('IDAT', deflateSync(rows)),
    chunk('IEND', Buffer.alloc(0)),
  ])
}

const picture = async (person: number): Promise<Attachment> => {
  const name = 'progress.png'
  const mime = 'image/png'
  const file = await keepFile(house.fresh.db, { person: person as PersonId, name, mime, bytes: png() })
  return { file, kind: 'image', name, mime, alt: 'Progress in three competencies' }
}

it('gives a file to whom it was owed, and says the same of all others’ as of none', async () => {
  const [joseph, ruth] = [new Client(house.service.url), new Client(house.service.url)]
  const { file } = await picture(await joseph.be('Joseph'))
  await ruth.be('Ruth')
  const response = await fetch(`${house.service.url}/chat/files/${file}`, { headers: joseph.headers() })
  expect(response.status).toBe(200)
  expect(Buffer.from(await response.arrayBuffer())).toEqual(png())
  expect(response.headers.get('content-type')).toBe('image/png')
  expect(response.headers.get('content-disposition')).toBe('attachment; filename="progress.png"')
  expect(response.headers.get('x-content-type-options')).toBe('nosniff')
  expect(response.headers.get('cache-control')).toContain('private')
  const etag = response.headers.get('etag') ?? ''
  const again = await joseph.ask(`/chat/files/${file}`, undefined, { 'if-none-match': etag })
  expect(again.status).toBe(304)
  const missing = { status: 404, body: errorOf('not_found') }
  expect(await ruth.ask(`/chat/files/${file}`)).toMatchObject(missing)
  expect(await joseph.ask('/chat/files/999999')).toMatchObject(missing)
  expect(await new Client(house.service.url).ask(`/chat/files/${file}`)).toMatchObject({ status: 401 })
  for (const id of ['0', '-1', '1.5', 'x', '9'.repeat(30)])
    expect(await joseph.ask(`/chat/files/${id}`)).toMatchObject({ status: 400 })
})

it('shows a picture, offers a document, and says when one is gone', async (context) => {
  const browser = await openBrowser(context)
  const chidi = new Client(house.service.url)
  const person = await chidi.be('Chidi')
  const { db } = house.fresh
  const attachment = await picture(person)
  const pdf = {
    person: person as PersonId,
    name: 'certificate.pdf',
    mime: 'application/pdf',
    bytes: Buffer.from('%PDF-1.4'),
  } as const
  const document: Attachment = { ...pdf, kind: 'document', file: await keepFile(db, pdf) }
  const gone = { ...attachment, file: 999_999 as FileId }
  for (const [text, sent] of [
    ['Your progress', attachment],
    ['Your certificate', { file: document.file, kind: 'document', name: pdf.name, mime: pdf.mime }],
    ['An old one', gone],
  ] as const)
    await keepWebBubble(db, String(person), { text, attachment: sent }, Date.now())

  const page = await browser.newPage({ viewport: { width: 320, height: 640 }, locale: 'en' })
  const complaints: string[] = []
  try {
    page.on('console', (message) => {
      if (message.type() === 'error' && !message.text().includes('404')) complaints.push(message.text())
    })
    await page.goto(`${house.service.url}/chat`)
    await page.getByRole('button', { name: 'Chidi' }).click()
    // A picture is fetched when it comes into sight.
    await page.getByText('An old one').scrollIntoViewIfNeeded()
    // He reads Kiswahili.
    await page.getByText('Faili hili halihifadhiwi').waitFor()
    const image = page.getByRole('img', { name: 'Progress in three competencies' })
    await image.scrollIntoViewIfNeeded()
    await image.waitFor()
    const shown = await image.evaluate((node) => {
      const { naturalWidth, width } = node as unknown as { naturalWidth: number; width: number }
      return { naturalWidth, fits: width <= 320 }
    })
    expect(shown).toEqual({ naturalWidth: 300, fits: true })
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Fungua: certificate.pdf' }).click(),
    ])
    expect(download.suggestedFilename()).toBe('certificate.pdf')
    if (env['SHOTS']) await page.screenshot({ path: join(env['SHOTS'], 'files.png') })
    expect(complaints).toEqual([])
  } finally {
    await page.close()
  }
}, 60_000)
