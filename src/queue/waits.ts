/** Waits that a stop ends at once, and that leave nothing behind: neither timers nor callbacks on long-lived promises. */
export class Waits {
  readonly #ends = new Set<() => void>()
  #over = false

  /** Resolves with what `work` gives, or with nothing when it is interrupted; rejects when it takes longer than `ms`. */
  within<Result>(ms: number, work: Promise<Result>): Promise<Result | undefined> {
    return new Promise((resolve, reject) => {
      const settle = (deed: () => void) => () => {
        clearTimeout(timer)
        done()
        deed()
      }
      const timer = setTimeout(
        settle(() => reject(new Error('timeout'))),
        ms,
      )
      const done = this.#begin(settle(() => resolve(undefined)))
      work.then(
        (result) => settle(() => resolve(result))(),
        (error: unknown) => settle(() => reject(error))(),
      )
    })
  }

  /** Resolves after `ms`, when it is interrupted, or when the function given to `early` is called. */
  rest(ms: number, early: (end: () => void) => void = () => {}): Promise<void> {
    return new Promise((resolve) => {
      const end = () => {
        clearTimeout(timer)
        done()
        resolve()
      }
      const timer = setTimeout(end, ms)
      const done = this.#begin(end)
      if (!this.#over) early(end)
    })
  }

  /** Ends every wait, also those to come. */
  interrupt(): void {
    this.#over = true
    for (const end of this.#ends) end()
  }

  #begin(end: () => void): () => void {
    if (this.#over) queueMicrotask(end)
    else this.#ends.add(end)
    return () => this.#ends.delete(end)
  }
}
