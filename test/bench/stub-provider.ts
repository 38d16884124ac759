// A provider in a process of its own, so that its work is not counted as the service's: it answers every message after
// 50 ms and remembers when each arrived, by chat. Started by `provider.ts`, asked over the channel between the two.
import { createServer } from 'node:http'
import { text } from 'node:stream/consumers'
import type { AddressInfo } from 'node:net'
import { z } from 'zod'

const ANSWERS_AFTER = 50

const sendMessage = z.object({ chat_id: z.union([z.string(), z.number()]) })
let arrivals: [chat: string, at: number][] = []

const server = createServer((request, response) => {
  void text(request).then((body) => {
    const read = sendMessage.safeParse(JSON.parse(body === '' ? '{}' : body))
    const at = performance.timeOrigin + performance.now()
    if (read.success) arrivals.push([String(read.data.chat_id), at])
    setTimeout(() => {
      response.setHeader('content-type', 'application/json')
      response.end('{"ok":true,"result":{"message_id":1,"date":1,"chat":{"id":1,"type":"private"}}}')
    }, ANSWERS_AFTER)
  })
})

server.listen(0, '127.0.0.1', () => process.send?.({ port: (server.address() as AddressInfo).port }))
process.on('message', () => {
  const taken = arrivals
  arrivals = []
  process.send?.({ arrivals: taken })
})
process.on('disconnect', () => process.exit(0))
