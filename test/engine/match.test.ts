import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { choiceMeant, letterOf, plain } from '../../src/engine/match.ts'

describe('plain', () => {
  it.each([
    [' Réanimation, 2 ! ', 'reanimation 2'],
    ['ÇA VA ?', 'ca va'],
    ['Œdème', 'œdeme'],
    ['１', '1'],
    ['1️⃣', '1'],
    ['(b)', 'b'],
    ['N’oubliez   pas', 'n oubliez pas'],
    ['Kuwa gatandatu', 'kuwa gatandatu'],
    ['👍', ''],
    ['…', ''],
    ['مرحبا', 'مرحبا'],
    ['a\u0301', 'a'],
  ])('reads %j as %j', (text, expected) => {
    expect(plain(text)).toBe(expected)
  })

  it('changes nothing the second time', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        expect(plain(plain(text))).toBe(plain(text))
      }),
    )
  })
})

describe('choiceMeant', () => {
  const choices = [
    { en: 'Dry the baby', fr: 'Sécher le bébé', rw: 'Guhanagura', sw: 'Kausha mtoto' },
    { en: 'Cut the cord', fr: 'Couper le cordon', rw: 'Guca', sw: 'Kata kitovu' },
    { en: 'Cut the tape', fr: 'Oxygène', rw: 'Oya', sw: 'Hapana' },
    { en: '500 ml of blood', fr: '500 ml de sang' },
  ]

  it.each<[string, number | undefined]>([
    ['1', 0],
    ['4', 3],
    ['01', 0],
    [' 2. ', 1],
    ['2️⃣', 1],
    ['a', 0],
    ['D', 3],
    ['(c)', 2],
    ['B)', 1],
    ['dry the baby', 0],
    ['DRY THE BABY!!', 0],
    ['secher le bebe', 0],
    ['Sécher le bébé.', 0],
    ['guca', 1],
    ['HAPANA', 2],
    ['kata', 1],
    ['oxy', 2],
    ['500', 3],
    ['500 ml', 3],
    // A letter or number with words around it.
    ['answer b', 1],
    ['The answer is D.', 3],
    ['option 2', 1],
    ['It is c', 2],
    ['b please', 1],
    ['Réponse : B', 1],
    ["C'est la b", 1],
    ['c’est a', 0],
    ['numéro 4', 3],
    ['lettre C', 2],
    ['B s’il vous plaît', 1],
    ['Igisubizo ni B', 1],
    ['inyuguti ya D', 3],
    ['Jibu ni 2', 1],
    ['Herufi B tafadhali', 1],
    ['B. Cut the cord', 1],
    ['2) couper le cordon', 1],
    ['b cut the c', 1],
    // Nobody guesses.
    ['cut', undefined],
    ['cut the', undefined],
    ['dr', undefined],
    ['baby', undefined],
    ['5', undefined],
    ['0', undefined],
    ['e', undefined],
    ['é', undefined],
    ['-1', 0],
    ['12', undefined],
    ['1 2', undefined],
    ['a or b', undefined],
    ['maybe b', undefined],
    ['not b', undefined],
    ['answer', undefined],
    ['the answer', undefined],
    ['answer e', undefined],
    ['answer b c', undefined],
    ['b c', undefined],
    ['b dry the baby', undefined],
    ['c est', undefined],
    ['a baby', undefined],
    ['2 babies', undefined],
    ['b not', undefined],
    ['c b', undefined],
    ['b 1', undefined],
    ['b b', undefined],
    ['', undefined],
    ['👍', undefined],
    ['99999999999999999999', undefined],
    ['١', undefined],
  ])('takes %j for %s', (answer, expected) => {
    expect(choiceMeant(answer, choices)).toBe(expected)
  })

  it('does not choose between a place and the words of another choice', () => {
    const numbers = [{ en: '3' }, { en: '1' }, { en: '3 or 4' }, { en: 'B' }]
    // The third place, or the first choice, which says 3?
    expect(choiceMeant('3', numbers)).toBeUndefined()
    expect(choiceMeant('1', numbers)).toBeUndefined()
    expect(choiceMeant('b', numbers)).toBeUndefined()
    expect(choiceMeant('2', numbers)).toBe(1)
    expect(choiceMeant('a', numbers)).toBe(0)
    expect(choiceMeant('2', [{ en: '1' }, { en: '2' }])).toBe(1)
  })

  it('does not choose between two that say the same', () => {
    expect(choiceMeant('yes', [{ en: 'Yes' }, { fr: 'yes' }, { en: 'No' }])).toBeUndefined()
  })

  it('takes the whole words of one before the beginning of another', () => {
    expect(choiceMeant('cut', [{ en: 'Cut the cord' }, { en: 'Cut' }])).toBe(1)
  })

  const words = fc.stringMatching(/^[a-zé]{3,8}( [a-z]{3,8}){0,2}$/)
  it('knows every choice by its number, letter and words, whatever the case', () => {
    fc.assert(
      fc.property(fc.uniqueArray(words, { minLength: 2, maxLength: 6, selector: plain }), (texts) => {
        const given = texts.map((text) => ({ fr: text }))
        texts.forEach((text, index) => {
          expect(choiceMeant(String(index + 1), given)).toBe(index)
          expect(choiceMeant(letterOf(index), given)).toBe(index)
          expect(choiceMeant(` ${text.toUpperCase()}! `, given)).toBe(index)
        })
      }),
    )
  })

  it('never throws and never names a choice that is not there', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary' }),
        fc.array(fc.record({ en: fc.string() }), { maxLength: 6 }),
        (text, given) => {
          const meant = choiceMeant(text, given)
          expect(meant === undefined || (meant >= 0 && meant < given.length)).toBe(true)
        },
      ),
    )
  })
})
