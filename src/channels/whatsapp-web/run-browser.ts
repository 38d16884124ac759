// The process that runs the browser. It is one of its own since the library leaves rejections that nobody handles, and
// those end a Node process; and since whatever goes wrong here is mended by ending it and starting another.
import { command, type Signal } from './protocol.ts'
import { type Client, openClient } from './client.ts'
import { wordsOf } from './told.ts'

let client: Client | undefined
let ending = false

function tell(report: Signal): void {
  if (process.connected) process.send?.(report)
}

/** Each once: a page that goes away breaks off everything that was asked of it. */
const noted = new Set<string>()
function note(words: string): void {
  if (ending || noted.has(words) || noted.size >= MOST_NOTES) return
  noted.add(words)
  tell({ said: 'note', note: words })
}
const MOST_NOTES = 100

async function obey(raw: unknown): Promise<void> {
  const read = command.safeParse(raw)
  if (!read.success) return tell({ said: 'note', note: 'a command that cannot be read' })
  const { data } = read
  if (data.do === 'begin') client ??= openClient(data, tell)
  else if (data.do === 'end') await end()
  else await client?.obey(data)
}

/** A browser that is closed in good order keeps what it has written: the link to the telephone, above all. */
async function end(): Promise<void> {
  if (ending) return
  ending = true
  await client?.close()
  process.exit(0)
}

process.on('message', (raw) => {
  void obey(raw).catch((error: unknown) => note(wordsOf(error)))
})
// The service has died: nobody would ever end this browser, and another start would find its profile in use.
process.on('disconnect', () => void end())
// Ctrl+C reaches the whole group of processes; the service ends this one when it has sent what it has.
process.on('SIGINT', () => undefined)
process.on('SIGTERM', () => void end())
process.on('unhandledRejection', (error) => note(`unhandled: ${wordsOf(error)}`))
process.on('uncaughtException', (error) => note(`uncaught: ${wordsOf(error)}`))
