// How a name is corrected in the chat: one's own, that of somebody one looks after, and what becomes of it elsewhere.
import { afterAll, beforeAll, expect, it } from 'vitest'
import { addCertificate, certificateByCode } from '../../src/store/certificates.ts'
import { personById } from '../../src/store/people.ts'
import { importRoster } from '../../src/usecases/import-roster.ts'
import { type Improving, startImproving } from './improving.ts'

let place: Improving
beforeAll(async () => {
  place = await startImproving()
})
afterAll(() => place.programme.close())

const nameOf = async (who: string): Promise<string | undefined> =>
  (await personById(place.programme.fresh.db, place.idOf(who)))?.name
const meet = (who: string, whom: string): Promise<string> => place.says(who, 'menu', 'People', whom, whom)
const rosterSays = (name: string, code: string) =>
  importRoster(place.programme.fresh.db, [
    {
      line: 2,
      cells: { name, role: 'mentee', invite_code: code, facility: 'Hilltop HC', district: 'Rubavu' },
    },
  ])

it('corrects one’s own name, reads it back first, and takes it back', async () => {
  const { db } = place.programme.fresh
  expect(await place.says('grace', 'name')).toContain('Here your name is written grace.')
  expect(await place.says('grace', '0788 123 456')).toContain('A name has letters only')
  expect(await place.says('grace', 'Grace \u202eisetuM')).toContain('A name has letters only')
  expect(await place.says('grace', 'x'.repeat(61))).toContain('at most 60 letters')
  const from = place.programme.sent.length
  expect(await place.says('grace', ' Grace\u0007  Mutesi ')).toContain('“grace” becomes “Grace Mutesi”')
  expect(await nameOf('grace')).toBe('grace')
  expect(await place.says('grace', 'Write it again', 'Grace Uwase', 'Yes')).toContain('written Grace Uwase.')
  expect(await nameOf('grace')).toBe('Grace Uwase')
  expect(place.heard('denis', from)).toContain('grace is called Grace Uwase from now on.')
  const audit = await db.query(`select actor, deed, subject from audit where deed = 'person.rename'`)
  const her = `person:${place.idOf('grace')}`
  expect(audit).toEqual([{ actor: her, deed: 'person.rename', subject: her }])
  expect(await place.says('grace', 'Take it back')).toContain('it is written grace again')
  expect(await nameOf('grace')).toBe('grace')
  expect(await place.says('grace', 'NAME', 'grace', 'Yes')).toContain('It is written so already.')
})

it('lets nobody of a place be taken for somebody else there', async () => {
  expect(await place.says('claude', 'name', 'Odette', 'yes')).toContain('is called Odette already')
  expect(await nameOf('claude')).toBe('claude')
  await place.says('claude', 'menu')
})

it('is taken back also where two are called the same', async () => {
  await rosterSays('grace', 'claude')
  await place.says('claude', 'name', 'Claude Nkusi', 'yes')
  expect(await place.says('claude', 'Take it back')).toContain('it is written grace again')
  expect(await rosterSays('claude', 'claude')).toMatchObject({ changed: 1 })
})

it('is found beside hours and leave', async () => {
  expect(await place.says('claude', 'menu', 'My hours and leave', 'My name')).toContain(
    'your name is written claude',
  )
  await place.says('claude', 'menu')
})

it('is corrected by who looks after somebody, and they are told', async () => {
  await meet('ruth', 'odette')
  const from = place.programme.sent.length
  await place.says('ruth', 'Correct their name', 'Odette Ineza', 'yes')
  expect(await nameOf('odette')).toBe('Odette Ineza')
  expect(place.heard('odette', from)).toContain('Your name is written Odette Ineza here from now on')
  expect(place.heard('denis', from)).toContain('odette is called Odette Ineza from now on')
  // Written otherwise since: what was before that is not brought back.
  await place.says('odette', 'name', 'Odette Keza', 'yes')
  expect(await place.says('ruth', 'Take it back')).toContain('It has been changed since')
  expect(await nameOf('odette')).toBe('Odette Keza')
})

it('stands against an older roster, and gives way to a newer one', async () => {
  const [row] = await place.programme.fresh.db.query('select roster_name from person where id = $1', [
    place.idOf('odette'),
  ])
  expect(row).toEqual({ roster_name: 'odette' })
  expect(await rosterSays('odette', 'odette')).toMatchObject({ unchanged: 1, refused: [] })
  expect(await nameOf('odette')).toBe('Odette Keza')
  expect(await rosterSays('Odette Mukeshimana', 'odette')).toMatchObject({ changed: 1 })
  expect(await nameOf('odette')).toBe('Odette Mukeshimana')
  expect(await rosterSays('odette', 'odette')).toMatchObject({ changed: 1 })
  expect(await nameOf('odette')).toBe('odette')
})

it('keeps a name that was corrected when an older roster brings something else', async () => {
  await place.says('claude', 'name', 'Claude Nkusi', 'yes', 'Good')
  const { db } = place.programme.fresh
  const cells = { name: 'claude', role: 'mentee', cadre: 'nurse', invite_code: 'claude' }
  expect(await importRoster(db, [{ line: 2, cells }])).toMatchObject({ changed: 1 })
  expect(await personById(db, place.idOf('claude'))).toMatchObject({ name: 'Claude Nkusi', cadre: 'nurse' })
})

it('leaves the name on certificates to others, who are believed', async () => {
  const { db } = place.programme.fresh
  const person = place.idOf('grace')
  const at = place.programme.now
  const code = await addCertificate(db, { person, competency: 'NB-HBB', facility: 'Hilltop HC', at })
  expect(await place.says('grace', 'name')).toContain('Your certificates bear your name, grace.')
  await place.says('denis', 'menu', 'My mentees', 'grace', 'Correct their name')
  const from = place.programme.sent.length
  await place.says('denis', 'Grace Mutesi', 'Yes')
  expect(place.heard('grace', from)).toContain('on your certificates too: MY PROGRESS sends them again')
  expect(place.heard('denis', from)).not.toContain('is called')
  expect(await certificateByCode(db, code)).toMatchObject({ name: 'Grace Mutesi' })
})
