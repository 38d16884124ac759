// How people come in: strangers are asked politely and shown nothing, those on the roster join once, by consent.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { DAY, HOUR } from '../../src/words/clock.ts'
import { LANGUAGES } from '../../src/words/language.ts'
import type { Bubble, Content } from '../../src/words/message.ts'
import { importRoster } from '../../src/usecases/import-roster.ts'
import { makeReceiver } from '../../src/usecases/receive-messages.ts'
import { makeProgramme, MONDAY, type Programme, told } from '../programme.ts'
import { expectSaid, invited, OWN_NAMES, sayAll, somebody, type Words } from './conversation.ts'

let programme: Programme
beforeAll(async () => {
  programme = await makeProgramme()
})
afterAll(() => programme.close())
beforeEach(() => {
  programme.now = MONDAY
})

const say = (sender: string, ...said: (string | Content)[]): Promise<Bubble[]> =>
  sayAll(programme, sender, ...said)
const expectWords = (reply: readonly Bubble[], words: Words): void => expectSaid(programme, reply, words)
const query = (text: string, ...values: unknown[]): Promise<unknown[]> =>
  programme.fresh.db.query(text, values)

const ASKS_CODE: Words = { of: 'welcome', nth: 2 }
const WRONG_CODE: Words = { of: 'welcome', nth: 3 }
const TOO_MANY_CODES: Words = { of: 'welcome', nth: 4 }
const ASKS_CONSENT: Words = { of: 'join', nth: 1 }

const personOf = (sender: string): Promise<unknown[]> =>
  query(
    `select p.invite_code code, p.language, p.joined_at is not null joined from person p join address a on a.person_id = p.id
     where a.external_id = $1`,
    sender,
  )
const consentsOf = (sender: string): Promise<unknown[]> =>
  query(
    `select c.given, c.language, c.at from consent c join address a on a.person_id = c.person_id where a.external_id = $1 order by c.id`,
    sender,
  )

describe('somebody unknown', () => {
  it.each(LANGUAGES)('gets a polite way to ask for access, in %s', async (language) => {
    const chidi = somebody('chidi')
    expectWords(await say(chidi, 'hello'), { of: 'welcome' })
    expectWords(await say(chidi, OWN_NAMES[language]), { ...ASKS_CODE, language })
    expectWords(await say(chidi, '0'), { of: 'welcome', nth: 5, language })
    expectWords(await say(chidi, 'Chidi Okello'), { of: 'welcome', nth: 6, language })
    expectWords(await say(chidi, 'Gisenyi, Rubavu'), { of: 'welcome', nth: 7, language })
    const asked = await query(
      'select r.name, r.facility, r.at from access_request r join address a on a.id = r.address_id where a.external_id = $1',
      chidi,
    )
    expect(asked).toEqual([{ name: 'Chidi Okello', facility: 'Gisenyi, Rubavu', at: MONDAY }])
    // What they typed stands in the request and nowhere else.
    expect(
      await query(
        'select 1 from session s join address a on a.person_id = s.person_id where a.external_id = $1 and s.state::text like $2',
        chidi,
        '%Chidi%',
      ),
    ).toEqual([])
  })

  it('can correct the name with BACK, and asking twice is one request', async () => {
    const chidi = somebody('chidi')
    await say(chidi, 'hello', 'English', '0', 'Chdi', 'back', 'Chidi', 'Gisenyi')
    await say(chidi, 'hello', 'English', '0', 'Chidi Okello', 'Rubavu')
    const asked = await query(
      'select r.name, r.facility from access_request r join address a on a.id = r.address_id where a.external_id = $1',
      chidi,
    )
    expect(asked).toEqual([{ name: 'Chidi Okello', facility: 'Rubavu' }])
  })

  it('is shown nothing of the programme, whatever they try', async () => {
    const secrets = programme.desk.shelf.flows.flatMap(({ content }) =>
      content.kind === 'quiz'
        ? [
            content.title,
            ...content.questions.flatMap(({ ask, options }) => [
              ask,
              ...options.map(({ because }) => because),
            ]),
          ].flatMap((text) => Object.values(text))
        : [],
    )
    expect(secrets.length).toBeGreaterThan(100)
    const people = (await query(
      'select name from person where role is not null union select name from facility',
    )) as { name: string }[]
    const tries: (string | Content)[] = [
      'hello', 'menu', 'English', 'Newborn resuscitation', '1', 'A', 'back', 'help', 'language', 'Français', 'My scores', 'start',
      'English', 'Joseph Nshuti', 'stop', 'hello', 'start', { kind: 'choice', token: '1.0' }, { kind: 'choice', token: '2.0' },
      { kind: 'phone', phone: '+250788999999' }, { kind: 'other', type: 'photo' }, 'START menu', '0', 'Amina Ingabire', 'Rubavu DH', '1', 'Go on',
    ] // prettier-ignore
    const chidi = somebody('chidi')
    const heard: Bubble[] = []
    for (const one of tries) heard.push(...(await say(chidi, one)))
    const all = JSON.stringify(heard)
    for (const secret of [...secrets, ...people.map(({ name }) => name)])
      expect(all).not.toContain(JSON.stringify(secret).slice(1, -1))
    expect(
      await query(
        'select 1 from attempt t join address a on a.person_id = t.person_id where a.external_id = $1',
        chidi,
      ),
    ).toEqual([])
  })
})

describe('an invite code', () => {
  it('is asked for after the language, and leads to consent, each recorded', async () => {
    const code = await invited(programme)
    expectWords(await say('chat-1', 'bonjour', 'Français', code.toUpperCase()), {
      ...ASKS_CONSENT,
      language: 'fr',
    })
    expect(await personOf('chat-1')).toEqual([{ code, language: 'fr', joined: false }])
    programme.now += HOUR
    expectWords(await say('chat-1', 'oui'), { of: 'menu', language: 'fr' })
    expect(await personOf('chat-1')).toEqual([{ code, language: 'fr', joined: true }])
    expect(await consentsOf('chat-1')).toEqual([{ given: true, language: 'fr', at: MONDAY + HOUR }])
  })

  it('joins once', async () => {
    const code = await invited(programme)
    expectWords(await say('chat-2', 'hello', 'English', code), ASKS_CONSENT)
    // Also before the first has agreed: two people must not become one.
    expectWords(await say('chat-3', 'hello', 'English', code), WRONG_CODE)
    await say('chat-2', 'yes')
    expectWords(await say('chat-3', code), WRONG_CODE)
    expect(await personOf('chat-3')).toMatchObject([{ code: null, joined: false }])
  })

  it('comes by a link as "START <code>", after the language', async () => {
    const code = await invited(programme)
    expectWords(await say('chat-4', `START ${code}`), { of: 'welcome' })
    expectWords(await say('chat-4', 'Kiswahili'), { ...ASKS_CONSENT, language: 'sw' })
    expectWords(await say('chat-4', 'ndiyo'), { of: 'menu', language: 'sw' })
    // The link opened once more is START, also by somebody who has stopped.
    expectWords(await say('chat-4', `START ${code}`), { of: 'menu', language: 'sw' })
    expectWords(await say('chat-4', 'acha', `START ${code}`), { of: 'menu', language: 'sw' })
  })

  it('stops, and comes back by the button that says so, in their own language', async () => {
    const code = await invited(programme)
    await say('chat-9', `START ${code}`, 'Kiswahili', 'ndiyo')
    const button = { label: 'ANZA', token: '!ANZA' }
    const [farewell] = await say('chat-9', 'acha')
    expect(farewell?.choices).toEqual([button])
    expect((await say('chat-9', 'habari'))[0]?.choices).toEqual([button])
    const back = { kind: 'choice', token: button.token } as const
    expectWords(await say('chat-9', back), { of: 'menu', language: 'sw' })
    // Tapped once more it is START once more, and no other button's token is taken for a command.
    expectWords(await say('chat-9', back), { of: 'menu', language: 'sw' })
    expect(told(await say('chat-9', { kind: 'choice', token: '!become' }))).not.toContain('become')
  })

  it('by a link is START for those on the roster, who need none', async () => {
    const code = await invited(programme)
    await programme.meet(code)
    expectWords(await say(code, `START ${code}`), { of: 'join' })
    expectWords(await say(code, 'English', 'yes'), { of: 'menu' })
  })

  it('is not looked up after five wrong ones in a day, and the right one works the next day', async () => {
    const code = await invited(programme)
    await say('chat-5', 'hello', 'English')
    for (let at = 0; at < 5; at++) expectWords(await say('chat-5', `guess-${at}`), WRONG_CODE)
    expectWords(await say('chat-5', 'guess-6'), TOO_MANY_CODES)
    expectWords(await say('chat-5', 'hello', 'English', code), TOO_MANY_CODES)
    expectWords(await say('chat-5', `START ${code}`, 'English'), TOO_MANY_CODES)
    expect(await personOf('chat-5')).toMatchObject([{ code: null }])
    programme.now += DAY - HOUR
    expectWords(await say('chat-5', 'hello', 'English', code), TOO_MANY_CODES)
    programme.now += HOUR + 1
    expectWords(await say('chat-5', 'hello', 'English', code), ASKS_CONSENT)
  })
})

it('what was sent for a code and is none is not kept', async () => {
  expectWords(await say('chat-10', 'hello', 'English', 'the mother in bed 7'), WRONG_CODE)
  expect(await query('select 1 from session where state::text like $1', '%bed 7%')).toEqual([])
  // Nor what follows START when there is nobody to let in.
  const code = await invited(programme)
  await programme.meet(code)
  await say(code, 'hello', 'English', 'yes', 'START xylophone')
  expect(await query('select 1 from session where state::text like $1', '%xylophone%')).toEqual([])
})

describe('a shared phone number', () => {
  it('that is on the roster joins', async () => {
    const reply = await say('chat-6', 'hello', 'Français', { kind: 'phone', phone: '+250788000001' })
    expectWords(reply, { ...ASKS_CONSENT, language: 'fr' })
    expect(told(reply)).toContain('Joseph')
    expect(await personOf('chat-6')).toEqual([{ code: 'joseph', language: 'fr', joined: false }])
  })

  it('that nobody has is not on the list; one that is only typed is a wrong code', async () => {
    const reply = await say('chat-7', 'hello', 'English', { kind: 'phone', phone: '+250788999999' })
    expect(told(reply)).toContain("This number is not on the programme's list.")
    expectWords(reply.slice(-1), ASKS_CODE)
    expectWords(await say('chat-7', '+250788000001'), WRONG_CODE)
    expect(await personOf('chat-7')).toMatchObject([{ code: null }])
  })

  it('shared before anything else asks for the language first, in that of the roster', async () => {
    const code = await invited(programme, 'rw')
    await query(`update person set phone = '+250788000077' where invite_code = $1`, code)
    expectWords(await say('chat-8', { kind: 'phone', phone: '+250788000077' }), {
      of: 'join',
      language: 'rw',
    })
    expect(await personOf('chat-8')).toEqual([{ code, language: 'rw', joined: false }])
  })
})

describe('consent', () => {
  it('refused keeps nothing but the refusal, and START lets them change their mind', async () => {
    const code = await invited(programme)
    await programme.meet(code)
    expectWords(await say(code, 'hello', 'English', 'no'), { of: 'join', nth: 3 })
    expect(await personOf(code)).toMatchObject([{ joined: false }])
    // They are asked again, and come to no quiz by any words.
    expectWords(await say(code, '1'), { of: 'join' })
    expectWords(await say(code, 'menu'), { of: 'join' })
    expect(
      await query(
        'select 1 from attempt t join person p on p.id = t.person_id where p.invite_code = $1',
        code,
      ),
    ).toEqual([])
    expect(
      await query(
        'select 1 from follow_up f join person p on p.id = f.person_id where p.invite_code = $1',
        code,
      ),
    ).toEqual([])
    programme.now += DAY
    expectWords(await say(code, 'START'), { of: 'join' })
    expectWords(await say(code, 'English', 'yes'), { of: 'menu' })
    expect(await consentsOf(code)).toEqual([
      { given: false, language: 'en', at: MONDAY },
      { given: true, language: 'en', at: MONDAY + DAY },
    ])
  })

  it('is not given by a button that asked for something else', async () => {
    const code = await invited(programme)
    const [asked] = await say('chat-9', `START ${code}`)
    const english = asked?.choices?.[0]?.token ?? ''
    await say('chat-9', { kind: 'choice', token: english })
    // Tapped twice: the second tap comes while consent is being asked for.
    expectWords(await say('chat-9', { kind: 'choice', token: english }), { of: 'old_button' })
    expect(await consentsOf('chat-9')).toEqual([])
  })

  it('is not given by a button of the time before the roster knew them', async () => {
    const own = await makeProgramme()
    try {
      const receiver = makeReceiver(own.desk)
      let messages = 0
      const write = (content: Content): Promise<void> =>
        receiver.receive([
          { channel: 'telegram', messageId: `t${messages++}`, sender: '4711', at: MONDAY, content },
        ])
      // The second question that a stranger is asked is which language they want, once more.
      for (const text of ['hello', 'language']) await write({ kind: 'text', text })
      const cells = { name: 'Grace Mutesi', role: 'mentee', cadre: 'nurse', telegram: '4711' }
      await importRoster(own.fresh.db, [{ line: 2, cells }])
      for (const text of ['hello', 'English']) await write({ kind: 'text', text })
      await write({ kind: 'choice', token: '2.0' })
      expect(await own.fresh.db.query('select given from consent')).toEqual([])
    } finally {
      await own.close()
    }
  })
})

it('the audit says that somebody joined only when they did', async () => {
  const code = await invited(programme)
  await say('chat-11', 'hello', 'English', 'no such code')
  const joined = (): Promise<unknown[]> =>
    query(
      `select a.actor from audit a join address d on a.actor = 'person:' || d.person_id
       where a.deed = 'person.join' and d.external_id = 'chat-11'`,
    )
  expect(await joined()).toEqual([])
  await say('chat-11', code)
  expect(await joined()).toHaveLength(1)
})
