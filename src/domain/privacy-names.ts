// Names and places: told by lists, by the shape of Rwandan names, and by the words that stand beside them.
import type { Finding } from './privacy-finding.ts'
import type { PrivacyRule } from '../words/privacy.ts'
import { type Token, tokensOf, withoutAccents } from './privacy-tokens.ts'

/** The lists of `flows/privacy.yaml`, ready to be looked up: without accents and capitals. */
export interface PrivacyWords {
  readonly names: ReadonlySet<string>
  readonly namesLikeWords: ReadonlySet<string>
  readonly notNames: ReadonlySet<string>
  readonly places: ReadonlySet<string>
  readonly placesLikeWords: ReadonlySet<string>
  /** Each phrase as its words. */
  readonly titles: readonly (readonly string[])[]
  readonly called: readonly (readonly string[])[]
  readonly people: readonly (readonly string[])[]
  readonly placeWords: readonly (readonly string[])[]
  /** Every word of those phrases: beside a name it is no part of it. */
  readonly around: ReadonlySet<string>
}

/** The lists as a flow writes them. */
export interface PrivacyLists {
  readonly names: readonly string[]
  readonly names_like_words: readonly string[]
  readonly not_names: readonly string[]
  readonly places: readonly string[]
  readonly places_like_words: readonly string[]
  readonly titles: readonly string[]
  readonly called: readonly string[]
  readonly people: readonly string[]
  readonly place_words: readonly string[]
}

export function privacyWords(lists: PrivacyLists): PrivacyWords {
  const words = (list: readonly string[]): ReadonlySet<string> => new Set(list.map(withoutAccents))
  const phrases = (list: readonly string[]): readonly (readonly string[])[] =>
    list
      .map((phrase) => withoutAccents(phrase).split(/\s+/))
      .toSorted((one, other) => other.length - one.length)
  return {
    names: words(lists.names),
    namesLikeWords: words(lists.names_like_words),
    notNames: words(lists.not_names),
    places: words(lists.places),
    placesLikeWords: words(lists.places_like_words),
    titles: phrases(lists.titles),
    called: phrases(lists.called),
    people: phrases(lists.people),
    placeWords: phrases(lists.place_words),
    around: new Set([lists.titles, lists.called, lists.people, lists.place_words].flatMap(phrases).flat()),
  }
}

/** Rwandan names are small sentences, many of God (Imana), with beginnings of their own for women. */
const RWANDAN =
  /^(?:[a-z]{2,}imana|[a-z]{3,}mariya|muka(?!nwa|rere|zi\b|ma\b|byara|ndara)[a-z]{4,}|nyira(?!kuru|bukwe|senge|rume|ntarengwa|bayazana)[a-z]{4,}|niyo[mn][a-z]{4,}|(?:nshimiyi|nsengi|hakizi|hategeki|ndayi|nkuriki|ntaki|twagira|manira|manishi|habumu|habari|habya|mushimi|iradu|uwizeyi|uwiri)[a-z]{3,})$/

/** Words that follow "called" or a place word without being what is meant. */
const SMALL = new Set(
  [
    'a an the not no un une le la les des du de and et or ou is est ni na wa ya cha za ka ku mu in on of her his my our',
    'their this that unknown inconnu inconnue same for to with who which dont qui que si nta ntabwo hana ambaye ambapo',
    'the patient patiente mama mtoto umwana umurwayi mgonjwa baby bebe twins three two one yacu yabo wacu wabo huyu uyu',
    'iyi ile hii all any some health sante nearest close far near council level head chief leader worker workers agent',
  ]
    .join(' ')
    .split(' '),
)

/** Names of people and places in a message, in its order. */
export function namesIn(text: string, words: PrivacyWords): Finding[] {
  const tokens = tokensOf(text)
  const rules = new Map<number, PrivacyRule>()
  tokens.forEach((token, index) => {
    const rule =
      byItself(token, words) ?? byNeighbours(tokens, index, words) ?? asPair(token, tokens[index + 1], words)
    if (rule) rules.set(index, rule)
  })
  spread(tokens, rules, words)
  return joined(tokens, rules)
}

function byItself(token: Token, words: PrivacyWords): PrivacyRule | undefined {
  const { plain, capital, first } = token
  if (words.notNames.has(plain)) return undefined
  if (words.places.has(plain)) return 'place'
  if (words.names.has(plain) || RWANDAN.test(plain)) return 'name'
  if (!capital || first) return undefined
  if (words.namesLikeWords.has(plain)) return 'name'
  return words.placesLikeWords.has(plain) ? 'place' : undefined
}

/** At the beginning of a sentence one such word says nothing, two beside each other do: "Irakoze Bella". */
function asPair(token: Token, next: Token | undefined, words: PrivacyWords): PrivacyRule | undefined {
  if (!token.capital || !next?.capital || next.gap !== ' ') return undefined
  const isName = (plain: string): boolean => words.namesLikeWords.has(plain) && !words.notNames.has(plain)
  return isName(token.plain) && isName(next.plain) ? 'name' : undefined
}

function byNeighbours(tokens: readonly Token[], index: number, words: PrivacyWords): PrivacyRule | undefined {
  const token = tokens[index]
  if (!token || token.plain.length < 3 || words.notNames.has(token.plain)) return undefined
  const couldBeName = token.capital
  const before = (phrases: readonly (readonly string[])[]): boolean => standsBefore(tokens, index, phrases)
  if (before(words.called) && !SMALL.has(token.plain)) return 'name'
  if (couldBeName && !SMALL.has(token.plain) && (before(words.titles) || before(words.people))) return 'name'
  return isPlaceByNeighbours(tokens, index, words) ? 'place' : undefined
}

/** "village Gihara", "umudugudu wa gihara", "Gihara village". */
function isPlaceByNeighbours(tokens: readonly Token[], index: number, words: PrivacyWords): boolean {
  const token = tokens[index]
  if (!token || SMALL.has(token.plain)) return false
  if (token.capital && standsBefore(tokens, index, words.placeWords)) return true
  const link = tokens[index - 1]
  if (
    link &&
    isBeside(token.gap) &&
    LINKS.has(link.plain) &&
    standsBefore(tokens, index - 1, words.placeWords)
  )
    return token.capital || AFRICAN_LINKS.has(link.plain)
  const next = tokens[index + 1]
  return (
    token.capital &&
    !token.first &&
    next?.gap === ' ' &&
    words.placeWords.some((phrase) => phrase.length === 1 && phrase[0] === next.plain)
  )
}

const LINKS = new Set(['of', 'de', 'wa', 'ya', 'ka', 'cha', 'called'])
/** After these a place follows and nothing else, however it is written. */
const AFRICAN_LINKS = new Set(['wa', 'ka', 'cha'])

function standsBefore(
  tokens: readonly Token[],
  index: number,
  phrases: readonly (readonly string[])[],
): boolean {
  if (!isBeside(tokens[index]?.gap)) return false
  return phrases.some((phrase) =>
    phrase.every((word, place) => tokens[index - phrase.length + place]?.plain === word),
  )
}

/** Two words beside each other: a space or a dot as in "Mr. X", a colon as in "name: X". */
const isBeside = (gap: string | undefined): boolean => gap !== undefined && /^[.:]?[ ]{1,2}["“«(]?$/.test(gap)

/** What stands beside a name with a capital letter is a part of it. */
function spread(tokens: readonly Token[], rules: Map<number, PrivacyRule>, words: PrivacyWords): void {
  const couldJoin = (index: number): boolean => {
    const token = tokens[index]
    return (
      token !== undefined &&
      token.capital &&
      token.plain.length > 2 &&
      !rules.has(index) &&
      !words.notNames.has(token.plain) &&
      !SMALL.has(token.plain) &&
      !words.around.has(token.plain)
    )
  }
  for (let index = 0; index < tokens.length; index++)
    if (rules.get(index) === 'name' && tokens[index + 1]?.gap === ' ' && couldJoin(index + 1))
      rules.set(index + 1, 'name')
  for (let index = tokens.length - 1; index > 0; index--)
    if (rules.get(index) === 'name' && tokens[index]?.gap === ' ' && couldJoin(index - 1))
      rules.set(index - 1, 'name')
}

/** Words of one name beside each other as one spot. */
function joined(tokens: readonly Token[], rules: ReadonlyMap<number, PrivacyRule>): Finding[] {
  const spots: Finding[] = []
  tokens.forEach((token, index) => {
    const rule = rules.get(index)
    if (!rule) return
    const last = spots.at(-1)
    if (last && last.rule === rule && rules.get(index - 1) === rule && token.gap === ' ')
      spots[spots.length - 1] = { ...last, to: token.to }
    else spots.push({ rule, from: token.from, to: token.to })
  })
  return spots
}
