// What of a RapidPro or TextIt export is read: flows of nodes, version 13 of their format and what came after it.
import { z } from 'zod'

const named = z.object({ uuid: z.string().optional(), name: z.string().default('') })

const action = z.looseObject({
  type: z.string(),
  uuid: z.string().default(''),
  text: z.string().optional(),
  quick_replies: z.array(z.union([z.string(), z.object({ text: z.string() })])).optional(),
  attachments: z.array(z.string()).optional(),
  name: z.string().optional(),
  value: z.string().optional(),
  category: z.string().optional(),
  language: z.string().optional(),
  field: z.object({ key: z.string(), name: z.string().optional() }).optional(),
  groups: z.array(named).optional(),
  flow: named.optional(),
})

const router = z.looseObject({
  type: z.string(),
  operand: z.string().default(''),
  result_name: z.string().default(''),
  default_category_uuid: z.string().nullish(),
  wait: z
    .looseObject({
      type: z.string(),
      timeout: z.object({ seconds: z.number(), category_uuid: z.string() }).nullish(),
    })
    .nullish(),
  categories: z.array(z.object({ uuid: z.string(), name: z.string(), exit_uuid: z.string() })).default([]),
  cases: z
    .array(
      z.object({
        uuid: z.string().default(''),
        type: z.string(),
        arguments: z.array(z.string()).default([]),
        category_uuid: z.string(),
      }),
    )
    .default([]),
})

const node = z.object({
  uuid: z.string(),
  actions: z.array(action).default([]),
  router: router.nullish(),
  exits: z.array(z.object({ uuid: z.string(), destination_uuid: z.string().nullish() })).default([]),
})

const flow = z.object({
  uuid: z.string(),
  name: z.string(),
  language: z.string().default('eng'),
  type: z.string().default('messaging'),
  nodes: z.array(node),
  localization: z
    .record(z.string(), z.record(z.string(), z.record(z.string(), z.unknown())))
    .nullish()
    .transform((given) => given ?? {}),
})

export const rapidproSchema = z.looseObject({
  version: z.union([z.string(), z.number()]).optional(),
  flows: z.array(flow).min(1),
  campaigns: z.array(z.unknown()).default([]),
  triggers: z.array(z.unknown()).default([]),
})

export type RapidproFlow = z.infer<typeof flow>
export type RapidproNode = z.infer<typeof node>
export type Router = z.infer<typeof router>
export type Action = z.infer<typeof action>
