// One thing is told as one.
import { expect, it } from 'vitest'
import { counted } from '../../src/cli/counted.ts'

it.each([
  [counted(1, 'row'), '1 row'],
  [counted(0, 'row'), '0 rows'],
  [counted(2, 'wish', 'wishes'), '2 wishes'],
  [counted(1, 'talk goes as it is', 'talks go as they are'), '1 talk goes as it is'],
])('%s', (told, wanted) => {
  expect(told).toBe(wanted)
})
