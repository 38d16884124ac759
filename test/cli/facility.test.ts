import { expect, it } from 'vitest'
import { GOOD, HEADER, Operator } from './operator.ts'

const operator = new Operator()

it('sets the number to call in an emergency, and says what is wrong', async () => {
  await operator.importing(`${HEADER}${GOOD}`)
  const [place] = (await operator.fresh.pool.query<{ name: string }>('select name from facility limit 1'))
    .rows
  const name = place?.name ?? ''
  const phone = async (...args: string[]): Promise<string> => {
    const { code, lines } = await operator.run('facility', 'phone', ...args)
    return `${code} ${lines.join(' ')}`
  }
  expect(await phone(name.toUpperCase(), '0788 000 112')).toBe(
    `0 ${name.toUpperCase()}: emergency number 0788 000 112.`,
  )
  expect(await phone('Nowhere', '112')).toContain('1 There is no facility "Nowhere"')
  expect(await phone(name, 'call me')).toContain('1 "call me" is no telephone number')
  expect(await phone()).toContain('1 Say which facility')
  const kept = await operator.fresh.pool.query('select emergency_phone p from facility where name = $1', [
    name,
  ])
  expect(kept.rows).toEqual([{ p: '0788 000 112' }])
  expect(await phone(name)).toContain('no emergency number any more')
})
