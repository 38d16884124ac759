// The library's client with what it does not tell by itself: crashed pages, killed browsers, sends that were refused.
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import wweb from 'whatsapp-web.js'
import { tellGroups } from './groups.ts'
import type { Command, Signal } from './protocol.ts'
import { makeSends } from './sends.ts'
import { failureOf, told, toldVote, wordsOf } from './told.ts'

export interface Client {
  obey(command: Exclude<Command, { do: 'begin' | 'end' }>): Promise<void>
  /** Closes the browser; kills it when it does not close. Never rejects. */
  close(): Promise<void>
}

type Begin = Extract<Command, { do: 'begin' }>
type Tell = (report: Signal) => void

/** A browser that does not close by itself within this is killed. */
const LONGEST_CLOSE = 5000
/** A telephone number that is not known within this is not waited for. */
const LONGEST_LOOK_UP = 1000
/** Messages asked for in one chat after an outage; where they do not reach back far enough, twice as many, and at most. */
const FIRST_MISSED = 100
const MOST_MISSED = 3200
/** What a profile keeps of a browser that ran on it. Only the holder of the lease is here: it can be nobody else's. */
const LOCKS = ['SingletonLock', 'SingletonSocket', 'SingletonCookie']

const { Client: WebClient, LocalAuth } = wweb

/** Starts a browser and opens WhatsApp Web in it. Everything it comes to is told. */
export function openClient(begin: Begin, tell: Tell): Client {
  const client = new WebClient({
    authStrategy: new LocalAuth({ dataPath: begin.folder, clientId: begin.line }),
    // Whatever WhatsApp serves today: an older page that was kept works until the day it does not.
    webVersionCache: { type: 'none' },
    takeoverOnConflict: true,
    takeoverTimeoutMs: begin.takeOverAfter,
    puppeteer: {
      executablePath: begin.executable,
      headless: true,
      // With a pipe the browser ends when this process does, however that ends.
      pipe: true,
      args: [
        '--disable-gpu',
        '--disable-dev-shm-usage',
        '--no-first-run',
        '--disable-background-networking',
        ...begin.args,
      ],
      // It ends this process's browser by itself on none of these.
      handleSIGINT: false,
      handleSIGTERM: false,
      handleSIGHUP: false,
    },
  })
  const sends = makeSends(client)
  const phones = new Map<string, string | undefined>()
  let telling: Promise<void> = Promise.resolve()
  let closing = false
  let watched = false

  client.on('qr', (text) => {
    watch()
    tell({ said: 'qr', text })
  })
  client.on('authenticated', () => tell({ said: 'linked' }))
  client.on('ready', () => tell({ said: 'ready' }))
  client.on('change_state', (state) => tell({ said: 'state', state }))
  client.on('auth_failure', (words) => trouble('library', words))
  client.on('disconnected', (reason) => trouble(troubleOf(reason), reason))
  // One after the other: looking a number up must not let a later message overtake.
  client.on('message', (message) => {
    telling = telling.then(() => tellMessage(message)).catch(() => undefined)
  })
  client.on('message_ack', (message, ack) => sends.heard(message.id._serialized, ack))
  tellGroups(client, tell)
  client.on('vote_update', (given) => {
    const read = toldVote(given)
    if (read) tell({ said: 'vote', vote: read })
  })

  function trouble(what: Extract<Signal, { said: 'trouble' }>['trouble'], words: string): void {
    if (!closing) tell({ said: 'trouble', trouble: what, detail: wordsOf(words) })
  }

  async function tellMessage(message: wweb.Message): Promise<void> {
    const read = told(message)
    if (!read)
      return message.fromMe ? undefined : tell({ said: 'note', note: 'a message that cannot be read' })
    tell({ said: 'message', message: await withPhone(read) })
  }

  /** The telephone behind an id that hides it, where WhatsApp knows it. A comfort: people are known without. */
  async function withPhone(read: NonNullable<ReturnType<typeof told>>): Promise<typeof read> {
    const sender = read.author ?? read.chat
    if (!sender.endsWith('@lid')) return read
    if (!phones.has(sender)) {
      const found = await within(LONGEST_LOOK_UP, client.getContactLidAndPhone([sender])).catch(
        () => undefined,
      )
      if (phones.size > 10_000) phones.clear()
      phones.set(sender, found?.[0]?.pn)
    }
    const phone = phones.get(sender)
    return phone === undefined ? read : { ...read, phone }
  }

  async function open(): Promise<void> {
    for (const lock of LOCKS) await rm(join(begin.folder, `session-${begin.line}`, lock), { force: true })
    try {
      await client.initialize()
    } catch (error) {
      trouble(client.pupBrowser ? 'boot' : 'launch', wordsOf(error))
      return
    }
    watch()
  }

  /** Listens to what the library does not; from the first QR code on, which comes before it has opened the page. */
  function watch(): void {
    if (watched) return
    watched = true
    client.pupBrowser?.on('disconnected', () => trouble('browser', 'disconnected'))
    client.pupPage?.on('error', (error) => trouble('renderer', wordsOf(error)))
    client.pupPage?.on('framenavigated', (frame) => {
      if (frame === client.pupPage?.mainFrame()) tell({ said: 'reloaded' })
    })
    client.pupPage?.on('pageerror', (error) => {
      const words = wordsOf(error)
      // The library's own way to renew a QR code runs in Node what belongs into the page.
      if (words.includes('window is not defined')) tell({ said: 'expired' })
      else tell({ said: 'note', note: `page: ${words}` })
    })
  }

  /** Everything people wrote since then, the oldest first. A chat that cannot be read does not keep the others back. */
  async function missed(
    since: number,
  ): Promise<Pick<Extract<Signal, { said: 'missed' }>, 'messages' | 'unread'>> {
    const found: NonNullable<ReturnType<typeof told>>[] = []
    let unread = 0
    for (const chat of await client.getChats()) {
      if (chat.timestamp * 1000 < since) continue
      const messages = await missedIn(chat, since).catch(() => undefined)
      if (!messages) unread += 1
      for (const message of messages ?? []) {
        const read = told(message)
        if (read && read.at * 1000 >= since) found.push(await withPhone(read))
      }
    }
    return { messages: found.toSorted((a, b) => a.at - b.at), unread }
  }

  async function missedIn(chat: wweb.Chat, since: number): Promise<wweb.Message[]> {
    for (let limit = FIRST_MISSED; ; limit *= 2) {
      const messages = await chat.fetchMessages({ limit, fromMe: false })
      const isAll = messages.length < limit || messages.some(({ timestamp }) => timestamp * 1000 < since)
      if (isAll || limit >= MOST_MISSED) return messages
    }
  }

  void open()
  return {
    async obey(command) {
      if (command.do === 'ask') {
        tell({ said: 'state', state: await client.getState() })
        return
      }
      if (command.do === 'refresh') {
        await client.pupPage?.evaluate(`window.require('WAWebCmd').Cmd.refreshQR()`)
        return
      }
      const { request } = command
      try {
        if (command.do === 'send')
          tell({ said: 'sent', request, id: await sends.send(command.message, command.patience) })
        else if (command.do === 'fetch') tell({ said: 'file', request, bytes: await fetch(command.ref) })
        else tell({ said: 'missed', request, ...(await missed(command.since)) })
      } catch (error) {
        const words = wordsOf(error)
        tell({ said: 'failed', request, reason: sends.reasonOf(error) ?? failureOf(words), detail: words })
      }
    },
    async close() {
      closing = true
      const browser = client.pupBrowser?.process()
      await within(LONGEST_CLOSE, client.destroy()).catch(() => browser?.kill('SIGKILL'))
    },
  }

  async function fetch(ref: string): Promise<Uint8Array<ArrayBuffer> | undefined> {
    const message = await client.getMessageById(ref)
    const media = await message?.downloadMedia()
    return media && new Uint8Array(Buffer.from(media.data, 'base64'))
  }
}

function troubleOf(reason: string): 'logout' | 'banned' | 'outdated' | 'library' {
  if (reason === 'LOGOUT') return 'logout'
  if (reason === 'TOS_BLOCK' || reason === 'SMB_TOS_BLOCK') return 'banned'
  return reason === 'DEPRECATED_VERSION' ? 'outdated' : 'library'
}

/** @throws Error `late` when it takes longer. */
async function within<Result>(patience: number, work: Promise<Result>): Promise<Result> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('late')), patience)
  })
  return Promise.race([work, late]).finally(() => clearTimeout(timer))
}
