// What an author may write in `flows/*.yaml`. Everything an author can get wrong in shape is said here, once;
// what only shows across a whole file (a missing language, an unreachable step) is said in `lint.ts`. Quizzes, dialogues,
// words and the calendar stand here; each other kind has a file `schema-….ts` of its own.
import { z } from 'zod'
import { LANGUAGES } from '../words/language.ts'
import { MEDIA } from '../words/message.ts'
import { inWords } from './complaint.ts'
import { adaptive } from './adaptive.ts'
import { catalogueSchema } from './schema-catalogue.ts'
import { ifStep, totalStep, unlessStep } from './schema-condition.ts'
import { checklistSchema } from './schema-checklist.ts'
import { factsSchema } from './schema-facts.ts'
import {
  cadres,
  competency,
  factsNamed,
  languages,
  measured,
  name,
  nativeReview,
  notFacts,
  numbers,
  passPercent,
  review,
  sourced,
  text,
} from './schema-parts.ts'
import { emergencySchema } from './schema-emergency.ts'
import { packetSchema } from './schema-packet.ts'
import { privacySchema } from './schema-privacy.ts'
import { reviewsSchema } from './schema-reviews.ts'
import { reportSchema } from './schema-report.ts'
import { corrected, withdrawn } from './schema-rulings.ts'
import { templateSchema } from './schema-template.ts'

/** The tests a question can belong to. */
export const FORMS = ['practice', 'a', 'b'] as const

const option = z.strictObject({
  text,
  /** Why this option is right (the answer) or wrong (the others), in at most 300 characters. */
  because: text,
})

/** More than one right answer cannot be told from a mistake. */
const rightOption = z.string({
  error: ({ input }) =>
    input === undefined ? undefined : 'name one right option only, by its letter, such as "answer: a"',
})

const question = z
  .strictObject({
    id: name,
    /** A wrong answer would harm: the quiz is not passed without it, whatever the score. */
    critical: z.boolean().default(false),
    /**
     * Which test it belongs to: `a` and `b` are parallel forms for tests of record, kept apart from `practice`. A bank
     * without forms serves every test with all it has.
     */
    form: z.enum(FORMS).default('practice'),
    ask: text,
    options: z.record(z.string().regex(/^[a-f]$/, 'name the options a, b, c, d'), option),
    answer: rightOption,
    facts: factsNamed,
    /** Numbers that are worked out for this case and stand in no guideline: `['18 mg']`. */
    worked_out: z.array(measured).default([]),
    not_facts: notFacts,
    withdrawn,
    corrected,
    ...sourced,
  })
  .superRefine((written, context) => {
    const count = Object.keys(written.options).length
    if (count < 2)
      context.addIssue({ code: 'custom', path: ['options'], message: 'write at least two options' })
    if (!(written.answer in written.options))
      context.addIssue({
        code: 'custom',
        path: ['answer'],
        message: `"${written.answer}" is none of the options (${Object.keys(written.options).join(', ')}): name the right one`,
      })
    const was = written.corrected?.was
    if (was !== undefined && (was === written.answer || !(was in written.options)))
      context.addIssue({
        code: 'custom',
        path: ['corrected', 'was'],
        message: `name the option that was taken for the right one until then; the answer is "${written.answer}" now`,
      })
  })
  .transform(({ options, answer, ...rest }) => {
    const keys = Object.keys(options).toSorted()
    return {
      ...rest,
      options: keys.flatMap((key) => (options[key] ? [{ key, ...options[key] }] : [])),
      /** The right option, as an index into `options`. */
      answer: keys.indexOf(answer),
    }
  })

export const quizSchema = z.strictObject({
  kind: z.literal('quiz'),
  title: text,
  competency,
  cadres,
  languages,
  ...review,
  pass_percent: passPercent,
  numbers,
  /** How many questions one attempt draws from the bank. */
  draw: z.int().min(1).max(60),
  /** Whether the options stand in another order in each attempt; the questions always do. */
  shuffle: z.boolean().default(true),
  /** The first test stops as soon as it is known whether the subject is mastered. Never the post-test. */
  adaptive,
  questions: z.array(question).min(1),
})

/** Buttons for what else may be answered: what is saved is then empty, and `picked` holds the button's name. */
const beside = z.record(name, text).default({})

/** What a dialogue waits for. */
const answerShape = z.discriminatedUnion('as', [
  z.strictObject({
    as: z.literal('text'),
    max: z.int().min(1).max(2000).default(200),
    /**
     * Words about a patient: looked at before they are kept. Where something could identify somebody the person is
     * shown what, and sends the text again or agrees to it without that.
     */
    screened: z.boolean().default(false),
    /** Why words that are not looked at can tell of no patient: "only a day is read out of it". */
    unscreened: z.string().min(1).optional(),
    /**
     * What may be sent in place of words: nothing of it is fetched until the person has ticked that nobody can be
     * recognised. What is saved is then what stands under it, and `picked` is `media`.
     */
    media: z.array(z.enum(MEDIA)).default([]),
    /**
     * Buttons beside the text, for what else may be done: what is saved is then empty, and `picked` holds the button's
     * name. It is empty when words were written.
     */
    or: z.record(name, text).default({}),
    /** Where nothing can be tapped a number or a letter picks one of those buttons, too: where no number alone is an answer. */
    numbered: z.boolean().default(false),
    /** Those buttons only save typing what the text asks for; a channel without buttons leaves them out. */
    shortcuts: z.boolean().default(false),
  }),
  z
    .strictObject({
      as: z.literal('number'),
      min: z.number().min(0),
      max: z.number().max(999_999),
      /** Whether it may have decimals, as weights and temperatures do. */
      decimals: z.boolean().default(false),
      or: beside,
    })
    .refine(({ min, max }) => min <= max, {
      path: ['max'],
      error: 'is less than min: no number would do, so correct one of them',
    })
    .refine(({ min, max, decimals }) => decimals || (Number.isInteger(min) && Number.isInteger(max)), {
      path: ['min'],
      error: 'min and max are whole numbers: correct them, or write decimals: true',
    }),
  /** A day, saved as 2026-04-07. */
  z.strictObject({ as: z.literal('date'), or: beside }),
  /** Any number of the options, at least one; saved as a list. */
  z.strictObject({
    as: z.literal('many'),
    options: z
      .record(name, text)
      .refine((options) => Object.keys(options).length > 1, 'write at least two options'),
  }),
  z.strictObject({ as: z.literal('phone') }),
  z
    .strictObject({
      as: z.literal('choice'),
      options: z
        .record(name, text)
        .refine((options) => Object.keys(options).length > 0, 'write at least one option'),
      /** What people call an option besides its text, such as a language in other languages. */
      also: z.record(name, z.array(z.string().trim().min(1)).min(1)).default({}),
    })
    .superRefine(({ options, also }, context) => {
      for (const key of Object.keys(also))
        if (!(key in options))
          context.addIssue({
            code: 'custom',
            path: ['also', key],
            message: `is none of the options (${Object.keys(options).join(', ')}): correct the name`,
          })
    }),
  /** The options come from a list an earlier deed has left in a variable: `[{ id, text }]`. */
  z.strictObject({ as: z.literal('pick'), from: name }),
])

const id = name.optional()

/** The kinds of step, by the word that tells them. */
export const STEPS = {
  /** With `offer`, a command's word, it has a button that says so, on channels that have buttons. */
  say: z.strictObject({ id, say: text, offer: text.optional() }),
  ask: z.strictObject({
    id,
    ask: text,
    answer: answerShape,
    save: name,
    /** The hint when the answer is not understood; otherwise one that fits the kind of answer is given. */
    unclear: text.optional(),
    /** Offers a button that shares the person's own telephone number, on channels that have one. */
    share_phone: text.optional(),
  }),
  /** A named deed of the programme; the outcome it gives back says where to go on. */
  do: z.strictObject({ id, do: name, then: z.record(name, name).optional() }),
  if: ifStep,
  unless: unlessStep,
  /** The sum of what was answered, or points for it. */
  total: totalStep,
  /** A name for words, or for what was answered before. */
  set: z.strictObject({ id, set: name, to: z.string() }),
  copy: z.strictObject({ id, copy: name, to: name }),
  goto: z.strictObject({ id, goto: name }),
  /** Goes on in another dialogue, which takes this one's place. */
  open: z.strictObject({ id, open: name }),
  end: z.strictObject({ id, end: z.literal(true) }),
}

type AnyStep = { [Kind in keyof typeof STEPS]: z.infer<(typeof STEPS)[Kind]> }[keyof typeof STEPS]

/** A step before its kind is known. */
export const stepAsWritten = z.record(z.string(), z.unknown())

/** A step is read as the kind its word tells, so that one mistake in it is one mistake, not one for each kind. */
const step = stepAsWritten.transform((written, context): AnyStep => {
  const kind = (Object.keys(STEPS) as (keyof typeof STEPS)[]).find((word) => word in written)
  if (kind === undefined) {
    const [first] = Object.keys(written)
    context.addIssue({
      code: 'custom',
      path: first === undefined ? [] : [first],
      message: `a step has one of ${Object.keys(STEPS).join(', ')}: write one`,
    })
    return z.NEVER
  }
  const read: z.ZodSafeParseResult<AnyStep> = STEPS[kind].safeParse(written, { error: inWords })
  if (read.success) return read.data
  for (const issue of read.error.issues) context.addIssue({ ...issue })
  return z.NEVER
})

export const dialogueSchema = z.strictObject({
  kind: z.literal('dialogue'),
  title: text,
  languages,
  ...review,
  /**
   * The letter of what it is about: with `code: C` it opens about number 142 when somebody writes "C-142" or taps a
   * button that leads there, and knows the number as `subject`. Others are opened by the programme alone.
   */
  code: z
    .string()
    .regex(/^[A-Z]$/, 'write one capital letter')
    .optional(),
  steps: z.array(step).min(1),
})

/** Words of the interface: one ICU message a key. `awaiting_native_review` names the languages nobody has checked. */
export const wordsSchema = z.strictObject({
  kind: z.literal('words'),
  languages,
  ...nativeReview,
  /** What people may type at any time: each command's words in every language. Case and accents do not matter. */
  commands: z.record(name, z.partialRecord(z.enum(LANGUAGES), z.array(z.string().trim().min(1)).min(1))),
  words: z.record(z.string().regex(/^[a-z_]+$/), text),
})

// 2028 is a leap year: 29 February is a day.
const monthDay = z
  .string()
  .refine((day) => z.iso.date().safeParse(`2028-${day}`).success, 'write month and day, such as "04-07"')

/** The days on which nothing is sent unasked. Local dates. */
export const calendarSchema = z.strictObject({
  kind: z.literal('calendar'),
  every_year: z.array(monthDay),
  dates: z.array(z.iso.date()),
  pauses: z.array(z.strictObject({ from: monthDay, to: monthDay, why: z.string() })),
})

export const flowSchema = z.discriminatedUnion('kind', [
  quizSchema,
  checklistSchema,
  catalogueSchema,
  dialogueSchema,
  wordsSchema,
  calendarSchema,
  privacySchema,
  emergencySchema,
  packetSchema,
  factsSchema,
  templateSchema,
  reviewsSchema,
  reportSchema,
])

export type Quiz = z.infer<typeof quizSchema>
export type Question = Quiz['questions'][number]

/** The forms a bank has, in the order of `FORMS`. */
export const formsIn = (questions: readonly Pick<Question, 'form'>[]): Question['form'][] =>
  FORMS.filter((form) => questions.some((one) => one.form === form))

/** As an author is told of it. */
export const formShown = (form: Question['form']): string => (form === 'practice' ? form : `form ${form}`)
export type Dialogue = z.infer<typeof dialogueSchema>
export type Step = Dialogue['steps'][number]
export type Words = z.infer<typeof wordsSchema>
