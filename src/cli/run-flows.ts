import { createInterface } from 'node:readline'
import { explain } from './explain.ts'
import { flows } from './flows.ts'
import { toStdout } from './say.ts'

const [what] = process.argv.slice(2)
// Only a talk reads what is typed: an open terminal would keep every other command from ending.
const typed = what === 'try' ? createInterface({ input: process.stdin }) : undefined
// Asked for at once: what comes while the flows are being read would be lost.
const lines = typed?.[Symbol.asyncIterator]()

// Whoever reads through `head` has read enough.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error
  process.exit()
})

process.exitCode = await flows(process.argv.slice(2), process.env, toStdout, lines).catch(
  (error: unknown) => {
    process.stderr.write(`${explain(error)}\n`)
    return 1
  },
)
typed?.close()
