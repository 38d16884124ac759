// How each question of a quiz works, language by language, from what people have answered: how hard it is, whether it
// tells those who know from those who do not, which wrong answers draw anybody, and how long it takes. Pure; what is
// worth a look is said as a finding, never as a verdict.
import { median, sampleCorrelation } from 'simple-statistics'

/** With fewer answers than this in a language, chance says more than the question does. */
export const LEAST_ANSWERS = 30

/** One first answer of somebody, in the attempt it was given in. */
export interface GivenAnswer {
  readonly question: string
  readonly language: string
  /** The option chosen, and whether it is the right one by the key of today. */
  readonly option: string
  readonly right: boolean
  /** Milliseconds from asking to answering. */
  readonly took: number
  /** False where the question read otherwise then: it shows what the person knows, and nothing of the question. */
  readonly asNow: boolean
}

/** One finished attempt; those of one person in the order they were taken. */
export interface Sitting {
  readonly person: number
  readonly answers: readonly GivenAnswer[]
}

/** A question as it stands today. */
export interface AnalysedQuestion {
  readonly id: string
  readonly options: readonly string[]
  readonly right: string
}

/** Of one option: how many took it, and how well those did otherwise (see `Working.discrimination`). */
export interface OptionWorking {
  readonly option: string
  readonly right: boolean
  readonly chosen: number
  /** The correlation of taking it with the share right of the other questions: below 0 for a good wrong answer. */
  readonly drawsTheAble: number | undefined
}

/** How a question works in one language. */
export interface Working {
  readonly language: string
  readonly answers: number
  readonly enough: boolean
  /** The share that is right, from 0 to 1: the field's "difficulty", though high is easy. */
  readonly difficulty: number
  /**
   * The corrected point-biserial correlation, from -1 to 1: right or wrong here with the share right of the other
   * questions of the same attempt. Undefined where nothing varies or too few others were answered.
   */
  readonly discrimination: number | undefined
  readonly options: readonly OptionWorking[]
  /** Of the times taken, in seconds: who put the telephone away does not move a median. */
  readonly medianSeconds: number
}

/** What is worth looking at. Shares are from 0 to 1. */
export type Finding =
  | { readonly finding: 'key_doubtful'; readonly language: string; readonly discrimination: number }
  | { readonly finding: 'tells_little'; readonly language: string; readonly discrimination: number }
  | { readonly finding: 'very_hard' | 'very_easy'; readonly language: string; readonly difficulty: number }
  | {
      readonly finding: 'also_right'
      readonly language: string
      readonly option: string
      readonly chosen: number
    }
  | { readonly finding: 'never_chosen'; readonly language: string; readonly options: readonly string[] }
  | {
      readonly finding: 'slow'
      readonly language: string
      readonly seconds: number
      readonly usual: number
    }
  | {
      /** Harder in `language` than in `than` for people who do equally well otherwise, by `by`. */
      readonly finding: 'harder_in_language'
      readonly language: string
      readonly than: string
      readonly by: number
      readonly far: boolean
      readonly difficulty: number
      readonly difficultyThan: number
    }

export interface QuestionAnalysis {
  readonly question: string
  readonly languages: readonly Working[]
  readonly findings: readonly Finding[]
}

/** Others of the same attempt without which nothing can be said of how well somebody does otherwise. */
const LEAST_OTHERS = 4
/** Below chance among four options, with some room: most who answer are misled. */
const VERY_HARD = 0.3
/** Nearly everybody: the question tells nobody from anybody, though a critical one may be worth asking. */
const VERY_EASY = 0.95
/** Ebel and Frisbie, Essentials of Educational Measurement (1991): 0.2 is the least a question should do. */
const WEAK = 0.2
/** Tarrant, Ware and Mohammed, BMC Med Educ 2009: a wrong answer taken by fewer than 5 % does no work. */
const WORKING_DISTRACTOR = 0.05
/** A wrong answer that draws the able, taken by this many, may be right too. */
const DRAWS = 0.1
/** Dorans and Kulick's standardization: from 10 points on a difference between groups is looked at, from 20 it is far. */
const LANGUAGE_GAP = 0.1
const LANGUAGE_GAP_FAR = 0.2
/** Standard errors. Thin tenths make them a little too small: at 3, about one question in a hundred is named by chance. */
const SURE = 3
/** Times the usual of its quiz. */
const SLOW = 2

/** A first answer with how well its person did in the rest of the attempt. */
interface Measured extends GivenAnswer {
  readonly rest: number | undefined
  /** All answers of the attempt, this one among them. */
  readonly attempt: readonly GivenAnswer[]
}

/** Analyses a quiz. Only what each person answered first counts: afterwards everybody has been told. */
export function analyseItems(
  questions: readonly AnalysedQuestion[],
  sittings: readonly Sitting[],
  least: number = LEAST_ANSWERS,
): QuestionAnalysis[] {
  const measured = firstAnswers(sittings)
  const workings = new Map(
    questions.map((question) => [question.id, workingsOf(question, measured.get(question.id) ?? [], least)]),
  )
  const usual = usualSeconds([...workings.values()].flat())
  const gapsOf = (id: string, unfair: ReadonlySet<string>): Finding[] =>
    languageGaps(
      (workings.get(id) ?? []).filter(({ enough }) => enough),
      measured.get(id) ?? [],
      unfair,
    )
  // A question that is badly translated makes its readers look as if they knew less: it is left out, and looked at again.
  const none = new Set<string>()
  const unfair = new Set(questions.flatMap(({ id }) => (gapsOf(id, none).length > 0 ? [id] : [])))
  return questions.map(({ id }) => {
    const languages = workings.get(id) ?? []
    const sure = languages.filter(({ enough }) => enough)
    return {
      question: id,
      languages,
      findings: [
        ...sure.flatMap((working) => findingsIn(working, usual.get(working.language))),
        ...gapsOf(id, unfair),
      ],
    }
  })
}

function firstAnswers(sittings: readonly Sitting[]): Map<string, Measured[]> {
  const seen = new Set<string>()
  const byQuestion = new Map<string, Measured[]>()
  for (const { person, answers } of sittings) {
    const right = answers.filter((answer) => answer.right).length
    const others = answers.length - 1
    for (const answer of answers) {
      const key = `${person} ${answer.question}`
      const first = !seen.has(key)
      seen.add(key)
      if (!first || !answer.asNow) continue
      const rest = others < LEAST_OTHERS ? undefined : (right - Number(answer.right)) / others
      const kept = byQuestion.get(answer.question) ?? []
      kept.push({ ...answer, rest, attempt: answers })
      byQuestion.set(answer.question, kept)
    }
  }
  return byQuestion
}

function workingsOf(question: AnalysedQuestion, answers: readonly Measured[], least: number): Working[] {
  const languages = [...new Set(answers.map(({ language }) => language))]
  return languages
    .map((language) => {
      const here = answers.filter((answer) => answer.language === language)
      return {
        language,
        answers: here.length,
        enough: here.length >= least,
        difficulty: share(here, ({ right }) => right),
        discrimination: withTheRest(here, ({ right }) => right),
        options: question.options.map((option) => ({
          option,
          right: option === question.right,
          chosen: here.filter((answer) => answer.option === option).length,
          drawsTheAble: withTheRest(here, (answer) => answer.option === option),
        })),
        medianSeconds: Math.round(median(here.map(({ took }) => took)) / 1000),
      }
    })
    .toSorted((a, b) => b.answers - a.answers || a.language.localeCompare(b.language))
}

const share = <One>(all: readonly One[], is: (one: One) => boolean): number =>
  all.length === 0 ? 0 : all.filter(is).length / all.length

function withTheRest(answers: readonly Measured[], is: (answer: Measured) => boolean): number | undefined {
  const known = answers.filter(({ rest }) => rest !== undefined)
  const [marks, rests] = [known.map((answer) => Number(is(answer))), known.map(({ rest }) => rest ?? 0)]
  const varies = (values: readonly number[]): boolean => new Set(values).size > 1
  return varies(marks) && varies(rests) ? sampleCorrelation(marks, rests) : undefined
}

/** What a question of this quiz usually takes, in each language. */
function usualSeconds(workings: readonly Working[]): Map<string, number> {
  const enough = workings.filter((working) => working.enough)
  const languages = new Set(enough.map(({ language }) => language))
  return new Map(
    [...languages].map((language) => [
      language,
      median(enough.flatMap((one) => (one.language === language ? [one.medianSeconds] : []))),
    ]),
  )
}

function findingsIn(working: Working, usual: number | undefined): Finding[] {
  const { language, difficulty, discrimination, options, answers, medianSeconds } = working
  const found: Finding[] = []
  if (difficulty < VERY_HARD) found.push({ finding: 'very_hard', language, difficulty })
  if (difficulty > VERY_EASY) found.push({ finding: 'very_easy', language, difficulty })
  // Where nearly all are right a correlation hangs on a handful of people.
  else if (discrimination !== undefined && discrimination < WEAK)
    found.push({
      finding: discrimination < 0 ? 'key_doubtful' : 'tells_little',
      language,
      discrimination,
    })
  const wrong = options.filter(({ right }) => !right)
  for (const { option, chosen, drawsTheAble } of wrong)
    if (chosen >= DRAWS * answers && (drawsTheAble ?? 0) > 0)
      found.push({ finding: 'also_right', language, option, chosen: chosen / answers })
  const idle = wrong.filter(({ chosen }) => chosen < WORKING_DISTRACTOR * answers)
  if (idle.length > 0 && difficulty <= VERY_EASY)
    found.push({ finding: 'never_chosen', language, options: idle.map(({ option }) => option) })
  if (usual !== undefined && medianSeconds > SLOW * usual)
    found.push({ finding: 'slow', language, seconds: medianSeconds, usual })
  return found
}

/** Compares each language with the one most people have answered in. */
function languageGaps(
  sure: readonly Working[],
  answers: readonly Measured[],
  unfair: ReadonlySet<string>,
): Finding[] {
  const [most, ...others] = sure
  if (!most) return []
  return others.flatMap((other) => {
    const gap = gapBetween(
      answers.filter(({ language }) => language === most.language),
      answers.filter(({ language }) => language === other.language),
      unfair,
    )
    if (!gap || Math.abs(gap.by) < LANGUAGE_GAP || Math.abs(gap.by) < SURE * gap.error) return []
    const [hard, easy] = gap.by > 0 ? [other, most] : [most, other]
    return [
      {
        finding: 'harder_in_language' as const,
        language: hard.language,
        than: easy.language,
        by: Math.abs(gap.by),
        far: Math.abs(gap.by) >= LANGUAGE_GAP_FAR,
        difficulty: hard.difficulty,
        difficultyThan: easy.difficulty,
      },
    ]
  })
}

/**
 * By how much fewer of `there` are right than of `here` among people who do equally well in the whole attempt
 * (standardization: the gap in each tenth of the attempt's share, weighted by `there`), with its standard error. So a
 * language whose readers know less is not taken for a bad translation. The attempt holds the question itself, as Holland
 * and Thayer (1988) advise: without it, the better group looks better at each score.
 */
function gapBetween(
  here: readonly Measured[],
  there: readonly Measured[],
  unfair: ReadonlySet<string>,
): { by: number; error: number } | undefined {
  const [ours, theirs] = [here, there].map((answers) => byTenth(answers, unfair))
  const bands = [...(theirs ?? [])].flatMap(([tenth, b]) => {
    const a = ours?.get(tenth)
    if (!a) return []
    const [p, q] = [share(a, ({ right }) => right), share(b, ({ right }) => right)]
    return [{ gap: p - q, variance: spread(p, a.length) + spread(q, b.length), weight: b.length }]
  })
  const weights = bands.reduce((sum, { weight }) => sum + weight, 0)
  if (weights === 0) return undefined
  return {
    by: bands.reduce((sum, { gap, weight }) => sum + gap * weight, 0) / weights,
    error: Math.sqrt(bands.reduce((sum, { variance, weight }) => sum + variance * weight ** 2, 0)) / weights,
  }
}

function byTenth(answers: readonly Measured[], unfair: ReadonlySet<string>): Map<number, Measured[]> {
  const tenths = new Map<number, Measured[]>()
  for (const answer of answers) {
    const whole = answer.attempt.filter(
      ({ question }) => question === answer.question || !unfair.has(question),
    )
    if (whole.length <= LEAST_OTHERS) continue
    const tenth = Math.round(10 * share(whole, ({ right }) => right))
    tenths.set(tenth, [...(tenths.get(tenth) ?? []), answer])
  }
  return tenths
}

/** The variance of a share, by Agresti and Coull: a band where all are right is not certain for that. */
function spread(p: number, count: number): number {
  const adjusted = (p * count + 2) / (count + 4)
  return (adjusted * (1 - adjusted)) / (count + 4)
}
