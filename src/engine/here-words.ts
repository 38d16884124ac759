// What people write who say that they are there, in the four languages. "Sorry, I cannot come" is no such thing: whoever does
// not say it is not counted, and can say it again.
import { plain } from './match.ts'

const set = (words: string): ReadonlySet<string> => new Set(words.split(' '))

/** Each of them says it, with whatever around. */
const HERE = set('here present presente presents ndahari turahari ndihano hano nipo tupo hapa')
/** What says it alone. */
const ALONE: ReadonlySet<string> = new Set(
  (
    '1|a|ok|me|me too|i am|i am in|yes|in|' +
    'moi|moi aussi|la|je suis la|on est la|nous sommes la|oui|ici|' +
    'nanjye|jye|yego|ndi aha|ndi kumwe namwe|' +
    'mimi|mimi pia|ndiyo|niko|tuko'
  ).split('|'),
)
/** Whoever writes one of these says that they are not, or not yet, or asks. */
const NOT = set(
  'not no nobody cannot cant can t wont sorry late later soon absent away unable tomorrow leave who where when will ' +
    'pas ne n aucun non personne desole desolee absente retard tard demain impossible qui ou quand bientot serai ' +
    'oya nta ntabwo sindahari sinshobora mbabarira nyuma ejo ntari nde he ryari ' +
    'hapana sipo siwezi samahani pole kesho baadaye sijafika sitafika sitakuja hayupo nani wapi lini nitafika',
)

/** Whether somebody who answers the card of a session says that they are there. Total: in doubt they do not. */
export function saysHere(text: string): boolean {
  if (text.includes('?') || text.length > 120) return false
  // Emoji are no words, and a raised hand is understood everywhere.
  if (/^\s*(?:✋|🙋|👋|🖐)/u.test(text)) return true
  const said = plain(text)
  if (ALONE.has(said)) return true
  const words = said.split(' ')
  return words.some((word) => HERE.has(word)) && !words.some((word) => NOT.has(word))
}
