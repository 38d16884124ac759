import { z } from 'zod'
import { type Language, LANGUAGES } from './words/language.ts'

/**
 * The parts of the service: `web` is the browser chat, `channel` takes messages from and to messaging providers (with
 * their webhooks), `worker` lets follow-ups happen and tidies up. Every process answers `/healthz`, `/readyz`, `/metrics`.
 */
const ROLES = ['web', 'worker', 'channel'] as const
type Role = (typeof ROLES)[number]

const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const

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

const shaped = (pattern: RegExp, error: string) => z.string().regex(pattern, { error })

/** A URL of one of the schemes, without the slash at its end. */
const url = (...schemes: string[]) =>
  z
    .string()
    .refine((text) => URL.canParse(text) && schemes.includes(new URL(text).protocol), {
      error: `is not a URL that begins with ${schemes.map((scheme) => `${scheme}//`).join(' or ')}`,
    })
    .transform((text) => text.replace(/\/+$/, ''))

/** Several with commas between, such as the addresses of a cluster. */
const listOf = (one: z.ZodType<string, string>) =>
  z
    .string()
    .transform((text) => text.split(',').map((part) => part.trim()))
    .pipe(z.array(one))
    .transform((parts) => parts.join(','))

/** An address, a range of them, or the name of one. A range of everything would let anybody claim any address. */
const proxy = z
  .union([z.enum(['loopback', 'linklocal', 'uniquelocal']), z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()], {
    error: 'is not a list of addresses',
  })
  .refine((range) => !/\/0+$/.test(range), { error: 'trusts every address' })

const word = <const Words extends readonly string[]>(words: Words) =>
  z.enum(words, { error: `is not ${words.slice(0, -1).join(', ')} or ${words.at(-1)}` })

const minutes = (text: string): number => Number(text.slice(0, 2)) * 60 + Number(text.slice(3))

/** Linux desktops set LANGUAGE, too, to lists of locales such as `de_DE:de`; those are none of ours. */
const withoutDesktop = (text: unknown): unknown =>
  typeof text === 'string' && /[_:]/.test(text) ? undefined : text

const quietHours = z
  .string()
  .regex(/^([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d$/, {
    error: 'is not two times of day with a hyphen between',
  })
  .transform((text) => ({ from: minutes(text.slice(0, 5)), to: minutes(text.slice(6)) }))
  .refine(({ from, to }) => from !== to, { error: 'begins and ends at the same time' })

const roles = z
  .string()
  .transform((text) => text.split(',').map((role) => role.trim()))
  .pipe(z.array(z.enum(ROLES, { error: `is not a list of ${ROLES.join(', ')}` })))
  .transform((list) => ROLES.filter((role) => list.includes(role)))

/** Arguments of a program, such as `--no-sandbox --proxy-server=http://10.0.0.1:3128`. A value may hold blanks. */
const flags = z
  .string()
  .regex(/^--/, { error: 'does not begin with --' })
  .transform((text) => text.split(/\s+(?=--)/))

const dailyCap = z
  .string()
  .regex(/^[1-9]\d{0,4}$/, { error: 'is not a whole number from 1 to 99999' })
  .transform(Number)

const port = z
  .string()
  .regex(/^\d{1,5}$/, { error: 'is not a whole number' })
  .transform(Number)
  .refine((number) => number <= 65_535, { error: 'is more than 65535' })

// The door itself: what each variable may say, what it means when it says nothing, and how to mend it.
const shape = {
  HOST: shaped(/^[\w.:-]+$/, 'is not a host name or address').default('127.0.0.1'),
  PORT: port.default(3000),
  PUBLIC_URL: url('https:', 'http:').optional(),
  TRUSTED_PROXIES: listOf(proxy).default('loopback'),
  DATA_DIR: z.string().default('./data'),
  DATABASE_URL: url('postgres:', 'postgresql:').optional(),
  REDIS_URL: listOf(url('redis:', 'rediss:')).optional(),
  FLOWS_DIR: z.string().default('./flows'),
  TIMEZONE: z.string().refine(isTimezone, { error: 'is not a time zone' }).default('Africa/Kigali'),
  LANGUAGE: z.preprocess(withoutDesktop, word(LANGUAGES).default('en')),
  QUIET_HOURS: quietHours.default({ from: minutes('20:30'), to: minutes('06:30') }),
  TELEGRAM_BOT_TOKEN: shaped(/^[\w:-]+$/, 'is not the token of a bot').optional(),
  TELEGRAM_API_ROOT: url('https:', 'http:').default('https://api.telegram.org'),
  TELEGRAM_MODE: word(['polling', 'webhook']).default('polling'),
  TELEGRAM_WEBHOOK_SECRET: shaped(/^[\w-]{16,256}$/, 'is not 16 to 256 letters, digits, _ and -').optional(),
  WHATSAPP_CLOUD_TOKEN: shaped(/^[\w.|-]{20,}$/, 'is not an access token').optional(),
  WHATSAPP_CLOUD_NUMBER_ID: shaped(/^\d{5,20}$/, 'is not the id of a number').optional(),
  WHATSAPP_CLOUD_APP_SECRET: shaped(/^[\w-]{16,}$/, 'is not the secret of an app').optional(),
  WHATSAPP_CLOUD_VERIFY_TOKEN: shaped(
    /^[\w-]{16,256}$/,
    'is not 16 to 256 letters, digits, _ and -',
  ).optional(),
  WHATSAPP_CLOUD_API_ROOT: url('https:', 'http:').default('https://graph.facebook.com'),
  WHATSAPP_CLOUD_API_VERSION: shaped(/^v\d{1,3}\.0$/, 'is not a version of the Graph API').default('v25.0'),
  WHATSAPP_WEB: word(['on', 'off']).default('off'),
  WHATSAPP_WEB_DAILY_CAP: dailyCap.default(1000),
  WHATSAPP_WEB_POLLS: word(['on', 'off']).default('off'),
  CHROMIUM_PATH: z.string().optional(),
  CHROMIUM_ARGS: flags.optional(),
  DEMO: word(['on', 'off']).optional(),
  ROLES: roles.default([...ROLES]),
  LOG_LEVEL: word(LOG_LEVELS).default('info'),
  SECRET_KEY: z.string().min(32, { error: 'is shorter than 32 characters' }).optional(),
}

type Variable = keyof typeof shape

function isVariable(name: unknown): name is Variable {
  return typeof name === 'string' && Object.hasOwn(shape, name)
}

/** Every variable the service reads. */
export const VARIABLES: readonly Variable[] = Object.keys(shape).filter(isVariable)

const REMEDIES: Record<Variable, string> = {
  HOST: 'Write the address to listen on, such as 127.0.0.1, or 0.0.0.0 for all.',
  PORT: 'Write a port from 0 to 65535, such as 3000.',
  PUBLIC_URL: 'Write the address people reach the service at, such as https://mentor.example.org.',
  TRUSTED_PROXIES: 'Write loopback, uniquelocal, linklocal, or addresses such as 10.0.0.7,192.168.1.0/24.',
  DATA_DIR: 'Write the name of a directory, such as ./data.',
  DATABASE_URL: 'Write postgres://user:password@host:5432/name, or remove it to use the built-in PostgreSQL.',
  REDIS_URL: 'Write redis://host:6379, or remove it to keep the queue in PostgreSQL.',
  FLOWS_DIR: 'Write the name of a directory, such as ./flows.',
  TIMEZONE: 'Write a name of the IANA list, such as Africa/Kigali.',
  LANGUAGE: 'Write the language of the programme, such as en.',
  QUIET_HOURS: 'Write when nobody is disturbed, such as 20:30-06:30.',
  TELEGRAM_BOT_TOKEN: 'Copy it from @BotFather, or remove it to run without Telegram.',
  TELEGRAM_API_ROOT: 'Write https://api.telegram.org, or the address of your own Bot API server.',
  TELEGRAM_MODE: 'Write polling (works everywhere) or webhook (needs a public https address).',
  TELEGRAM_WEBHOOK_SECRET: 'Make one with: openssl rand -hex 32',
  WHATSAPP_CLOUD_TOKEN: 'Copy the token of a system user from Meta Business settings, or remove it.',
  WHATSAPP_CLOUD_NUMBER_ID: 'Copy the phone number ID (not the number) from WhatsApp, API setup.',
  WHATSAPP_CLOUD_APP_SECRET: 'Copy it from the app, App settings, Basic.',
  WHATSAPP_CLOUD_VERIFY_TOKEN: 'Make one with: openssl rand -hex 32',
  WHATSAPP_CLOUD_API_ROOT: 'Write https://graph.facebook.com.',
  WHATSAPP_CLOUD_API_VERSION: 'Write one that Meta still serves, such as v25.0.',
  WHATSAPP_WEB: 'Write on to use a number on WhatsApp Web, off for none.',
  WHATSAPP_WEB_DAILY_CAP: 'Write the messages a day it may send, such as 1000.',
  WHATSAPP_WEB_POLLS: 'Write on to ask choices as polls, too, off for numbers alone.',
  CHROMIUM_PATH:
    'Write the name of the browser, such as /usr/bin/chromium, or remove it to look in the usual places.',
  CHROMIUM_ARGS: 'Write more arguments for the browser, such as --no-sandbox, or remove it.',
  DEMO: 'Write on to try the service with a fictional programme, off for a real one.',
  ROLES: 'Write web,worker,channel or some of them.',
  LOG_LEVEL: 'Write info.',
  SECRET_KEY: 'Make one with: openssl rand -hex 32',
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

function isTimezone(name: string): boolean {
  try {
    // Offsets such as +02:00 are understood, too, but they know no summer time and no history.
    return /^[A-Za-z]/.test(name) && Boolean(new Intl.DateTimeFormat('en', { timeZone: name }))
  } catch {
    return false
  }
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
