// The variables of the environment: what each may say, and how it is mended.
import { z } from 'zod'
import { LANGUAGES } from '../words/language.ts'

/**
 * The parts of the service: `web` is the browser chat, `channel` takes messages from and to messaging providers (with
 * their webhooks), `worker` lets follow-ups happen and tidies up. Every process answers `/healthz`, `/readyz`, `/metrics`.
 */
export const ROLES = ['web', 'worker', 'channel'] as const
export type Role = (typeof ROLES)[number]

/** Which clinical content is served: all of it, drafts too, or only what the ledger of reviews approves as it stands. */
export const CONTENT = ['all', 'reviewed'] as const

export const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const

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

/** The door itself: what each variable may say, what it means when it says nothing, and how to mend it. */
export const shape = {
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
  CONTENT: word(CONTENT).default('all'),
  DEMO: word(['on', 'off']).optional(),
  ROLES: roles.default([...ROLES]),
  LOG_LEVEL: word(LOG_LEVELS).default('info'),
  SECRET_KEY: z.string().min(32, { error: 'is shorter than 32 characters' }).optional(),
}

export type Variable = keyof typeof shape

export function isVariable(name: unknown): name is Variable {
  return typeof name === 'string' && Object.hasOwn(shape, name)
}

/** Every variable the service reads. */
export const VARIABLES: readonly Variable[] = Object.keys(shape).filter(isVariable)

/** How each is mended when it is wrong. */
export const REMEDIES: Record<Variable, string> = {
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
  CONTENT: 'Write all, or reviewed to serve only what a clinician has approved word for word.',
  DEMO: 'Write on to try the service with a fictional programme, off for a real one.',
  ROLES: 'Write web,worker,channel or some of them.',
  LOG_LEVEL: 'Write info.',
  SECRET_KEY: 'Make one with: openssl rand -hex 32',
}

function isTimezone(name: string): boolean {
  try {
    // Offsets such as +02:00 are understood, too, but they know no summer time and no history.
    return /^[A-Za-z]/.test(name) && Boolean(new Intl.DateTimeFormat('en', { timeZone: name }))
  } catch {
    return false
  }
}
