// The book of the programme's numbers on WhatsApp Web, as the channel wants it, kept in the database.
import type { LineBook } from '../channels/whatsapp-web/lines.ts'
import type { Db } from '../store/db.ts'
import { noteLine, noteTrouble, whatsappLines } from '../store/whatsapp-lines.ts'

export function keepLines(db: Db): LineBook {
  return {
    async read() {
      const lines = await whatsappLines(db)
      return lines.map((row) => ({
        name: row.name,
        active: row.active,
        linkedAt: row.linked_at ?? undefined,
        pairingUntil: row.pairing_until ?? undefined,
        heardUntil: row.heard_until ?? undefined,
        tally: { day: row.sent_on, sent: row.sent },
      }))
    },
    note(name, { tally, ...news }, now) {
      return noteLine(db, name, { ...news, sentOn: tally.day, sent: tally.sent }, now)
    },
    befell: (name, trouble, now) => noteTrouble(db, name, trouble, now),
  }
}
