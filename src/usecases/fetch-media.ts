// What people have sent into cases and ticked: fetched from its provider, freed of all that stands in it beside what is
// seen or heard, and handed to the others of the case. Nothing is fetched before the tick, and nothing is kept that
// could not be freed.
import { type Channel, SendError } from '../channels/channel.ts'
import { mayWake } from '../domain/case.ts'
import { keepMedia, loseMedia, takeMedia, type WaitingMedia } from '../store/case-media.ts'
import { untagged } from '../pictures/voice-without-traces.ts'
import { caseById } from '../store/cases.ts'
import type { Db } from '../store/db.ts'
import { MOST_BYTES } from '../store/files.ts'
import { MINUTE } from '../words/clock.ts'
import type { CaseId, PersonId } from '../words/ids.ts'
import { applyEvents } from './apply-events.ts'
import { caseSay, hearersOf, mediaSay } from './case-parts.ts'
import { newLedger } from './converse.ts'
import type { Tell } from './deeds/deed.ts'
import type { Desk } from './desk.ts'
import { handOver } from './hand-over.ts'
import { opening } from './route-case.ts'

/** At a time: each may take 16 MB of memory for a moment. */
const AT_ONCE = 4
/** A provider that is away is asked again after this, so often. */
const AGAIN = 2 * MINUTE
const TRIES = 15

/** Fetches what waits on these channels; how many were settled. */
export async function fetchMedia(desk: Desk, channels: readonly Channel[]): Promise<number> {
  const able = channels.filter((channel) => channel.fetch && channel.serves?.() !== false)
  if (able.length === 0) return 0
  const now = desk.clock.now()
  const waiting = await takeMedia(
    desk.database,
    able.map(({ name }) => name),
    { now, again: now + AGAIN, limit: AT_ONCE },
  )
  const settled = await Promise.all(
    waiting.map(async (media) => {
      const channel = able.find(({ name }) => name === media.channel)
      return channel ? settle(desk, channel, media) : false
    }),
  )
  return settled.filter(Boolean).length
}

async function settle(desk: Desk, channel: Channel, media: WaitingMedia): Promise<boolean> {
  const fetched = await channel.fetch?.(media.ref).catch((error: unknown) => {
    const passes = !(error instanceof SendError && error.reason === 'refused')
    return passes && media.attempts < TRIES ? LATER : undefined
  })
  if (fetched === LATER) return false
  const freed = fetched && (await freedOf(media, fetched))
  await handOver(desk, async (db) => {
    const ledger = newLedger(desk.clock.now())
    ledger.tells.push(...(freed ? await place(desk, db, media, freed) : await giveUp(db, media)))
    return { owed: await applyEvents(desk, db, ledger) }
  })
  return true
}

const LATER = Symbol('later')

interface Freed {
  readonly mime: string
  readonly bytes: Uint8Array
}

/** Without traces; undefined when it is not what it says, too large, or of a kind that cannot be freed. */
async function freedOf({ kind }: WaitingMedia, fetched: Uint8Array): Promise<Freed | undefined> {
  if (kind === 'image') {
    const { redrawn } = await import('../pictures/without-traces.ts')
    const bytes = await redrawn(fetched)
    return bytes && bytes.length <= MOST_BYTES ? { mime: 'image/jpeg', bytes } : undefined
  }
  const bytes = kind === 'audio' && fetched.length <= MOST_BYTES ? untagged(fetched) : undefined
  return bytes && { mime: 'audio/ogg', bytes }
}

/** Puts it into the thread, and before those who hear the case. */
async function place(desk: Desk, db: Db, media: WaitingMedia, freed: Freed): Promise<Tell[]> {
  const asked = await caseById(db, media.case_id as CaseId)
  if (!asked || asked.hidden) return giveUp(db, media)
  if (!(await keepMedia(db, media.id, { ...freed, at: desk.clock.now() }))) return []
  const author = media.author_id as PersonId
  const hearers = await hearersOf(db, asked, { person: author, part: media.part })
  const tells: Tell[] = []
  for (const person of hearers) {
    const shown = { id: media.id, caseId: asked.id, part: media.part, kind: media.kind, text: media.caption }
    const say = await mediaSay(desk, db, person, shown)
    if (say)
      tells.push({
        person,
        says: [say],
        open: opening(asked.id),
        known: true,
        awaited: mayWake(asked.urgency),
      })
  }
  return tells
}

async function giveUp(db: Db, media: WaitingMedia): Promise<Tell[]> {
  if (!(await loseMedia(db, media.id))) return []
  return [
    {
      person: media.author_id as PersonId,
      says: [caseSay(media.case_id, 'media_lost')],
      awaited: true,
    },
  ]
}
