// What keeps messages from coming and going, and what would mend it: words for the person who runs the service.
import { GraphFault, sendErrorOfCode } from './faults.ts'

/** One or two sentences without secrets: what is wrong and what to do. */
export function troubleOf(error: unknown): string {
  if (!(error instanceof GraphFault)) {
    const name = error instanceof Error ? error.name : typeof error
    return `WhatsApp cannot be asked because of a fault in this service (${name}).`
  }
  switch (error.kind) {
    case 'network':
      return `WhatsApp cannot be reached (${error.detail}). Check the network and WHATSAPP_CLOUD_API_ROOT.${GOES_ON}`
    case 'timeout':
      return `WhatsApp does not answer (${error.detail}). Check the network.${GOES_ON}`
    case 'unreadable':
      return `What answers is not the Graph API (${error.detail}). Check WHATSAPP_CLOUD_API_ROOT, and whether a proxy or a log-in page of the network stands between.${GOES_ON}`
    case 'stopped':
      return 'The service was stopped.'
    case 'refused':
      return remedyByCode(error)
    default:
      return error.kind satisfies never
  }
}

function remedyByCode({ code = 1, detail }: GraphFault): string {
  // Asked for the number itself, this code means that the token does not see it.
  if (code === 100 || code === 33)
    return `WhatsApp knows no such number with this token (${code}). Check WHATSAPP_CLOUD_NUMBER_ID (the id, not the telephone number) and the rights of WHATSAPP_CLOUD_TOKEN.${GOES_ON}`
  return `WhatsApp refuses: ${sendErrorOfCode(code, { words: detail }).detail}.${GOES_ON}`
}

/** Messages come in and cannot be committed. */
export const NOT_KEPT =
  'Messages arrive but cannot be stored: check the database. WhatsApp keeps them for up to 7 days and they are taken in again.'

const GOES_ON = ' The service keeps trying.'
