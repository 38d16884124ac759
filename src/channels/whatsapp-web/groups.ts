// Where the service stands in its groups, as the library tells it: at each start for all of them, since being let in or
// put out while nobody listened is told to nobody, and as it changes.
import type wweb from 'whatsapp-web.js'
import { z } from 'zod'
import { type GroupNews, groupNews, type Signal } from './protocol.ts'

const wid = z.union([z.string(), z.object({ _serialized: z.string() }).transform((id) => id._serialized)])
const participants = z.array(z.object({ id: wid, isAdmin: z.boolean().optional().catch(undefined) }))
const notification = z.object({
  id: z.object({ _serialized: z.string() }),
  chatId: z.string(),
  author: wid.optional().catch(undefined),
  recipientIds: z.array(wid).catch([]),
  type: z.string().optional().catch(undefined),
  body: z.string().catch(''),
  timestamp: z.number(),
})
type Notification = z.infer<typeof notification>

/** Listens for news of groups, and tells of every group once the page is ready. */
export function tellGroups(client: wweb.Client, tell: (signal: Signal) => void): void {
  const news = (group: unknown): void => {
    const read = groupNews.safeParse(group)
    if (read.success) tell({ said: 'group', group: read.data })
  }

  /** Our own ids: groups name people by number or by an id that hides it. */
  async function own(): Promise<Set<string>> {
    const lid: unknown = await client.pupPage?.evaluate(
      `window.require('WAWebUserPrefsMeUser').getMaybeMeLidUser()?._serialized`,
    )
    return new Set([client.info.wid._serialized, ...(typeof lid === 'string' ? [lid] : [])])
  }

  function on(
    event: string,
    read: (given: Notification, isOurs: boolean) => Partial<GroupNews> | undefined,
  ): void {
    client.on(event, (raw: unknown) => {
      const given = notification.safeParse(raw)
      if (!given.success) return
      const { id, chatId, author, recipientIds, timestamp } = given.data
      void (async () => {
        const ours = await own()
        const about = read(
          given.data,
          recipientIds.some((one) => ours.has(one)),
        )
        const frame = { id: `group_${id._serialized}`, chat: chatId, author, at: timestamp * 1000 }
        if (about) news({ ...frame, ...about })
      })().catch(() => undefined)
    })
  }

  on('group_join', (_given, isOurs) => (isOurs ? { standing: 'member' } : undefined))
  on('group_leave', (_given, isOurs) => (isOurs ? { standing: 'out' } : undefined))
  on('group_admin_changed', ({ type }, isOurs) =>
    isOurs ? { standing: type === 'promote' ? 'admin' : 'member' } : undefined,
  )
  on('group_update', ({ type, body }) => (type === 'subject' && body !== '' ? { name: body } : undefined))

  client.on('ready', () => {
    void (async () => {
      const at = Date.now()
      const ours = await own()
      for (const chat of await client.getChats()) {
        if (!chat.isGroup) continue
        const found = participants.safeParse(Reflect.get(chat, 'participants'))
        const self = found.data?.find(({ id }) => ours.has(id))
        const standing = self ? (self.isAdmin === true ? 'admin' : 'member') : 'out'
        const chatId = chat.id._serialized
        news({ id: `group_${chatId}_${at}`, chat: chatId, standing, name: chat.name, at })
      }
    })().catch(() => undefined)
  })
}
