// The process with the browser, as the service holds it: commands go in, signals come out, and it can always be ended.
import { type ChildProcess, fork } from 'node:child_process'
import { tmpdir } from 'node:os'
import { SECOND } from '../../words/clock.ts'
import { type Command, type Incoming, type Outgoing, type Signal, signal } from './protocol.ts'

/** What people wrote while nobody listened, the oldest first, and how many chats could not be read. */
export interface Missed {
  readonly messages: readonly Incoming[]
  readonly unread: number
}

export interface Browser {
  /** Asks the page how it is; it answers with a signal `state`, or not at all. */
  ask(): void
  /** Asks WhatsApp for a new QR code. */
  refresh(): void
  /** Sends one message; resolves with its id when WhatsApp has it. @throws BrowserFault */
  send(message: Outgoing): Promise<string>
  /** The bytes of a file that came in; undefined when WhatsApp has them no more. @throws BrowserFault */
  fetch(ref: string): Promise<Uint8Array | undefined>
  /** What came since then, the oldest first. @throws BrowserFault */
  missed(since: number): Promise<Missed>
  /** Ends it in good order, and after `ending` milliseconds in any case. */
  end(): void
}

/** Why the browser's process has not done what it was asked. */
export class BrowserFault extends Error {
  override readonly name = 'BrowserFault'
  readonly reason: 'refused' | 'nobody' | 'away'
  constructor(reason: BrowserFault['reason'], detail: string) {
    super(detail)
    this.reason = reason
  }
}

export interface BrowserOptions {
  /** The program of the process: `run-browser.js`. */
  readonly program: URL | string
  readonly begin: Omit<Extract<Command, { do: 'begin' }>, 'do'>
  /** Milliseconds: WhatsApp's answer to a send, and everything else that is asked. */
  readonly patience: { readonly send: number; readonly answer: number; readonly ending: number }
  /** Everything it says by itself. */
  readonly told: (said: Signal) => void
  /** It is gone, and will say nothing any more. Called once. */
  readonly gone: () => void
}

/** Room for the browser's process itself to say that WhatsApp has not answered. */
const GRACE = 5 * SECOND

interface Waiting {
  readonly resolve: (said: Signal) => void
  readonly reject: (error: BrowserFault) => void
}

/** Starts the process; it opens WhatsApp Web at once. */
export function startBrowser(options: BrowserOptions): Browser {
  const { patience, begin } = options
  const child: ChildProcess = fork(options.program, [], {
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    serialization: 'advanced',
    execArgv: [],
    // A page from outside runs there: none of the service's secrets are in its surroundings.
    env: { PATH: '/usr/local/bin:/usr/bin:/bin', HOME: begin.folder, TMPDIR: tmpdir(), LANG: 'C.UTF-8' },
  })
  const waiting = new Map<number, Waiting>()
  let asked = 0
  let isGone = false

  function tell(command: Command): void {
    // One that has just ended cannot be told anything; that it has is told by `exit`.
    if (child.connected) child.send(command, () => undefined)
  }

  async function ask(command: (request: number) => Command, within: number): Promise<Signal> {
    const request = (asked += 1)
    let timer: NodeJS.Timeout | undefined
    try {
      return await new Promise<Signal>((resolve, reject) => {
        if (isGone) return reject(new BrowserFault('away', 'the browser has ended'))
        timer = setTimeout(
          () => reject(new BrowserFault('away', 'the browser does not answer')),
          within + GRACE,
        )
        waiting.set(request, { resolve, reject })
        tell(command(request))
      })
    } finally {
      clearTimeout(timer)
      waiting.delete(request)
    }
  }

  function onExit(): void {
    if (isGone) return
    isGone = true
    for (const { reject } of waiting.values()) reject(new BrowserFault('away', 'the browser has ended'))
    options.gone()
  }

  child.on('message', (raw) => {
    const read = signal.safeParse(raw)
    if (!read.success) return
    const said = read.data
    if (!('request' in said)) return options.told(said)
    const whose = waiting.get(said.request)
    if (said.said === 'failed') whose?.reject(new BrowserFault(said.reason, said.detail))
    else whose?.resolve(said)
  })
  child.on('exit', onExit)
  child.on('error', onExit)
  tell({ do: 'begin', ...begin })

  return {
    ask: () => tell({ do: 'ask' }),
    refresh: () => tell({ do: 'refresh' }),
    async send(message) {
      const said = await ask(
        (request) => ({ do: 'send', request, message, patience: patience.send }),
        patience.send,
      )
      return said.said === 'sent' ? said.id : strange()
    },
    async fetch(ref) {
      const said = await ask((request) => ({ do: 'fetch', request, ref }), patience.answer)
      return said.said === 'file' ? said.bytes : strange()
    },
    async missed(since) {
      const said = await ask((request) => ({ do: 'missed', request, since }), patience.answer)
      return said.said === 'missed' ? said : strange()
    },
    end() {
      tell({ do: 'end' })
      const timer = setTimeout(() => child.kill('SIGKILL'), patience.ending)
      child.once('exit', () => clearTimeout(timer))
    },
  }
}

function strange(): never {
  throw new BrowserFault('away', 'an answer to something else')
}
