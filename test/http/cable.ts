// A way to the database that can be cut, or clogged, as a cable is.
import { connect, createServer, type Server, type Socket } from 'node:net'

interface Cable {
  readonly url: string
  cut(): Promise<void>
  mend(): Promise<void>
  /** Nothing comes through any more, and nobody says so. */
  clog(): void
  close(): Promise<void>
}

/** A way to the database that can be cut, as a cable is. */
export async function cable(to: string): Promise<Cable> {
  const target = new URL(to)
  const sockets = new Set<Socket>()
  let server: Server
  let port = 0
  let clogged = false
  const mend = async (): Promise<void> => {
    server = createServer((near) => {
      const far = connect(Number(target.port), target.hostname)
      for (const socket of [near, far]) {
        sockets.add(socket)
        socket
          .on('error', () => undefined)
          .on('close', () => {
            sockets.delete(socket)
            near.destroy()
            far.destroy()
          })
      }
      // Somebody may begin anew once nothing comes through.
      if (!clogged) near.pipe(far).pipe(near)
    })
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
    const address = server.address()
    if (address !== null && typeof address === 'object') port = address.port
  }
  const cut = async (): Promise<void> => {
    const closed = new Promise((resolve) => server.close(resolve))
    for (const socket of sockets) socket.destroy()
    await closed
  }
  await mend()
  const url = new URL(to)
  // Not through the socket file of a database on this machine: a cable is what can be cut.
  url.searchParams.delete('host')
  url.host = `127.0.0.1:${port}`
  const clog = (): void => {
    clogged = true
    for (const socket of sockets) socket.unpipe().pause()
  }
  return { url: url.href, cut, mend, clog, close: cut }
}
