// The commands for whoever writes flows with others: reviewers without git, and forms and flows made elsewhere.
import { importReview } from './import-review.ts'
import { exportReview, tellReviews } from './review-sheets.ts'
import { diffFlows } from './diff.ts'
import { importFlows } from './import-flows.ts'
import type { Say } from './say.ts'
import { noteTranslations } from './translated.ts'
import { readFlows } from '../usecases/open-shelf.ts'
import { type Language, LANGUAGES } from '../words/language.ts'

export const AUTHORING_USAGE = `  export-xlsx FILE [FLOW] [--languages en,fr]
                    write a review sheet for clinicians: a row an item, to be approved or commented on
  export-docx FILE [FLOW] [--languages en,fr]
                    the same as a document, to be read and signed on paper
  import-xlsx FILE  put the approvals and comments of a review sheet into the ledger of reviews
  reviews [FLOW]    what is approved in which language, and what reviewers want changed
  diff BEFORE [FOLDER]
                    what changed since BEFORE, a folder or a revision of git, in words
  translated [FLOW] note that translations are in step with their source; with FLOW also those left behind
  import-xlsform FILE [--checklist COMPETENCY --year YEAR]
                    a form from ODK or KoboToolbox as a dialogue, or as a checklist of a competency whose guideline
                    is of that year, and a list of what did not fit
  import-rapidpro FILE
                    flows exported from RapidPro or TextIt as dialogues, and a list of what did not fit
`

/** Flags that are followed by a value. */
const VALUED: readonly string[] = ['--languages', '--checklist', '--year']

/** Runs one of these commands; undefined when it is none of them, or lacks what it needs. */
export async function author(
  args: readonly string[],
  { folder, say }: { folder: string; say: Say },
): Promise<number | undefined> {
  const [what = '', ...rest] = args
  const [which, where] = rest.filter(
    (word, at) => !word.startsWith('--') && !VALUED.includes(rest[at - 1] ?? ''),
  )
  if (what === 'reviews') return tellReviews(await readFlows(folder), which, say)
  if (what === 'translated') return noteTranslations(folder, await readFlows(folder), { flow: which, say })
  if (which === undefined) return undefined
  switch (what) {
    case 'export-xlsx':
    case 'export-docx': {
      const languages = languagesIn(rest)
      const as = what === 'export-xlsx' ? 'xlsx' : 'docx'
      if (languages)
        return exportReview(await readFlows(folder), { to: which, as, flow: where, languages }, say)
      say(`After --languages come some of ${LANGUAGES.join(', ')}, such as en,fr.`)
      return 1
    }
    case 'import-xlsx':
      return importReview(folder, await readFlows(folder), { from: which, today: today(), say })
    case 'diff':
      return diffFlows(which, where ?? folder, say)
    case 'import-xlsform':
    case 'import-rapidpro': {
      const kind = what === 'import-xlsform' ? 'xlsform' : 'rapidpro'
      const checklist = checklistIn(rest)
      if (checklist === 'unclear') {
        say('A checklist needs its competency and the year of its guideline: --checklist NB-HBB --year 2015.')
        return 1
      }
      return importFlows(folder, await readFlows(folder), { from: which, kind, checklist, say })
    }
  }
  return undefined
}

/** The competency and the year a form is a checklist of; undefined where it is none. */
function checklistIn(words: readonly string[]): { competency: string; year: number } | 'unclear' | undefined {
  const after = (flag: string): string | undefined =>
    words.includes(flag) ? (words[words.indexOf(flag) + 1] ?? '') : undefined
  const competency = after('--checklist')
  if (competency === undefined) return undefined
  const year = Number(after('--year'))
  return competency !== '' && Number.isInteger(year) ? { competency, year } : 'unclear'
}

const today = (): string => new Date().toISOString().slice(0, 10)

/** The languages after `--languages`; English alone when nobody asks; undefined when one is none of ours. */
function languagesIn(words: readonly string[]): Language[] | undefined {
  const at = words.indexOf('--languages')
  if (at === -1) return ['en']
  const wanted = (words[at + 1] ?? '').split(',')
  const known = LANGUAGES.filter((language) => wanted.includes(language))
  return known.length === wanted.length ? known : undefined
}
