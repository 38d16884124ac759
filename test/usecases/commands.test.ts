// MENU, HELP, LANGUAGE, STOP, START, BACK in every state and every language.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parse } from 'yaml'
import { wordsSchema } from '../../src/engine/schema.ts'
import { type Language, LANGUAGES } from '../../src/words/language.ts'
import { freshDatabase, type FreshDatabase } from '../database.ts'
import { FLOWS, MENU } from '../programme.ts'
import { OWN_NAMES } from './conversation.ts'
import { giveChats, heardBy, message, type Process, putOnRoster, settled, startProcess } from './process.ts'

let fresh: FreshDatabase
let process: Process
beforeAll(async () => {
  fresh = await freshDatabase()
  process = await startProcess({ database: fresh.db, owner: 'one' })
})
afterAll(async () => {
  await process.stop()
  await fresh.close()
})

const { commands, words } = wordsSchema.parse(parse(await readFile(join(FLOWS, 'words.yaml'), 'utf8')))

let messages = 0
/** Each of these people says the next of their lines, all at once, until they have said all. What each heard last. */
async function sayAll(lines: ReadonlyMap<string, readonly string[]>): Promise<Map<string, string>> {
  const most = Math.max(...[...lines.values()].map((list) => list.length))
  const last = new Map<string, string>()
  for (let at = 0; at < most; at++) {
    const speaking = [...lines].flatMap(([name, list]) =>
      list.slice(at, at + 1).map((line) => ({ name, line })),
    )
    const before = process.sent.length
    await process.receiver.receive(speaking.map(({ name, line }) => message(name, `m${messages++}`, line)))
    await settled(fresh.db)
    const heard = process.sent.slice(before)
    for (const { name } of speaking) last.set(name, heardBy(heard, name).join('\n---\n'))
  }
  return last
}

type Who = 'stranger' | 'newcomer' | 'member' | 'stopped'
interface State {
  readonly who: Who
  readonly way: readonly string[]
  /** What stands there to be answered; undefined: nothing is being asked. */
  readonly asks: string | undefined
  /** What BACK comes to, when it is not that there is nothing to take back. */
  readonly back?: string
}

const YES: Readonly<Record<Language, string>> = { en: 'Yes', fr: 'Oui', rw: 'Yego', sw: 'Ndiyo' }
const JOIN = ['hello', 'English', 'yes']
const STATES: Readonly<Record<string, State>> = {
  'before the first word': { who: 'newcomer', way: [], asks: undefined },
  'a stranger’s language': { who: 'stranger', way: ['hello'], asks: 'Which language do you prefer?' },
  'a stranger’s code': { who: 'stranger', way: ['hello', 'English'], asks: 'invite code' },
  'a stranger’s facility': {
    who: 'stranger',
    way: ['hello', 'English', '0', 'Chidi Okello'],
    asks: 'Where do you work',
    back: 'full name',
  },
  joining: { who: 'newcomer', way: ['hello'], asks: 'Which language do you prefer?' },
  consent: { who: 'newcomer', way: ['hello', 'English'], asks: 'Do you agree?' },
  refused: { who: 'newcomer', way: ['hello', 'English', 'no'], asks: undefined },
  'the menu': { who: 'member', way: JOIN, asks: 'What would you like to do?' },
  'the first question': { who: 'member', way: [...JOIN, MENU.newborn], asks: 'Question 1 of 10' },
  'the third question': {
    who: 'member',
    way: [...JOIN, MENU.newborn, 'A', 'B'],
    asks: 'Question 3 of 10',
    back: 'Question 2 of 10',
  },
  'correcting the second answer': {
    who: 'member',
    way: [...JOIN, MENU.newborn, 'A', 'B', 'back'],
    asks: 'Question 2 of 10',
  },
  'LANGUAGE over a quiz': {
    who: 'member',
    way: [...JOIN, MENU.newborn, 'A', 'language'],
    asks: 'Which language do you prefer?',
  },
  'an unfinished quiz': {
    who: 'member',
    way: [...JOIN, MENU.newborn, 'A', 'menu', MENU.newborn],
    asks: 'Go on?',
  },
  hours: {
    who: 'member',
    way: [...JOIN, MENU.hours, 'Days and hour', 'Every day'],
    asks: 'At which hour',
    back: 'On which days?',
  },
  leave: {
    who: 'member',
    way: [...JOIN, MENU.hours, 'I am on leave'],
    asks: 'For how many days',
    back: 'What would you like to change?',
  },
  'hours noted': {
    who: 'member',
    way: [...JOIN, MENU.hours, 'Days and hour', 'Every day', '18'],
    asks: undefined,
  },
  stopped: { who: 'stopped', way: [...JOIN, 'stop'], asks: undefined },
}

const NOTHING = 'There is no answer here that can still be changed'
const HOME: Readonly<Record<Who, string>> = {
  stranger: 'This is Preceptor, a mentorship service',
  newcomer: 'This is Preceptor, your mentorship programme',
  member: 'What would you like to do?',
  stopped: 'You have stopped this service',
}

/** What each command must say in this state; every one of these stands in the reply. */
const WANTED: Readonly<Record<string, (state: State) => readonly string[]>> = {
  help: ({ asks }) => ['You can send at any time', ...(asks === undefined ? [] : [asks])],
  menu: ({ who }) => [HOME[who]],
  language: () => ['Which language do you prefer?'],
  stop: () => ['You will get no more messages from me'],
  start: ({ who }) => [who === 'stopped' ? HOME.member : HOME[who]],
  back: ({ asks, back }) => (back === undefined ? [NOTHING, ...(asks === undefined ? [] : [asks])] : [back]),
}

/** As people write it: capitals, accents where there are none, dots, a slash before it. */
const manners = (word: string): string[] => [
  word,
  word.toUpperCase(),
  ` ${word.slice(0, 1).toUpperCase()}${word.slice(1)}! `,
  `/${word.replaceAll('e', 'é').replaceAll('a', 'à')}.`,
]

// A further command opens a dialogue of its own, whose test says what it does.
describe.each(Object.entries(commands).filter(([command]) => command in WANTED))(
  '%s',
  (command, inLanguages) => {
    const all = [...new Set(Object.values(inLanguages).flat())]

    it.each(Object.entries(STATES))('works in every language: %s', async (name, state) => {
      const said = all.flatMap((word) => (word === '?' ? ['?', ' ? '] : manners(word)))
      const people = said.map((_, index) => `${command}-${name.replaceAll(/\W/g, '')}-${index}`)
      if (state.who !== 'stranger') {
        await putOnRoster(fresh.db, people)
        await giveChats(fresh.db, people)
      }
      const heard = await sayAll(
        new Map(people.map((person, index) => [person, [...state.way, said[index] ?? '']])),
      )
      const faults = people.flatMap((person, index) => {
        const reply = heard.get(person) ?? ''
        const missing = (WANTED[command]?.(state) ?? ['a command that no test knows']).filter(
          (wanted) => !reply.includes(wanted),
        )
        return missing.length === 0
          ? []
          : [`${said[index]}: "${missing.join('" and "')}" is missing in: ${reply.slice(0, 200)}`]
      })
      expect(faults).toEqual([])
    })
  },
)

describe.each(LANGUAGES)('to somebody who reads %s', (language) => {
  it('answers each command of their language in it', async () => {
    const own = (command: string): string => commands[command]?.[language]?.[0] ?? ''
    const name = `reader-of-${language}`
    await putOnRoster(fresh.db, [name])
    await giveChats(fresh.db, [name])
    await sayAll(new Map([[name, ['hello', OWN_NAMES[language], YES[language]]]]))
    const reply = async (command: string): Promise<string> =>
      (await sayAll(new Map([[name, [command]]]))).get(name) ?? ''
    expect(await reply(own('help'))).toContain(words['help']?.[language]?.slice(0, 40))
    expect(await reply(own('back'))).toContain(words['nothing_to_take_back']?.[language]?.slice(0, 40))
    const stop = {
      en: 'You will get no more',
      fr: 'Vous ne recevrez plus',
      rw: 'Ntuzongera kwakira',
      sw: 'Hutapokea ujumbe',
    }
    expect(await reply(own('stop'))).toContain(stop[language])
    const menu = {
      en: 'What would you',
      fr: 'Que souhaitez-vous',
      rw: 'Urifuza gukora iki',
      sw: 'Ungependa kufanya nini',
    }
    expect(await reply(own('start'))).toContain(menu[language])
    const asked = {
      en: 'Which language',
      fr: 'Quelle langue',
      rw: 'Ni uruhe rurimi',
      sw: 'Unapendelea lugha gani',
    }
    expect(await reply(own('language'))).toContain(asked[language])
    expect(await reply(own('menu'))).toContain(menu[language])
  })
})

it('knows every command that the help speaks of, in the language it speaks it', () => {
  for (const language of LANGUAGES) {
    const named = (words['help']?.[language] ?? '')
      .split('\n')
      .flatMap((line) => /^(\p{Lu}{3,}) –/u.exec(line)?.[1] ?? [])
    expect(named).toHaveLength(7)
    for (const word of named) {
      const known = Object.values(commands).some((inLanguages) =>
        inLanguages[language]?.includes(word.toLowerCase()),
      )
      expect({ language, word, known }).toEqual({ language, word, known: true })
    }
  }
})
