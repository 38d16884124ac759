// One person's conversation: what they type and tap goes out, what the service says comes in, nothing is lost.
import { openClock } from './demo.js'
import { openFiles } from './files.js'
import { openMemory, openOutbox, write } from './kept.js'
import { openLog } from './log.js'
import { fetchFile, follow } from './service.js'
import { openTabs } from './tabs.js'
import { followDemo, now } from './time.js'
import { speak, word } from './words.js'

/** A tap this soon after another on the same bubble is its echo; by then another button may lie under the finger. */
const ECHO = 700
/** A finger that taps twice may even hit a bubble that has just come. */
const FINGER_ECHO = 300
/** A lost connection is spoken of only when it lasts: most come back at once. */
const BLINK = 1500
/** A tab that is hidden this long no longer listens; it catches up when it is looked at. */
const UNSEEN = 20_000

const at = (id) => document.getElementById(id)

/** Opens the conversation of a session `{ token, person, me }`. `lost` hears that the session is over. */
export function openConversation(session, { fresh, lost }) {
  const { token, me } = session
  const memory = openMemory(session.person)
  if (fresh) memory.rejoin()
  const closing = new AbortController()
  const on = (node, event, react) => node.addEventListener(event, react, { signal: closing.signal })
  const text = at('text')
  let lastTap = { at: 0 }
  let blink

  speak(me.language)
  at('name').textContent = me.name
  at('change').hidden = !me.demo

  const files = openFiles((id) => fetchFile(id, token))
  const log = openLog({
    files,
    list: at('log'),
    scroller: at('scroller'),
    newer: at('newer'),
    choose(bubble, choice, { detail, pointerType }) {
      const since = Date.now() - lastTap.at
      const echo = lastTap.bubble === bubble.id ? ECHO : pointerType === 'touch' ? FINGER_ECHO : 0
      lastTap = { at: Date.now(), bubble: bubble.id }
      if (detail < 2 && since >= echo) say({ text: choice.label, choice: choice.token, bubble: bubble.id })
    },
    change(message) {
      memory.unsay(message)
      log.remove(message)
      text.value = [message.text, text.value].filter((words) => words !== '').join('\n')
      typed()
      text.focus()
    },
  })

  const tabs = openTabs(session.person, {
    sent: () => memory.said().filter(({ state }) => state === 'sent'),
    adopt: (messages) => log.show([], memory.adopt(messages)),
  })

  function changed(message, doing) {
    log.showState(message, doing)
    if (doing === 'sent') tabs.tell(message)
  }
  const outbox = openOutbox({ memory, token, changed, lost })

  function say(words) {
    const message = memory.say({ at: now(), ...words })
    log.show([], [message])
    log.toBottom()
    void outbox.run()
    stream.hurry()
  }

  function typed() {
    memory.keepDraft(text.value)
    text.style.height = 'auto'
    text.style.height = `${text.scrollHeight + 2}px`
  }

  function sendTyped() {
    const words = text.value.trim()
    text.value = ''
    typed()
    if (words !== '') say({ text: words })
  }

  /** The person is called otherwise, or spoken to in another language. */
  function become(known) {
    if (known.name === me.name && known.language === me.language) return
    Object.assign(me, known)
    write('session', session)
    at('name').textContent = me.name
    speak(me.language)
    showConnection(at('state').dataset.state)
    log.redate()
    clock?.redraw()
  }

  function arrived(events) {
    const bubbles = events.filter(({ type }) => type === 'bubble')
    const heard = memory.hear(
      bubbles.map(({ data }) => JSON.parse(data)),
      bubbles.at(-1)?.id,
    )
    const told = events.filter(({ type }) => type === 'clock').at(-1)
    if (told) clock?.show(JSON.parse(told.data))
    const known = events.filter(({ type }) => type === 'me').at(-1)
    if (known) become(JSON.parse(known.data))
    if (heard.length === 0) return
    log.show(heard)
    clock?.refresh()
  }

  function showConnection(state) {
    at('state').dataset.state = state
    at('state').textContent = word(state)
  }

  const stream = follow({
    token,
    lastId: memory.lastId,
    arrived,
    lost,
    state(state) {
      clearTimeout(blink)
      if (state !== 'offline') showConnection(state)
      else blink = setTimeout(() => showConnection(state), BLINK)
    },
  })

  // Whoever skips ahead wants to see what comes then.
  const clock = me.demo
    ? openClock({ token, skipping: () => log.toBottom(), changed: () => log.redate() })
    : undefined
  if (!clock) followDemo(undefined)

  on(at('form'), 'submit', (event) => {
    event.preventDefault()
    sendTyped()
    text.focus()
  })
  on(text, 'input', typed)
  on(text, 'keydown', (event) => {
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return
    event.preventDefault()
    if (!event.repeat) sendTyped()
  })
  on(at('quick'), 'click', ({ target }) => {
    const button = target.closest('[data-says]')
    if (button) say({ text: button.dataset.says, shown: button.textContent })
  })
  on(at('newer'), 'click', () => {
    log.toBottom()
    at('scroller').focus()
  })
  on(at('skip'), 'click', (event) => {
    event.preventDefault()
    text.focus()
  })
  // A browser has few lines to one service: tabs that nobody looks at leave them to those that are.
  let unseen
  on(document, 'visibilitychange', () => {
    clearTimeout(unseen)
    if (document.hidden) unseen = setTimeout(() => stream.rest(), UNSEEN)
    else stream.hurry()
  })
  on(document, 'pointerdown', () => stream.hurry())
  on(window, 'focus', () => stream.hurry())

  showConnection('connecting')
  text.value = memory.draft()
  typed()
  log.show(memory.bubbles(), memory.said())
  log.toBottom()
  void outbox.run()
  // A touch screen's keyboard would cover half of what there is to read.
  if (matchMedia('(pointer: fine)').matches) text.focus()

  return {
    close() {
      closing.abort()
      clearTimeout(blink)
      clearTimeout(unseen)
      tabs.close()
      stream.stop()
      outbox.stop()
      clock?.close()
      log.close()
      files.close()
    },
  }
}
