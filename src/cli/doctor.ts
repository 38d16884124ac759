// What is wrong with a set-up, in plain words, each with what mends it. It changes nothing.
import { constants } from 'node:fs'
import { access } from 'node:fs/promises'
import { BrowserMissing, findChromium } from '../channels/whatsapp-web/chromium.ts'
import { type Config, readConfig } from '../config/config.ts'
import { createAlarmClock } from '../queue/alarm-clock.ts'
import { codeOf } from '../queue/remedy.ts'
import { type Visit, visitDatabase } from '../store/connect.ts'
import { failedMessageState } from '../store/failed-messages.ts'
import { makeFolder } from '../store/folders.ts'
import { followUpState } from '../store/follow-ups.ts'
import { outboxState } from '../store/outbox.ts'
import { readFlows } from '../usecases/open-shelf.ts'
import { contentState, draftNote } from '../usecases/review-flows.ts'
import { MINUTE, SECOND } from '../words/clock.ts'
import { NO_LOG } from '../words/log.ts'
import { counted } from './counted.ts'
import { explain } from './explain.ts'
import type { Say } from './say.ts'

/** One thing looked at: what is fine, or what is wrong and what mends it. */
type Finding = { readonly ok: string } | { readonly wrong: string }

/** Looks at everything the service needs; resolves with 1 when anything is wrong. */
export async function doctor(env: Readonly<Record<string, string | undefined>>, say: Say): Promise<number> {
  const findings: Finding[] = [nodeVersion(process.versions.node)]
  let config: Config | undefined
  try {
    config = readConfig(env)
    findings.push({ ok: 'the settings can be read' })
  } catch (error) {
    findings.push({ wrong: explain(error) })
  }
  if (config) findings.push(...(await lookAt(config)))
  for (const finding of findings)
    say('ok' in finding ? `  ok     ${finding.ok}` : `  WRONG  ${finding.wrong}`)
  const wrong = findings.filter((finding) => 'wrong' in finding).length
  say(wrong === 0 ? 'Everything is in order.' : `${counted(wrong, 'thing')} to mend.`)
  return wrong === 0 ? 0 : 1
}

async function lookAt(config: Config): Promise<Finding[]> {
  const findings = [...(await lookAtFlows(config)), await lookAtDataDir(config.dataDir)]
  let visit: Visit | undefined
  try {
    visit = await visitDatabase(config)
    findings.push(...(await lookIntoDatabase(visit, config)))
  } catch (error) {
    findings.push({ wrong: `the database cannot be used. ${explain(error).split('\n')[0]}` })
  } finally {
    await visit?.end()
  }
  findings.push(
    config.telegram
      ? await lookAtTelegram(config.telegram)
      : { ok: 'no Telegram: it is there once TELEGRAM_BOT_TOKEN is set' },
  )
  if (config.whatsappCloud) findings.push(await lookAtWhatsAppCloud(config.whatsappCloud))
  if (config.whatsappWeb) findings.push(lookAtBrowser(config.whatsappWeb.chromiumPath))
  if (config.demo && !['127.0.0.1', '::1', 'localhost'].includes(config.host))
    findings.push({
      wrong:
        'DEMO is on and the service listens beyond this machine: anybody may be anybody. Set DEMO=off for a real programme.',
    })
  return findings
}

function nodeVersion(version: string): Finding {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  return major > 20 || (major === 20 && minor >= 19)
    ? { ok: `Node ${version}` }
    : { wrong: `Node ${version} is too old: install Node 20.19 or later, best the current LTS` }
}

async function lookAtFlows({ flowsDir: folder, content }: Config): Promise<Finding[]> {
  try {
    const files = await readFlows(folder)
    const drafts = draftNote(contentState(files, content))
    return [
      { ok: `the content is in order: ${counted(files.length, 'file')} in ${folder}` },
      { ok: drafts ?? 'all clinical content is reviewed as it stands' },
    ]
  } catch (error) {
    return [{ wrong: explain(error) }]
  }
}

async function lookAtDataDir(folder: string): Promise<Finding> {
  try {
    await makeFolder(folder)
    await access(folder, constants.W_OK)
    return { ok: 'DATA_DIR can be written' }
  } catch (error) {
    return {
      wrong: `DATA_DIR cannot be written (${codeOf(error)}): name a folder that belongs to the service's user`,
    }
  }
}

async function lookIntoDatabase(visit: Visit, config: Config): Promise<Finding[]> {
  const { database } = visit
  const findings: Finding[] = []
  const [version] = (await database.query(
    `select current_setting('server_version_num')::int "number", current_setting('server_version') "name"`,
  )) as {
    number: number
    name: string
  }[]
  const which = `PostgreSQL ${version?.name}, ${config.databaseUrl === undefined ? 'built in' : 'named by DATABASE_URL'}`
  findings.push(
    (version?.number ?? 0) >= 140_000
      ? { ok: which }
      : { wrong: `${which}, is too old: version 14 or newer is needed` },
  )
  const [made] = (await database.query(`select to_regclass('follow_up') is not null made`)) as {
    made: boolean
  }[]
  if (made?.made !== true)
    return [
      ...findings,
      { ok: 'the database is new: the first start fills it' },
      await lookAtQueue(visit, config),
    ]
  const now = Date.now()
  for (const { channel, waiting, oldest, held, failed } of await outboxState(database)) {
    if (held > 0)
      findings.push({
        ok: `${channel}: messages held until their people write: ${held}. Why: npm run preceptor -- outbox held`,
      })
    const minutes = oldest === null ? 0 : Math.floor((now - oldest) / MINUTE)
    if (minutes >= 10)
      findings.push({
        wrong: `${channel}: replies that wait: ${waiting}, the oldest for ${minutes} minutes. Is the service running, and can it reach ${channel}?`,
      })
    if (failed > 0)
      findings.push({
        wrong: `${channel}: replies given up: ${failed}. For their reasons: npm run preceptor -- outbox failed`,
      })
  }
  for (const { channel, failed } of await failedMessageState(database))
    findings.push({
      wrong: `${channel}: messages set aside: ${failed}. Where they broke stands in the table failed_message, column error.`,
    })
  const { late, failed } = await followUpState(database, now - 5 * MINUTE)
  findings.push(
    late > 0
      ? {
          wrong: `reminders and refreshers late by more than 5 minutes: ${late}. Is the service running with the role worker?`,
        }
      : { ok: 'no reminder or refresher is late' },
  )
  if (failed > 0)
    findings.push({
      wrong: `reminders and refreshers given up after several tries: ${failed}. The log says where they broke.`,
    })
  return [...findings, await lookAtQueue(visit, config)]
}

async function lookAtQueue(visit: Visit, config: Config): Promise<Finding> {
  const alarm = createAlarmClock({ redisUrl: config.redisUrl, databaseUrl: visit.url, log: NO_LOG })
  try {
    // Setting nothing connects, and nothing more.
    await alarm.set([])
    const { phase, detail } = alarm.state()
    const where = alarm.backend === 'redis' ? 'Redis' : 'PostgreSQL'
    return phase === 'lost' || phase === 'connecting'
      ? { wrong: `the queue in ${where}: ${detail ?? 'does not answer'}` }
      : { ok: `the queue works, in ${where}` }
  } finally {
    await alarm.stop()
  }
}

function lookAtBrowser(named: string | undefined): Finding {
  const chromium = findChromium(named)
  return chromium === undefined
    ? { wrong: new BrowserMissing(named).message }
    : { ok: `WhatsApp Web can run in ${chromium}; npm run preceptor -- channels says how it is` }
}

async function lookAtTelegram({ token, apiRoot }: { token: string; apiRoot: string }): Promise<Finding> {
  const waiting = new AbortController()
  const timer = setTimeout(() => waiting.abort(), 10 * SECOND)
  try {
    const answer = await fetch(`${apiRoot}/bot${token}/getMe`, { signal: waiting.signal })
    if (answer.ok) return { ok: 'Telegram knows the bot' }
    return {
      wrong: `Telegram refuses the bot (${answer.status}): copy TELEGRAM_BOT_TOKEN from @BotFather again`,
    }
  } catch {
    // The error's own words would hold the address, and with it the token.
    return {
      wrong: `Telegram cannot be reached at ${new URL(apiRoot).host}: check the network and TELEGRAM_API_ROOT`,
    }
  } finally {
    clearTimeout(timer)
  }
}

async function lookAtWhatsAppCloud(cloud: NonNullable<Config['whatsappCloud']>): Promise<Finding> {
  const { apiRoot, version, phoneNumberId, token } = cloud
  const waiting = new AbortController()
  const timer = setTimeout(() => waiting.abort(), 10 * SECOND)
  try {
    const headers = { authorization: `Bearer ${token}` }
    const options = { headers, signal: waiting.signal, redirect: 'error' } as const
    const answer = await fetch(`${apiRoot}/${version}/${phoneNumberId}?fields=id`, options)
    if (answer.ok) return { ok: 'WhatsApp knows the number' }
    return {
      wrong: `WhatsApp refuses the number (${answer.status}): check WHATSAPP_CLOUD_NUMBER_ID, and copy WHATSAPP_CLOUD_TOKEN again`,
    }
  } catch {
    return {
      wrong: `WhatsApp cannot be reached at ${new URL(apiRoot).host}: check the network and WHATSAPP_CLOUD_API_ROOT`,
    }
  } finally {
    clearTimeout(timer)
  }
}
