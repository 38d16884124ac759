// What an author may write in the lists the screen of case messages looks names and places up in.
import { z } from 'zod'
import { review } from './schema-parts.ts'

/** Words parted by spaces, so that hundreds of names stay readable. */
const words = z
  .string()
  .trim()
  .min(1)
  .transform((text) => text.split(/\s+/))

const phrases = z.array(z.string().trim().min(1)).min(1)

export const privacySchema = z.strictObject({
  kind: z.literal('privacy'),
  ...review,
  /** Names that are no word of any language of the service. */
  names: words,
  /** Names that are: only with a capital letter inside a sentence, or beside another name. */
  names_like_words: words,
  /** What stands before a name with a capital letter: `mr`, `mama wa`. */
  titles: phrases,
  /** What stands before a name however it is written: `her name is`. */
  called: phrases,
  /** Whom a name follows directly: `patient`. */
  people: phrases,
  /** Words with a capital letter that are no names. */
  not_names: words,
  places: words,
  places_like_words: words,
  /** What stands beside the name of a place: `village`. */
  place_words: phrases,
})
