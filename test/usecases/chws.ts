// A group of CHWs for a test: a health centre with its CEHO, a group of nine, and a chat they talk in.
import type { Capabilities } from '../../src/channels/channel.ts'
import { CAPABILITIES } from '../../src/channels/web/web.ts'
import { importRoster } from '../../src/usecases/import-roster.ts'
import { showCards } from '../../src/usecases/show-cards.ts'
import type { Bubble, Content } from '../../src/words/message.ts'
import { makeProgramme, type Programme } from '../programme.ts'

/** The nine, by their invite codes; claudine speaks for them. */
export const NINE = [
  'claudine',
  'aline',
  'bosco',
  'chantal',
  'daniel',
  'esther',
  'felix',
  'grace',
  'hawa',
] as const

export const CHAT = '-100'

export interface Chws extends Programme {
  /** What one of them does in the chat; what is sent to anybody because of it comes back. */
  inChat(sender: string, content: string | Content, reply?: string): Promise<{ to: string; bubble: Bubble }[]>
  /** The message of the chat as it stands there now, by a word in it. */
  shown(words: string): { ref: string; bubble: Bubble } | undefined
  /** Of what a chat was sent, whether each only changed what stood there. */
  edited(to: string): boolean[]
  /** The polls a chat has got. */
  polls(to: string): NonNullable<Bubble['poll']>[]
  /** What was sent to one person or chat since the last look. */
  news(to: string): string[]
  cards(): Promise<void>
}

const person = (code: string, cells: Record<string, string>): Record<string, string> => ({
  name: `${code[0]?.toUpperCase()}${code.slice(1)} of Nyamata`,
  invite_code: code,
  language: 'en',
  district: 'Bugesera',
  ...cells,
})

/**
 * The programme with the group on its roster; the bot is in the chat, and nobody has said anything. `otherwise`: what the
 * channel can do or cannot.
 */
export async function makeChws(otherwise: Partial<Capabilities> = {}): Promise<Chws> {
  const messages = new Map<string, { to: string; ref: string; bubble: Bubble }>()
  const all: { to: string; bubble: Bubble }[] = []
  let refs = 1
  const programme = await makeProgramme({
    channel: {
      capabilities: {
        ...CAPABILITIES,
        groups: true,
        edits: true,
        perSecondPerChat: 1000,
        perMinutePerGroup: 100_000,
        ...otherwise,
      },
    },
    send: (to, bubble) => {
      const ref = bubble.edits ?? String(refs++)
      messages.set(`${to} ${ref}`, { to, ref, bubble })
      all.push({ to, bubble })
      return Promise.resolve({ ref, ...(bubble.poll && { poll: `poll-${ref}` }) })
    },
  })
  const { db } = programme.fresh
  await importRoster(
    db,
    [
      person('ruth', { role: 'hospital_supervisor', facility: 'Nyamata DH', level: 'district_hospital' }),
      person('diane', { role: 'district_coordinator', facility: 'Bugesera', level: 'district' }),
      person('emile', { role: 'facility_manager', facility: 'Nyamata HC', level: 'health_centre' }),
      person('amos', { role: 'community_mentor', facility: 'Nyamata HC', level: 'health_centre' }),
      ...NINE.map((code) =>
        person(code, {
          role: 'mentee',
          cadre: 'chw',
          facility: 'CHWs of Nyamata',
          level: 'village_chw_group',
          mentor: 'amos',
        }),
      ),
    ].map((cells, index) => ({ line: index + 2, cells })),
  )
  await db.query(`update person set joined_at = '2026-11-01' where invite_code = any($1)`, [
    ['ruth', 'diane', 'emile', 'amos'],
  ])
  for (const code of ['ruth', 'diane', 'emile', 'amos']) await programme.meet(code)
  const seen = new Map<string, number>()
  const chws: Chws = Object.assign(programme, {
    async inChat(sender: string, content: string | Content, reply?: string) {
      const before = all.length
      await programme.hear({
        sender,
        group: CHAT,
        content: typeof content === 'string' ? { kind: 'text', text: content } : content,
        ...(reply !== undefined && { replyTo: reply }),
      })
      return all.slice(before)
    },
    shown: (words: string) =>
      [...messages.values()].findLast(({ to, bubble }) => to === CHAT && bubble.text.includes(words)),
    edited: (to: string) => all.flatMap((one) => (one.to === to ? [one.bubble.edits !== undefined] : [])),
    polls: (to: string) => all.flatMap((one) => (one.to === to && one.bubble.poll ? [one.bubble.poll] : [])),
    news(to: string) {
      const from = seen.get(to) ?? 0
      seen.set(to, all.length)
      return all.slice(from).flatMap((one) => (one.to === to ? [one.bubble.text] : []))
    },
    async cards() {
      // Past the pause between two edits, so that every change is shown.
      programme.now += 16_000
      await showCards(programme.desk, [programme.channel])
      await programme.settled()
    },
  })
  await chws.inChat('amos', { kind: 'standing', standing: 'member', name: 'Nyamata CHWs' })
  return chws
}

/** All nine have joined the programme, each with a chat of their own, and are known in the group. */
export async function allKnown(chws: Chws): Promise<void> {
  const { db } = chws.fresh
  await db.query(`update person set joined_at = '2026-11-01' where invite_code = any($1)`, [[...NINE]])
  for (const code of NINE) await chws.meet(code)
  await chws.inChat('amos', 'GROUP')
  await chws.say('amos', '1')
  await chws.inChat('amos', { kind: 'members', joined: [...NINE], left: [] })
  await chws.cards()
}
