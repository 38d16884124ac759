import { describe, expect, it } from 'vitest'
import { type Config, ConfigError, readConfig } from '../../src/config/config.ts'
import { VARIABLES } from '../../src/config/variables.ts'

const SECRET = 'do-not-show-me-anywhere-at-all'

function caught(env: Record<string, string>): unknown {
  try {
    return readConfig(env)
  } catch (error) {
    return error
  }
}

/** What readConfig complains about, as `VARIABLE problem`. */
function complaints(env: Record<string, string>): string[] {
  const error = caught(env)
  return error instanceof ConfigError
    ? error.mistakes.map(({ variable, problem }) => `${variable} ${problem}`)
    : []
}

describe('readConfig', () => {
  it('runs by itself with an empty environment', () => {
    expect(readConfig({})).toEqual({
      host: '127.0.0.1',
      port: 3000,
      publicUrl: undefined,
      trustedProxies: 'loopback',
      dataDir: './data',
      databaseUrl: undefined,
      redisUrl: undefined,
      flowsDir: './flows',
      content: 'all',
      timezone: 'Africa/Kigali',
      language: 'en',
      quietHours: { from: 20 * 60 + 30, to: 6 * 60 + 30 },
      telegram: undefined,
      whatsappCloud: undefined,
      whatsappWeb: undefined,
      demo: true,
      roles: ['web', 'worker', 'channel'],
      logLevel: 'info',
      secretKey: undefined,
    } satisfies Config)
  })

  it('takes an empty variable for one that is not set, as compose files leave them', () => {
    expect(readConfig(Object.fromEntries(VARIABLES.map((name) => [name, ' '])))).toEqual(readConfig({}))
  })

  it('does not care for variables of others, nor for the LANGUAGE of a desktop', () => {
    expect(readConfig({ LANGUAGE: 'de_DE:de' })).toEqual(readConfig({}))
    expect(readConfig({ PATH: '/bin', PORTS: 'x', TELEGRAM: 'x' })).toEqual(readConfig({}))
  })

  it.each<[Record<string, string>, Partial<Config>]>([
    [
      { HOST: '0.0.0.0', PORT: '0' },
      { host: '0.0.0.0', port: 0 },
    ],
    [
      { HOST: '::1', PORT: '65535' },
      { host: '::1', port: 65_535 },
    ],
    [{ PUBLIC_URL: 'https://mentor.example.org/' }, { publicUrl: 'https://mentor.example.org' }],
    [{ PUBLIC_URL: 'http://10.0.0.7:3000/preceptor//' }, { publicUrl: 'http://10.0.0.7:3000/preceptor' }],
    [
      { DATABASE_URL: 'postgresql://u:p@db/preceptor' },
      { databaseUrl: 'postgresql://u:p@db/preceptor', demo: false },
    ],
    [
      { DATABASE_URL: 'postgres:///x?host=/run/pg', DEMO: 'on' },
      { databaseUrl: 'postgres:///x?host=/run/pg', demo: true },
    ],
    [{ DEMO: 'off' }, { demo: false }],
    [{ CONTENT: 'reviewed' }, { content: 'reviewed' }],
    [
      { TRUSTED_PROXIES: 'uniquelocal, 10.0.0.7,fd00::/8' },
      { trustedProxies: 'uniquelocal,10.0.0.7,fd00::/8' },
    ],
    [{ REDIS_URL: 'rediss://:p@redis:6380/1' }, { redisUrl: 'rediss://:p@redis:6380/1' }],
    [{ REDIS_URL: 'redis://a:1, redis://b:2/' }, { redisUrl: 'redis://a:1,redis://b:2' }],
    [{ TIMEZONE: 'America/Argentina/Ushuaia' }, { timezone: 'America/Argentina/Ushuaia' }],
    [{ LANGUAGE: 'rw' }, { language: 'rw' }],
    [{ QUIET_HOURS: '00:00-23:59' }, { quietHours: { from: 0, to: 1439 } }],
    [{ ROLES: 'worker', DATABASE_URL: 'postgres://db/x' }, { roles: ['worker'] }],
    [{ ROLES: ' channel, web ', DATABASE_URL: 'postgres://db/x' }, { roles: ['web', 'channel'] }],
    [{ ROLES: 'channel,worker,web' }, { roles: ['web', 'worker', 'channel'] }],
    [{ LOG_LEVEL: 'silent' }, { logLevel: 'silent' }],
    [{ SECRET_KEY: 'k'.repeat(32) }, { secretKey: 'k'.repeat(32) }],
    [
      { DATA_DIR: '/srv/my data', FLOWS_DIR: '/srv/flows' },
      { dataDir: '/srv/my data', flowsDir: '/srv/flows' },
    ],
  ])('reads %j', (env, expected) => {
    expect(readConfig(env)).toMatchObject(expected)
  })

  it.each([
    [
      { TELEGRAM_BOT_TOKEN: '123:abc_DEF-9' },
      { mode: 'polling', apiRoot: 'https://api.telegram.org', webhookSecret: undefined },
    ],
    [
      { TELEGRAM_BOT_TOKEN: '123:abc', TELEGRAM_API_ROOT: 'http://127.0.0.1:8081/' },
      { apiRoot: 'http://127.0.0.1:8081', token: '123:abc' },
    ],
    [
      {
        TELEGRAM_BOT_TOKEN: '123:abc',
        TELEGRAM_MODE: 'webhook',
        TELEGRAM_WEBHOOK_SECRET: 'a'.repeat(16),
        PUBLIC_URL: 'https://mentor.example.org',
      },
      { mode: 'webhook', webhookSecret: 'a'.repeat(16) },
    ],
  ])('reads Telegram from %j', (env, expected) => {
    expect(readConfig(env).telegram).toMatchObject(expected)
  })

  const cloud = {
    WHATSAPP_CLOUD_TOKEN: 'EAAB1234567890abcdefghij',
    WHATSAPP_CLOUD_NUMBER_ID: '106540352242922',
    WHATSAPP_CLOUD_APP_SECRET: 'a'.repeat(32),
    WHATSAPP_CLOUD_VERIFY_TOKEN: 'b'.repeat(32),
  }

  it('reads WhatsApp when all of it is there, and says what is missing otherwise', () => {
    expect(readConfig({}).whatsappCloud).toBeUndefined()
    expect(readConfig(cloud).whatsappCloud).toEqual({
      token: cloud.WHATSAPP_CLOUD_TOKEN,
      phoneNumberId: cloud.WHATSAPP_CLOUD_NUMBER_ID,
      appSecret: cloud.WHATSAPP_CLOUD_APP_SECRET,
      verifyToken: cloud.WHATSAPP_CLOUD_VERIFY_TOKEN,
      apiRoot: 'https://graph.facebook.com',
      version: 'v25.0',
    })
    for (const variable of Object.keys(cloud))
      expect(complaints({ ...cloud, [variable]: '' })).toEqual([
        `${variable} is missing and WhatsApp by the Cloud API needs it`,
      ])
  })

  it.each([
    [{ WHATSAPP_WEB: 'on' }, { chromiumPath: undefined, chromiumArgs: [], dailyCap: 1000, polls: false }],
    [
      {
        WHATSAPP_WEB: 'on',
        WHATSAPP_WEB_DAILY_CAP: '50',
        WHATSAPP_WEB_POLLS: 'on',
        CHROMIUM_PATH: '/usr/bin/chromium',
        CHROMIUM_ARGS: '--no-sandbox  --host-resolver-rules=MAP a 127.0.0.1, MAP * ~NOTFOUND',
      },
      {
        chromiumPath: '/usr/bin/chromium',
        chromiumArgs: ['--no-sandbox', '--host-resolver-rules=MAP a 127.0.0.1, MAP * ~NOTFOUND'],
        dailyCap: 50,
        polls: true,
      },
    ],
  ])('reads WhatsApp Web from %j', (env, expected) => {
    expect(readConfig(env).whatsappWeb).toEqual(expected)
  })

  it.each<[Record<string, string>, string]>([
    [{ ...cloud, WHATSAPP_CLOUD_TOKEN: 'Bearer EAAB' }, 'WHATSAPP_CLOUD_TOKEN is not an access token'],
    [
      { ...cloud, WHATSAPP_CLOUD_NUMBER_ID: '+250788123456' },
      'WHATSAPP_CLOUD_NUMBER_ID is not the id of a number',
    ],
    [
      { ...cloud, WHATSAPP_CLOUD_API_VERSION: '25' },
      'WHATSAPP_CLOUD_API_VERSION is not a version of the Graph API',
    ],
    [{ WHATSAPP_WEB: 'yes' }, 'WHATSAPP_WEB is not on or off'],
    [{ WHATSAPP_WEB_DAILY_CAP: '0' }, 'WHATSAPP_WEB_DAILY_CAP is not a whole number from 1 to 99999'],
    [{ CHROMIUM_ARGS: 'no-sandbox' }, 'CHROMIUM_ARGS does not begin with --'],
    [{ HOST: 'http://x' }, 'HOST is not a host name or address'],
    [{ PORT: '80a' }, 'PORT is not a whole number'],
    [{ PORT: '-1' }, 'PORT is not a whole number'],
    [{ PORT: '65536' }, 'PORT is more than 65535'],
    [{ PUBLIC_URL: 'mentor.example.org' }, 'PUBLIC_URL is not a URL that begins with https:// or http://'],
    [
      { DATABASE_URL: 'mysql://db/x' },
      'DATABASE_URL is not a URL that begins with postgres:// or postgresql://',
    ],
    [{ REDIS_URL: 'localhost:6379' }, 'REDIS_URL is not a URL that begins with redis:// or rediss://'],
    [{ TRUSTED_PROXIES: 'loopback,proxy.local' }, 'TRUSTED_PROXIES is not a list of addresses'],
    [{ TRUSTED_PROXIES: '0.0.0.0/0' }, 'TRUSTED_PROXIES trusts every address'],
    [{ TIMEZONE: 'Kigali' }, 'TIMEZONE is not a time zone'],
    [{ TIMEZONE: '+02:00' }, 'TIMEZONE is not a time zone'],
    [{ LANGUAGE: 'de' }, 'LANGUAGE is not en, fr, rw or sw'],
    [{ QUIET_HOURS: '20:30' }, 'QUIET_HOURS is not two times of day with a hyphen between'],
    [{ QUIET_HOURS: '24:00-06:00' }, 'QUIET_HOURS is not two times of day with a hyphen between'],
    [{ QUIET_HOURS: '06:00-06:00' }, 'QUIET_HOURS begins and ends at the same time'],
    [{ TELEGRAM_BOT_TOKEN: 'two words' }, 'TELEGRAM_BOT_TOKEN is not the token of a bot'],
    [{ TELEGRAM_API_ROOT: 'tg://x' }, 'TELEGRAM_API_ROOT is not a URL that begins with https:// or http://'],
    [{ TELEGRAM_MODE: 'push' }, 'TELEGRAM_MODE is not polling or webhook'],
    [
      { TELEGRAM_WEBHOOK_SECRET: 'short' },
      'TELEGRAM_WEBHOOK_SECRET is not 16 to 256 letters, digits, _ and -',
    ],
    [{ DEMO: 'yes' }, 'DEMO is not on or off'],
    [{ CONTENT: 'draft' }, 'CONTENT is not all or reviewed'],
    [{ ROLES: 'web,mail' }, 'ROLES is not a list of web, worker, channel'],
    [{ ROLES: 'web' }, 'DATABASE_URL is missing and ROLES names a part of the service'],
    [{ LOG_LEVEL: 'loud' }, 'LOG_LEVEL is not fatal, error, warn, info, debug, trace or silent'],
    [{ SECRET_KEY: 'k'.repeat(31) }, 'SECRET_KEY is shorter than 32 characters'],
  ])('says what is wrong with %j', (env, complaint) => {
    expect(complaints(env)).toContain(complaint)
  })

  it('says what a webhook lacks', () => {
    expect(complaints({ TELEGRAM_MODE: 'webhook', PUBLIC_URL: 'http://mentor.example.org' })).toEqual([
      'TELEGRAM_BOT_TOKEN is missing and a webhook needs it',
      'TELEGRAM_WEBHOOK_SECRET is missing and a webhook needs it',
      'PUBLIC_URL is not an https address and a webhook needs one',
    ])
  })

  it('reports all mistakes together, each once and with its remedy', () => {
    const env = {
      PORT: 'x',
      TIMEZONE: 'x',
      TELEGRAM_MODE: 'webhook',
      TELEGRAM_WEBHOOK_SECRET: 'x',
      ROLES: 'web,x,y',
    }
    expect(complaints(env).map((line) => line.split(' ')[0])).toEqual([
      'PORT',
      'TIMEZONE',
      'TELEGRAM_WEBHOOK_SECRET',
      'ROLES',
      'TELEGRAM_BOT_TOKEN',
      'PUBLIC_URL',
      'DATABASE_URL',
    ])
    expect(() => readConfig(env)).toThrow(
      /^The settings have 7 mistakes:\n {2}PORT is not a whole number\. Write a port/,
    )
  })

  it.each(VARIABLES)('never says what %s holds', (variable) => {
    // Wrong for every variable that can be wrong, and it could be any secret in the wrong place.
    const value = `${SECRET} ${variable === 'SECRET_KEY' ? '' : '!'}`
    const error = caught({ ROLES: 'web', [variable]: value })
    expect(error).toBeInstanceOf(ConfigError)
    expect(String(error)).not.toContain(SECRET)
    expect(JSON.stringify(error)).not.toContain(SECRET)
  })
})
