import writeExcel from 'write-excel-file/node'

/**
 * Rows of cells as an XLSX file with one sheet, the first row in bold; numbers stay numbers, undefined is empty. With
 * `widths` of the columns, in characters, long texts are broken into lines.
 */
export async function writeSpreadsheet(
  name: string,
  rows: readonly (readonly (string | number | undefined)[])[],
  widths?: readonly number[],
): Promise<Uint8Array> {
  const broken = widths ? { wrap: true, alignVertical: 'top' as const } : {}
  const cells = rows.map((row, at) =>
    row.map((value) =>
      value === undefined
        ? null
        : at === 0
          ? { value, fontWeight: 'bold' as const, ...broken }
          : { value, ...broken },
    ),
  )
  return writeExcel(cells, {
    sheet: name,
    stickyRowsCount: 1,
    ...(widths && { columns: widths.map((width) => ({ width })) }),
  }).toBuffer()
}
