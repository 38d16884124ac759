import { type ChildProcess, fork } from 'node:child_process'
import { join } from 'node:path'
import { Agent, request } from 'node:http'
import { z } from 'zod'

/** When each message arrived, in milliseconds since 1970, in order. */
export type Arrivals = readonly (readonly [chat: string, at: number])[]

export interface Provider {
  readonly url: string
  /** What has arrived since it was asked last. */
  arrivals(): Promise<Arrivals>
  /** Sends one message as plainly as HTTP can, and waits until it is accepted. */
  post(chat: string): Promise<void>
  close(): void
}

const born = z.object({ port: z.int() })
const told = z.object({ arrivals: z.array(z.tuple([z.string(), z.number()])) })

export async function startProvider(): Promise<Provider> {
  const child = fork(join(import.meta.dirname, 'stub-provider.js'))
  const { port } = born.parse(await nextWord(child))
  const agent = new Agent({ keepAlive: true, maxSockets: 256 })
  return {
    url: `http://127.0.0.1:${port}`,
    async arrivals() {
      const word = nextWord(child)
      child.send('arrivals')
      return told.parse(await word).arrivals
    },
    post: (chat) =>
      new Promise((resolve, reject) => {
        const options = { agent, port, method: 'POST', headers: { 'content-type': 'application/json' } }
        const sending = request(options, (answer) => answer.on('end', resolve).on('error', reject).resume())
        sending.on('error', reject).end(JSON.stringify({ chat_id: chat }))
      }),
    close() {
      agent.destroy()
      child.disconnect()
    },
  }
}

const nextWord = (child: ChildProcess): Promise<unknown> =>
  new Promise((resolve) => child.once('message', resolve))
