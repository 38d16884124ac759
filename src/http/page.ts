import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { gzipSync } from 'node:zlib'
import type { FastifyInstance } from 'fastify'

const TYPES: Readonly<Record<string, string>> = {
  html: 'text/html',
  css: 'text/css',
  js: 'text/javascript',
  svg: 'image/svg+xml',
}

export interface PageFiles {
  /** Beside this file, in `src`. */
  readonly folder: string
  /** The file of the page itself, and where it is asked for; its other files stand under the folder's name. */
  readonly page: string
  readonly path: string
}

/** A page: a few small files, read once. Only what stands in the folder can be asked for. */
export async function servePage(app: FastifyInstance, { folder: of, page, path }: PageFiles): Promise<void> {
  // The same place from `src/http` and from `dist/http`: the page is not compiled.
  const folder = new URL(`../../src/http/${of}/`, import.meta.url)
  for (const name of await readdir(folder)) {
    const type = TYPES[name.split('.').at(-1) ?? '']
    if (type === undefined) continue
    const content = await readFile(new URL(name, folder))
    const packed = gzipSync(content, { level: 9 })
    const etag = `"${createHash('sha256').update(content).digest('base64url').slice(0, 16)}"`
    app.get(name === page ? path : `/${of}/${name}`, (request, reply) => {
      // Asked for again at each visit, sent only when it has changed: over a slow link that is most of the wait.
      reply.header('cache-control', 'no-cache').header('etag', etag).header('vary', 'accept-encoding')
      if (request.headers['if-none-match'] === etag) return reply.status(304).send()
      reply.type(`${type}; charset=utf-8`)
      if (!/\bgzip\b/.test(request.headers['accept-encoding'] ?? '')) return reply.send(content)
      return reply.header('content-encoding', 'gzip').send(packed)
    })
  }
}
