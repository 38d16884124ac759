import { expect, it } from 'vitest'
import { cannotListen } from '../../src/config/cannot-listen.ts'

it.each([
  ['EACCES', /PORT is not open to the user of the service\. Write a port from 1024 on/],
  ['ENOTFOUND', /HOST is no address of this machine\. Write 127\.0\.0\.1 /],
  ['EAI_AGAIN', /HOST /],
  ['EADDRNOTAVAIL', /HOST /],
])('%s is a mistake in the settings', (code, words) => {
  expect(cannotListen(code)?.message).toMatch(words)
})

it('does not blame the settings for anything else', () => {
  expect(cannotListen('EADDRINUSE')).toBeUndefined()
})
