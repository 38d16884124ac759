// Pictures and documents that go out: kept from when they are owed until nobody opens them any more.
import { createHash } from 'node:crypto'
import { z } from 'zod'
import type { FileId, PersonId } from '../words/ids.ts'
import type { Db } from './db.ts'

/** Largest file that goes out, in bytes: WhatsApp takes pictures up to 5 MB, all other channels more. */
export const MOST_BYTES = 5 * 1024 * 1024

/** What the service makes or hands on, and every telephone opens. */
export const FILE_TYPES = ['image/png', 'image/jpeg', 'application/pdf', 'audio/ogg'] as const

export type FileType = (typeof FILE_TYPES)[number]

export interface NewFile {
  /** Whom it is made for, who alone may open it in the browser chat; null when it is for a group. */
  readonly person: PersonId | null
  /** As the person's telephone will call it, such as `progress.png`: letters, digits, `.`, `-` and `_`. */
  readonly name: string
  readonly mime: FileType
  readonly bytes: Uint8Array
}

const idRow = z.object({ id: z.int() })

/**
 * Keeps a file to be sent; the same bytes for the same person are kept once, and for a month from the last time.
 * @throws Error when it is empty, larger than `MOST_BYTES` or badly named: a bug of whoever makes it.
 */
export async function keepFile(db: Db, { person, name, mime, bytes }: NewFile): Promise<FileId> {
  if (bytes.length === 0 || bytes.length > MOST_BYTES)
    throw new Error(`a file of ${bytes.length} bytes cannot be sent: 1 to ${MOST_BYTES} can`)
  if (!/^[\w-][\w.-]{0,79}$/.test(name)) throw new Error('a file is named in letters, digits, ".", "-", "_"')
  const [row] = await db.query(
    `insert into file (person_id, name, mime, sha256, content) values ($1, $2, $3, $4, $5)
     on conflict (person_id, sha256) do update set name = excluded.name, mime = excluded.mime, created_at = now()
     returning id`,
    [person, name, mime, createHash('sha256').update(bytes).digest(), Buffer.from(bytes)],
  )
  return idRow.parse(row).id as FileId
}

const bytesRow = z.object({ content: z.instanceof(Uint8Array) })

/** The bytes of a file, for the channel that sends it; undefined when it is no longer kept. */
export async function readFile(db: Db, id: FileId): Promise<Uint8Array | undefined> {
  const [row] = await db.query('select content from file where id = $1', [id])
  return row ? bytesRow.parse(row).content : undefined
}

const fileRow = bytesRow.extend({
  name: z.string(),
  mime: z.enum(FILE_TYPES),
  sha256: z.instanceof(Uint8Array),
})

/** A file of this person's own; undefined when it is somebody else's, or no longer kept. */
export async function fileOf(
  db: Db,
  person: PersonId,
  id: FileId,
): Promise<(Omit<NewFile, 'person'> & { readonly sha256: string }) | undefined> {
  const [row] = await db.query(
    'select name, mime, sha256, content from file where id = $1 and person_id = $2',
    [id, person],
  )
  if (!row) return undefined
  const { name, mime, sha256, content } = fileRow.parse(row)
  return { name, mime, bytes: content, sha256: Buffer.from(sha256).toString('hex') }
}
