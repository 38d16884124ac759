import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  byEvaluation,
  byMerit,
  candidateFor,
  CASCADE,
  CRITERIA,
  effectOf,
  LEAST_FOR_EFFECT,
  maySite,
  missingForMentor,
  ORIENTATION_TOPICS,
  rolesFrom,
} from '../../src/domain/cascade.ts'
import { draftPlan } from '../../src/domain/coaching.ts'
import { DAY } from '../../src/words/clock.ts'
import { LEVELS, MENTOR_ROLES } from '../../src/words/roles.ts'

describe('the places a mentor looks after', () => {
  const site = (id: number, level: (typeof LEVELS)[number] | null) => ({ id, level, own: false })

  it('are of the level below, and no more than the programme counts', () => {
    expect(maySite('district_based_mentor', site(3, 'health_centre'), [1])).toBe('yes')
    expect(maySite('district_based_mentor', site(3, 'health_centre'), [1, 2])).toBe('too_many_sites')
    expect(maySite('district_based_mentor', site(2, 'health_centre'), [1, 2])).toBe('yes')
    expect(maySite('health_centre_mentor', site(2, 'health_post'), [1])).toBe('too_many_sites')
    expect(maySite('health_centre_mentor', site(2, 'district_hospital'), [])).toBe('not_their_level')
    expect(maySite('community_mentor', site(2, 'village_chw_group'), [])).toBe('yes')
    expect(maySite('association_mentor', site(2, 'district_hospital'), [])).toBe('yes')
    expect(maySite('association_mentor', site(2, 'health_centre'), [])).toBe('not_their_level')
    expect(maySite('association_mentor', { ...site(2, 'health_centre'), upgraded: true }, [])).toBe('yes')
    // Nobody has written down its level, and colleagues at one's own place.
    expect(maySite('health_centre_mentor', site(2, null), [])).toBe('yes')
    expect(maySite('district_based_mentor', { ...site(9, 'district_hospital'), own: true }, [1, 2])).toBe(
      'yes',
    )
  })

  it('never exceed the cap, in whatever order they are asked for', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...MENTOR_ROLES),
        fc.array(fc.record({ id: fc.nat(40), level: fc.constantFrom(...LEVELS, null) }), { maxLength: 60 }),
        (role, asked) => {
          const sites: number[] = []
          for (const one of asked)
            if (maySite(role, { ...one, own: false }, sites) === 'yes') sites.push(one.id)
          expect(new Set(sites).size).toBeLessThanOrEqual(CASCADE[role].mostSites)
        },
      ),
    )
  })

  it('are looked after by who comes from the level above', () => {
    expect(LEVELS.map((level) => rolesFrom(level))).toEqual([
      [],
      [],
      [],
      ['district_based_mentor'],
      ['health_centre_mentor', 'community_mentor'],
      [],
      [],
    ])
    expect(rolesFrom(null)).toEqual([])
  })
})

describe('a mentor', () => {
  const ready = {
    ground: 'validated' as const,
    available: true,
    agreed: true,
    criteria: [...CRITERIA],
    topics: [...ORIENTATION_TOPICS],
    theory: { score: 17, max: 20 },
    practical: { score: 9, max: 10 },
    bar: 85,
  }

  it('is admitted only with everything', () => {
    expect(missingForMentor(ready)).toEqual([])
    expect(missingForMentor({ ...ready, available: false })).toEqual(['available'])
    expect(missingForMentor({ ...ready, agreed: false })).toEqual(['agreed'])
    expect(missingForMentor({ ...ready, topics: ORIENTATION_TOPICS.slice(1) })).toEqual(['topics'])
    expect(missingForMentor({ ...ready, theory: undefined })).toEqual(['theory'])
    expect(missingForMentor({ ...ready, theory: { score: 0, max: 0 } })).toEqual(['theory'])
    expect(missingForMentor({ ...ready, practical: undefined })).toEqual(['practical'])
    for (const criterion of CRITERIA)
      expect(missingForMentor({ ...ready, criteria: CRITERIA.filter((one) => one !== criterion) })).toEqual([
        'criteria',
      ])
  })

  it.each(Array.from({ length: 60 }, (_, index) => index + 1))(
    'has both bars in integers: %i points',
    (max) => {
      const least = Math.ceil((85 * max) / 100)
      for (let score = 0; score <= max; score++) {
        expect(missingForMentor({ ...ready, theory: { score, max } }).length === 0).toBe(score >= least)
        expect(missingForMentor({ ...ready, practical: { score, max } }).length === 0).toBe(score >= least)
      }
    },
  )

  const merit = { assigned: 4, validated: 4, areas: ['mnh', 'fp'], lastPercent: 90, growth: 20 }

  it('comes from those validated in all that they are assigned, the better first', () => {
    expect(candidateFor('district_hospital', merit)).toEqual(['district_based_mentor'])
    expect(candidateFor('health_centre', merit)).toEqual(['health_centre_mentor', 'community_mentor'])
    expect(candidateFor('district_hospital', { ...merit, validated: 3 })).toEqual([])
    expect(candidateFor('health_post', merit)).toEqual([])
    expect(candidateFor('health_centre', { ...merit, assigned: 0, validated: 0, areas: [] })).toEqual([])
    const better = { ...merit, lastPercent: 95 }
    expect([merit, better].toSorted(byMerit)).toEqual([better, merit])
  })

  it('of community health workers is validated in one of their areas', () => {
    const some = { ...merit, validated: 1 }
    expect(candidateFor('health_centre', { ...some, areas: ['fp'] })).toEqual(['community_mentor'])
    expect(candidateFor('health_centre', { ...some, areas: ['quality'] })).toEqual([])
    expect(candidateFor('health_centre', { ...some, areas: [] })).toEqual([])
  })

  it('is admitted after those who did better in both parts together', () => {
    const good = { theory: { score: 18, max: 20 }, practical: { score: 9, max: 10 } }
    const best = { theory: { score: 19, max: 20 }, practical: { score: 9, max: 10 } }
    const half = { theory: { score: 20, max: 20 }, practical: undefined }
    expect([half, good, best].toSorted(byEvaluation)).toEqual([best, good, half])
  })
})

it('says nothing of an effect that one person could be recognised by', () => {
  expect(effectOf([10, 10, 10, 10])).toBeUndefined()
  expect(effectOf([10, 10, 10, 10, 11])).toBe(10)
  expect(effectOf(Array.from({ length: LEAST_FOR_EFFECT }, () => -7))).toBe(-7)
})

it('plans from what is weakest: what would harm first, three things at most, and soon', () => {
  const weak = [
    { text: 'hat', critical: false },
    { text: 'chest rises', critical: true },
    { text: 'dry', critical: false },
    { text: 'help', critical: true },
  ]
  expect(draftPlan(weak, { now: 0, leg: 'technique' })).toEqual({
    items: ['chest rises', 'help', 'hat'],
    how: 'manikin',
    dueAt: 7 * DAY,
  })
  expect(draftPlan(weak.slice(0, 1), { now: 0, leg: 'knowledge' })).toEqual({
    items: ['hat'],
    how: 'quiz',
    dueAt: 14 * DAY,
  })
  expect(draftPlan([], { now: 0, leg: 'technique' })).toBeUndefined()
})
