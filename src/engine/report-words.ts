// What people write around the counts of a report, in the four languages. Without accents, as `plain` leaves them.
import type { Language } from '../words/language.ts'
import { plain } from './match.ts'

const set = (words: string): ReadonlySet<string> => new Set(words.split(' '))

/** Words that change nothing: "I saw 4 children with fever". None of them negates, adds or takes away. */
export const NOISE = set(
  // English
  'a an the i we my our your this these those month week months weeks of for with in on at to were was is are had have has saw see ' +
    'seen got did gave given report reports reported reporting child children kid kids baby babies case cases number nr ' +
    'good morning afternoon evening hello hi dear please sorry correction thanks thank you sir madam today from here them there ' +
    'treated done tested test tests found made used left remaining remain still available people clients client users user women woman ' +
    // French
    'le la les l d de du des un une j ai je nous avons vu eu ce cette ces mois semaine semaines pour avec dans chez mon ma mes ' +
    'rapport enfant enfants cas nombre bonjour bonsoir merci svp pardon desole desolee est sont etaient ete traite traites traitee traitees ' +
    'fait faits faites teste testes trouve trouvees trouves restant restants reste disponible femmes femme personnes ' +
    // Kinyarwanda
    'nabonye twabonye mbonye mfite dufite raporo yanjye yacu uku kwezi icyumweru iki abana umwana bana muraho mwiriwe ' +
    'mwaramutse murakoze mbabarira mumbabarire ni ba bya ya wa za ka bafite bavuwe yavuwe barwaye afite byakozwe bisigaye hasigaye abantu abagore ' +
    'umubare bose cyakozwe ufite nakoze twakoze nasuye twasuye kuri mu ku i ' +
    // Kiswahili
    'nimeona tumeona niliona tuliona nina tuna ripoti yangu yetu mwezi huu wiki hii watoto mtoto wenye mwenye habari jambo ' +
    'asante samahani za ya wa cha vya kwa waliotibiwa aliyetibiwa waliopimwa vilivyofanyika vimebaki zimebaki imebaki idadi watu ' +
    'wanawake wagonjwa nimefanya tumefanya nimetembelea bado zilizobaki',
)

/** Words that part one count from the next. */
export const AND: Readonly<Record<Language, ReadonlySet<string>>> = {
  en: set('and then also plus which na et'),
  fr: set('et puis aussi plus dont na and'),
  rw: set('na no n ndetse kandi nanone and et'),
  sw: set('na pia halafu kisha and et'),
}

/** "No deaths". In Kinyarwanda the same two letters are "and". */
export const NO: Readonly<Record<Language, ReadonlySet<string>>> = {
  en: set('no'),
  fr: set('aucun aucune pas'),
  rw: set('nta'),
  sw: set('hakuna'),
}

/** Zero in words, behind what it is about as before it. */
export const ZERO = set(
  'zero none nil nothing neant rien ntayo ntazo ntabo ntawe ntacyo ntabwo zeru ubusa hamna sifuri o',
)

/** "The others are 0". */
export const REST = set(
  'rest all others other everything remaining tous toutes autres autre tout lereste ibindi ibisigaye byose nyingine mengine vingine yote zote vyote',
)

/** What follows is on the shelf. */
export const STOCK = set(
  'stock stocks stoc stok shelf ububiko mububiko ibubiko akiba ghala ghalani hifadhi akiba',
)

/** Small numbers in words. What could be a part of a greater one stands alone or is not understood. */
export const NUMBERS: ReadonlyMap<string, number> = new Map(
  [
    'one rimwe umwe rumwe kimwe moja mmoja',
    'two deux kabiri babiri bibiri mbili wawili',
    'three trois gatatu batatu bitatu tatu watatu',
    'four quatre kane bane bine nne wanne',
    'five cinq gatanu batanu bitanu tano watano',
    'six gatandatu batandatu bitandatu sita',
    'seven sept karindwi barindwi birindwi saba',
    'eight huit umunani nane wanane',
    'nine neuf icyenda tisa',
    'ten dix icumi kumi',
  ].flatMap((words, index) => words.split(' ').map((word) => [word, index + 1] as const)),
)

/** What people write who agree to what was read back to them, instead of tapping; the letter of that button, too. */
const RIGHT: ReadonlySet<string> = new Set(
  (
    'a|right|yes|yes right|yes it is right|it is right|that is right|correct|yes correct|ok|okay|confirm|confirmed|fine|good|' +
    'juste|oui|c est juste|oui c est juste|correct|exact|d accord|je confirme|c est bon|' +
    'yego|ni byo|nibyo|yego ni byo|yego nibyo|ndabyemeje|byemeze|' +
    'ndiyo|sahihi|ni sahihi|ndiyo ni sahihi|sawa|ndiyo sawa|nathibitisha'
  ).split('|'),
)

/** Whether somebody says no more than that what was read back is right. */
export const saysRight = (text: string): boolean =>
  /^\s*(?:👍|✅|👌)\p{Emoji_Modifier}?\uFE0F?\s*$/u.test(text) || RIGHT.has(plain(text))
