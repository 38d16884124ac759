// What a visit may become, and the order it is held in.
import { expect, it } from 'vitest'
import {
  CADENCES,
  canChange,
  isVisited,
  nextStep,
  numbersMeant,
  streamOf,
  VISIT_STATES,
  VISIT_STEPS,
  type VisitChange,
} from '../../src/domain/visit.ts'

it.each([
  ['confirm', 'proposed'],
  ['move', 'proposed confirmed'],
  ['cancel', 'proposed confirmed'],
  ['begin', 'confirmed'],
  ['close', 'begun'],
] as [VisitChange, string][])('%s is for what is %s', (change, states) => {
  expect(VISIT_STATES.filter((state) => canChange(state, change)).join(' ')).toBe(states)
})

it('keeps the programme’s cadences', () => {
  expect(CADENCES[streamOf('association_mentor')]).toEqual({ days: 3, every: 'month' })
  expect(CADENCES[streamOf('district_based_mentor')]).toEqual({ days: 2, every: 'month' })
  expect(CADENCES[streamOf('community_mentor')]).toEqual({ days: 1, every: 'quarter' })
})

it('goes where the cascade leads', () => {
  expect(isVisited('district', 'health_centre')).toBe(true)
  expect(isVisited('district', 'district_hospital')).toBe(false)
  expect(isVisited('health_post', 'village_chw_group')).toBe(false)
  expect(isVisited('community', null)).toBe(true)
})

it('takes the steps in order, whatever was done out of it', () => {
  expect(nextStep([])).toBe('entry')
  expect(nextStep(['entry', 'training'])).toBe('data')
  expect(nextStep(VISIT_STEPS)).toBeUndefined()
})

it.each([
  ['1 3', [1, 3]],
  ['1,3; 4', [1, 3, 4]],
  ['3-5 1', [1, 3, 4, 5]],
  ['2 2', [2]],
  ['6', undefined],
  ['0', undefined],
  ['4-2', undefined],
  ['1 and 2', undefined],
  ['', undefined],
])('“%s” of five are %s', (text, expected) => {
  expect(numbersMeant(text, 5)).toEqual(expected)
})
