// What every channel must keep, by the real library in a real browser. All tests share one that runs; what it takes to
// start and end one is in `faults.test.ts`.
import { afterAll, beforeAll, expect, vi } from 'vitest'
import type { Channel } from '../../../src/channels/channel.ts'
import {
  type Browser,
  type BrowserOptions,
  startBrowser,
} from '../../../src/channels/whatsapp-web/browser.ts'
import { describeChannel } from '../contract.ts'
import type { Shown } from '../subject.ts'
import { browserPath } from '../../browser.ts'
import { Book, pair, useStand } from './stand.ts'

const stand = useStand()
const { stub } = stand
const AMINA = '777000000001@lid'
const GROUP = '120363000000000002@g.us'

/** The one browser, and who listens to it. */
let browser: Browser | undefined
let listener: BrowserOptions | undefined
let ended: () => void = () => undefined
const sharing: typeof startBrowser = (options) => {
  listener = options
  const told = (said: Parameters<BrowserOptions['told']>[0]): unknown => listener?.told(said)
  if (browser) queueMicrotask(() => told({ said: 'ready' }))
  browser ??= startBrowser({ ...options, told, gone: () => ended() })
  return {
    ...browser,
    end() {
      listener = undefined
      options.gone()
    },
  }
}

beforeAll(async () => {
  if (browserPath === undefined) return
  const book = new Book(false)
  const channel = stand.channel(book, { startBrowser: sharing })
  await channel.start(() => Promise.resolve())
  await pair(book, stub)
  await channel.stop()
})
afterAll(async () => {
  if (!browser) return
  const gone = new Promise<void>((resolve) => (ended = resolve))
  browser.end()
  await gone
})

/** Delivery waits until the number is ready; here the test does. */
function awaited(channel: Channel): Channel {
  const start: Channel['start'] = async (receive) => {
    await channel.start(receive)
    await vi.waitFor(() => expect(channel.state().phase).toBe('ready'), { timeout: 60_000 })
  }
  // What is shown leaves out the poll that comes after a question; so does this.
  return { ...channel, start, parts: (bubble) => (channel.parts?.(bubble) ?? 1) - (bubble.choices ? 1 : 0) }
}

/** Polls that come after a question are left out: the question stands in the text before them, too. */
function shownTo(chat: string): Promise<Shown[]> {
  return Promise.resolve(
    stub.sent
      .filter(({ poll, to }) => !poll && to === chat)
      .map(({ text, file, type }) => ({
        text,
        buttons: [],
        ...(file && {
          file: { kind: type === 'image' ? 'image' : 'document', bytes: Buffer.from(file.data, 'base64') },
        }),
      })),
  )
}

describeChannel('WhatsApp Web', async () => {
  const files = new Map<number, Uint8Array>()
  const readFile = (file: number): Promise<Uint8Array | undefined> => Promise.resolve(files.get(file))
  const channel = awaited(stand.channel(new Book(true), { startBrowser: sharing, polls: true, readFile }))
  await stub.act('empty')
  stub.sent.length = 0
  let last = stub.message({ from: AMINA })
  return {
    channel,
    sender: AMINA,
    async write(text) {
      last = stub.message({ from: AMINA, text })
      await stub.act('receive', last)
    },
    // There are no buttons: a tap is a vote in the poll of the question.
    async tap(token) {
      const poll = await stub.poll()
      const options = [['a', 'b', 'c'].indexOf(token)]
      await stub.act('vote', { poll: poll.id, voter: AMINA, options, id: 'VOTE1', at: Date.now() })
    },
    shown: () => shownTo(AMINA),
    keepFile: (file, bytes) => Promise.resolve(void files.set(file, bytes)),
    async sendPicture(bytes, caption) {
      const file = { mime: 'image/png', data: Buffer.from(bytes).toString('base64') }
      await stub.write({ from: AMINA, type: 'image', text: caption, file })
    },
    group: {
      id: GROUP,
      async write(text) {
        await stub.write({ from: GROUP, author: AMINA, text })
      },
      shown: () => shownTo(GROUP),
    },
    again: () => stub.act('receive', last),
    redelivers: true,
    close: () => Promise.resolve(),
  }
})
