import { z } from 'zod'
import type { Language } from '../words/language.ts'
import {
  type CONTENT,
  isVariable,
  type LOG_LEVELS,
  REMEDIES,
  type Role,
  ROLES,
  shape,
  type Variable,
  VARIABLES,
} from './variables.ts'

/** How this process of the service runs: read once from the environment, complete and checked. */
export interface Config {
  readonly host: string
  /** 0: any free port. */
  readonly port: number
  /** Where people reach it, without a slash at the end; undefined: where it listens. */
  readonly publicUrl: string | undefined
  /** Whose word is taken for where a request comes from: addresses, ranges and names, commas between. */
  readonly trustedProxies: string
  readonly dataDir: string
  /** Undefined: the service's own PostgreSQL in `dataDir`. */
  readonly databaseUrl: string | undefined
  /** Undefined: the queue is kept in PostgreSQL. */
  readonly redisUrl: string | undefined
  readonly flowsDir: string
  /** Which clinical content is served. */
  readonly content: (typeof CONTENT)[number]
  readonly timezone: string
  readonly language: Language
  /** Minutes of the day, `from` inclusive, `to` exclusive; `from` > `to` means over midnight. */
  readonly quietHours: { readonly from: number; readonly to: number }
  /** Undefined: no Telegram. */
  readonly telegram: TelegramConfig | undefined
  /** Undefined: no WhatsApp by the Cloud API. */
  readonly whatsappCloud: WhatsAppCloudConfig | undefined
  /** Undefined: no number on WhatsApp Web. */
  readonly whatsappWeb: WhatsAppWebConfig | undefined
  /** Whether a fictional programme is put into an empty database, and the chat page lets one choose a person. */
  readonly demo: boolean
  readonly roles: readonly Role[]
  readonly logLevel: (typeof LOG_LEVELS)[number]
  /** Undefined: one is made and kept in `dataDir`, see `readSecretKey`. */
  readonly secretKey: string | undefined
}

interface TelegramConfig {
  readonly token: string
  readonly apiRoot: string
  readonly mode: 'polling' | 'webhook'
  /** Always there in mode `webhook`. */
  readonly webhookSecret: string | undefined
}

/** A number of a business account at Meta. */
interface WhatsAppCloudConfig {
  readonly token: string
  readonly phoneNumberId: string
  readonly appSecret: string
  readonly verifyToken: string
  readonly apiRoot: string
  readonly version: string
}

interface WhatsAppWebConfig {
  /** Undefined: one of the places where browsers are. */
  readonly chromiumPath: string | undefined
  readonly chromiumArgs: readonly string[]
  /** Messages a day, of a number that is not new any more. */
  readonly dailyCap: number
  /** Whether choices are asked as polls, beside the numbered text. */
  readonly polls: boolean
}

/** One thing that is wrong with the environment. It never holds a value: people mix up variables, and some are secret. */
export interface Mistake {
  readonly variable: string
  readonly problem: string
  readonly remedy: string
}

/** Everything that is wrong with the environment at once, so that an operator mends it in one go. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
  readonly mistakes: readonly Mistake[]

  constructor(mistakes: readonly Mistake[]) {
    const lines = mistakes.map(({ variable, problem, remedy }) => `  ${variable} ${problem}. ${remedy}`)
    super(
      `The settings have ${lines.length === 1 ? 'a mistake' : `${lines.length} mistakes`}:\n${lines.join('\n')}`,
    )
    this.mistakes = mistakes
  }
}

/**
 * The settings from the environment; an empty variable is one that is not set.
 * @throws ConfigError with every mistake there is.
 */
export function readConfig(env: Readonly<Record<string, string | undefined>>): Config {
  const said = Object.fromEntries(
    VARIABLES.flatMap((name) => (env[name]?.trim() ? [[name, env[name].trim()]] : [])),
  ) as Partial<Record<Variable, string>>
  const read = z.object(shape).safeParse(said)
  const mistakes = [...(read.success ? [] : read.error.issues.map(toMistake)), ...misfits(said)]
  if (!read.success || mistakes.length > 0) throw new ConfigError(onePerVariable(mistakes))
  return toConfig(read.data)
}

function toMistake(issue: z.core.$ZodIssue): Mistake {
  const [variable] = issue.path
  return {
    variable: String(variable),
    problem: issue.message,
    remedy: isVariable(variable) ? REMEDIES[variable] : '',
  }
}

/** What WhatsApp by the Cloud API cannot do without. */
const CLOUD = [
  'WHATSAPP_CLOUD_TOKEN',
  'WHATSAPP_CLOUD_NUMBER_ID',
  'WHATSAPP_CLOUD_APP_SECRET',
  'WHATSAPP_CLOUD_VERIFY_TOKEN',
] as const

/** What is wrong only together with another variable; looked at even when some variable is wrong by itself. */
function misfits(said: Partial<Record<Variable, string>>): Mistake[] {
  const found: Mistake[] = []
  const isMissing = (variable: Variable): boolean => said[variable] === undefined
  const add = (variable: Variable, problem: string, remedy: string): unknown =>
    found.push({ variable, problem, remedy })
  if (said.TELEGRAM_MODE === 'webhook') {
    const orPolling = 'Or write TELEGRAM_MODE=polling.'
    for (const variable of ['TELEGRAM_BOT_TOKEN', 'TELEGRAM_WEBHOOK_SECRET'] as const) {
      if (isMissing(variable))
        add(variable, 'is missing and a webhook needs it', `${REMEDIES[variable]} ${orPolling}`)
    }
    if (!/^https:/i.test(said.PUBLIC_URL ?? '')) {
      add(
        'PUBLIC_URL',
        'is not an https address and a webhook needs one',
        `${REMEDIES.PUBLIC_URL} ${orPolling}`,
      )
    }
  }
  // One of the four without the others is a channel half set up, which would look like one that is down.
  if (CLOUD.some((variable) => !isMissing(variable)))
    for (const variable of CLOUD.filter(isMissing))
      add(variable, 'is missing and WhatsApp by the Cloud API needs it', REMEDIES[variable])
  // The built-in database belongs to one process, so a part without the others would serve nobody.
  const isPart = said.ROLES !== undefined && ROLES.some((role) => !said.ROLES?.includes(role))
  if (isPart && isMissing('DATABASE_URL')) {
    add(
      'DATABASE_URL',
      'is missing and ROLES names a part of the service',
      'Write it for all parts, or remove ROLES.',
    )
  }
  return found
}

function onePerVariable(mistakes: readonly Mistake[]): Mistake[] {
  return mistakes.filter(
    ({ variable }, index) => mistakes.findIndex((one) => one.variable === variable) === index,
  )
}

function toConfig(read: z.infer<z.ZodObject<typeof shape>>): Config {
  return {
    host: read.HOST,
    port: read.PORT,
    publicUrl: read.PUBLIC_URL,
    trustedProxies: read.TRUSTED_PROXIES,
    dataDir: read.DATA_DIR,
    databaseUrl: read.DATABASE_URL,
    redisUrl: read.REDIS_URL,
    flowsDir: read.FLOWS_DIR,
    content: read.CONTENT,
    timezone: read.TIMEZONE,
    language: read.LANGUAGE,
    quietHours: read.QUIET_HOURS,
    telegram:
      read.TELEGRAM_BOT_TOKEN === undefined
        ? undefined
        : {
            token: read.TELEGRAM_BOT_TOKEN,
            apiRoot: read.TELEGRAM_API_ROOT,
            mode: read.TELEGRAM_MODE,
            webhookSecret: read.TELEGRAM_WEBHOOK_SECRET,
          },
    whatsappCloud: cloudConfig(read),
    whatsappWeb:
      read.WHATSAPP_WEB === 'off'
        ? undefined
        : {
            chromiumPath: read.CHROMIUM_PATH,
            chromiumArgs: read.CHROMIUM_ARGS ?? [],
            dailyCap: read.WHATSAPP_WEB_DAILY_CAP,
            polls: read.WHATSAPP_WEB_POLLS === 'on',
          },
    demo: read.DEMO === undefined ? read.DATABASE_URL === undefined : read.DEMO === 'on',
    roles: read.ROLES,
    logLevel: read.LOG_LEVEL,
    secretKey: read.SECRET_KEY,
  }
}

function cloudConfig(read: z.infer<z.ZodObject<typeof shape>>): WhatsAppCloudConfig | undefined {
  const [token, phoneNumberId, appSecret, verifyToken] = CLOUD.map((variable) => read[variable])
  if (token === undefined || phoneNumberId === undefined) return undefined
  if (appSecret === undefined || verifyToken === undefined) return undefined
  const { WHATSAPP_CLOUD_API_ROOT: apiRoot, WHATSAPP_CLOUD_API_VERSION: version } = read
  return { token, phoneNumberId, appSecret, verifyToken, apiRoot, version }
}
