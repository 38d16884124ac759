import { describeChannel } from '../contract.ts'
import type { Fault } from './answers.ts'
import { setUp } from './stand.ts'

const GROUP = -1_001_234

/** How Telegram says each. */
const REFUSALS: Readonly<Record<'blocked' | 'refused' | 'limited' | 'unavailable', Fault>> = {
  blocked: { status: 403, description: 'Forbidden: bot was blocked by the user' },
  refused: { status: 400, description: 'Bad Request: message is too strange' },
  limited: { status: 429, description: 'Too Many Requests: retry after 1', parameters: { retry_after: 1 } },
  unavailable: { status: 502, description: 'Bad Gateway' },
}

for (const mode of ['polling', 'webhook'] as const) {
  describeChannel(`telegram by ${mode}`, async () => {
    const stand = await setUp(mode)
    const { api } = stand
    return {
      channel: stand.channel,
      sender: '42',
      write: (text) => stand.write(text),
      tap: (token) => stand.tap(token),
      shown: async () => api.shown(42),
      again: async () => api.again(),
      redelivers: true,
      keepFile: (file, bytes) => void stand.files.set(file, bytes),
      async sendPicture(bytes, caption) {
        api.keepFile('sent', bytes)
        const photo = [
          { file_id: 'small', file_unique_id: 's', width: 90, height: 90 },
          { file_id: 'sent', file_unique_id: 'u', width: 1280, height: 1280 },
        ]
        const chat = { id: 42, type: 'private', first_name: 'Joseph' }
        api.push({ message: { message_id: 3, date: 1_780_000_000, chat, from: { id: 42 }, photo, caption } })
      },
      group: {
        id: String(GROUP),
        write: (text) => stand.writeIn(GROUP, text),
        shown: async () => api.shown(GROUP),
      },
      async vote(option) {
        const poll_id = api.shown(GROUP).at(-1)?.poll?.id
        const user = { id: 42, is_bot: false, first_name: 'Joseph' }
        api.push({ poll_answer: { poll_id, user, option_ids: [option], option_persistent_ids: ['x'] } })
      },
      refuse: (reason) => api.fault('sendMessage', REFUSALS[reason]),
      close: () => stand.close(),
    }
  })
}
