// One bubble to one person, as requests to the Graph API.
import { z } from 'zod'
import { type Attachment, type Bubble, WINDOWS } from '../../words/message.ts'
import { type Capabilities, type ReadFile, type Receipt } from '../channel.ts'
import { type Part, render } from '../render.ts'
import { GraphFault, sendErrorOf } from './faults.ts'
import type { GraphApi } from './graph-api.ts'
import { COME_BACK } from './inbound.ts'
import { upload } from './media.ts'

/** As Meta's pages of the message types say, and of its rates. */
export const CAPABILITIES: Capabilities = {
  choices: 'list',
  maxText: 4096,
  maxLabel: 20,
  list: { buttons: 3, maxTextOverButtons: 1024, rows: 10, maxRow: 24, maxDetail: 72 },
  attachments: ['image', 'audio', 'document'],
  maxCaption: 1024,
  groups: false,
  edits: false,
  joins: true,
  reports: true,
  window: WINDOWS['whatsapp-cloud'],
  /** One number sends 80 messages a second, and one in six seconds to the same person, of which 45 may be borrowed. */
  perSecond: 80,
  perSecondPerChat: 1 / 6,
  burstPerChat: 45,
  perMinutePerGroup: Number.POSITIVE_INFINITY,
}

/** What opens a list when nobody has said it in the person's language. At most 20 characters. */
const OPEN_LIST = '☰'
const LONGEST_OPENER = 20
/** WhatsApp takes no line ends, no tabs and no four blanks in what fills a template. */
const LONGEST_VALUE = 500

export interface Outbound {
  readonly api: GraphApi
  readonly phoneNumberId: string
  readonly readFile: ReadFile
  /** Milliseconds for each request. */
  readonly within: number
}

const accepted = z.object({ messages: z.array(z.object({ id: z.string().min(1).max(250) })).min(1) })

/** How many messages of WhatsApp the bubble becomes. */
export function partsOf(bubble: Bubble): readonly Part[] {
  return bubble.template ? [{ text: bubble.text }] : render(bubble, CAPABILITIES)
}

/**
 * Sends the bubble, or only its `part`; gives the receipt of the last message.
 * @throws SendError when WhatsApp did not accept it.
 */
export async function sendBubble(
  out: Outbound,
  to: string,
  bubble: Bubble,
  only?: number,
): Promise<Receipt | void> {
  let receipt: Receipt | undefined
  for (const [index, part] of partsOf(bubble).entries()) {
    if (only !== undefined && index !== only) continue
    try {
      const message = bubble.template ? templateOf(bubble.template) : await messageOf(out, bubble, part)
      if (message === undefined) continue
      const quoted =
        bubble.replyTo !== undefined && index === 0 ? { context: { message_id: bubble.replyTo } } : {}
      const answer = await out.api.call(
        `${out.phoneNumberId}/messages`,
        { within: out.within },
        {
          messaging_product: 'whatsapp',
          recipient_type: 'individual',
          ...addressed(to),
          ...quoted,
          ...message,
        },
      )
      const read = accepted.safeParse(answer)
      if (!read.success) throw new GraphFault('unreadable', 'an answer of another shape')
      const ref = read.data.messages[0]?.id
      receipt = ref === undefined ? undefined : { ref }
    } catch (error) {
      throw sendErrorOf(error)
    }
  }
  return receipt
}

/** People go by their number; who hides it goes by an id such as `RW.1349…`. */
const addressed = (to: string): object => (/^\d+$/.test(to) ? { to } : { recipient: to })

async function messageOf(out: Outbound, bubble: Bubble, part: Part): Promise<object | undefined> {
  const file = part.attachment && (await fileOf(out, part.attachment))
  if (file && !part.buttons) {
    const caption = part.text === '' ? {} : { caption: part.text }
    return { type: file.type, [file.type]: { ...file.shown, ...caption } }
  }
  // A file that is gone leaves its words, and where it stood alone there is nothing to say.
  if (!file && part.text === '') return undefined
  const body = { text: part.text }
  if (part.buttons) {
    const header = file && { header: { type: file.type, [file.type]: file.shown } }
    const buttons = part.buttons
      .flat()
      .map(({ token, label }) => ({ type: 'reply', reply: { id: token, title: label } }))
    return { type: 'interactive', interactive: { type: 'button', ...header, body, action: { buttons } } }
  }
  if (part.rows) {
    const rows = part.rows.map(({ token, label, detail }) => ({
      id: token,
      title: label,
      ...(detail !== undefined && { description: detail }),
    }))
    const said = bubble.choose?.trim() ?? ''
    const button = said === '' || said.length > LONGEST_OPENER ? OPEN_LIST : said
    return {
      type: 'interactive',
      interactive: { type: 'list', body, action: { button, sections: [{ rows }] } },
    }
  }
  return { type: 'text', text: { body: part.text, preview_url: false } }
}

/** The file as WhatsApp is told of it, once it has been handed over; undefined when it is no longer kept. */
async function fileOf(
  out: Outbound,
  attachment: Attachment,
): Promise<{ type: Attachment['kind']; shown: object } | undefined> {
  const { kind, name } = attachment
  const id = await upload(out, attachment)
  if (id === undefined) return undefined
  return { type: kind, shown: kind === 'document' ? { id, filename: name } : { id } }
}

function templateOf({ name, language, values, button }: NonNullable<Bubble['template']>): object {
  const parameters = values.map((text) => ({
    type: 'text',
    text: text.replaceAll(/\s+/g, ' ').slice(0, LONGEST_VALUE),
  }))
  const components = [
    ...(parameters.length > 0 ? [{ type: 'body', parameters }] : []),
    ...(button
      ? [
          {
            type: 'button',
            sub_type: 'quick_reply',
            index: '0',
            parameters: [{ type: 'payload', payload: COME_BACK }],
          },
        ]
      : []),
  ]
  return {
    type: 'template',
    template: { name, language: { code: language }, ...(components.length > 0 && { components }) },
  }
}
