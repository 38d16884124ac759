// What Telegram's own menu button lists, in the language of the person's app. The service reads the words it sends.

const NAMES = ['menu', 'help', 'language', 'back', 'stop'] as const

interface Command {
  readonly command: string
  readonly description: string
}

/** One list for each language, and the first without a language for everybody else. */
export interface CommandList {
  readonly language_code?: 'en' | 'fr' | 'sw' | 'rw'
  readonly commands: readonly Command[]
}

const ENGLISH = [
  'Your quizzes and what comes next',
  'How this works and whom to ask',
  'Choose another language',
  'Correct your last answer',
  'Stop messages from this service',
]

const FRENCH = [
  'Vos quiz et la suite',
  'Comment ça marche et à qui demander',
  'Choisir une autre langue',
  'Corriger votre dernière réponse',
  'Ne plus recevoir de messages',
]

/** Awaiting a native speaker's review. */
const SWAHILI = [
  'Maswali yako na kinachofuata',
  'Jinsi inavyofanya kazi na wa kumuuliza',
  'Chagua lugha nyingine',
  'Sahihisha jibu lako la mwisho',
  'Acha kupokea ujumbe',
]

/** Awaiting a native speaker's review. */
const KINYARWANDA = [
  "Imyitozo yawe n'ibikurikira",
  "Uko bikora n'uwo wabaza",
  'Hitamo urundi rurimi',
  'Kosora igisubizo cyawe cya nyuma',
  'Hagarika ubutumwa',
]

export const COMMAND_LISTS: readonly CommandList[] = [
  { commands: withNames(ENGLISH) },
  { language_code: 'en', commands: withNames(ENGLISH) },
  { language_code: 'fr', commands: withNames(FRENCH) },
  { language_code: 'sw', commands: withNames(SWAHILI) },
  { language_code: 'rw', commands: withNames(KINYARWANDA) },
]

function withNames(descriptions: readonly string[]): Command[] {
  return NAMES.map((command, index) => ({ command, description: descriptions[index] ?? command }))
}
