// What keeps messages from coming in, and what would mend it: words for the person who runs the service.
import { ApiFault } from './faults.ts'

/** The service could not commit the messages. It holds none of the reason's words: they may quote a message. */
export class NotKept extends Error {
  override readonly name = 'NotKept'
}

/** It could not be asked which process may poll. */
export class LeaseUnknown extends Error {
  override readonly name = 'LeaseUnknown'
}

/** One or two sentences without secrets: what is wrong and what to do. */
export function troubleOf(error: unknown): string {
  if (error instanceof ApiFault) return remedy(error)
  if (error instanceof NotKept) {
    return 'Messages arrive but cannot be stored: check the database. Telegram keeps them for up to 24 hours and they are taken in again.'
  }
  if (error instanceof LeaseUnknown) {
    return 'It cannot be told which process may take messages in: check the database. Telegram keeps the messages meanwhile.'
  }
  const name = error instanceof Error ? error.name : typeof error
  return `Messages cannot be taken in because of a fault in this service (${name}). Telegram keeps them meanwhile.`
}

function remedy(fault: ApiFault): string {
  switch (fault.kind) {
    case 'network':
      return `Telegram cannot be reached (${fault.detail}). Check the network and TELEGRAM_API_ROOT.${GOES_ON}`
    case 'timeout':
      return `Telegram does not answer (${fault.detail}). Check the network.${GOES_ON}`
    case 'unreadable':
      return `What answers is not Telegram's Bot API (${fault.detail}). Check TELEGRAM_API_ROOT, and whether a proxy or a log-in page of the network stands between.${GOES_ON}`
    case 'stopped':
      return 'The service was stopped.'
    case 'refused':
      return remedyByCode(fault)
    default:
      return fault.kind satisfies never
  }
}

function remedyByCode({ code = 0, detail, retryAfter = 0 }: ApiFault): string {
  if (code === 401)
    return `Telegram refuses the bot's token (${detail}). Check TELEGRAM_BOT_TOKEN: @BotFather shows it.`
  if (code === 404)
    return `Telegram knows no bot with this token (${detail}). Check TELEGRAM_BOT_TOKEN and TELEGRAM_API_ROOT.`
  if (code === 409 && /webhook/i.test(detail))
    return `Telegram sends this bot's messages to a webhook that was set elsewhere (${detail}). Stop the other program that uses this token, or give this service a bot of its own.${GOES_ON}`
  if (code === 409)
    return `Another program takes this bot's messages (${detail}). Stop it, or give this service a bot of its own.${GOES_ON}`
  if (code === 429)
    return `Telegram asks to slow down for ${Math.ceil(retryAfter / 1000)} s. Nothing needs to be done.${GOES_ON}`
  if (code >= 500) return `Telegram has trouble of its own (${detail}). Nothing needs to be done.${GOES_ON}`
  return `Telegram does not accept the settings of this service (${detail}). For a webhook, check PUBLIC_URL (https, port 443, 80, 88 or 8443) and TELEGRAM_WEBHOOK_SECRET.${GOES_ON}`
}

const GOES_ON = ' The service keeps trying.'
