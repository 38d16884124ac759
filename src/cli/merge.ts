// `people merge A B`: two records of one person become one.
import { type PersonRecord, recordOf } from '../store/merge-people.ts'
import { mergePeople } from '../usecases/merge-people.ts'
import { type Office, timeOf } from './delivery.ts'
import { onRoster } from './on-roster.ts'
import { moment } from './table.ts'

export async function merge(office: Office, words: readonly string[]): Promise<number> {
  const { visit, say, config } = office
  const [first = '', second = ''] = words.filter((word) => word !== '--yes')
  const keep = await onRoster(visit.database, first, say)
  const gone = keep && (await onRoster(visit.database, second, say))
  if (!keep || !gone) return 1
  if (keep.id === gone.id) {
    say('Both name the same record: there is nothing to join.')
    return 1
  }
  const told = (record: PersonRecord | undefined): string => {
    if (!record) return ''
    const { name, role, facility, joined, attempts, addresses, heard_at: heardAt } = record
    const heard = heardAt === null ? 'never wrote' : `last wrote ${moment(heardAt, config.timezone)}`
    return `${name}, ${role}, ${facility ?? 'no facility'}; ${joined ? 'joined' : 'not joined'}, ${heard}, quizzes begun: ${attempts}, addresses: ${addresses}`
  }
  const records = await Promise.all([keep, gone].map(({ id }) => recordOf(visit.database, id)))
  say(`stays: ${told(records[0])}`)
  say(`goes:  ${told(records[1])}`)
  if (!words.includes('--yes')) {
    say('Are they one person? Then write the command again with --yes at the end. It cannot be undone.')
    return 1
  }
  const dropped = await mergePeople(visit.database, {
    keep: keep.id,
    gone: gone.id,
    now: await timeOf(office),
  })
  say('One record now, with both histories. Chat links of the one that went are void.')
  for (const { relation, dropped: rows } of dropped)
    say(`Each person has one row of ${relation} only: ${rows} of the record that went gave way.`)
  return 0
}
