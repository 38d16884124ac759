import writeExcel from 'write-excel-file/node'

/** Rows of cells as an XLSX file with one sheet, the first row in bold; numbers stay numbers, undefined is empty. */
export async function writeSpreadsheet(
  name: string,
  rows: readonly (readonly (string | number | undefined)[])[],
): Promise<Uint8Array> {
  const cells = rows.map((row, at) =>
    row.map((value) =>
      value === undefined ? null : at === 0 ? { value, fontWeight: 'bold' as const } : { value },
    ),
  )
  return writeExcel(cells, { sheet: name, stickyRowsCount: 1 }).toBuffer()
}
