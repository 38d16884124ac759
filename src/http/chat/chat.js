// The chat page: who is it for, with which session, and which of the three screens (gate, people, chat) is seen.
import { openConversation } from './conversation.js'
import { showPeople } from './demo.js'
import { forgetSent, read, unsentOf, write } from './kept.js'
import { call, untilAnswered } from './service.js'
import { speak, word } from './words.js'

const at = (id) => document.getElementById(id)
const SCREENS = ['gate', 'people', 'chat']

let conversation
/** Counts the screens, so that an answer to a question of an earlier screen changes nothing. */
let visit = 0

function show(screen) {
  for (const name of SCREENS) at(name).hidden = name !== screen
  visit += 1
  return visit
}

/** Shows one plain page: a title and what to do. */
function showGate(name, { unsent = 0, problem = '' } = {}) {
  const shown = show('gate')
  at('gate-title').textContent = word(name)
  at('gate-text').textContent = problem || (name === 'opening' ? '' : word(`${name}_text`))
  at('gate-unsent').hidden = unsent === 0
  at('gate-unsent').textContent = word('unsent', { count: unsent })
  if (name !== 'opening') at('gate-title').focus()
  return shown
}

/** Asks what the first screen depends on; while the service cannot be reached it says so and goes on trying. */
async function ask(path, body) {
  let mine = showGate('opening')
  try {
    const answer = await untilAnswered(
      () => (mine === visit ? call(path, { body }) : Promise.resolve(undefined)),
      ({ message }) => {
        if (mine === visit) mine = showGate('offline', { problem: message })
      },
    )
    return mine === visit ? { answer } : {}
  } catch (error) {
    return mine === visit ? { error } : {}
  }
}

function enter(session, fresh) {
  write('session', session)
  const mine = show('chat')
  const lost = () => mine === visit && sessionLost(session)
  conversation = openConversation(session, { fresh, lost })
}

function leave() {
  conversation?.close()
  conversation = undefined
  write('session', undefined)
}

function sessionLost({ me, person }) {
  leave()
  if (me.demo) {
    forgetSent()
    void choosePerson()
  } else showGate('expired', { unsent: unsentOf(person) })
}

/** The demo's list of people; where there is no demo, the way in is the person's own link. */
async function choosePerson() {
  const { answer, error } = await ask('/chat/people')
  if (error) showGate('needed')
  if (!answer) return
  showPeople(at('people-list'), answer.people, signIn)
  at('people-problem').textContent = ''
  show('people')
  at('people-title').focus()
}

async function signIn(person) {
  const mine = visit
  try {
    const { token, me } = await call('/chat/session', { body: { person: person.id } })
    if (mine === visit) enter({ token, me, person: `demo.${person.id}` }, true)
  } catch (error) {
    at('people-problem').textContent = error.message || word('failed')
  }
}

/** Goes in by the person's own link, which is kept until the service has answered, whatever the network does. */
async function openLink(link) {
  const { answer, error } = await ask('/chat/session', { link })
  if (!answer && !error) return
  write('link', undefined)
  if (error) {
    const session = read('session')
    showGate('expired', { unsent: session ? unsentOf(session.person) : 0 })
    return
  }
  leave()
  enter({ ...answer, person: `own.${answer.me.name}` }, true)
}

/** The link's token, taken out of the address bar so that it is neither seen, shared nor bookmarked. */
function takeLink() {
  const link = new URLSearchParams(location.hash.slice(1)).get('link')
  if (!link) return read('link')
  history.replaceState(null, '', location.pathname)
  write('link', link)
  return link
}

function begin() {
  const link = takeLink()
  const session = read('session')
  if (link) void openLink(link)
  else if (session) enter(session, false)
  else void choosePerson()
}

speak()
at('change').addEventListener('click', () => {
  leave()
  void choosePerson()
})
window.addEventListener('hashchange', () => {
  if (!location.hash.includes('link=')) return
  conversation?.close()
  conversation = undefined
  begin()
})
begin()
