// A lesson as it is read: to decide on, to be asked, as the case of the week.
import type { Say } from '../engine/events.ts'
import { subjectCode } from '../engine/offer.ts'
import type { Vars } from '../engine/session.ts'
import type { Lesson } from '../store/lessons.ts'
import type { Desk } from './desk.ts'

export const lessonCode = (id: number): string => subjectCode('L', id)

export const lessonSay = (id: number, word: string, values: Vars = {}): Say => ({
  say: 'word',
  word,
  values: { code: lessonCode(id), ...values },
  about: { flow: 'lesson', subject: id },
})

/** Whose it is: by name where they want it. */
const creditOf = (desk: Pick<Desk, 'shelf'>, { credit }: Lesson): Vars[string] =>
  credit ?? desk.shelf.words['lesson_a_mentor'] ?? {}

/** All of it, for whoever decides. */
export function lessonWhole(desk: Pick<Desk, 'shelf'>, lesson: Lesson): Say[] {
  const [right = '', ...wrong] = lesson.options
  const [first = '', second = ''] = lesson.points
  return [
    lessonSay(lesson.id, 'lesson_head', { question: lesson.question }),
    { say: 'word', word: 'lesson_right', values: { text: right } },
    ...wrong.map((text): Say => ({ say: 'word', word: 'lesson_wrong', values: { text } })),
    { say: 'word', word: 'lesson_because', values: { text: lesson.explanation } },
    { say: 'word', word: 'lesson_points', values: { first, second } },
    { say: 'word', word: 'lesson_credit', values: { name: creditOf(desk, lesson) } },
  ]
}

/** What is said to an answer. */
export function lessonVerdict(desk: Pick<Desk, 'shelf'>, lesson: Lesson, option: number): Say[] {
  const verdict: Say =
    option === 0
      ? { say: 'word', word: 'quiz_right' }
      : { say: 'word', word: 'lesson_not_right', values: { text: lesson.options[0] ?? '' } }
  return [
    verdict,
    { say: 'word', word: 'lesson_because', values: { text: lesson.explanation } },
    { say: 'word', word: 'lesson_credit', values: { name: creditOf(desk, lesson) } },
  ]
}

/** The case of the week. */
export function caseOfWeek(desk: Pick<Desk, 'shelf'>, lesson: Lesson): Say[] {
  const [first = '', second = ''] = lesson.points
  return [
    { say: 'word', word: 'lesson_week', values: { question: lesson.question } },
    { say: 'word', word: 'lesson_right', values: { text: lesson.options[0] ?? '' } },
    { say: 'word', word: 'lesson_points', values: { first, second } },
    { say: 'word', word: 'lesson_credit', values: { name: creditOf(desk, lesson) } },
  ]
}
