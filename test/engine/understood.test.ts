// Numbers, dates and several choices as people write them, and what dialogues make of them.
import { describe, expect, it } from 'vitest'
import { holds, sumOf } from '../../src/engine/condition.ts'
import { dateMeant, numberMeant, severalMeant } from '../../src/engine/understood.ts'
import { flowOf, shelfOf, Talk, told } from './talk.ts'

it.each([
  ['36.5', true, 36.5],
  ['36,5 °C', true, 36.5],
  ['3 500', true, undefined],
  ['36.5', false, undefined],
  ['7', true, 7],
  ['1.234.567', true, undefined],
  ['2 weeks', true, undefined],
  ['7 pm', false, undefined],
  ['many', true, undefined],
])('"%s" with decimals %s is %s', (text, decimals, number) => {
  expect(numberMeant(text, decimals)).toBe(number)
})

it.each([
  ['41', 41],
  ['0', 0],
  ['1,204', 1204],
  ['1.204', 1204],
  ['1 000', 1000],
  ['1\u202f000', 1000],
  ['250 000 births', 250_000],
  ['5 jours', 5],
  ['5.', 5],
  ['7, thanks', 7],
  ['~12', 12],
  ['50%', 50],
  ['1️⃣', 1],
  ['-1', undefined],
  ['−1', undefined],
  ['5.5', undefined],
  ['5,5', undefined],
  ['0.500', undefined],
  ['5½', undefined],
  ['1/2', undefined],
  ['3-4', undefined],
  ['3 4', undefined],
  ['7:30', undefined],
  ['1 000 000', undefined],
  ['1234567', undefined],
  ['12,34', undefined],
  ['about 5', undefined],
  ['', undefined],
])('the whole number "%s" is %s', (text, number) => {
  expect(numberMeant(text, false)).toBe(number)
})

it.each([
  ['2026-04-07', '2026-04-07'],
  ['7/4/2026', '2026-04-07'],
  ['07.04.2026', '2026-04-07'],
  ['31/4/2026', undefined],
  ['29-2-2027', undefined],
  ['4/2026', undefined],
  ['tomorrow', undefined],
])('the day "%s" is %s', (text, day) => {
  expect(dateMeant(text)).toBe(day)
})

const CHOICES = [{ en: 'Bag', fr: 'Ballon' }, { en: 'Mask' }, { en: 'Suction bulb' }]
it.each([
  ['A C', [0, 2]],
  ['1, 3 and 2', [0, 1, 2]],
  ['c et a', [0, 2]],
  ['ballon, mask', [0, 1]],
  ['suction', [2]],
  ['b', [1]],
  ['A D', undefined],
  ['bag, towel', undefined],
  ['', undefined],
])('"%s" of three names %s', (text, places) => {
  expect(severalMeant(text, CHOICES)).toEqual(places)
})

describe('a test', () => {
  const list = [{ id: 'bag', text: { en: 'Bag' } }]
  it.each([
    ['yes', { is: 'yes' }, true],
    [3, { is: '3' }, true],
    [undefined, { is: '' }, true],
    [[], { is: '' }, true],
    [list, { is: '' }, false],
    [3, { at_least: 3 }, true],
    [3, { above: 3 }, false],
    [3, { below: 4 }, true],
    [3.5, { at_most: 3 }, false],
    ['7', { above: 6 }, true],
    ['some', { above: 0 }, false],
    [undefined, { below: 5 }, false],
    [list, { has: 'bag' }, true],
    [list, { has: 'mask' }, false],
    [undefined, { has: 'bag' }, false],
    [list, { at_least: 1 }, true],
  ])('%j passes %j: %s', (value, test, passes) => {
    expect(holds(value, test)).toBe(passes)
  })
})

it('adds numbers, choices called by numbers, lists by their length, and points', () => {
  const vars = {
    beds: 2,
    clean: 'yes',
    there: [
      { id: 'bag', text: {} },
      { id: 'mask', text: {} },
    ],
    odd: 0.1,
  }
  const of = [
    'beds',
    'there',
    10,
    { if: 'clean', is: 'yes', add: 5 },
    { unless: 'clean', is: 'yes', add: 50 },
    'unasked',
  ]
  expect(sumOf({ total: 'sum', of, round: false }, vars)).toBe(19)
  expect(sumOf({ total: 'third', of: [{ value: 'beds', times: 1 / 3 }], round: false }, vars)).toBe(0.67)
  expect(sumOf({ total: 'third', of: [{ value: 'beds', times: 1 / 3 }], round: true }, vars)).toBe(1)
  expect(sumOf({ total: 'tenths', of: ['odd', 0.2], round: false }, vars)).toBe(0.3)
})

it('a dialogue asks for days and several choices, and goes on by what they come to', () => {
  const form = flowOf(
    'form',
    `
kind: dialogue
title: { en: Form }
languages: [en]
status: draft
steps:
  - ask: { en: Since when? }
    answer: { as: date, or: { never: { en: Never } } }
    save: since
  - ask: { en: What is there? }
    answer: { as: many, options: { bag: { en: Bag }, mask: { en: Mask }, bulb: { en: Bulb } } }
    save: there
  - total: points
    of: [there, { if: there, has: bag, add: 2 }]
  - set: verdict
    to: ready
  - unless: points
    at_least: 4
    goto: poor
  - copy: verdict
    to: told
  - say: { en: '{there}: {points} points, {told}, since {since}.' }
  - end: true
  - id: poor
    say: { en: 'Only {points}.' }
`,
  )
  const talk = new Talk(shelfOf(form))
  talk.open('form')
  expect(told(talk.say('soon'))).toContain('Write day, month and year')
  talk.say('7/4/2026')
  expect(told(talk.say('A and Z'))).toContain('letters of all that apply')
  expect(told(talk.say('a, c'))).toBe('Bag, Bulb: 4 points, ready, since 2026-04-07.')
  talk.open('form')
  talk.tap(0)
  expect(told(talk.tap(1))).toBe('Only 1.')
})
