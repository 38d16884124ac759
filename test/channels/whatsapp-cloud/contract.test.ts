import type { FileId } from '../../../src/words/ids.ts'
import { describeChannel } from '../contract.ts'
import { type Fault, fileIn, offered, textOf } from './graph.ts'
import { setUp } from './stand.ts'

const SENDER = '250788123456'

/** How the Cloud API says each. */
const REFUSALS: Readonly<Record<'blocked' | 'refused' | 'limited' | 'unavailable', Fault>> = {
  blocked: 131026,
  refused: 131051,
  limited: { code: 130429, retryAfter: 1 },
  unavailable: 131000,
}

describeChannel('whatsapp by the cloud api', async () => {
  const files = new Map<FileId, Uint8Array>()
  const stand = await setUp({ readFile: (file) => Promise.resolve(files.get(file)) })
  const { graph } = stand
  // The window is open: they have written before anything is sent to them.
  graph.incoming(SENDER, {})
  // WhatsApp posts one after the other here, each until it is taken; the person does not wait for that.
  let posting = Promise.resolve()
  const post = (send: () => Promise<void>): Promise<void> => {
    posting = posting.then(send)
    return Promise.resolve()
  }
  return {
    channel: stand.channel,
    sender: SENDER,
    write: (text) => post(() => graph.write(SENDER, text)),
    tap: (token) => post(() => graph.tap(SENDER, token)),
    shown: async () =>
      graph.to(SENDER).map((message) => {
        const file = fileIn(message)
        const bytes = graph.uploads.find(({ id }) => id === file?.id)?.bytes
        return {
          text: textOf(message),
          buttons: offered(message),
          ...(file && bytes && { file: { kind: file.kind, bytes } }),
        }
      }),
    again: async () => void (await graph.post(graph.posts.at(-1)?.body ?? '')),
    redelivers: true,
    keepFile: (file, bytes) => void files.set(file, bytes),
    sendPicture(bytes, caption) {
      graph.files.set('4711', { bytes: Buffer.from(bytes), mime: 'image/png' })
      const image = { id: '4711', mime_type: 'image/png', sha256: 'x', caption }
      return post(() => graph.deliver(graph.incoming(SENDER, { type: 'image', image })))
    },
    refuse: (reason) => void graph.faults.push(REFUSALS[reason]),
    close: () => stand.close(),
  }
})
