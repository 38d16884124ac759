// What the Graph API takes, as Meta's reference of the Cloud API describes it: strict, so that a field too many is a
// fault, too.
import { z } from 'zod'

const id = z.string().min(1).max(256)
const body = z.strictObject({ text: z.string().trim().min(1).max(4096) })

const replyButton = z.strictObject({
  type: z.literal('reply'),
  reply: z.strictObject({ id, title: z.string().trim().min(1).max(20) }),
})

const unique = (titles: readonly string[]): boolean => new Set(titles).size === titles.length

const buttons = z.strictObject({
  type: z.literal('button'),
  header: z
    .discriminatedUnion('type', [
      z.strictObject({ type: z.literal('image'), image: z.strictObject({ id }) }),
      z.strictObject({
        type: z.literal('document'),
        document: z.strictObject({ id, filename: z.string().min(1) }),
      }),
    ])
    .optional(),
  body: z.strictObject({ text: z.string().trim().min(1).max(1024) }),
  action: z.strictObject({
    buttons: z
      .array(replyButton)
      .min(1)
      .max(3)
      .refine(
        (all) => unique(all.map(({ reply }) => reply.id)) && unique(all.map(({ reply }) => reply.title)),
      ),
  }),
})

const row = z.strictObject({
  id: z.string().min(1).max(200),
  title: z.string().trim().min(1).max(24),
  description: z.string().trim().min(1).max(72).optional(),
})

const list = z.strictObject({
  type: z.literal('list'),
  body,
  action: z.strictObject({
    button: z.string().trim().min(1).max(20),
    sections: z.tuple([
      z.strictObject({
        rows: z
          .array(row)
          .min(1)
          .max(10)
          .refine((all) => unique(all.map((one) => one.id))),
      }),
    ]),
  }),
})

const parameters = <Type extends z.ZodType>(one: Type) => z.array(one).min(1)
const textParameter = z.strictObject({
  type: z.literal('text'),
  text: z
    .string()
    .min(1)
    .max(1024)
    .refine((text) => !/[\n\t]| {4}/.test(text), 'no line ends, tabs or four blanks'),
})
const component = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('body'), parameters: parameters(textParameter) }),
  z.strictObject({
    type: z.literal('button'),
    sub_type: z.literal('quick_reply'),
    index: z.string().regex(/^[0-9]$/),
    parameters: parameters(
      z.strictObject({ type: z.literal('payload'), payload: z.string().min(1).max(128) }),
    ),
  }),
])

const head = {
  messaging_product: z.literal('whatsapp'),
  recipient_type: z.literal('individual'),
  to: z
    .string()
    .regex(/^\d{5,20}$/)
    .optional(),
  recipient: z
    .string()
    .regex(/^[A-Z]{2}\.\w+$/)
    .optional(),
  context: z.strictObject({ message_id: id }).optional(),
}

const caption = z.string().min(1).max(1024).optional()

export const messageShape = z
  .discriminatedUnion('type', [
    z.strictObject({
      ...head,
      type: z.literal('text'),
      text: z.strictObject({ body: z.string().trim().min(1).max(4096), preview_url: z.boolean().optional() }),
    }),
    z.strictObject({
      ...head,
      type: z.literal('interactive'),
      interactive: z.discriminatedUnion('type', [buttons, list]),
    }),
    z.strictObject({ ...head, type: z.literal('image'), image: z.strictObject({ id, caption }) }),
    z.strictObject({
      ...head,
      type: z.literal('document'),
      document: z.strictObject({ id, caption, filename: z.string().min(1).max(240) }),
    }),
    z.strictObject({
      ...head,
      type: z.literal('template'),
      template: z.strictObject({
        name: z.string().regex(/^[a-z0-9_]{1,512}$/),
        language: z.strictObject({ code: z.string().regex(/^[a-z]{2,3}(_[A-Z]{2})?$/) }),
        components: z.array(component).min(1).optional(),
      }),
    }),
  ])
  .refine(
    ({ to, recipient }) => (to === undefined) !== (recipient === undefined),
    'to or recipient, not both',
  )

export type Posted = z.infer<typeof messageShape>
