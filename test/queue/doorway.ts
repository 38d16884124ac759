import { connect, createServer } from 'node:net'
import type { Server, Socket } from 'node:net'

/** A door in front of a server, to see what a client does when the network fails. It begins closed. */
export interface Doorway {
  readonly port: number
  open(): Promise<void>
  /** Cuts every connection and refuses new ones. */
  shut(): Promise<void>
  /** Lets connections stand and swallows what is sent, in both directions, until it is opened again. */
  silence(): void
  /** Swallows the notifications of PostgreSQL and nothing else. */
  swallowNotifications(): void
}

/** Puts a door at `port` of this machine before a server. */
export function doorwayTo(target: { host: string; port: number }, port: number): Doorway {
  let server: Server | undefined
  let silent = false
  let swallowing = false
  const sockets = new Set<Socket>()

  function pass(client: Socket): void {
    const upstream = connect(target.port, target.host)
    const split = messages()
    for (const [from, to] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(from)
      from.on('error', () => {})
      from.on('close', () => {
        sockets.delete(from)
        to.destroy()
      })
      from.on('data', (data: Buffer) => {
        if (silent) return
        if (from === client || !swallowing) to.write(data)
        else for (const message of split(data)) if (message[0] !== NOTIFICATION) to.write(message)
      })
    }
  }

  async function shut(): Promise<void> {
    const closing = server
    server = undefined
    for (const socket of sockets) socket.destroy()
    if (closing) await new Promise((resolve) => closing.close(resolve))
  }

  return {
    port,
    async open() {
      silent = false
      if (server) return
      const opening = (server = createServer(pass))
      await new Promise<void>((resolve, reject) => {
        opening.once('error', reject)
        opening.listen(port, '127.0.0.1', resolve)
      })
    },
    shut,
    silence() {
      silent = true
    },
    swallowNotifications() {
      swallowing = true
    },
  }
}

const NOTIFICATION = 'A'.charCodeAt(0)

/** Cuts a stream from PostgreSQL into its messages: a letter, then the length of the rest with itself. */
function messages(): (data: Buffer) => Buffer[] {
  let kept = Buffer.alloc(0)
  return (data) => {
    kept = Buffer.concat([kept, data])
    const whole: Buffer[] = []
    while (kept.length >= 5 && kept.length >= 1 + kept.readInt32BE(1)) {
      const end = 1 + kept.readInt32BE(1)
      whole.push(kept.subarray(0, end))
      kept = kept.subarray(end)
    }
    return whole
  }
}
