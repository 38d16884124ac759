// What this tab keeps, so that a reload loses nothing: the session, what was said and heard, and what is typed.
import { backOff, call, makePause } from './service.js'

/** The service replays 50 bubbles; the tab remembers more, and a phone's few megabytes of storage hold it easily. */
const REMEMBERED = 200

/** Reads one kept value; what cannot be read counts as never kept. */
export function read(name, otherwise) {
  try {
    return JSON.parse(sessionStorage.getItem(`preceptor.${name}`)) ?? otherwise
  } catch {
    return otherwise
  }
}

/** Keeps one value; undefined forgets it. Where nothing can be kept the page still works, until it is reloaded. */
export function write(name, value) {
  try {
    if (value === undefined) sessionStorage.removeItem(`preceptor.${name}`)
    else sessionStorage.setItem(`preceptor.${name}`, JSON.stringify(value))
  } catch {
    // Storage is blocked or full: see above.
  }
}

/** Forgets everybody's sent messages: the demo has begun anew, and the bubbles they answered are gone. */
export function forgetSent() {
  for (const name of read('people', [])) {
    const unsent = read(`said.${name}`, []).filter(({ state }) => state === 'waiting')
    write(
      `said.${name}`,
      unsent.map((message) => ({ ...message, after: 0 })),
    )
  }
}

/** How many messages of a person still wait to be sent. */
export const unsentOf = (person) =>
  read(`said.${person}`, []).filter(({ state }) => state === 'waiting').length

/** Random and unguessable like `crypto.randomUUID`, which browsers refuse to pages served over plain HTTP. */
function makeId() {
  const bytes = [...crypto.getRandomValues(new Uint8Array(16))]
  const hex = bytes.map((byte) => byte.toString(16).padStart(2, '0')).join('')
  return hex.replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12})$/, '$1-$2-4$3-8$4-$5')
}

/**
 * The memory of one person's conversation.
 *
 * A said message is `{ id, at, after, text, shown?, choice?, bubble?, state, why? }`: `after` is the last bubble read
 * before it, which puts it in its place whatever the clocks say; `state` is `waiting`, `sent` or `refused`;
 * `shown` is what the person saw on the button, where that is not the text sent.
 */
export function openMemory(person) {
  let said = read(`said.${person}`, [])
  let bubbles = read(`bubbles.${person}`, [])
  let lastId = read(`last.${person}`)

  const keepSaid = () => write(`said.${person}`, said)
  write('people', [...new Set([...read('people', []), person])])

  return {
    said: () => said,
    bubbles: () => bubbles,
    lastId: () => lastId,
    draft: () => read(`draft.${person}`, ''),
    keepDraft: (text) => write(`draft.${person}`, text === '' ? undefined : text),

    /** Keeps what was just said, before anything is sent. */
    say(words) {
      const message = { ...words, id: makeId(), after: bubbles.at(-1)?.id ?? 0, state: 'waiting' }
      const oldestWaiting = said.findIndex(({ state }) => state !== 'sent')
      const spare = Math.min(said.length + 1 - REMEMBERED, oldestWaiting === -1 ? said.length : oldestWaiting)
      said = [...said.slice(Math.max(0, spare)), message]
      keepSaid()
      return message
    },
    /** Keeps what another tab has sent, and gives back what was new. */
    adopt(messages) {
      const fresh = messages.filter((message) => !said.some(({ id }) => id === message.id))
      if (fresh.length === 0) return fresh
      said = [...said, ...fresh]
      const spare = said.length - REMEMBERED
      said = said.filter(({ state }, index) => index >= spare || state === 'waiting')
      keepSaid()
      return fresh
    },
    settle(message, state, why) {
      Object.assign(message, { state, why })
      keepSaid()
    },
    unsay(message) {
      said = said.filter(({ id }) => id !== message.id)
      keepSaid()
    },
    /** Keeps the bubbles not heard before and gives them back; `last` is where the stream goes on from. */
    hear(heard, last) {
      const known = new Set(bubbles.map(({ id }) => id))
      const fresh = heard.filter(({ id }) => !known.has(id) && known.add(id))
      const all = [...bubbles, ...fresh]
      // Not `toSorted`: old phones are stuck with browsers that do not know it.
      all.sort((one, other) => one.id - other.id)
      bubbles = all.slice(-REMEMBERED)
      lastId = last ?? lastId
      write(`bubbles.${person}`, bubbles)
      write(`last.${person}`, lastId)
      return fresh
    },
    /** A new session: the service replays the latest bubbles, so none kept from an older one stand in their way. */
    rejoin() {
      bubbles = []
      lastId = undefined
      write(`bubbles.${person}`, undefined)
      write(`last.${person}`, undefined)
    },
  }
}

/**
 * Sends what waits, one after the other, each under the one id it was given, until the service has taken it.
 * `changed(message, doing)` hears `sending`, `waiting`, `sent` and `refused`; `lost` that the session is over.
 */
export function openOutbox({ memory, token, changed, lost }) {
  const pause = makePause()
  let stopped = false
  let busy = false

  const next = () => (stopped ? undefined : memory.said().find(({ state }) => state === 'waiting'))

  /** Resolves with 0 when the message is settled, for good or ill, else with the wait the service asks for. */
  async function send(message) {
    changed(message, 'sending')
    const { id, text, choice } = message
    try {
      await call('/chat/messages', { token, body: choice === undefined ? { id, text } : { id, choice } })
      // Whoever opens this person's memory next sends it again, under the same id.
      if (stopped) return 0
      memory.settle(message, 'sent')
    } catch (error) {
      if (stopped) return 0
      if (error.passing || error.status === 401) {
        for (const unsent of memory.said().filter(({ state }) => state === 'waiting'))
          changed(unsent, 'waiting')
        if (error.passing) return Math.max(error.retryAfter, 1)
        stopped = true
        lost()
        return 0
      }
      memory.settle(message, 'refused', error.message)
    }
    changed(message, message.state)
    return 0
  }

  async function run() {
    if (busy) {
      pause.wake()
      return
    }
    busy = true
    for (let message = next(), tries = 0; message; message = next()) {
      const wait = await send(message)
      if (wait > 0 && !stopped) await pause.wait(Math.max(wait, backOff(tries)))
      tries = wait > 0 ? tries + 1 : 0
    }
    busy = false
  }

  return {
    run,
    stop() {
      stopped = true
      pause.wake()
    },
  }
}
