// The whole service with a bot, in this process, for tests that talk with it over a Bot API server.
import { pino } from 'pino'
import { readConfig } from '../src/config/config.ts'
import { type Service, startService } from '../src/service.ts'
import { TOKEN } from './channels/telegram/bot-api.ts'
import { FLOWS } from './programme.ts'

export function startOverTelegram(where: {
  readonly url: string
  readonly directory: string
  readonly apiRoot: string
  /** Nothing waits for the morning, whenever the tests run. */
  readonly neverQuiet?: boolean
}): Promise<Service> {
  const config = readConfig({
    DATABASE_URL: where.url,
    DATA_DIR: where.directory,
    FLOWS_DIR: FLOWS,
    PORT: '0',
    TELEGRAM_BOT_TOKEN: TOKEN,
    TELEGRAM_API_ROOT: where.apiRoot,
    LOG_LEVEL: 'silent',
    ...(where.neverQuiet === true && { QUIET_HOURS: quietFarAway() }),
  })
  return startService(config, pino({ level: 'silent' }))
}

/** A quiet minute half a day from now, in whatever time zone. */
function quietFarAway(): string {
  const hour = String((new Date().getUTCHours() + 14) % 24).padStart(2, '0')
  return `${hour}:00-${hour}:01`
}
