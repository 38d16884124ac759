// The table of facts: numbers with a unit are found as people write them, and a question stands on the facts it names.
import { describe, expect, inject, it } from 'vitest'
import { flows } from '../../src/cli/flows.ts'
import { lintFlow } from '../../src/engine/lint.ts'
import { measureShown, measuresIn } from '../../src/engine/measures.ts'
import { parseFlow } from '../../src/engine/parse.ts'
import type { Fact } from '../../src/engine/schema-facts.ts'
import { factsInUse } from '../../src/usecases/facts-in-use.ts'
import type { Language } from '../../src/words/language.ts'
import { everyFlow } from './talk.ts'

describe('numbers with a unit', () => {
  it.each([
    ['en', 'Oxytocin 10 IU, IM or IV, within 1 minute', '10 IU, 1 min'],
    ['fr', 'Ocytocine 10\u00a0UI, en IM', '10 IU'],
    ['en', 'wait 1 to 3 minutes', '1 min, 3 min'],
    ['fr', 'de 36,5 à 37,5\u202f°C', '36.5 °C, 37.5 °C'],
    ['en', 'at 0, 8, 24, 36, 48 and 60 hours', '0 h, 8 h, 24 h, 36 h, 48 h, 60 h'],
    ['en', 'Artesunate 3 mg/kg; 2.4 mg/kg from 20 kg', '3 mg/kg, 2.4 mg/kg, 20 kg'],
    ['en', '50 or more breaths in 1 full minute', '50 /min, 1 min'],
    ['en', 'about 40 breaths a minute', '40 /min'],
    ['fr', 'environ 40 insufflations par minute', '40 /min'],
    ['fr', 'Les 60 premières secondes', '60 s'],
    ['en', 'two 16–18 G cannulas, not 16 g', '16 gauge, 18 gauge, 16 g'],
    ['en', '20 mg/120 mg', '20 mg, 120 mg'],
    ['rw', 'Zinc: iminsi 10 kugeza kuri 14', '10 day, 14 day'],
    ['rw', 'Ku mezi 2, inshuro 54 mu munota 1', '54 /min, 2 month, 1 min'],
    ['sw', 'pumzi 16 kwa dakika, masaa 3', '16 /min, 3 h'],
    ['en', 'a pressure of 150/98, not 20/120 or 1/2', '150 mmHg, 98 mmHg'],
    ['fr', '20 mg/120 mg', '20 mg, 120 mg'],
    ['sw', 'siku 10 hadi 14, kidonge 1', '10 day, 14 day, 1 tablet'],
    ['en', 'wait one to three minutes, then thirty seconds', '1 min, 3 min, 30 s'],
    ['en', 'Twenty-four hours, one hundred and twenty breaths a minute', '24 h, 120 /min'],
    ['en', 'half an hour; a thirty-minute talk; two more doses', '0.5 h, 30 min, 2 dose'],
    ['fr', 'Trente secondes, quatre-vingt-dix minutes, soixante-dix-sept jours', '30 s, 90 min, 77 day'],
    ['fr', 'vingt et une heures, une demi-heure, cent vingt mg', '21 h, 0.5 h, 120 mg'],
    ['fr', 'une heure, les cinq dernières césariennes, les trois autres T', ''],
    ['rw', 'iminsi ibiri, amasaha cumi n’abiri, iminota itanu', '2 day, 12 h, 5 min'],
    ['sw', 'siku tatu, miezi miwili, dakika kumi na tano', '3 day, 2 month, 15 min'],
    ['en', 'one of the three mothers has fits', ''],
    ['en', '3 girls of 2 mothers, room 12', ''],
    ['en', 'siku 10', ''],
  ] satisfies [Language, string, string][])('are found (%s): %s', (language, text, found) => {
    expect(measuresIn(text, language).map(measureShown).join(', ')).toBe(found)
  })
})

const table = (...facts: Partial<Fact>[]): ReadonlyMap<string, Fact> =>
  new Map(
    facts.map((fact, index) => {
      const whole: Fact = {
        id: `fact-${index}`,
        says: 'x',
        value: 1,
        unit: 'min',
        with: [],
        source: 'Book',
        guideline_year: 2020,
        tag: 'V',
        ...fact,
      }
      return [whole.id, whole]
    }),
  )
const FACTS = table(
  { id: 'dose', value: 10, unit: 'IU', with: ['2 mL'] },
  { id: 'time', value: [1, 3] },
  { id: 'doubtful', tag: 'K', value: 5, unit: 'mg' },
  { id: 'settled', tag: 'K', value: 5, unit: 'mg', until_decided: '5 mg' },
)

function wrong(source: string, facts: ReadonlyMap<string, Fact> | 'none' = FACTS): string[] {
  const around = {
    deeds: new Set<string>(),
    dialogues: new Set<string>(),
    commands: new Set<string>(),
    facts: facts === 'none' ? undefined : facts,
  }
  return lintFlow('x.yaml', parseFlow('x.yaml', source), around).map(
    ({ line, column, message }) => `${line}:${column} ${message.replace(/: .*/, '')}`,
  )
}

const quiz = (facts: string, right: string, because = 'x', more = ''): string => `kind: quiz
title: { en: T }
competency: NB-HBB
cadres: [nurse]
languages: [en]
status: draft
draw: 1
${more}
questions:
  - id: one
    ask: { en: She weighs 4 kg and gets it IM }
    source: Book
    guideline_year: 2020
    facts: [${facts}]
    answer: a
    options:
      a: { text: { en: ${right} }, because: { en: ${because} } }
      b: { text: { en: 40 IU }, because: { en: Not 40 IU } }
`

describe('a question', () => {
  it.each([
    [
      'names the fact of the right option and of its explanation',
      quiz('dose, time', '10 IU', 'Within 1 min'),
      [],
    ],
    ['may say a fact in its other words', quiz('dose, time', '2 mL', 'Within 60 seconds'), []],
    ['may speak of the numbers of its case', quiz('', 'Red', 'She weighs 4 kg'), []],
    [
      'is told when the right option is in no fact',
      quiz('time', '10 IU'),
      ['17:24 10 IU is in no fact named here'],
    ],
    [
      'is told when an explanation is in no fact',
      quiz('dose', '10 IU', 'Within 2 min'),
      ['17:48 2 min is in no fact named here'],
    ],
    [
      'may not rest its right answer on what a wrong option says',
      quiz('', 'Red', 'Not 40 IU'),
      ['17:46 40 IU is in no fact named here'],
    ],
    [
      'is told of a number in words, too',
      quiz('time', 'Red', 'Within two minutes'),
      ['17:46 2 min is in no fact named here'],
    ],
    ['is told when there is no such fact', quiz('doze', 'Red'), ['14:12 there is no fact "doze"']],
    [
      'does not ask for what nobody has looked up',
      quiz('doubtful', '5 mg'),
      ['14:12 the fact "doubtful" is not yet read in its source (tag K)'],
    ],
    ['asks for what is taught until it is decided', quiz('settled', '5 mg'), []],
    ['may be left unchecked after an import', quiz('', '10 IU', 'x', 'numbers: unchecked'), []],
  ])('%s', (_, source, faults) => {
    expect(wrong(source)).toEqual(faults)
  })

  it('may work a number out, and says so', () => {
    const source = quiz('', '12 mg').replace('    answer:', '    worked_out: [12 mg]\n    answer:')
    expect(wrong(source)).toEqual([])
  })

  it('is not looked up where there is no table', () => {
    expect(wrong(quiz('', '10 IU'), 'none')).toEqual([])
  })
})

it('looks up the items of a checklist, too', () => {
  const list = `kind: checklist
title: { en: T }
competency: NB-HBB
cadres: [nurse]
languages: [en]
status: draft
source: Book
guideline_year: 2020
items:
  - { id: one, observe: { en: Waits 1 to 3 minutes }, critical: true, facts: [time] }
  - { id: two, observe: { en: Gives 10 IU IM } }
`
  expect(wrong(list)).toEqual(['11:31 10 IU is in no fact named here'])
})

const card = (step: string, head = ''): string => `kind: emergency
sign: fits
title: { en: Fits }
languages: [en]
status: draft
source: Book
guideline_year: 2020
${head}
steps:
  - { en: ${step} }
  - { en: Refer }
`

describe('a card of first steps', () => {
  it('rests on the facts it names', () => {
    expect(wrong(card('Within 3 min', 'facts: [time]'))).toEqual([])
    expect(wrong(card('Within 3 min'))).toEqual(['10:11 3 min is in no fact named here'])
    expect(wrong(card('Wait', 'facts: [doubtful]'))).toEqual([
      '8:8 the fact "doubtful" is not yet read in its source (tag K)',
    ])
  })

  it('may have a number that is no clinical fact, with the reason', () => {
    const excused = 'not_facts: [{ number: 5 min, reason: how long a drill takes }]'
    expect(wrong(card('Drill it for 5 min', excused))).toEqual([])
    expect(wrong(card('Drill it for 6 min', excused))).toEqual(['10:11 6 min is in no fact named here'])
    expect(wrong(card('Drill it for 5 min', 'not_facts: [{ number: 5 min }]'))).toHaveLength(1)
  })
})

describe('a dose', () => {
  const withRoute = table(
    { id: 'grams', value: 2, unit: 'g', route: 'IV' },
    { id: 'weight', value: 3, unit: 'g' },
  )
  it.each([
    ['says how it is given', '10 IU IM', 'dose', []],
    ['is none without a route', '10 IU', 'dose', ['10:11 10 IU is a dose without a route']],
    [
      'is not given by a line that is there',
      '10 IU once the IV line is in',
      'dose',
      ['10:11 10 IU is a dose without a route'],
    ],
    ['may be given IV through that line', '10 IU IV through the IV line', 'dose', []],
    ['in words has one, too', '10 IU into the vein', 'dose', []],
    ['has a unit', 'oxytocin 10 IM', '', ['10:11 a medicine has the number 10 without a unit']],
  ])('on a card %s', (_, step, facts, faults) => {
    expect(wrong(card(step, `facts: [${facts}]`))).toEqual(faults)
  })

  it.each([
    ['10 UI, deux voies IV posées', 1],
    ['10 UI après un accouchement par voie basse', 1],
    ['10 UI par une voie veineuse', 1],
    ['10 UI par voie intramusculaire', 0],
    ['10 UI, par voie IV', 0],
  ])('in French: %s', (step, faults) => {
    const french = card('Wait', 'facts: [dose]')
      .replace('languages: [en]', 'languages: [en, fr]')
      .replace('{ en: Wait }', `{ en: Wait, fr: "${step}" }`)
    expect(wrong(french).filter((fault) => fault.includes('without a route'))).toHaveLength(faults)
  })

  it('in grams is one when a fact says by which route', () => {
    expect(wrong(card('Give 2 g', 'facts: [grams]'), withRoute)).toEqual([
      '10:11 2 g is a dose without a route',
    ])
    expect(wrong(card('Give 2 g IV', 'facts: [grams]'), withRoute)).toEqual([])
    expect(wrong(card('It weighs 3 g', 'facts: [weight]'), withRoute)).toEqual([])
  })

  it('in a question may have its route in the question or in the right option', () => {
    const ask = (words: string): string =>
      quiz('dose', '10 IU').replace('She weighs 4 kg and gets it IM', words)
    expect(wrong(ask('How much IM?'))).toEqual([])
    expect(wrong(ask('How much?'))).toEqual([
      '17:24 10 IU is a dose without a route',
      '18:48 40 IU is a dose without a route',
    ])
  })
})

it('is told when two facts have one name, or one has no number', () => {
  const fact = '  - { id: a, says: x, value: 1, unit: min, source: B, guideline_year: 2020, tag: V }\n'
  expect(wrong(`kind: facts\nfacts:\n${fact}${fact}`)).toEqual(['4:11 "a" is the id of two facts'])
  expect(wrong(`kind: facts\nfacts:\n${fact.replace('tag: V', 'tag: V, with: [soon]')}`)).toEqual([
    '3:92 facts.0.with.0',
  ])
})

const files = await everyFlow()

describe('the facts that come with the service', () => {
  it('leave no quiz and no checklist unchecked', () => {
    const unchecked = files.filter(
      ({ parsed: { content } }) => content && 'numbers' in content && content.numbers === 'unchecked',
    )
    expect(unchecked.map(({ file }) => file)).toEqual([])
  })

  it('are more than eighty, and most are taught somewhere', () => {
    const used = factsInUse(files)
    expect(used.length).toBeGreaterThan(80)
    expect(used.filter(({ uses }) => uses.length > 0).length).toBeGreaterThan(used.length / 2)
  })
})

describe('the command', () => {
  it('lists them with the questions and packets they touch', async () => {
    const said: string[] = []
    // The tests' own flows: reading all the others takes long and shows no more.
    const env = { FLOWS_DIR: inject('flowsDir') }
    expect(await flows(['facts', 'tranexamic-acid'], env, (line) => said.push(line))).toBe(0)
    expect(said[0]).toMatch(/^tranexamic-acid: 1 g, 10 min, IV \(\d+\)$/)
    expect(said.join('\n')).toMatch(/^ {2}quizzes\/postpartum-haemorrhage\.yaml:\d+ txa-dose$/m)
    expect(said.join('\n')).toMatch(
      /^ {2}packets\/postpartum-haemorrhage-packet\.yaml:\d+ postpartum-haemorrhage-packet$/m,
    )
    said.length = 0
    expect(await flows(['facts', 'calcium-gluconate'], env, (line) => said.push(line))).toBe(0)
    expect(said.join('\n')).toMatch(/^ {2}emergencies\/slow-breathing\.yaml:\d+ slow-breathing$/m)
    said.length = 0
    expect(await flows(['facts'], env, (line) => said.push(line))).toBe(0)
    expect(said.length).toBeGreaterThan(80)
    said.length = 0
    expect(await flows(['facts', 'nothing'], env, (line) => said.push(line))).toBe(1)
    expect(said).toEqual(['There is no fact "nothing": `npm run flows -- facts` lists those there are.'])
  })
})
