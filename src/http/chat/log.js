// The conversation as it is seen: bubbles, the person's own messages, days, choices, and where the reader is in it.
import { element } from './element.js'
import { dayInWords, dayOf, timeInWords } from './time.js'
import { word } from './words.js'

/** From here up the reader counts as reading older messages, so that new ones do not pull them away. */
const NEAR_BOTTOM = 80
/** A longer label wants a letter before it: it is easier to name, to type and to find again. */
const LONG_LABEL = 16
/** Pixels between the beginning of a turn and the edge. */
const TURN_MARGIN = 8
/** What comes this soon after something else belongs to the same turn. */
const ONE_BREATH = 3000
/** More bubbles than this at once are the past being replayed: a screen reader is not made to read it all out. */
const ONE_TURN = 5

const unseen = (text) => element('span', 'unseen', text)

function paragraphs(text) {
  return text
    .split(/\n[ \t]*\n+/)
    .filter((paragraph) => paragraph.trim() !== '')
    .map((paragraph) => {
      const node = element('p', '', paragraph.replace(/^\n+|\s+$/g, ''))
      node.dir = 'auto'
      return node
    })
}

/**
 * Opens the log. `choose(bubble, choice, tap)` hears taps; `change(message)` takes a refused message back; `files`
 * shows what comes with a bubble.
 */
export function openLog({ list, scroller, newer, files, choose, change }) {
  // In the order read. `place` is [bubble id, 0 for a bubble or 1 for an own message], compared in this order.
  const entries = []
  const choiceGroups = new Map()
  let atBottom = true
  // The first bubble of the turn that is being read, when it was last added to, and where it was scrolled to.
  let turn
  let turnAt = 0
  let turnSize = 0
  let placedAt

  const isNearBottom = () => scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < NEAR_BOTTOM
  const toBottom = () => {
    turn = undefined
    scroller.scrollTop = scroller.scrollHeight
    atBottom = true
    newer.hidden = true
  }
  /** To the bottom, but no further than the turn's own beginning: a verdict is read before the question after it. */
  const toTurn = () => {
    const top = scroller.firstElementChild
    // On a very low screen, where the top scrolls away with the rest, a turn would hide its own choices.
    if (!turn || getComputedStyle(top).position !== 'sticky') return toBottom()
    const above = turn.getBoundingClientRect().top - top.getBoundingClientRect().bottom
    const bottom = scroller.scrollHeight - scroller.clientHeight
    scroller.scrollTop = Math.max(0, Math.min(bottom, scroller.scrollTop + above - TURN_MARGIN))
    placedAt = scroller.scrollTop
    atBottom = true
    newer.hidden = isNearBottom()
    // Its beginning is being read: an arrow tells that there is more, and hides none of the answers.
    newer.classList.add('more')
  }
  const onScroll = () => {
    if (turn && Math.abs(scroller.scrollTop - placedAt) < 2) return
    atBottom = isNearBottom()
    if (atBottom) newer.hidden = true
    else turn = undefined
  }
  const resized = new ResizeObserver(() => atBottom && toTurn())
  scroller.addEventListener('scroll', onScroll, { passive: true })
  for (const node of [scroller, ...scroller.children]) resized.observe(node)

  function insert(entry) {
    let index = entries.length
    const isAfter = ({ place }) =>
      place[0] > entry.place[0] || (place[0] === entry.place[0] && place[1] > entry.place[1])
    while (index > 0 && isAfter(entries[index - 1])) index -= 1
    const following = entries[index]
    list.insertBefore(entry.node, following ? (following.separator ?? following.node) : null)
    entries.splice(index, 0, entry)
  }

  /** Writes times anew and sees to it that every new day begins with its name. */
  function dateAll() {
    let day
    for (const entry of entries) {
      entry.day ??= dayOf(entry.at)
      entry.time.textContent ||= timeInWords(entry.at)
      const begins = entry.day !== day
      day = entry.day
      if (begins) {
        entry.separator ??= list.insertBefore(element('p', 'day'), entry.node)
        const name = dayInWords(entry.at)
        if (entry.separator.textContent !== name) entry.separator.textContent = name
      } else if (entry.separator) {
        entry.separator.remove()
        entry.separator = undefined
      }
    }
  }

  function choicesOf(bubble) {
    const lettered =
      bubble.choices.length >= 3 && bubble.choices.some(({ label }) => label.length > LONG_LABEL)
    const buttons = bubble.choices.map((choice, index) => {
      const letter = lettered ? [element('span', 'letter', String.fromCharCode(65 + index)), ' '] : []
      const button = element('button', '', ...letter, element('span', 'label', choice.label))
      button.type = 'button'
      button.dir = 'auto'
      button.addEventListener('click', (tap) => choose(bubble, choice, tap))
      return [choice.token, button]
    })
    const group = element('div', 'choices', ...buttons.map(([, button]) => button))
    group.setAttribute('role', 'group')
    group.setAttribute('aria-label', word('answers'))
    choiceGroups.set(bubble.id, { group, buttons: new Map(buttons) })
    return group
  }

  /** Makes a bubble's buttons look used, the tapped one marked; they can still be tapped. */
  function markChosen(message) {
    const choices = choiceGroups.get(message.bubble)
    if (!choices) return
    choices.group.classList.add('used')
    for (const [token, button] of choices.buttons) {
      button.querySelector('.unseen')?.remove()
      button.classList.toggle('chosen', token === message.choice)
      if (token === message.choice) button.append(unseen(` ${word('chosen')}`))
    }
  }

  function placeBubble(bubble) {
    const time = element('time', '')
    const said = element(
      'div',
      'said',
      unseen('Preceptor: '),
      ...(bubble.attachment ? [files.show(bubble.attachment)] : []),
      ...paragraphs(bubble.text),
      element('p', 'meta', time),
    )
    const node = element('div', 'bubble', said, ...(bubble.choices?.length > 0 ? [choicesOf(bubble)] : []))
    insert({ place: [bubble.id, 0], at: bubble.at, node, time })
    for (const { message } of entries) if (message?.bubble === bubble.id) markChosen(message)
    return node
  }

  function placeSaid(message) {
    const time = element('time', '')
    const state = element('span', 'state')
    const meta = element('p', 'meta', time, ' ', state)
    meta.setAttribute('aria-live', 'off')
    const node = element(
      'div',
      'bubble own',
      element('div', 'said', unseen(`${word('you')}: `), ...paragraphs(message.shown ?? message.text), meta),
    )
    insert({ place: [message.after, 1], at: message.at, node, time, state, message })
    showState(message, message.state === 'waiting' ? 'sending' : message.state)
    if (message.choice !== undefined) markChosen(message)
  }

  const entryOf = ({ id }) => entries.find(({ message }) => message?.id === id)

  function showState(message, doing) {
    const entry = entryOf(message)
    if (!entry) return
    entry.node.dataset.state = doing
    if (doing === 'sent') entry.state.replaceChildren(unseen(word('sent')))
    else if (doing === 'refused') entry.state.replaceChildren(...refusal(message))
    else entry.state.replaceChildren(word(doing))
  }

  function refusal(message) {
    const button = element('button', 'plain', word('edit'))
    button.type = 'button'
    button.addEventListener('click', () => change(message))
    return [`${word('refused')} ${message.why ?? ''} `, ...(message.choice === undefined ? [button] : [])]
  }

  /** Shows bubbles and own messages, each in its place; the reader stays where they are unless at the bottom. */
  function show(bubbles, said = []) {
    if (bubbles.length + said.length > ONE_TURN) {
      list.setAttribute('aria-live', 'off')
      setTimeout(() => list.setAttribute('aria-live', 'polite'), 500)
    }
    const nodes = bubbles.map(placeBubble)
    said.forEach(placeSaid)
    dateAll()
    if (said.length > 0 || Date.now() - turnAt > ONE_BREATH) {
      turn = undefined
      turnSize = 0
    }
    turnSize += bubbles.length
    turn = turnSize > ONE_TURN ? undefined : (turn ?? nodes[0])
    turnAt = Date.now()
    if (atBottom) toTurn()
    else if (bubbles.length > 0) {
      newer.hidden = false
      newer.classList.remove('more')
    }
  }

  return {
    show,
    showState,
    toBottom,
    remove(message) {
      const entry = entryOf(message)
      if (!entry) return
      entries.splice(entries.indexOf(entry), 1)
      entry.separator?.remove()
      entry.node.remove()
      dateAll()
    },
    /** Says days and times anew: the day has changed, or the zone, or the language. */
    redate() {
      for (const entry of entries) {
        entry.day = undefined
        entry.time.textContent = ''
      }
      dateAll()
    },
    close() {
      scroller.removeEventListener('scroll', onScroll)
      resized.disconnect()
      list.replaceChildren()
      newer.hidden = true
    },
  }
}
