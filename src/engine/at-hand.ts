// The question at hand: what a frame waits on, looked up on the shelf.
import type { FlowId, FlowVersion } from '../words/ids.ts'
import type { LocalText } from '../words/language.ts'
import { choicesOf } from './dialogue.ts'
import { choiceMeant } from './match.ts'
import { optionOrder } from './quiz.ts'
import type { Dialogue, Quiz, Step } from './schema.ts'
import type { DialogueFrame, Frame } from './session.ts'
import type { Flow, Shelf } from './shelf.ts'

/** The choices of the question a frame waits on, in the order shown; none when it is answered in free words. */
export function choicesShown(shelf: Shelf, frame: Frame): readonly LocalText[] {
  if (frame.kind === 'dialogue') return choicesOf(stepOf(shelf, frame), frame).map((choice) => choice.text)
  const quiz = quizOf(shelf, frame.version).content
  const index = frame.questions[frame.answers.length] ?? 0
  return optionOrder(quiz, index, frame.seed).map(
    (option) => quiz.questions[index]?.options[option]?.text ?? {},
  )
}

/** What those choices are called in the flow: the letters of a quiz's options as written, the names of a dialogue's. */
export function choiceIds(shelf: Shelf, frame: Frame): readonly string[] {
  if (frame.kind === 'dialogue') return choicesOf(stepOf(shelf, frame), frame).map(({ id }) => id)
  const quiz = quizOf(shelf, frame.version).content
  const index = frame.questions[frame.answers.length] ?? 0
  return optionOrder(quiz, index, frame.seed).map(
    (option) => quiz.questions[index]?.options[option]?.key ?? '',
  )
}

/**
 * Whether words that begin with START belong to the question at hand: "Start over" where it is offered, and anything
 * in a quiz, where an answer that is not clear must not lead away.
 */
export function isAnswer(shelf: Shelf, frame: Frame, text: string): boolean {
  return frame.kind === 'quiz' || choiceMeant(text, choicesShown(shelf, frame)) !== undefined
}

/** Whether this person is let in by a code: their home asks for one. */
export function asksForCode(shelf: Shelf, home: FlowId): boolean {
  const { content } = flowNamed(shelf, home)
  return content.kind === 'dialogue' && content.steps.some((step) => 'ask' in step && step.save === 'code')
}

export function stepOf(shelf: Shelf, frame: DialogueFrame): Step {
  const step = dialogueOf(shelf, frame).content.steps[frame.step]
  if (!step) throw new Error(`there is no step ${frame.step}`)
  return step
}

export function flowNamed(shelf: Shelf, id: FlowId): Flow {
  const flow = shelf.current(id)
  if (!flow) throw new Error(`there is no flow ${id}`)
  return flow
}

export const isQuiz = (flow: Flow): flow is Flow<Quiz> => flow.content.kind === 'quiz'
export const isDialogue = (flow: Flow): flow is Flow<Dialogue> => flow.content.kind === 'dialogue'

/** The quiz of a version. @throws when it is none. */
export function quizOf(shelf: Shelf, version: FlowVersion): Flow<Quiz> {
  const flow = shelf.version(version)
  if (!isQuiz(flow)) throw new Error(`${flow.id} is no quiz`)
  return flow
}

export function dialogueOf(shelf: Shelf, frame: DialogueFrame): Flow<Dialogue> {
  const flow = shelf.version(frame.version)
  if (!isDialogue(flow)) throw new Error(`${flow.id} is no dialogue`)
  return flow
}
