// How the page talks with the service: single requests, and the stream of what the service says.

/** A request that hangs this long on a dead link is given up and made again. */
const PATIENCE = 30_000
/** The service says something, if only a comment, at least so often … */
const BEAT = 16_000
/** … so a longer silence means a dead link, whatever the socket says. */
const SILENCE = 40_000
const LONGEST_WAIT = 30_000

/** The service did not do what was asked. `status` 0: it was not reached. `message` is its own, for people. */
export class ServiceError extends Error {
  constructor(status, message = '', retryAfter = 0) {
    super(message)
    this.status = status
    this.retryAfter = retryAfter
  }

  /** True when the same request may well succeed later. */
  get passing() {
    return this.status >= 500 || [0, 408, 425, 429].includes(this.status)
  }
}

/** Milliseconds to wait before try number `tries` (from 0): doubling, at most 30 s, never all pages at once. */
export const backOff = (tries) => Math.min(LONGEST_WAIT, 1000 * 2 ** tries) * (0.5 + Math.random() / 2)

/** Waits that the network's return, or `wake`, ends early. */
export function makePause() {
  let end
  const wake = () => end?.()
  window.addEventListener('online', wake)
  const wait = (milliseconds) =>
    new Promise((resolve) => {
      const timer = setTimeout(resolve, milliseconds)
      end = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  return { wait, wake }
}

const signedBy = (token) => (token ? { Authorization: `Bearer ${token}` } : {})

/** The bytes of a file of the person's own, as a Blob. Rejects with a ServiceError. */
export async function fetchFile(id, token) {
  const giveUp = new AbortController()
  const timer = setTimeout(() => giveUp.abort(), PATIENCE)
  try {
    const response = await fetch(`/chat/files/${id}`, { headers: signedBy(token), signal: giveUp.signal })
    if (!response.ok) throw refusal(response, '')
    return await response.blob()
  } catch (error) {
    throw error instanceof ServiceError ? error : new ServiceError(0)
  } finally {
    clearTimeout(timer)
  }
}

/** One request (POST when there is a body); resolves with the answer's JSON, rejects with a ServiceError. */
export async function call(path, { body, token } = {}) {
  const giveUp = new AbortController()
  const timer = setTimeout(() => giveUp.abort(), PATIENCE)
  try {
    const response = await fetch(path, {
      method: body ? 'POST' : 'GET',
      headers: { ...signedBy(token), ...(body && { 'Content-Type': 'application/json' }) },
      body: body && JSON.stringify(body),
      cache: 'no-store',
      signal: giveUp.signal,
    })
    const answer = await response.text()
    if (!response.ok) throw refusal(response, answer)
    // The sign-in page of a guest Wi-Fi also answers 200, but not in JSON: then nothing has arrived.
    return JSON.parse(answer)
  } catch (error) {
    throw error instanceof ServiceError ? error : new ServiceError(0)
  } finally {
    clearTimeout(timer)
  }
}

function refusal(response, answer) {
  const wait = Number(response.headers.get('Retry-After') ?? 0) * 1000
  let message
  try {
    message = JSON.parse(answer).error.message
  } catch {
    message = ''
  }
  return new ServiceError(response.status, message, Number.isFinite(wait) ? wait : 0)
}

/** Asks until the service answers; `meanwhile` hears of every failure that will pass. A refusal is thrown. */
export async function untilAnswered(ask, meanwhile, pause = makePause()) {
  for (let tries = 0; ; tries += 1) {
    try {
      return await ask()
    } catch (error) {
      if (!error.passing) throw error
      meanwhile(error)
      await pause.wait(Math.max(error.retryAfter, backOff(tries)))
    }
  }
}

/**
 * Follows what the service says, reconnecting for ever and going on after `lastId()`.
 * `arrived` gets the events that came together, `state` hears `connected`, `offline` and `elsewhere`, `lost` that the
 * session is over. `rest` lets the line go, as does the service when the chat is open in too many windows (`elsewhere`);
 * `hurry` takes it up again, and connects anew unless the service was heard just now. `stop` ends it.
 */
export function follow({ token, lastId, arrived, state, lost }) {
  const pause = makePause()
  let stopped = false
  let tries = 0
  let heardAt = 0
  let resting = false
  let rise = () => {}
  let connection = new AbortController()

  async function connect() {
    connection = new AbortController()
    let watch = setTimeout(() => connection.abort(), SILENCE)
    try {
      const last = lastId()
      const headers = {
        Accept: 'text/event-stream',
        ...signedBy(token),
        ...(last && { 'Last-Event-ID': last }),
      }
      const response = await fetch('/chat/events', { headers, cache: 'no-store', signal: connection.signal })
      if (!response.ok) throw refusal(response, '')
      state('connected')
      heardAt = Date.now()
      const reader = response.body.pipeThrough(new TextDecoderStream()).getReader()
      for (let rest = ''; ;) {
        const { done, value } = await reader.read()
        if (done || stopped) return
        clearTimeout(watch)
        watch = setTimeout(() => connection.abort(), SILENCE)
        tries = 0
        heardAt = Date.now()
        const blocks = (rest + value).split(/\r?\n\r?\n/)
        rest = blocks.pop() ?? ''
        const events = blocks.map(parseEvent).filter((event) => event.data !== '')
        if (events.length > 0) arrived(events)
        if (events.some(({ type }) => type === 'elsewhere')) {
          resting = true
          state('elsewhere')
          return
        }
      }
    } finally {
      clearTimeout(watch)
    }
  }

  async function keepOn() {
    for (;;) {
      let wait = 0
      if (resting) {
        await new Promise((resolve) => (rise = resolve))
        tries = 0
        if (stopped) return
      }
      try {
        await connect()
      } catch (error) {
        if (stopped) return
        if (error.status === 401) {
          lost()
          return
        }
        wait = error.retryAfter ?? 0
      }
      if (stopped) return
      if (resting) continue
      state('offline')
      await pause.wait(Math.max(wait, backOff(tries)))
      tries += 1
      if (stopped) return
    }
  }

  function renew() {
    tries = 0
    connection.abort()
    // The abort is noticed a moment later; only then is there a wait to end.
    setTimeout(pause.wake)
  }

  // A stream from before the network was lost often just hangs: nothing will come, and nobody says so.
  window.addEventListener('online', renew)
  void keepOn()
  return {
    rest() {
      resting = true
      connection.abort()
      pause.wake()
    },
    hurry() {
      if (resting) {
        resting = false
        rise()
        // It may have had no time to rest at all.
        setTimeout(pause.wake)
      } else if (Date.now() - heardAt > BEAT) renew()
    },
    stop() {
      stopped = true
      window.removeEventListener('online', renew)
      connection.abort()
      pause.wake()
      rise()
    },
  }
}

/** One block of an event stream; lines that begin with a colon are beats of its heart. */
function parseEvent(block) {
  const event = { type: 'message', id: undefined, data: '' }
  for (const line of block.split(/\r?\n/)) {
    const [, field, value] = /^([a-z]+): ?(.*)$/.exec(line) ?? []
    if (field === 'event') event.type = value
    if (field === 'id') event.id = value
    if (field === 'data') event.data += event.data === '' ? value : `\n${value}`
  }
  return event
}
