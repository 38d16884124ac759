// Missed questions come back, spaced by how well they are remembered (ts-fsrs), until they are known.
import {
  type CardInput,
  createEmptyCard,
  fsrs,
  generatorParameters,
  type Grade,
  Rating,
  type State,
} from 'ts-fsrs'
import { DAY, HOUR, type Instant } from '../words/clock.ts'

/** What is remembered of one person's memory of one question. Plain data; times are instants. */
export interface ReviewCard {
  readonly dueAt: Instant
  /** Right answers since the last wrong one. */
  readonly rightInARow: number
  readonly memory: Memory
}

/** The numbers ts-fsrs needs to go on. */
export interface Memory {
  readonly stability: number
  readonly difficulty: number
  readonly reps: number
  readonly lapses: number
  readonly state: State
  readonly reviewedAt: Instant
}

/** Right twice running, days apart, is known: the question is retired. */
const RIGHT_TO_RETIRE = 2

/** A night between two answers; a refresher of the day after comes at most some hours earlier than the test did. */
const APART = 12 * HOUR

/** How many questions one refresher brings back at most: three minutes of a working day. */
const MOST_IN_A_SET = 3

/** How many of `due` questions one refresher takes, so that none is left to come alone: four come as two and two. */
export const inOneSet = (due: number): number =>
  due === MOST_IN_A_SET + 1 ? 2 : Math.min(due, MOST_IN_A_SET)

/** Questions due this soon after the first are taken along, so that a set is worth the interruption. */
const TAKE_ALONG = 2 * DAY

// Whole days only (no steps of minutes), and no fuzz: the same answers always give the same days.
const scheduler = fsrs(
  generatorParameters({ enable_fuzz: false, enable_short_term: false, request_retention: 0.9 }),
)

/** The card after a question was answered: when it is due next, or `undefined` when the question is now known. */
export function reviewed(
  card: ReviewCard | undefined,
  correct: boolean,
  now: Instant,
): ReviewCard | undefined {
  // A question never missed needs no card.
  if (!card && correct) return undefined
  // Right again within hours, the explanation is remembered, not yet the fact: the card stands as it was.
  if (card && correct && now - card.memory.reviewedAt < APART) return card
  const rightInARow = correct ? (card?.rightInARow ?? 0) + 1 : 0
  if (rightInARow >= RIGHT_TO_RETIRE) return undefined
  return card
    ? after(toFsrs(card), now, { rating: correct ? Rating.Good : Rating.Again, rightInARow })
    : firstMiss(now)
}

// Everybody's first miss at one moment is remembered alike: a test that ends has many, a batch of tests hundreds.
let lastMiss: { readonly now: Instant; readonly card: ReviewCard } | undefined

function firstMiss(now: Instant): ReviewCard {
  if (lastMiss?.now !== now)
    lastMiss = {
      now,
      card: after(createEmptyCard<CardInput>(now), now, { rating: Rating.Again, rightInARow: 0 }),
    }
  return lastMiss.card
}

function after(
  before: CardInput,
  now: Instant,
  { rating, rightInARow }: { rating: Grade; rightInARow: number },
): ReviewCard {
  const { card: next } = scheduler.next(before, now, rating)
  return {
    dueAt: next.due.getTime(),
    rightInARow,
    memory: {
      stability: next.stability,
      difficulty: next.difficulty,
      reps: next.reps,
      lapses: next.lapses,
      state: next.state,
      reviewedAt: now,
    },
  }
}

function toFsrs(card: ReviewCard): CardInput {
  const { reviewedAt, ...memory } = card.memory
  const days = Math.round((card.dueAt - reviewedAt) / DAY)
  return {
    ...memory,
    due: card.dueAt,
    last_review: reviewedAt,
    elapsed_days: days,
    scheduled_days: days,
    learning_steps: 0,
  }
}

/** The questions of one refresher at `at`: of the quiz whose turn it is, the first due first. `cards` are in that order. */
export function refresherSet<Kept extends ReviewCard & { readonly flow: string }>(
  cards: readonly Kept[],
  at: Instant,
): Kept[] {
  const ordered = cards.toSorted((a, b) => a.dueAt - b.dueAt)
  const due = ordered.filter(({ flow, dueAt }) => flow === ordered[0]?.flow && dueAt <= at + TAKE_ALONG)
  return due.slice(0, inOneSet(due.length))
}
