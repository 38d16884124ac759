// The page for administrators: how each channel is, kept up to date by itself, and the code that links a telephone.
const EVERY = 2000
const TOKEN = 'admin'

const main = document.getElementById('channels')
const told = document.getElementById('told')

const NAMES = {
  web: 'Browser chat',
  telegram: 'Telegram',
  'whatsapp-web': 'WhatsApp Web',
  'whatsapp-cloud': 'WhatsApp Business Cloud',
}
const FINE = ['ready', 'off', 'ready to take over', 'reviewed']

/** An element with words and children. Words only ever become text. */
function make(name, { words, of, ...fields } = {}, ...children) {
  const element = Object.assign(document.createElement(name), fields)
  if (of !== undefined) element.className = of
  if (words !== undefined) element.textContent = words
  element.append(...children.filter(Boolean))
  return element
}

/** The link that opened the page is used once and taken out of the address. */
async function signIn() {
  const link = new URLSearchParams(location.hash.slice(1)).get('link')
  if (link === null) return
  history.replaceState(null, '', location.pathname)
  const answer = await fetch('/admin/session', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ link }),
  })
  if (answer.ok) sessionStorage.setItem(TOKEN, (await answer.json()).token)
}

const asAdmin = () => ({ authorization: `Bearer ${sessionStorage.getItem(TOKEN) ?? ''}` })

async function ask(what, about) {
  const headers = { ...asAdmin(), 'content-type': 'application/json' }
  await fetch(`/admin/channels/${what}`, { method: 'POST', headers, body: JSON.stringify(about) })
  await look()
}

let timezone = 'UTC'
const moment = (at) =>
  new Intl.DateTimeFormat(undefined, { timeZone: timezone, dateStyle: 'medium', timeStyle: 'short' }).format(
    at,
  )

function lasting(ms) {
  const minutes = Math.floor(ms / 60_000)
  if (minutes < 1) return 'less than a minute'
  if (minutes < 100) return `${minutes} min`
  return minutes < 2880 ? `${Math.floor(minutes / 60)} h` : `${Math.floor(minutes / 1440)} days`
}

const figure = (name, value) =>
  make('div', {}, make('dt', { words: name }), make('dd', { words: String(value) }))

function mark(phase) {
  return make('span', { of: FINE.includes(phase) ? 'phase fine' : 'phase wrong', words: phase })
}

/** What was given up, to whom and why; the list is closed until somebody opens it. */
function failedList(channel, failed) {
  const theirs = failed.filter((one) => one.channel === channel.channel)
  if (theirs.length === 0) return undefined
  const rows = theirs.map(({ name, reason, at, unreachable }) =>
    make(
      'li',
      {},
      make('strong', { words: name === '' ? 'a stranger' : name }),
      make('span', { words: ` · ${moment(at)} · ${reason ?? 'no reason given'}` }),
      unreachable && make('span', { words: ' · cannot be reached until they write' }),
    ),
  )
  const more = channel.givenUp - theirs.length
  return make(
    'details',
    {},
    make('summary', { words: `${channel.givenUp} given up` }),
    make('ul', {}, ...rows),
    more > 0 && make('p', { words: `And ${more} older: npm run preceptor -- outbox failed` }),
    make('button', {
      type: 'button',
      words: 'Send them again',
      onclick: () => void ask('retry', { channel: channel.channel }),
    }),
  )
}

function channelCard(channel, now, failed) {
  const { phase, detail, error, oldest } = channel
  return make(
    'section',
    { of: 'card' },
    make('h2', { words: NAMES[channel.channel] ?? channel.channel }, mark(phase)),
    detail && make('p', { words: detail }),
    make(
      'dl',
      {},
      figure('Sent today', channel.sent),
      figure('Failed today', channel.failed),
      figure('Waiting', channel.waiting),
      figure('Oldest waits', oldest === undefined ? '–' : lasting(now - oldest)),
      figure('Given up', channel.givenUp),
    ),
    failedList(channel, failed),
    error && make('p', { of: 'quiet', words: `Last error, ${moment(error.at)}: ${error.words}` }),
  )
}

/** Dark squares on white whatever the colours of the page: telephones do not read it the other way round. */
function code(rows) {
  const size = 8
  const canvas = make('canvas', { width: rows.length * size, height: rows.length * size, of: 'code' })
  canvas.setAttribute('role', 'img')
  canvas.setAttribute('aria-label', 'QR code to scan with the telephone')
  const pen = canvas.getContext('2d')
  pen.fillStyle = '#fff'
  pen.fillRect(0, 0, canvas.width, canvas.height)
  pen.fillStyle = '#000'
  for (const [y, row] of rows.entries())
    for (const [x, dark] of [...row].entries()) if (dark === '1') pen.fillRect(x * size, y * size, size, size)
  return canvas
}

function lineCard(line) {
  const mayPair = line.linkedAt === undefined && line.phase === 'unpaired'
  const place = line.active ? 'in use' : 'spare'
  return make(
    'section',
    { of: 'card' },
    make('h2', { words: `WhatsApp number “${line.name}” (${place})` }, mark(line.phase)),
    line.detail && make('p', { words: line.detail }),
    line.linkedAt && make('p', { of: 'quiet', words: `Paired since ${moment(line.linkedAt)}` }),
    line.qr && code(line.qr),
    line.qr &&
      make('p', {
        words:
          'On the telephone: WhatsApp, Settings, Linked devices, Link a device. A new code comes by itself.',
      }),
    mayPair &&
      make('button', {
        type: 'button',
        words: 'Pair a telephone',
        onclick: () => void ask('pair', { line: line.name }),
      }),
    line.trouble &&
      make('p', { of: 'quiet', words: `Last trouble, ${moment(line.trouble.at)}: ${line.trouble.words}` }),
  )
}

/** What of the content no clinician has approved yet, and whether it is served all the same. */
function contentCard({ served, reviewed, drafts }) {
  const all = reviewed.length + drafts.length
  return make(
    'section',
    { of: 'card' },
    make('h2', { words: 'Clinical content' }, mark(drafts.length === 0 ? 'reviewed' : 'draft')),
    make('p', { words: `${reviewed.length} of ${all} quizzes, checklists, packets and cards are reviewed.` }),
    drafts.length > 0 &&
      make(
        'details',
        {},
        make('summary', {
          words: `${drafts.length} drafts, not yet clinically reviewed, ${served === 'all' ? 'served all the same' : 'not served'}`,
        }),
        make('ul', {}, ...drafts.map((name) => make('li', { words: name }))),
      ),
  )
}

let last = ''
function show(state) {
  timezone = state.timezone
  const { now, ...lasts } = state
  // Whoever reads it aloud or is about to press a button is not disturbed while nothing changes.
  const said = JSON.stringify(lasts)
  told.textContent = `As of ${new Date().toLocaleTimeString()}`
  if (said === last) return
  last = said
  main.replaceChildren(
    ...state.channels.map((channel) => channelCard(channel, now, state.failed)),
    ...state.lines.map(lineCard),
    contentCard(state.content),
  )
  if (state.channels.length + state.lines.length === 0)
    main.prepend(make('p', { words: 'No channel has delivered anything yet.' }))
}

async function look() {
  try {
    const answer = await fetch('/admin/channels/state', { headers: asAdmin() })
    if (answer.status === 401) {
      main.replaceChildren()
      told.textContent = 'This link is not good any more. Make a new one: npm run preceptor -- admin-link'
      return false
    }
    if (!answer.ok) throw new Error(String(answer.status))
    show(await answer.json())
  } catch {
    told.textContent = 'The service does not answer. Trying again …'
  }
  return true
}

async function watch() {
  if (await look()) setTimeout(() => void watch(), EVERY)
}

await signIn().catch(() => undefined)
addEventListener('hashchange', () => location.reload())
void watch()
