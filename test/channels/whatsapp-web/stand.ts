// The channel on the real library in a real browser, with a page of ours for WhatsApp at the other end.
import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, vi } from 'vitest'
import type { Channel } from '../../../src/channels/channel.ts'
import type { LineBook, LineNews, LineNote } from '../../../src/channels/whatsapp-web/lines.ts'
import type { Timing } from '../../../src/channels/whatsapp-web/timing.ts'
import type { Trouble } from '../../../src/channels/whatsapp-web/trouble.ts'
import {
  createWhatsAppWeb,
  type WhatsAppWebOptions,
} from '../../../src/channels/whatsapp-web/whatsapp-web.ts'
import { NO_LOG } from '../../../src/words/log.ts'
import { browserPath, needBrowser } from '../../browser.ts'
import { builtMain } from '../../built.ts'
import { WhatsAppStub } from './stub/server.ts'

/** As little waiting as a busy machine allows. */
const QUICK: Partial<Timing> = {
  look: 50,
  tick: 25,
  ask: 200,
  silence: 2500,
  ending: 3000,
  wait: 50,
  longestWait: 200,
  offline: 3000,
  takeOver: 100,
  keep: 300,
  readAgain: 50,
}

/** A book in memory, as one process would see it. */
export class Book implements LineBook {
  readonly lines = new Map<string, LineNote>()
  readonly news = new Map<string, LineNews>()
  readonly troubles: Trouble[] = []

  constructor(linked: boolean) {
    this.add('main', { active: true, linkedAt: linked ? 1 : undefined })
  }
  add(name: string, note: Partial<LineNote>): void {
    const tally = { day: '', sent: 0 }
    const empty = {
      active: false,
      linkedAt: undefined,
      pairingUntil: undefined,
      heardUntil: undefined,
      tally,
    }
    this.lines.set(name, { ...empty, ...this.lines.get(name), ...note, name })
  }
  read(): Promise<readonly LineNote[]> {
    return Promise.resolve([...this.lines.values()])
  }
  note(name: string, news: LineNews): Promise<void> {
    this.news.set(name, news)
    const { linkedAt, heardUntil, tally } = news
    this.add(name, {
      linkedAt,
      heardUntil,
      tally,
      ...(news.phase === 'ready' && { pairingUntil: undefined }),
    })
    return Promise.resolve()
  }
  befell(_name: string, trouble: Trouble): Promise<void> {
    this.troubles.push(trouble)
    return Promise.resolve()
  }
}

export interface Stand {
  readonly stub: WhatsAppStub
  readonly folder: string
  /** A channel on this folder, not started. */
  channel(book: Book, options?: Partial<WhatsAppWebOptions>): Channel
}

/** One page, one build and one folder of links for all tests of a file. */
export function useStand(): Stand {
  let main = ''
  let folder = ''
  const stub = new WhatsAppStub()
  beforeAll(async () => {
    if (browserPath === undefined) return
    folder = await mkdtemp(join(tmpdir(), 'preceptor-whatsapp-'))
    main = await builtMain()
    await stub.start()
  })
  beforeEach((context) => void needBrowser(context))
  afterAll(async () => {
    await stub.close()
    if (folder !== '') await rm(folder, { recursive: true, force: true })
  })
  return {
    stub,
    get folder() {
      return folder
    },
    channel: (book, options = {}) =>
      createWhatsAppWeb({
        folder,
        chromium: browserPath ?? '',
        chromiumArgs: stub.chromiumArgs,
        dailyCap: 1000,
        polls: false,
        timezone: 'Africa/Kigali',
        book,
        hold: () => Promise.resolve(true),
        readFile: () => Promise.resolve(new Uint8Array()),
        clock: { now: () => Date.now() },
        log: NO_LOG,
        program: join(main, '../channels/whatsapp-web/run-browser.js'),
        pacing: { number: { pause: 0, jitter: 0 }, chat: { pause: 0, jitter: 0 } },
        ...options,
        timing: { ...QUICK, ...options.timing },
      }),
  }
}

/** Pairs the number of a channel that was started. */
export async function pair(book: Book, stub: WhatsAppStub): Promise<void> {
  book.add('main', { pairingUntil: Date.now() + 60_000 })
  await vi.waitFor(() => expect(book.news.get('main')?.qr).toBeDefined(), { timeout: 60_000 })
  await stub.act('pair')
  await vi.waitFor(() => expect(book.news.get('main')?.phase).toBe('ready'), { timeout: 60_000 })
}

export const isThere = (path: string): boolean => existsSync(path)
