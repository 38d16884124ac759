import { setEmergencyPhone } from '../store/facilities.ts'
import type { Database } from '../store/db.ts'
import type { Say } from './say.ts'

/** Sets the number to call at a place when somebody may die; an empty one takes it away. Exit code 1: nothing was set. */
export async function setPhone(
  database: Database,
  [name = '', phone = '']: readonly string[],
  say: Say,
): Promise<number> {
  if (name === '') {
    say(
      'Say which facility, as it stands on the roster: facility phone "Kivu Hills Health Centre" "0788 000 112"',
    )
    return 1
  }
  if (phone !== '' && !/^[+0-9 ]{3,20}$/.test(phone)) {
    say(`"${phone}" is no telephone number: write digits, spaces and at most a + before them.`)
    return 1
  }
  const places = await setEmergencyPhone(database, name, phone)
  if (places === 0) {
    say(`There is no facility "${name}" on the roster: write its name as it stands there.`)
    return 1
  }
  say(phone === '' ? `${name}: no emergency number any more.` : `${name}: emergency number ${phone}.`)
  return 0
}
