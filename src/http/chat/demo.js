// What only the demo has: the list of people one can be, and the clock that can be skipped ahead.
import { read, write } from './kept.js'
import { element } from './element.js'
import { call, untilAnswered } from './service.js'
import { dateInWords, dayInWords, dayOf, followDemo, now, timeInWords } from './time.js'
import { LANGUAGES, spoken, word } from './words.js'

/** What codes of the roster mean in fr, rw and sw; English, and any other code, is the code without underscores. */
const PLAIN_WORDS = {
  mentee: ['Mentoré', 'Uwigishwa', 'Anayefundishwa'],
  district_based_mentor: ['Mentor de district', 'Mentor w’akarere', 'Mshauri wa wilaya'],
  health_centre_mentor: [
    'Mentor de centre de santé',
    'Mentor w’ikigo nderabuzima',
    'Mshauri wa kituo cha afya',
  ],
  community_mentor: ['Mentor communautaire', 'Mentor w’abajyanama', 'Mshauri wa jamii'],
  district_coordinator: ['Coordination de district', 'Umuhuzabikorwa w’akarere', 'Mratibu wa wilaya'],
  hospital_supervisor: ['Superviseur de l’hôpital', 'Umugenzuzi w’ibitaro', 'Msimamizi wa hospitali'],
  facility_manager: ['Responsable de l’établissement', 'Umuyobozi w’ikigo', 'Meneja wa kituo'],
  nurse: ['Infirmier ou infirmière', 'Umuforomo', 'Muuguzi'],
  midwife: ['Sage-femme', 'Umubyaza', 'Mkunga'],
  medical_doctor: ['Médecin', 'Muganga', 'Daktari'],
  chw: ['Agent de santé communautaire', 'Umujyanama w’ubuzima', 'Mhudumu wa afya ya jamii'],
}

function inPlainWords(code) {
  const known = PLAIN_WORDS[code]?.[LANGUAGES.indexOf(spoken()) - 1]
  const spaced = (code === 'chw' ? 'community health worker' : code).replace(/[_-]+/g, ' ')
  return known ?? spaced.charAt(0).toUpperCase() + spaced.slice(1)
}

const initials = (name) => {
  const names = name.trim().split(/\s+/)
  return [names[0], names.length > 1 ? names.at(-1) : ''].map((part) => [...part][0] ?? '').join('')
}

/** Fills the list with the people of the demo; `choose(person)` hears who is tapped. */
export function showPeople(list, people, choose) {
  const items = people.map((person) => {
    const face = element('span', 'face', initials(person.name))
    face.setAttribute('aria-hidden', 'true')
    const does = [person.cadre, person.role].filter(Boolean).map(inPlainWords).join(', ')
    const lines = [element('strong', '', person.name), ' ', element('span', 'does', does)]
    if (person.facility) lines.push(' ', element('span', 'facility', person.facility))
    const button = element('button', '', face, element('span', 'lines', ...lines))
    button.type = 'button'
    button.addEventListener('click', () => choose(person))
    return element('li', '', button)
  })
  list.replaceChildren(...items)
}

/** The bubbles of one turn come within this time of each other. */
const SETTLED = 600

const ignore = () => {}

/**
 * Opens the demo's clock. `skipping` hears that the person is about to skip ahead, `changed` that the day, the zone or the
 * time has jumped.
 */
export function openClock({ token, skipping, changed }) {
  const [panel, label, value, due, news] = [
    'clock',
    'clock-label',
    'clock-now',
    'clock-next',
    'clock-news',
  ].map((id) => document.getElementById(id))
  const closing = new AbortController()
  const buttons = [...panel.querySelectorAll('[data-skip]')]
  let clock
  let today
  let asking
  let busy = false

  function redraw() {
    if (!clock) return
    const place = clock.timezone.split('/').at(-1).replaceAll('_', ' ')
    label.textContent = word('demo_time', { place })
    value.textContent = `${dateInWords(now())}, ${timeInWords(now())}`
    const { next } = clock
    due.textContent = next
      ? word('next_at', { when: `${dayInWords(next.at)}, ${timeInWords(next.at)}` })
      : word('next_none')
    // Not `disabled`: that would throw a keyboard's focus away just when the last message has been skipped to.
    for (const button of buttons) {
      const idle = busy || (button.dataset.skip === 'next' && !next)
      button.setAttribute('aria-disabled', String(idle))
    }
  }

  function show(told) {
    if (closing.signal.aborted) return
    const jumped = !clock || clock.timezone !== told.timezone || Math.abs(told.now - now()) > 30_000
    clock = told
    followDemo(told)
    write('clock', { ...told, heard: Date.now() })
    panel.hidden = false
    redraw()
    if (jumped) changed()
    today = dayOf(now())
  }

  async function skip(button) {
    if (button.getAttribute('aria-disabled') === 'true') return
    busy = true
    skipping()
    news.textContent = ''
    redraw()
    try {
      show(await call('/chat/clock', { token, body: { skip: button.dataset.skip } }))
      news.className = 'unseen'
      news.textContent = value.textContent
    } catch (error) {
      news.className = 'problem'
      news.textContent = error.message || word('failed')
    }
    busy = false
    redraw()
  }

  function tick() {
    redraw()
    if (clock && dayOf(now()) !== today) changed()
    today = dayOf(now())
  }

  const kept = read('clock')
  if (kept) show({ ...kept, now: kept.now + Date.now() - kept.heard })
  panel.open = read('clock-open', window.innerHeight >= 720)
  panel.addEventListener('toggle', () => write('clock-open', panel.open), { signal: closing.signal })
  for (const button of buttons)
    button.addEventListener('click', () => skip(button), { signal: closing.signal })
  const ticking = setInterval(tick, 5000)
  const ask = () => call('/chat/clock', { token })
  untilAnswered(ask, ignore).then(show, ignore)

  return {
    show,
    redraw,
    /** Asks the service once more, shortly: what was said may have planned or cancelled a message. */
    refresh() {
      clearTimeout(asking)
      asking = setTimeout(() => ask().then(show, ignore), SETTLED)
    },
    close() {
      closing.abort()
      clearTimeout(asking)
      clearInterval(ticking)
      panel.hidden = true
    },
  }
}
