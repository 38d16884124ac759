// A whole session of a group of nine, with all of them at once: taps, votes, side talk, stickers, replies to the wrong
// message, a CHW with two telephones and two who share one, a session left in the middle and a restriction declared meanwhile.
// One story: each part goes on where the one before has ended.
import { afterAll, beforeAll, expect, it } from 'vitest'
import { optionOrder } from '../../src/engine/quiz.ts'
import type { Quiz } from '../../src/engine/schema.ts'
import type { FlowVersion } from '../../src/words/ids.ts'
import type { Content } from '../../src/words/message.ts'
import { told } from '../programme.ts'
import { allKnown, CHAT, type Chws, makeChws, NINE } from './chws.ts'

let chws: Chws
beforeAll(async () => {
  chws = await makeChws()
  await allKnown(chws)
}, 60_000)
afterAll(() => chws.close())

interface Open {
  readonly id: number
  readonly version: FlowVersion
  readonly seed: number
  readonly questions: number[]
  readonly asked: number
}

async function open(): Promise<Open> {
  const [row] = (await chws.fresh.db.query(
    'select id, version, seed, questions, asked from group_session order by id desc limit 1',
  )) as Open[]
  if (!row) throw new Error('there is no session')
  return row
}

/** A vote for the right option of the question that was put last, or for another. */
async function vote(right: boolean, place?: number): Promise<Content> {
  const session = await open()
  const question = session.questions[place ?? session.asked - 1] ?? 0
  const quiz = chws.desk.shelf.version(session.version).content as Quiz
  const order = optionOrder(quiz, question, session.seed)
  const answer = order.indexOf(quiz.questions[question]?.answer ?? 0)
  const [poll] = (await chws.fresh.db.query('select poll from notice where name = $1', [
    `question:${session.id}:${place ?? session.asked - 1}`,
  ])) as { poll: string }[]
  return { kind: 'vote', poll: poll?.poll ?? '', options: [right ? answer : (answer + 1) % order.length] }
}

const votes = async (people: Readonly<Record<string, boolean>>): Promise<void> => {
  const contents = await Promise.all(Object.values(people).map((right) => vote(right)))
  await chws.hear(
    ...Object.keys(people).map((sender, index) => ({ sender, content: contents[index] as Content })),
  )
}

const answers = (): Promise<unknown[]> =>
  chws.fresh.db.query(
    `select p.invite_code code, count(*)::int n, count(*) filter (where correct)::int "right", bool_and(voted) voted
     from group_answer g join person p on p.id = g.person_id group by 1 order by 1`,
  )

it('SESSION of a CHW opens nothing; of the mentor it is led in private', async () => {
  await chws.inChat('hawa', 'SESSION')
  expect(chws.news('hawa').join()).toContain('No session is under way')
  await chws.inChat('amos', '/session')
  expect(chws.news('amos').join()).toContain('What is the session of CHWs of Nyamata about?')
  await chws.say('amos', '1')
  await chws.say('amos', 'In one place')
  // As far as anybody knows Amos is validated in nothing: he is asked, and it goes on whatever he says.
  expect(told(await chws.say('amos', 'Yes'))).toContain(
    'Is a nurse or midwife who is validated in it with you?',
  )
  const begun = told(await chws.say('amos', 'Yes'))
  expect(begun).toContain('0 of 9 are here, 0 of 5 questions put')
  expect(told(await chws.say('amos', 'Feedback to all'))).toContain('has no place in the session now')
})

it('who is there taps the card; side talk and stickers change nothing, and strangers are told how to be counted', async () => {
  await chws.cards()
  const card = chws.shown('0 of 9 CHWs are here')
  const token = card?.bubble.choices?.[0]?.token ?? ''
  expect(card?.bubble.choices).toMatchObject([{ label: 'I am here' }])
  chws.news(CHAT)
  const tap = (sender: string) => ({ sender, group: CHAT, content: { kind: 'choice' as const, token } })
  const text = (sender: string, said: string, replyTo?: string) => ({
    sender,
    group: CHAT,
    content: { kind: 'text' as const, text: said },
    ...(replyTo !== undefined && { replyTo }),
  })
  await chws.hear(
    tap('claudine'),
    tap('claudine'),
    text('aline', 'I am here too'),
    tap('bosco'),
    { sender: 'bosco', group: CHAT, content: { kind: 'other', type: 'sticker' } },
    text('chantal', 'here!', card?.ref),
    text('hawa', 'Sorry, I cannot come today', card?.ref),
    tap('chantal'),
    tap('a stranger'),
    tap('amos'),
    { sender: 'daniel', group: CHAT, content: { kind: 'choice', token: '>here.999' } },
  )
  await chws.cards()
  expect(chws.shown('3 of 9 CHWs are here')?.ref).toBe(card?.ref)
  const [hint, edited, ...more] = chws.news(CHAT)
  expect(hint).toContain('Somebody I do not know yet takes part')
  expect(edited).toContain('3 of 9 CHWs are here')
  expect(more).toEqual([])
})

it('a warm-up is told to the group, and the session stands where it stood', async () => {
  chws.news(CHAT)
  expect(told(await chws.say('amos', 'Warm-up'))).toContain('0 of 5 questions put')
  await chws.settled()
  expect(chws.news(CHAT).join()).toMatch(/^To begin with, talk about this together:\n\n.{40}/)
})

it('questions are polls; nine vote at once, and each answer is kept once', async () => {
  expect(told(await chws.say('amos', 'Next question'))).toContain('1 of 5 questions put')
  await chws.settled()
  const put = chws.polls(CHAT)
  expect(put).toHaveLength(1)
  expect(put[0]?.options.length).toBeGreaterThanOrEqual(2)
  // Claudine has a second telephone: what she says there is hers, and does not count twice.
  await chws.fresh.db.query(
    `insert into address (channel, external_id, person_id) select channel, 'claudine-2', person_id from address where external_id = 'claudine'`,
  )
  await votes({
    claudine: true,
    aline: true,
    bosco: true,
    chantal: true,
    daniel: true,
    esther: false,
    felix: true,
    'a stranger': true,
    amos: true,
  })
  await votes({ 'claudine-2': false, esther: true })
  // Taking one's vote back, or voting for nothing there is, is no answer.
  const { poll } = (await vote(true)) as { poll: string }
  await chws.hear({ sender: 'grace', content: { kind: 'vote', poll, options: [] } })
  await chws.hear({ sender: 'grace', content: { kind: 'vote', poll, options: [99] } })
  await chws.hear({ sender: 'grace', content: { kind: 'vote', poll: 'no poll of ours', options: [0] } })
  expect(await answers()).toEqual(
    ['aline', 'bosco', 'chantal', 'claudine', 'daniel', 'esther', 'felix'].map((code) => ({
      code,
      n: 1,
      right: code === 'esther' ? 0 : 1,
      voted: true,
    })),
  )
})

it('who shares a telephone answers in private, and so may everybody whose telephone cannot vote', async () => {
  await chws.fresh.db.query(`update address set shared = true where external_id = 'hawa'`)
  await votes({ hawa: true })
  expect(chws.news('hawa').join()).toContain('Several of you use this phone')
  await chws.fresh.db.query(`update address set shared = false where external_id = 'hawa'`)
  const asked = await chws.say('hawa', 'SESSION')
  expect(asked.at(-1)?.choices?.length).toBeGreaterThanOrEqual(2)
  const after = told(await chws.say('hawa', '1'))
  expect(after).toMatch(/✅ Right|❌ Not quite/)
  expect(after).toContain('You have answered all that has been asked so far')
  expect(await answers()).toContainEqual(expect.objectContaining({ code: 'hawa', n: 1, voted: false }))
})

it('left in the middle it goes on the next day, at its place; a second is not opened', async () => {
  await chws.say('amos', 'Later')
  chws.now += 86_400_000
  expect(told(await chws.say('amos', 'SESSION'))).toContain('Which group?')
  expect(told(await chws.say('amos', '1'))).toContain('8 of 9 are here, 1 of 5 questions put, 8 answers')
  // A late answer counts until the session is over.
  await votes({ grace: false })
  for (let asked = 2; asked <= 5; asked++) {
    await chws.say('amos', 'Next question')
    await chws.settled()
    await votes({ claudine: true, aline: asked !== 3, bosco: asked !== 3, chantal: asked !== 4 })
  }
  expect(told(await chws.say('amos', 'Next question'))).toContain('has no place in the session now')
})

it('skills are scored in the middle of it, those who are there first, and the session goes on', async () => {
  await chws.fresh.db.query(`update person set name = 'Aa of Nyamata' where invite_code = 'hawa'`)
  await chws.fresh.db.query(
    `delete from group_attendance where person_id = (select id from person where invite_code = 'hawa')`,
  )
  const skill = async (name: string, verdict = 'Not yet, record it'): Promise<string> => {
    const whom = await chws.say('amos', 'Score a skill')
    expect(told(whom)).toContain('Send SESSION to go on')
    // Hawa would be the first by her name, and is not there.
    expect(whom.at(-1)?.choices?.at(-1)?.label).toBe('Aa of Nyamata')
    const marks = ['all done but 2', 'all done but 9', verdict]
    for (const said of [name, 'Care of a sick child in the village', 'On a manikin', ...marks])
      await chws.say('amos', said)
    await chws.say('amos', 'SESSION')
    return told(await chws.say('amos', '1'))
  }
  await skill('Claudine of Nyamata')
  await skill('Aline of Nyamata')
  expect(await skill('Bosco of Nyamata')).toContain('3 skills shown')
})

it('feedback to the group is totals alone, strengths first; each hears their own in private', async () => {
  chws.news(CHAT)
  for (const code of NINE) chws.news(code)
  await chws.say('amos', 'Feedback to all')
  await chws.settled()
  const group = chws.news(CHAT).join('\n')
  expect(group).toMatch(/9 of you have answered, and \d+ % of the answers were right/)
  expect(group.indexOf('Most knew this')).toBeGreaterThan(-1)
  expect(group.indexOf('To practise')).toBeGreaterThan(group.indexOf('Most knew this'))
  // Two questions, and two steps of the skill.
  expect(group.match(/📌/g)).toHaveLength(4)
  expect(group).toContain(
    'Skill “Care of a sick child in the village”: 3 of you have shown it, and nobody properly yet.',
  )
  expect(group).toContain('Most did this: Greets, asks age')
  expect(group).toContain('To practise: Looks for danger signs before anything else\nIt is a critical step')
  for (const code of NINE) expect(group.toLowerCase()).not.toContain(code)
  expect(chws.news('claudine').join()).toContain('5 of 5 right')
  const aline = chws.news('aline').join()
  expect(aline).toContain('4 of 5 right')
  expect(aline).toContain('Worth practising')
  // What was missed comes back to her.
  expect(
    await chws.fresh.db.query(
      `select count(*)::int n from review_card c join person p on p.id = c.person_id where p.invite_code = 'aline'`,
    ),
  ).toEqual([{ n: 1 }])
})

it('ends with what was agreed and when they meet; the supervisor gets the summary', async () => {
  // Daniel answers after the totals were told: it counts, and he hears it at the end, and nobody else hears theirs again.
  await chws.hear({ sender: 'daniel', content: await vote(false, 1) })
  for (const code of ['ruth', 'aline', 'daniel', CHAT]) chws.news(code)
  await chws.say('amos', 'Close it')
  await chws.say('amos', 'Everybody counts breaths with a watch; the mentor brings two')
  expect(told(await chws.say('amos', 'some day'))).toContain('could not read that day')
  expect(told(await chws.say('amos', '2/3'))).toMatch(
    /The session is closed\. The group has been told\.\s+The hospital's supervisor has the summary/,
  )
  // It is an action of the mentor's, due on that day.
  expect(
    await chws.fresh.db.query('select text, due_on::text due, state, owner_id = agreed_by own from action'),
  ).toEqual([
    {
      text: 'Everybody counts breaths with a watch; the mentor brings two',
      due: '2027-03-02',
      state: 'open',
      own: true,
    },
  ])
  const late = chws.news('daniel').join()
  expect(late).toContain('1 of 2 right')
  expect(late).toContain('Worth practising')
  expect(chws.news('aline')).toEqual([])
  const summary = chws.news('ruth').join()
  expect(summary).toContain('Session of CHWs of Nyamata')
  expect(summary).toContain('with the supervisor, with a mentor validated in it: 8 of 9 CHWs were there')
  expect(summary).toContain('Skills shown: 3, properly: 0.')
  expect(summary).toContain('counts breaths with a watch')
  expect(chws.news(CHAT).join()).toMatch(/is over\. Thank you\.\n\nAgreed: .*\nNext time: .*2 March/)
  await chws.cards()
  expect(chws.shown('over. 8 of 9 CHWs were here')).toBeDefined()
  // Too late, and nothing more is put.
  const before = await answers()
  await chws.hear({ sender: 'daniel', content: await vote(true, 2) })
  expect(await answers()).toEqual(before)
})

it('the next day is a visit of the mentor: who was there knows of it, all are reminded', async () => {
  expect(
    await chws.fresh.db.query(
      `select v.starts_on::text "on", v.state, v.remote, v.stream, v.days, p.invite_code lead,
         (select count(*)::int from visit_person x where x.visit_id = v.id) people,
         (select count(*)::int from visit_person x where x.visit_id = v.id and x.told_on = v.starts_on) know,
         (select count(distinct person_id)::int from follow_up f where f.kind = 'visit_reminder' and f.subject = v.id) reminded
       from visit v join person p on p.id = v.lead_id`,
    ),
  ).toEqual([
    {
      on: '2027-03-02',
      state: 'confirmed',
      remote: false,
      stream: 'community',
      days: 1,
      lead: 'amos',
      people: 10,
      know: 9,
      reminded: 10,
    },
  ])
})

it('a restriction declared in the middle leaves it as it was opened; the next day moves into the chat', async () => {
  await chws.inChat('amos', 'SESSION')
  for (const said of ['1', 'In one place', 'No', 'No']) await chws.say('amos', said)
  for (const said of ['TRAVEL', 'Bugesera', 'Marburg', 'Today', '0', 'https://call.example/b'])
    await chws.say('diane', said)
  expect(told(await chws.say('amos', 'Next question'))).toContain('1 of 5 questions put')
  await votes({ claudine: true, aline: false })
  for (const said of ['Close it', 'Nothing', '9/3']) await chws.say('amos', said)
  expect(chws.news('ruth').join()).toContain(
    'in one place, without the supervisor, without a mentor validated',
  )
  expect(await chws.fresh.db.query('select starts_on::text "on", state, remote from visit')).toEqual([
    { on: '2027-03-09', state: 'confirmed', remote: true },
  ])
  await chws.cards()
  const card = chws.shown('9 March at 08:00 is held here in this chat, as nobody travels: Marburg.')
  expect(card?.bubble.text).toContain('To talk: https://call.example/b')
})

it('while nobody may travel it is led from far away, and nobody asks where', async () => {
  await chws.inChat('amos', 'SESSION')
  expect(told(await chws.say('amos', '1'))).toContain("Is the hospital's supervisor with you?")
  for (const said of ['No', 'No']) await chws.say('amos', said)
  const underWay = (): Promise<unknown[]> =>
    chws.fresh.db.query('select remote, supervised from group_session where closed_at is null')
  expect(await underWay()).toEqual([{ remote: true, supervised: false }])
  // Lifted in the middle, it stays what it was opened as.
  for (const said of ['TRAVEL', 'Bugesera', 'Yes']) await chws.say('diane', said)
  expect(await underWay()).toEqual([{ remote: true, supervised: false }])
  await chws.cards()
  expect(chws.shown('meets in one place again on Tuesday 9 March')).toBeDefined()
  expect(chws.shown('is held here in this chat')).toBeUndefined()
  expect(told(await chws.say('amos', 'Next question'))).toContain('1 of 5 questions put')
  await votes({ claudine: true, aline: false })
  await chws.say('amos', 'Close it')
  await chws.say('amos', 'Nothing')
  chws.news(CHAT)
  await chws.say('amos', 'Not yet fixed')
  // Of two the total would be theirs.
  expect(chws.news(CHAT).join()).toContain('Too few have answered')
  expect(chws.news('ruth').join()).toContain('from far away, without the supervisor')
})

it('closed before anything was asked, nobody is told of answers', async () => {
  await chws.inChat('amos', 'SESSION')
  await chws.say('amos', '1')
  for (const said of ['In one place', 'No', 'No']) await chws.say('amos', said)
  await chws.say('amos', 'Close it')
  await chws.say('amos', 'Nothing')
  for (const code of ['ruth', 'claudine', CHAT]) chws.news(code)
  await chws.say('amos', 'Not yet fixed')
  expect(chws.news('ruth').join()).toContain('no question was answered')
  expect(chws.news('claudine')).toEqual([])
  expect(chws.news(CHAT)).toHaveLength(1)
})
