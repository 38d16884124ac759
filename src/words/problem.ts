/** What can be wrong with what a caller asks. Only `http/` knows status codes; texts never carry personal data. */
export const PROBLEMS = {
  not_signed_in: 'Open the chat with your own link: yours is missing, changed or too old.',
  not_allowed: 'You may not do this.',
  not_found: 'There is no such thing here.',
  bad_request: 'This request cannot be read.',
  too_many: 'Too many requests. Please wait a moment and try again.',
  unavailable: 'The service cannot do this right now. Please try again shortly.',
} as const

export type ProblemCode = keyof typeof PROBLEMS

/** A mistake of the caller, said in words they can act on. Everything else that is thrown is a bug. */
export class Problem extends Error {
  override readonly name = 'Problem'
  readonly code: ProblemCode

  constructor(code: ProblemCode, detail?: string) {
    super(detail ?? PROBLEMS[code])
    this.code = code
  }
}
