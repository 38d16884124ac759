// How the Bot API answers, well and badly, in Telegram's own words.
import type { ServerResponse } from 'node:http'

export type Fault =
  | { readonly status: number; readonly description: string; readonly parameters?: object }
  /** The connection breaks; nothing is answered; half is answered and the connection breaks, or stays open. */
  | 'reset'
  | 'hang'
  | 'half'
  | 'half in chunks'
  | 'stall'
  /** What a log-in page of a guest network answers, and JSON that is none of Telegram's. */
  | 'html'
  | 'null'

export function answer(res: ServerResponse, status: number, body: object): void {
  res.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}

export function refuse(
  res: ServerResponse,
  fault: { status: number; description: string; parameters?: object },
): void {
  const { status, ...rest } = fault
  answer(res, status, { ok: false, error_code: status, ...rest })
}

export function breakDown(res: ServerResponse, fault: Fault): void {
  if (typeof fault === 'object') return refuse(res, fault)
  switch (fault) {
    case 'hang':
      return
    case 'reset':
      res.destroy()
      return
    case 'half':
    case 'half in chunks':
    case 'stall':
      res.writeHead(200, {
        'content-type': 'application/json',
        ...(fault === 'half' && { 'content-length': 1000 }),
      })
      res.write('{"ok":true,"result":[', () => {
        if (fault !== 'stall') res.destroy()
      })
      return
    case 'html':
      res
        .writeHead(200, { 'content-type': 'text/html' })
        .end('<html>Welcome to the hospital guest network</html>')
      return
    case 'null':
      res.writeHead(200, { 'content-type': 'application/json' }).end('null')
  }
}
