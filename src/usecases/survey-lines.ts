// How each number on WhatsApp Web is, for people who run the service.
import { type Trouble, TROUBLES } from '../channels/whatsapp-web/trouble.ts'
import type { Db } from '../store/db.ts'
import { whatsappLines } from '../store/whatsapp-lines.ts'
import { type Instant, SECOND } from '../words/clock.ts'

/** The process that holds the numbers writes more often than this. */
const SILENT_AFTER = 30 * SECOND

/** One number as an operator sees it. */
export interface LineView {
  readonly name: string
  /** The one in use; the others are spares. */
  readonly active: boolean
  /** The phase, or `silent` when no process holds the numbers. */
  readonly phase: string
  /** In words: what is wrong and what would mend it. */
  readonly detail: string | undefined
  readonly linkedAt: Instant | undefined
  /** To be scanned now, as text. */
  readonly qr: string | undefined
  /** The last thing that ended its browser. */
  readonly trouble: { readonly words: string; readonly at: Instant } | undefined
}

const isTrouble = (word: string): word is Trouble => Object.hasOwn(TROUBLES, word)

export async function surveyLines(db: Db, now: Instant): Promise<LineView[]> {
  const lines = await whatsappLines(db)
  // A spare that nobody pairs has no process, and needs none: the number in use speaks for all.
  const at = lines.find(({ active }) => active)?.at ?? 0
  const isSilent = now - at > SILENT_AFTER
  return lines.map((line) => ({
    name: line.name,
    active: line.active,
    phase: isSilent ? 'silent' : spareOr(line),
    detail: isSilent
      ? 'No process holds the numbers: is the service running, with WHATSAPP_WEB=on and the role channel?'
      : (line.detail ?? undefined),
    linkedAt: line.linked_at ?? undefined,
    qr: isSilent ? undefined : (line.qr ?? undefined),
    trouble:
      line.trouble === null || line.trouble_at === null || !isTrouble(line.trouble)
        ? undefined
        : { words: TROUBLES[line.trouble], at: line.trouble_at },
  }))
}

/** A spare that is paired rests: its browser runs only while it is paired. */
function spareOr({
  active,
  phase,
  linked_at: linkedAt,
}: Awaited<ReturnType<typeof whatsappLines>>[number]): string {
  return !active && linkedAt !== null ? 'ready to take over' : phase
}
