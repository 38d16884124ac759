// Documents for a word processor, as few and plain parts of Office Open XML as every reader of them takes.
import { strToU8, zipSync } from 'fflate'

/** A heading, or a table of two columns: what it is, and what stands there. */
export type Block =
  | { readonly heading: string; readonly level: 1 | 2 }
  | { readonly rows: readonly (readonly [label: string, text: string])[] }

/** A DOCX file with these blocks, A4, in a typeface every office has. Line breaks in texts stay. */
export function writeDocument(blocks: readonly Block[]): Uint8Array {
  const body = blocks.map((block) => ('heading' in block ? heading(block) : table(block.rows))).join('')
  const page =
    '<w:sectPr><w:pgSz w:w="11906" w:h="16838"/><w:pgMar w:top="1134" w:right="1134" w:bottom="1134" w:left="1134" w:header="0" w:footer="0" w:gutter="0"/></w:sectPr>'
  return zipSync({
    '[Content_Types].xml': strToU8(
      `${XML}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>`,
    ),
    '_rels/.rels': strToU8(
      `${XML}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>`,
    ),
    'word/document.xml': strToU8(
      `${XML}<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>${body}${page}</w:body></w:document>`,
    ),
  })
}

const XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'

/** Half points. */
const SIZES = { 1: 32, 2: 24, text: 20 } as const
/** Twentieths of a point; together the width of the page between its margins. */
const COLUMNS = [1900, 7738] as const

const heading = ({ heading: text, level }: Extract<Block, { heading: string }>): string =>
  `<w:p><w:pPr><w:keepNext/><w:spacing w:before="240" w:after="120"/><w:outlineLvl w:val="${level - 1}"/></w:pPr>${run(text, SIZES[level], true)}</w:p>`

function table(rows: readonly (readonly [string, string])[]): string {
  const edge = ['top', 'left', 'bottom', 'right', 'insideH', 'insideV']
    .map((side) => `<w:${side} w:val="single" w:sz="4" w:space="0" w:color="999999"/>`)
    .join('')
  const grid = COLUMNS.map((width) => `<w:gridCol w:w="${width}"/>`).join('')
  const lines = rows.map(
    ([label, text]) =>
      `<w:tr><w:trPr><w:cantSplit/></w:trPr>${cell(label, COLUMNS[0], true)}${cell(text, COLUMNS[1], false)}</w:tr>`,
  )
  // A paragraph after it: two tables side by side would become one.
  return `<w:tbl><w:tblPr><w:tblW w:w="${COLUMNS[0] + COLUMNS[1]}" w:type="dxa"/><w:tblBorders>${edge}</w:tblBorders><w:tblLayout w:type="fixed"/><w:tblCellMar><w:top w:w="40" w:type="dxa"/><w:left w:w="90" w:type="dxa"/><w:bottom w:w="40" w:type="dxa"/><w:right w:w="90" w:type="dxa"/></w:tblCellMar></w:tblPr><w:tblGrid>${grid}</w:tblGrid>${lines.join('')}</w:tbl><w:p/>`
}

const cell = (text: string, width: number, isLabel: boolean): string =>
  `<w:tc><w:tcPr><w:tcW w:w="${width}" w:type="dxa"/>${isLabel ? '<w:shd w:val="clear" w:color="auto" w:fill="EEEEEE"/>' : ''}</w:tcPr><w:p>${run(text, SIZES.text, isLabel)}</w:p></w:tc>`

function run(text: string, size: number, bold: boolean): string {
  const lines = text.split('\n').map((line) => `<w:t xml:space="preserve">${escaped(line)}</w:t>`)
  return `<w:r><w:rPr><w:rFonts w:ascii="Arial" w:hAnsi="Arial" w:cs="Arial"/>${bold ? '<w:b/>' : ''}<w:sz w:val="${size}"/></w:rPr>${lines.join('<w:br/>')}</w:r>`
}

// Characters XML does not know in any form are left out; they could not be read either.
const escaped = (text: string): string =>
  text
    // oxlint-disable-next-line no-control-regex -- they are what is looked for
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
