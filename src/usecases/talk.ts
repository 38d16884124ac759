import type { Session } from '../engine/session.ts'
import type { Arrival } from '../store/turns.ts'
import type { AddressId, PersonId } from '../words/ids.ts'
import type { Language } from '../words/language.ts'
import type { ChannelName } from '../words/message.ts'

/** A conversation while its transaction runs. */
export interface Talk {
  readonly addressId: AddressId
  readonly channel: ChannelName
  readonly to: string
  /** When they last wrote from there, as far as it was looked up. */
  heardAt?: Arrival['heardAt']
  /** The telephone is shared, and they have not written from it just now. */
  readonly called: boolean
  personId: PersonId
  name: string
  language: Language
  home: Arrival['home']
  turn: number
  session: Session
}

export function talkOf(arrival: Arrival): Talk {
  const { addressId, channel, to, heardAt, personId, name, language, home, turn, session, shared, called } =
    arrival
  return {
    addressId,
    channel,
    to,
    heardAt,
    called: shared && called,
    personId,
    name,
    language,
    home,
    turn,
    session,
  }
}
