// The same bubbles as each channel shows them: what a person reads, word for word. A change here is a change people see.
import { describe, expect, it } from 'vitest'
import { render } from '../../src/channels/render.ts'
import { CAPABILITIES as TELEGRAM } from '../../src/channels/telegram/outbound.ts'
import { CAPABILITIES as CLOUD } from '../../src/channels/whatsapp-cloud/outbound.ts'
import { CAPABILITIES as WEB } from '../../src/channels/web/web.ts'
import type { Capabilities } from '../../src/channels/channel.ts'
import type { FileId } from '../../src/words/ids.ts'
import type { Bubble } from '../../src/words/message.ts'

/** A channel of the smallest kind: numbers, one line of text, no files and no polls. */
const SMS: Pick<Capabilities, 'choices' | 'maxText' | 'maxLabel' | 'attachments' | 'maxCaption'> = {
  choices: 'numbers',
  maxText: 160,
  maxLabel: 20,
  attachments: [],
  maxCaption: 0,
}
const CHANNELS = { telegram: TELEGRAM, web: WEB, cloud: CLOUD, sms: SMS } as const

/** What is read, with the buttons under it in their rows, files and polls in brackets. */
function seen(bubble: Bubble, channel: keyof typeof CHANNELS): string[] {
  return render(bubble, CHANNELS[channel]).map(({ text, buttons = [], rows = [], attachment, poll }) =>
    [
      ...(attachment ? [`(${attachment.kind} ${attachment.name})`] : []),
      ...(text === '' ? [] : [text]),
      ...buttons.map((row) => row.map(({ label }) => `[${label}]`).join(' ')),
      ...rows.map(({ label, detail }) => (detail === undefined ? `≡ ${label}` : `≡ ${label} | ${detail}`)),
      ...(poll
        ? [
            `(poll) ${poll.question}`,
            ...poll.options.map((option, at) => `${at === poll.correct ? '✓' : '○'} ${option}`),
          ]
        : []),
    ].join('\n'),
  )
}

const choices = (...labels: string[]) => labels.map((label, at) => ({ token: `1.${at}`, label }))

const LONG = 'After a birth the mother bleeds more than 500 ml. '
const QUESTION: Bubble = {
  text: 'Question 1 of 10\n\nThe baby does not breathe after drying. What now?',
  choices: choices('Ventilate within one minute', 'Suction the mouth of every baby first', 'Wait'),
}

describe.each<[string, Bubble, Record<keyof typeof CHANNELS, string[]>]>([
  [
    'a short choice',
    { text: 'Do you agree?', choices: choices('Yes', 'No') },
    {
      telegram: ['Do you agree?\n[Yes] [No]'],
      web: ['Do you agree?\n[Yes] [No]'],
      cloud: ['Do you agree?\n[Yes]\n[No]'],
      sms: ['Do you agree?\n\n1. Yes\n2. No'],
    },
  ],
  [
    'a question with a long answer',
    QUESTION,
    {
      telegram: [
        `${QUESTION.text}\n\nA. Ventilate within one minute\nB. Suction the mouth of every baby first\nC. Wait\n[A] [B] [C]`,
      ],
      cloud: [
        `${QUESTION.text}\n\nA. Ventilate within one minute\nB. Suction the mouth of every baby first\nC. Wait\n[A]\n[B]\n[C]`,
      ],
      web: [`${QUESTION.text}\n[Ventilate within one minute] [Suction the mouth of every baby first] [Wait]`],
      sms: [
        `${QUESTION.text}\n\n1. Ventilate within one minute\n2. Suction the mouth of every baby first\n3. Wait`,
      ],
    },
  ],
  [
    'four answers, one of them long',
    {
      text: 'Question 2 of 10\n\nWhat tells you that the breath has gone in?',
      choices: choices(
        'The chest rises',
        'The mask lies flat on the face',
        'The bag makes a sound',
        'Nothing',
      ),
    },
    {
      telegram: [
        'Question 2 of 10\n\nWhat tells you that the breath has gone in?\n\nA. The chest rises\nB. The mask lies flat on the face\nC. The bag makes a sound\nD. Nothing\n[A] [B] [C] [D]',
      ],
      web: [
        'Question 2 of 10\n\nWhat tells you that the breath has gone in?\n[The chest rises] [The mask lies flat on the face] [The bag makes a sound] [Nothing]',
      ],
      cloud: [
        'Question 2 of 10\n\nWhat tells you that the breath has gone in?\n\nA. The chest rises\nB. The mask lies flat on the face\nC. The bag makes a sound\nD. Nothing\n≡ A | The chest rises\n≡ B | The mask lies flat on the face\n≡ C | The bag makes a sound\n≡ D | Nothing',
      ],
      sms: [
        'Question 2 of 10\n\nWhat tells you that the breath has gone in?\n\n1. The chest rises\n2. The mask lies flat on the face\n3. The bag makes a sound\n4. Nothing',
      ],
    },
  ],
  [
    'a menu of more entries than fit on buttons',
    {
      text: 'What would you like to do?',
      choices: choices('Newborn care', 'Helping mothers', 'Language', 'Stop'),
    },
    {
      telegram: ['What would you like to do?\n[Newborn care]\n[Helping mothers]\n[Language]\n[Stop]'],
      web: ['What would you like to do?\n[Newborn care] [Helping mothers] [Language] [Stop]'],
      cloud: ['What would you like to do?\n≡ Newborn care\n≡ Helping mothers\n≡ Language\n≡ Stop'],
      sms: ['What would you like to do?\n\n1. Newborn care\n2. Helping mothers\n3. Language\n4. Stop'],
    },
  ],
  [
    'a long text, split between sentences and never in one',
    { text: `${LONG.repeat(4).trim()}\n\nWhat do you do first?` },
    {
      telegram: [`${LONG.repeat(4).trim()}\n\nWhat do you do first?`],
      web: [`${LONG.repeat(4).trim()}\n\nWhat do you do first?`],
      cloud: [`${LONG.repeat(4).trim()}\n\nWhat do you do first?`],
      sms: [LONG.repeat(3).trim(), `${LONG.trim()}\n\nWhat do you do first?`],
    },
  ],
  [
    'a picture',
    {
      text: 'Your progress.',
      attachment: { file: 1 as FileId, kind: 'image', name: 'progress.png', mime: 'image/png' },
    },
    {
      telegram: ['(image progress.png)\nYour progress.'],
      web: ['(image progress.png)\nYour progress.'],
      cloud: ['(image progress.png)\nYour progress.'],
      sms: ['Your progress.'],
    },
  ],
  [
    'a poll',
    {
      text: '',
      poll: {
        question: 'What comes first?',
        options: ['Cut the cord', 'Dry the baby'],
        correct: 1,
      },
    },
    {
      telegram: ['(poll) What comes first?\n○ Cut the cord\n✓ Dry the baby'],
      web: ['What comes first?\n\nA. Cut the cord\nB. Dry the baby'],
      cloud: ['What comes first?\n\nA. Cut the cord\nB. Dry the baby'],
      sms: ['What comes first?\n\n1. Cut the cord\n2. Dry the baby'],
    },
  ],
])('%s', (_what, bubble, looks) => {
  it.each(Object.keys(CHANNELS) as (keyof typeof CHANNELS)[])('on %s', (channel) => {
    expect(seen(bubble, channel)).toEqual(looks[channel])
  })
})
