// The service's process: reads the settings, starts, says where to go, and stops when it is told to.
import { pino } from 'pino'
import { explain } from './cli/explain.ts'
import { readConfig } from './config/config.ts'
import { isPassing, startService } from './service.ts'
import { SECOND } from './words/clock.ts'

/** Whoever stops the service may kill it after ten seconds: what has not ended by then is picked up at the next start. */
const LONGEST_STOP = 9 * SECOND

async function main(): Promise<void> {
  const config = readConfig(process.env)
  const log = pino({ level: config.logLevel })
  // A connection of the queue's library may break in a moment when nobody listens to it. What it was for is tried again.
  process.on('uncaughtException', (error) => {
    if (isPassing(error)) {
      log.warn({ error: error.name }, 'a database connection was lost unheard')
      return
    }
    process.stderr.write(`${error.stack ?? error.message}\n`)
    process.exit(1)
  })
  const service = await startService(config, log)
  const chat = config.publicUrl ?? service.url
  process.stdout.write(
    config.demo
      ? `\n  Preceptor is running with a fictional programme.\n  Chat with it:  ${chat}/chat\n  Stop it:       Ctrl+C\n\n`
      : `\n  Preceptor is running at ${chat}\n\n`,
  )
  let stopping = false
  const stop = (signal: string): void => {
    if (stopping) return
    stopping = true
    log.info({ signal }, 'stopping')
    setTimeout(() => process.exit(1), LONGEST_STOP).unref()
    void service.stop().then(() => process.exit(0))
  }
  process.on('SIGTERM', stop)
  process.on('SIGINT', stop)
}

await main().catch((error: unknown) => {
  process.stderr.write(`${explain(error)}\n`)
  process.exit(1)
})
