import { createInterface } from 'node:readline/promises'
import { explain } from './explain.ts'
import { preceptor } from './preceptor.ts'
import { toStdout } from './say.ts'

async function ask(question: string): Promise<string> {
  const lines = createInterface({ input: process.stdin, output: process.stderr })
  try {
    return await lines.question(question)
  } finally {
    lines.close()
  }
}

const asking = process.stdin.isTTY ? ask : undefined
process.exitCode = await preceptor(process.argv.slice(2), process.env, toStdout, asking).catch(
  (error: unknown) => {
    process.stderr.write(`${explain(error)}\n`)
    return 1
  },
)
