// What goes out, held to the reference by the stand-in, and every way it can go wrong.
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { SendError } from '../../../src/channels/channel.ts'
import type { Bubble, Choice } from '../../../src/words/message.ts'
import type { FileId } from '../../../src/words/ids.ts'
import { type Fault, offered, textOf } from './graph.ts'
import { PNG, setUp, type Stand } from './stand.ts'

const TO = '250788123456'

let stand: Stand
beforeEach(async () => {
  stand = await setUp()
  stand.graph.incoming(TO, {})
})
afterEach(() => stand.close())

const choicesOf = (...labels: string[]): Choice[] =>
  labels.map((label, index) => ({ token: `4.${index}`, label }))
const show = async (bubble: Bubble) => {
  await stand.channel.send(TO, bubble)
  return stand.graph.to(TO)
}

describe('choices', () => {
  it('are buttons when there are three or fewer short ones', async () => {
    const [message] = await show({ text: 'Go on?', choices: choicesOf('Yes', 'No', 'Twenty letters, all!') })
    expect(message).toMatchObject({ type: 'interactive', interactive: { type: 'button' } })
    expect(message && offered(message)).toEqual([
      { token: '4.0', label: 'Yes' },
      { token: '4.1', label: 'No' },
      { token: '4.2', label: 'Twenty letters, all!' },
    ])
  })

  it('are letters on buttons under the whole words when one is too long for a button', async () => {
    const [message] = await show({ text: 'When?', choices: choicesOf('Now', 'Within the golden minute') })
    expect(message && textOf(message)).toBe('When?\n\nA. Now\nB. Within the golden minute')
    expect(message && offered(message).map(({ label }) => label)).toEqual(['A', 'B'])
  })

  it('are a list when there are more, opened by words in the person’s language', async () => {
    const labels = ['Newborn resuscitation', 'Postpartum haemorrhage', 'Change the language', 'Stop']
    const [message] = await show({ text: 'What next?', choices: choicesOf(...labels), choose: 'Choisir' })
    expect(message).toMatchObject({ interactive: { type: 'list', action: { button: 'Choisir' } } })
    expect(message && textOf(message)).toBe('What next?')
    expect(message && offered(message).map(({ label }) => label)).toEqual(labels)
  })

  it('are lettered rows with the words under them when one is too long, none of them cut in the text', async () => {
    const long = `Dry the baby, keep the baby warm, and clear the airway only if something blocks it ${'👶'.repeat(5)}`
    const [message] = await show({ text: 'First?', choices: choicesOf('Wait', long, 'Cut', 'Call') })
    expect(message && textOf(message)).toContain(`B. ${long}`)
    const rows = message ? offered(message) : []
    expect(rows.map(({ label }) => label)).toEqual(['A', 'B', 'C', 'D'])
    expect(rows[0]?.detail).toBe('Wait')
    expect(rows[1]?.detail).toMatch(/^Dry the baby, .*…$/)
  })

  it('are typed by number when there are more than ten', async () => {
    const labels = Array.from({ length: 11 }, (_, n) => `Facility ${n}`)
    const [message] = await show({ text: 'Where?', choices: choicesOf(...labels) })
    expect(message?.type).toBe('text')
    expect(message && textOf(message)).toContain('11. Facility 10')
  })

  it('are a list under a text too long for buttons, and stand under the last of several messages', async () => {
    const words = 'Keep the baby warm. '
    await show({ text: words.repeat(60), choices: choicesOf('Yes', 'No') })
    await show({ text: words.repeat(400), choices: choicesOf('Yes', 'No') })
    const messages = stand.graph.to(TO)
    expect(messages.map((message) => offered(message).length)).toEqual([2, 0, 2])
    expect(messages[0]).toMatchObject({ interactive: { type: 'list' } })
  })
})

it('answers a given message, and shows no preview of links', async () => {
  await stand.channel.send(TO, { text: 'See https://example.org', replyTo: 'wamid.in9' })
  expect(stand.graph.to(TO)).toMatchObject([
    { context: { message_id: 'wamid.in9' }, text: { preview_url: false } },
  ])
})

it('writes to who hides their number by their id', async () => {
  stand.graph.incoming('RW.1349120865', {})
  await stand.channel.send('RW.1349120865', { text: 'hello' })
  expect(stand.graph.to('RW.1349120865')).toMatchObject([{ recipient: 'RW.1349120865' }])
})

it('gives the receipt that later reports name, and sends one part alone', async () => {
  const bubble = { text: 'Keep the baby warm. '.repeat(400) }
  expect(stand.channel.parts?.(bubble)).toBe(2)
  const receipt = await stand.channel.send(TO, bubble, 1)
  expect(stand.graph.delivered.map(({ ref }) => ref)).toEqual([receipt?.ref])
})

it('hands a picture over and shows it with its words', async () => {
  const attachment = { file: 1 as FileId, kind: 'image', name: 'progress.png', mime: 'image/png' } as const
  await stand.channel.send(TO, { text: 'Your progress', attachment })
  expect(stand.graph.uploads).toEqual([{ id: 'media2', type: 'image/png', name: 'progress.png', bytes: PNG }])
  expect(stand.graph.to(TO)).toMatchObject([
    { type: 'image', image: { id: 'media2', caption: 'Your progress' } },
  ])
})

it('offers a document under its name', async () => {
  const attachment = {
    file: 1 as FileId,
    kind: 'document',
    name: 'report.pdf',
    mime: 'application/pdf',
  } as const
  await stand.channel.send(TO, { text: '', attachment })
  expect(stand.graph.to(TO)).toMatchObject([{ type: 'document', document: { filename: 'report.pdf' } }])
})

it('shows a picture over buttons, and before a list, which can have none', async () => {
  const attachment = { file: 1 as FileId, kind: 'image', name: 'chart.png', mime: 'image/png' } as const
  await stand.channel.send(TO, { text: 'Seen?', attachment, choices: choicesOf('Yes', 'No') })
  await stand.channel.send(TO, { text: 'Which?', attachment, choices: choicesOf('1st', '2nd', '3rd', '4th') })
  const [one, two, three] = stand.graph.to(TO)
  expect(one).toMatchObject({ interactive: { type: 'button', header: { type: 'image' } } })
  expect([two?.type, three && offered(three).length]).toEqual(['image', 4])
})

it('says the words of a picture that is no longer kept', async () => {
  const bare = await setUp({ readFile: () => Promise.resolve(undefined) })
  bare.graph.incoming(TO, {})
  const attachment = { file: 1 as FileId, kind: 'image', name: 'chart.png', mime: 'image/png' } as const
  await bare.channel.send(TO, { text: 'Your progress', attachment })
  await bare.channel.send(TO, { text: '', attachment })
  expect(bare.graph.to(TO).map(textOf)).toEqual(['Your progress'])
  await bare.close()
})

it('fills a template, on one line, whether the window is open or not', async () => {
  stand.graph.approve('quiz_waits', 'rw_RW', 2)
  const template = {
    name: 'quiz_waits',
    language: 'rw_RW',
    values: ['Gufasha\n\n uruhinja', '3'],
    button: true,
  }
  await stand.channel.send('250788000999', { text: 'as approved', template })
  expect(stand.graph.to('250788000999')).toMatchObject([
    {
      template: {
        components: [{ parameters: [{ text: 'Gufasha uruhinja' }, { text: '3' }] }, { type: 'button' }],
      },
    },
  ])
})

describe('a file somebody has sent', () => {
  it('is fetched with its bytes', async () => {
    stand.graph.files.set('77', { bytes: PNG, mime: 'image/png' })
    expect(Buffer.from((await stand.channel.fetch?.('77')) ?? [])).toEqual(PNG)
  })

  it('is not fetched from a host that is not WhatsApp’s: the token would go there', async () => {
    stand.graph.files.set('78', { bytes: PNG, mime: 'image/png', url: `${stand.url}/file/78` })
    await expect(stand.channel.fetch?.('78')).rejects.toMatchObject({ reason: 'unavailable' })
  })

  it('is not asked for by anything but an id', async () => {
    await expect(stand.channel.fetch?.('../106540352242922/messages?x')).rejects.toMatchObject({
      reason: 'refused',
    })
  })
})

describe('a send that goes wrong', () => {
  const failing = async (fault: Fault): Promise<SendError> => {
    stand.graph.faults.push(fault)
    return stand.channel.send(TO, { text: 'hello' }).then(
      () => Promise.reject(new Error('it went well')),
      (error: SendError) => error,
    )
  }

  it.each([
    [131047, 'closed'],
    [131049, 'closed'],
    [132001, 'closed'],
    [132015, 'closed'],
    [131056, 'limited'],
    [130429, 'limited'],
    [4, 'limited'],
    [80007, 'limited'],
    [131026, 'blocked'],
    [131051, 'refused'],
    [131009, 'refused'],
    [100, 'refused'],
    [190, 'paused'],
    [0, 'paused'],
    [10, 'paused'],
    [200, 'paused'],
    [368, 'paused'],
    [131031, 'paused'],
    [131042, 'paused'],
    [131048, 'paused'],
    [1, 'unavailable'],
    [131000, 'unavailable'],
    [131016, 'unavailable'],
    [999_999, 'unavailable'],
  ])('with code %i is %s, said in words without anybody’s number', async (code, reason) => {
    const error = await failing(code)
    expect(error).toMatchObject({ name: 'SendError', reason })
    expect(error.detail).toMatch(new RegExp(`^${code} \\w`))
    expect(error.detail).not.toContain('250788')
  })

  it.each(['reset', 'lost', 'half', 'page'] as const)(
    'by a line that breaks (%s) is tried again',
    async (fault) => {
      expect(await failing(fault)).toMatchObject({ name: 'SendError', reason: 'unavailable' })
    },
  )

  it('waits as long as it is told', async () => {
    expect(await failing({ code: 130429, retryAfter: 7 })).toMatchObject({
      reason: 'limited',
      retryAfter: 7_000,
    })
  })

  it('pauses the channel with a word for the operator, until one goes well', async () => {
    await stand.start()
    await expect.poll(() => stand.channel.state().phase).toBe('ready')
    await failing(131031)
    expect(stand.channel.state()).toMatchObject({ phase: 'lost' })
    expect(stand.channel.state().detail).toContain('WhatsApp Manager')
    await stand.channel.send(TO, { text: 'hello' })
    expect(stand.channel.state().phase).toBe('ready')
  })
})

it.each(['silence', 'drip'] as const)(
  'gives up on an answer that does not come to its end (%s)',
  async (fault) => {
    const quick = await setUp({ timing: { answer: 60 } })
    quick.graph.incoming(TO, {})
    quick.graph.faults.push(fault)
    await expect(quick.channel.send(TO, { text: 'hello' })).rejects.toMatchObject({
      reason: 'unavailable',
      detail: 'no answer within 0.06 s',
    })
    await quick.close()
  },
)
