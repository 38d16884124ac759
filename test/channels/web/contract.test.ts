// The browser chat as a channel like any other: the real door over HTTP, the real letter box, a page that listens.
import { pino } from 'pino'
import { afterAll, beforeAll } from 'vitest'
import { createWebChat } from '../../../src/channels/web/web.ts'
import { serveChat } from '../../../src/http/chat.ts'
import { makeServer } from '../../../src/http/server.ts'
import { makeSeals } from '../../../src/store/seals.ts'
import { keepWebBubble } from '../../../src/store/web-bubbles.ts'
import type { PersonId } from '../../../src/words/ids.ts'
import { freshDatabase, type FreshDatabase } from '../../database.ts'
import { Client, type Heard, KEY } from '../../http/client.ts'
import { putOnRoster } from '../../usecases/process.ts'
import { describeChannel } from '../contract.ts'
import type { Shown } from '../subject.ts'

let fresh: FreshDatabase
let people = 0
beforeAll(async () => void (fresh = await freshDatabase()))
afterAll(() => fresh.close())

describeChannel('the browser chat', async () => {
  const { db } = fresh
  const name = `grace${people++}`
  await putOnRoster(db, [name])
  const [row] = (await db.query('select id from person where invite_code = $1', [name])) as { id: PersonId }[]
  const person = row?.id ?? (0 as PersonId)
  const sender = String(person)
  const now = (): number => 1_790_000_000_000
  const channel = createWebChat({ keep: (to, bubble) => keepWebBubble(db, to, bubble, now()) })
  const app = await makeServer(pino({ level: 'silent' }), '')
  const seals = makeSeals(KEY)
  await serveChat(app, {
    database: db,
    receive: channel.receive,
    seals,
    clock: { now },
    timezone: 'Africa/Kigali',
    watch: (to, look) => channel.watch(to, look),
    demo: undefined,
  })
  const page = new Client(await app.listen({ host: '127.0.0.1', port: 0 }))
  page.token = seals.seal('talk', person, Date.now() + 60_000)
  const stream = await page.listen()
  const accepted = async (said: ReturnType<Client['say']>): Promise<void> => {
    const { status } = await said
    if (status !== 202) throw new Error(`the door answers ${status}`)
  }
  let last: () => Promise<void> = () => Promise.resolve()
  const id = (): string => crypto.randomUUID()
  return {
    channel,
    sender,
    write(text) {
      const once = id()
      last = () => accepted(page.say(text, once))
      return last()
    },
    tap: (token) => accepted(page.tap(token)),
    shown: () => Promise.all(stream.heard.map((heard) => shownBy(page, heard))),
    async keepFile(file, bytes) {
      await db.query('delete from file where id = $1', [file])
      await db.query(
        `insert into file (id, person_id, name, mime, sha256, content) overriding system value
         values ($1, $2, 'progress.png', 'image/png', sha256($3), $3)`,
        [file, person, Buffer.from(bytes)],
      )
    },
    again: () => last(),
    // The page asks again when it is told that nothing was kept; no provider stands between.
    redelivers: false,
    async close() {
      stream.close()
      await app.close()
    },
  }
})

/** A bubble as the page shows it, with the picture it fetches. */
async function shownBy(page: Client, { text, choices = [], attachment }: Heard): Promise<Shown> {
  const shown = { text, buttons: choices }
  if (attachment === undefined) return shown
  const response = await fetch(`${page.url}/chat/files/${attachment.file}`, { headers: page.headers() })
  const bytes = new Uint8Array(await response.arrayBuffer())
  return response.ok ? { ...shown, file: { kind: attachment.kind, bytes } } : shown
}
