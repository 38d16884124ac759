// A certificate, as a picture for the chat and as a document to print: one layout, drawn twice.
import Pdf from 'pdfkit'
import { FAMILY, fonts } from './fonts.ts'
import { toPng } from './png.ts'
import { qrSquares } from './qr.ts'

/** Everything that stands on it, in the language of its owner; nothing else is known of them here. */
export interface Certificate {
  readonly heading: string
  /** Such as "This is to say that". */
  readonly lead: string
  readonly name: string
  /** Such as "has been seen doing it properly, and has passed the test:". */
  readonly shown: string
  readonly competency: string
  readonly facility: string
  readonly date: string
  /** How it is checked, and the code. */
  readonly check: string
  /** Where it is checked; without an address of the service there is no code to scan. */
  readonly link: string | undefined
  /** When it was made, in milliseconds; a document carries its date. */
  readonly at: number
}

interface Line {
  readonly text: string
  /** The base line, from the top. */
  readonly y: number
  readonly size: number
  readonly bold: boolean
  readonly colour: string
}

/** The page: A4 upright, in pixels of the picture. */
const WIDTH = 1080
const HEIGHT = 1528
const EDGE = 48
/** The widest a line may be. */
const ROOM = WIDTH - 4 * EDGE
const QR = { side: 330, y: 1010 }

const INK = '#13322b'
const QUIET = '#51655f'
const GREEN = '#00695c'

function layout(certificate: Certificate): Line[] {
  const line = (text: string, y: number, size: number, more: Partial<Line> = {}): Line => ({
    text,
    y,
    size: Math.min(size, fitting(text, more.bold ?? false)),
    bold: false,
    colour: INK,
    ...more,
  })
  /** The lines of one text, all as large as the longest of them may be. */
  const lines = (texts: readonly string[], y: number, size: number, more: Partial<Line>): Line[] => {
    const sizes = texts.map((text) => fitting(text, more.bold ?? false))
    const same = Math.min(size, ...sizes)
    return texts.map((text, at) => line(text, y + Math.round(at * 1.25 * same), same, more))
  }
  return [
    line(certificate.heading, 220, 72, { bold: true, colour: GREEN }),
    line(certificate.lead, 350, 34, { colour: QUIET }),
    line(certificate.name, 450, 66, { bold: true }),
    ...lines(broken(certificate.shown, 48), 550, 34, { colour: QUIET }),
    ...lines(broken(certificate.competency, 30), 690, 54, { bold: true, colour: GREEN }),
    line(certificate.facility, 900, 36),
    line(certificate.date, 952, 36),
    line(certificate.check, 1375, 30),
    ...(certificate.link === undefined ? [] : [line(certificate.link, 1420, 26, { colour: QUIET })]),
  ]
}

/** About how large a line may be written to fit: DejaVu Sans is 0.6 of its size wide, bold 0.7. */
const fitting = (text: string, bold: boolean): number =>
  Math.floor(ROOM / (Math.max(1, text.length) * (bold ? 0.7 : 0.6)))

/** The text in at most three lines of about `length` letters, parted between words. */
function broken(text: string, length: number): string[] {
  const lines: string[] = []
  for (const word of text.split(/\s+/)) {
    const last = lines.at(-1)
    if (last !== undefined && (last.length + word.length < length || lines.length === 3))
      lines[lines.length - 1] = `${last} ${word}`
    else lines.push(word)
  }
  return lines
}

/** The certificate as a picture (PNG), one and a half times as high as wide. */
export async function drawCertificate(certificate: Certificate): Promise<Uint8Array> {
  const lines = layout(certificate).map(
    ({ text, y, size, bold, colour }) =>
      `<text x="${WIDTH / 2}" y="${y}" font-size="${size}" font-weight="${bold ? 'bold' : 'normal'}" fill="${colour}" text-anchor="middle">${escaped(text)}</text>`,
  )
  const frame = [EDGE, EDGE + 14].map(
    (edge, at) =>
      `<rect x="${edge}" y="${edge}" width="${WIDTH - 2 * edge}" height="${HEIGHT - 2 * edge}" fill="none" stroke="${GREEN}" stroke-width="${at === 0 ? 6 : 2}"/>`,
  )
  const squares = qrRects(certificate).map(
    ({ x, y, side }) => `<rect x="${x}" y="${y}" width="${side}" height="${side}"/>`,
  )
  return toPng(
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${HEIGHT}" font-family="${FAMILY}">
<rect width="100%" height="100%" fill="#ffffff"/>${frame.join('')}${lines.join('')}<g fill="#000000" shape-rendering="crispEdges">${squares.join('')}</g></svg>`,
  )
}

function qrRects({ link }: Certificate): { x: number; y: number; side: number }[] {
  if (link === undefined) return []
  const { size, dark } = qrSquares(link)
  // Whole pixels: squares with soft edges are hard to scan from a small screen.
  const side = Math.floor(QR.side / size)
  const left = Math.round((WIDTH - side * size) / 2)
  return dark.map(([x, y]) => ({ x: left + x * side, y: QR.y + y * side, side }))
}

const SIGNS: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }
const escaped = (text: string): string => text.replaceAll(/[&<>"]/g, (sign) => SIGNS[sign] ?? '')

/** The certificate as a document (PDF, A4) whose text can be read and searched. */
export async function writeCertificate(certificate: Certificate): Promise<Uint8Array> {
  const page = new Pdf({
    size: 'A4',
    margin: 0,
    info: { Title: certificate.heading, CreationDate: new Date(certificate.at) },
  })
  const chunks: Buffer[] = []
  page.on('data', (chunk: Buffer) => chunks.push(chunk))
  const written = new Promise<void>((resolve, reject) => page.on('end', resolve).on('error', reject))
  const { plain, bold } = fonts()
  page.registerFont('plain', plain).registerFont('bold', bold)
  page.scale(page.page.width / WIDTH)
  for (const [at, edge] of [EDGE, EDGE + 14].entries())
    page
      .lineWidth(at === 0 ? 6 : 2)
      .rect(edge, edge, WIDTH - 2 * edge, HEIGHT - 2 * edge)
      .stroke(GREEN)
  for (const { text, y, size, bold: isBold, colour } of layout(certificate)) {
    page
      .font(isBold ? 'bold' : 'plain')
      .fontSize(size)
      .fillColor(colour)
    const left = (WIDTH - page.widthOfString(text)) / 2
    page.text(text, left, y, { baseline: 'alphabetic', lineBreak: false })
  }
  page.fillColor('#000000')
  for (const { x, y, side } of qrRects(certificate)) page.rect(x, y, side, side)
  page.fill()
  page.end()
  await written
  return Buffer.concat(chunks)
}
