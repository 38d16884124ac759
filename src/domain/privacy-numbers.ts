// What identifies by its shape alone: no list is needed, and no language is asked.
import type { Finding } from './privacy-finding.ts'
import type { PrivacyRule } from '../words/privacy.ts'

interface Shape {
  readonly rule: PrivacyRule
  /** Global; a named group `it` is what identifies, else all of the match is. */
  readonly shape: RegExp
  readonly unless?: (found: string) => boolean
}

const MONTHS = [
  'jan(?:uary|vier|uari)?|feb(?:ruary|ruari)?|f[ée]v(?:rier)?|mar(?:ch|s)?|machi|apr(?:il|ili)?|avr(?:il)?|mai',
  'june?|juin|juni|july?|juil(?:let)?|julai|aug(?:ust)?|ao[uû]t|agosti|sept?(?:ember|embre|emba)?',
  'oct(?:ober|obre)?|oktoba|nov(?:ember|embre|emba)?|dec(?:ember)?|d[ée]c(?:embre)?|desemba',
  'mutarama|gashyantare|werurwe|gicurasi|kamena|nyakanga|nzeri|ukwakira|ugushyingo|ukuboza',
].join('|')
/** Months that are ordinary words too: `may`, milk, these. Only with the year behind them. */
const MONTHS_LIKE_WORDS = 'may|mei|mata|kanama'
const YEAR = String.raw`(?:19|20)\d\d`
const DAY = String.raw`(?:0?[1-9]|[12]\d|3[01])`
const MONTH = String.raw`(?:0?[1-9]|1[0-2])`
const ORDINAL = '(?:st|nd|rd|th|er)?'

/** A mark such as `no.`, `n°`, `#` or `:` between a word and its number. */
const MARK = String.raw`(?:\s*(?:numbers?|num[ée]ro|nimero|namba|nambari|no|nr|n[°ºo]|id|code|ya|cya|za|la|is|est|ni))*\s*[.:#°º=-]*\s*`
const FILES = [
  'hospital no|patient no|file|folder|dossier|record|register|registre|registry|serial|mrn|ipd|opd|fiche|ifishi|dosiye',
  'idosiye|igitabo|faili|rejista|kitabu|mutuelle|mutuelles|cbhi|rama|rssb|mmi|insurance|assurance|ubwishingizi|bima',
  'household|ménage|urugo|ubudehe|passport|passeport|pasiporo|licen[cs]e|account|compte|konti|dhis2?|tracnet|emr',
].join('|')
/** What happened to somebody on a day: a day and a month behind it are a date, and no score or share of days. */
const HAPPENED = [
  'admitted|delivered|gave birth|born|seen|examined|referred|transferred|discharged|operated|died|arrived',
  'admise?|accouch[ée]e?|n[ée]e?|vue?|examin[ée]e?|r[ée]f[ée]r[ée]e?|transf[ée]r[ée]e?|sortie?|op[ée]r[ée]e?|d[ée]c[ée]d[ée]e?|arriv[ée]e?',
  'yaje|yinjiye|yabyaye|yavutse|yoherejwe|yasezerewe|yapfuye|amelazwa|alilazwa|alijifungua|alizaliwa|alikuja|alipewa rufaa|alikufa|alifariki',
].join('|')
/** Records whose name alone may stand before a count, as in "ANC 4": their number is one behind "no" or "number". */
const BOOKS = 'anc|cpn|pnc|pmtct|maternity|maternit[ée]|delivery|ward|labour|labou?r ward'
const BEDS = 'beds?|lits?|igitanda|kitanda|room|chambre|salle|icyumba|chumba|cubicle|box'

const SHAPES: readonly Shape[] = [
  {
    rule: 'email',
    shape:
      /(?<![\p{L}\p{N}._%+-])[\p{L}\p{N}._%+-]{1,64}\s?(?:@|\(at\)|\[at\])\s?[\p{L}\p{N}-]{1,63}(?:\.[\p{L}\p{N}-]{1,63}){1,5}/giu,
  },
  // Said in words: "name at gmail dot com".
  {
    rule: 'email',
    shape:
      /(?<![\p{L}\p{N}._%+-])[\p{L}\p{N}._%+-]{1,64}\s+(?:at|arobase)\s+[\p{L}\p{N}-]{2,63}(?:\s+(?:dot|point)\s+[a-z]{2,10}){1,3}\b/giu,
  },
  { rule: 'link', shape: /(?<![\p{L}\p{N}._%+-])@[a-z][a-z0-9_.]{3,63}/giu },
  {
    rule: 'link',
    shape: /\b(?:https?:\/\/|www\.)\S+|\b(?:wa\.me|t\.me|m\.me|bit\.ly|goo\.gl|maps\.app)\/\S+/giu,
  },
  {
    rule: 'link',
    shape:
      /\b(?!\d)[a-z0-9-]{2,63}(?:\.[a-z0-9-]{2,63}){0,5}\.(?:com|org|net|rw|gov|edu|info|io|me)\b(?:\/\S*)?/giu,
  },
  {
    rule: 'coordinates',
    // Two decimals are a kilometre; a minus before the first is what tells them from two results.
    shape: /[-−]\d{1,2}\.\d{2,}\s*°?\s*[,;\s]\s*[-−]?\d{1,3}\.\d{2,}/gu,
  },
  {
    rule: 'coordinates',
    shape: /[-−]?\d{1,2}[.,]\d{3,}\s*°?\s*[NS]?\s*[,;\s]\s*[-−]?\d{1,3}[.,]\d{3,}\s*°?\s*[EWO]?/giu,
  },
  {
    rule: 'coordinates',
    shape:
      /\b[NS]\s*\d{1,2}[.,]\d{2,}\s*°?\s*[,;\s]\s*[EWO]\s*\d{1,3}[.,]\d{2,}|\b\d{1,2}[.,]\d{2,}\s*°?\s*[NS]\s*[,;\s]\s*\d{1,3}[.,]\d{2,}\s*°?\s*[EWO]\b/gu,
  },
  { rule: 'coordinates', shape: /\d{1,2}\s*°\s*\d{1,2}\s*['′](?:\s*[\d.]+\s*["″])?\s*[NSEWO]\b/giu },
  { rule: 'national_id', shape: /(?<![\d])\d(?:[\s.-]?\d){15}(?![\s.-]?\d)/gu },
  { rule: 'phone', shape: /(?<![\p{L}\p{N}])(?:\(?\+|00)\s?\(?\d{1,3}\)?(?:[\s().-]*\d){7,12}(?!\d)/gu },
  { rule: 'phone', shape: /(?<![\p{L}\p{N}.,/])(?:250[\s.-]*|0)?7(?:[\s.-]*\d){8}(?![\d/]|[.,]\d)/gu },
  {
    rule: 'date',
    shape: new RegExp(
      String.raw`(?<![\d./-])(?:${DAY}([./-])${MONTH}\1(?:${YEAR}|\d\d)|${MONTH}([./-])${DAY}\2${YEAR}|${YEAR}([./-])${MONTH}\3${DAY})(?![\d/-])`,
      'gu',
    ),
  },
  {
    rule: 'date',
    shape: new RegExp(
      String.raw`\b(?:${DAY}${ORDINAL}[\s-]*(?:of\s+|de\s+|ya\s+)?(?:${MONTHS})\b\.?(?:[,-]?\s*${YEAR})?|(?:${MONTHS})\.?\s+${DAY}${ORDINAL}(?!\s*(?:mg|ml|mcg|iu|g\b|%|/|h\b|min))\b(?:,?\s*${YEAR})?)`,
      'giu',
    ),
  },
  {
    rule: 'date',
    shape: new RegExp(
      String.raw`\b${DAY}${ORDINAL}\s+(?:${MONTHS_LIKE_WORDS})\s*,?\s*${YEAR}\b|\b(?:${MONTHS_LIKE_WORDS})\s+${DAY}${ORDINAL}\s*,?\s+${YEAR}\b`,
      'giu',
    ),
  },
  {
    // "itariki ya 5", "tarehe 12/3", "LMP 12/3", "born on 3/4": a day after a word that announces one.
    rule: 'date',
    shape: new RegExp(
      String.raw`\b(?:(?:i?tariki|taliki|tarehe)(?:\s+(?:ya|za|ni))?|lmp|ddr|edd|dpa|dob|ddn|born on|n[ée]e? le|admitted on|admise? le|wavutse ku|yavutse ku|alizaliwa)\s*:?\s*(?<it>${DAY}(?:\s*[./-]\s*${MONTH}(?:\s*[./-]\s*(?:${YEAR}|\d\d))?)?)(?![\d]|\s*(?:weeks|sem|days|jours|h\b|kg|g\b|%))`,
      'giu',
    ),
  },
  {
    // "delivered 12/3", "vue le 3/4", "yaje ku wa 5/6"; "seen 3/7 ago" is a number of days.
    rule: 'date',
    shape: new RegExp(
      String.raw`\b(?:${HAPPENED})\s*(?:here|chez nous)?\s*(?:on|le|du|ku(?:wa| wa)?|tarehe|(?:i?tariki|taliki)(?:\s+ya)?)?\s*:?\s*(?<it>${DAY}\s*[./-]\s*${MONTH})(?![\d/.-]\d|\d|\s*(?:ago|days|weeks|jours|h\b|kg|g\b|ml|%))`,
      'giu',
    ),
  },
  {
    // "le 12 courant", of this month.
    rule: 'date',
    shape: new RegExp(String.raw`\ble\s+(?<it>${DAY}\s+(?:courant|du mois|ct))\b`, 'giu'),
  },
  {
    // "on the 14th", "admise le 14": a day without its month.
    rule: 'date',
    shape: new RegExp(
      String.raw`\b(?:on|since|until|before|from)\s+the\s+(?<it>${DAY}(?:st|nd|rd|th))(?!\s+(?:of\s+\D|day|week|hour|minute|month|dose|visit|contact|attempt|percentile|try|time|child|baby))\b`,
      'giu',
    ),
  },
  {
    rule: 'date',
    shape: new RegExp(
      String.raw`\b(?:${HAPPENED})\s+(?:le|du|tarehe)\s+(?<it>${DAY})(?![\d./-]|\s*(?:jours?|semaines?|h\b|heures?|min|%|e\b|[èe]me|siku|wiki|saa))`,
      'giu',
    ),
  },
  {
    rule: 'file_number',
    shape: new RegExp(
      String.raw`\b(?:${BOOKS})\s*(?:card|book|fiche|carte|ifishi|kadi)?\s*(?:no|nr|numbers?|num[ée]ro|nimero|namba|nambari|n[°ºo]|#)\s*[.:=-]?\s*(?<it>\d[\d/.-]*\d)\b`,
      'giu',
    ),
  },
  {
    rule: 'file_number',
    shape: new RegExp(
      String.raw`\b(?:${FILES})\b${MARK}(?<it>(?=[\p{L}\p{N}/.-]*\d)[\p{L}\p{N}]+(?:[/.-][\p{L}\p{N}]+)*)`,
      'giu',
    ),
    unless: (found) => /^(?:19|20)\d\d$/u.test(found),
  },
  {
    rule: 'file_number',
    shape: new RegExp(
      String.raw`\b(?:${BEDS})\b${MARK}(?<it>(?:[a-z][.-]?)?\d{1,3}[a-z]?)(?!\d|[.,]\d|\s*(?:mg|ml|days|jours|beds|hours|heures|h\b|min|times|fois))`,
      'giu',
    ),
  },
  // "dossier no: A 45": the letter of a file stands apart from its number.
  {
    rule: 'file_number',
    shape:
      /\b(?:file|folder|dossier|record|register|registre|fiche|ifishi|dosiye|faili)\s*(?:no|nr|n[°o]|number|num[ée]ro)?\s*[.:#]\s*(?<it>[A-Z]\s\d{1,6})\b/giu,
  },
  // A vehicle's plate, and codes of letters, digits and strokes as registers have them: "KGB/ANC/0123/25".
  { rule: 'file_number', shape: /\b(?:R[A-Z]{2}\s?\d{3}\s?[A-Z]|GR\s?\d{3}\s?[A-Z])\b/gu },
  { rule: 'file_number', shape: /\b[A-Z]{2,}[/-](?:[A-Z]+[/-])*\d{3,}(?:[/-]\d+)*\b/gu },
]

/** Everything in the text that its shape gives away, in no order; findings may overlap. */
export function shapesIn(text: string): Finding[] {
  return SHAPES.flatMap(({ rule, shape, unless }) =>
    Array.from(text.matchAll(shape), (match) => {
      const it = match.groups?.['it']
      const found = it ?? match[0]
      const from = it === undefined ? match.index : match.index + match[0].lastIndexOf(it)
      return { rule, from, to: from + found.trimEnd().length, kept: unless?.(found) !== true }
    })
      .filter(({ kept }) => kept)
      .map(({ rule: which, from, to }) => ({ rule: which, from, to })),
  )
}
