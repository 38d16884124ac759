// What is due, in the order of time, and of what is due at once in the order it came.
import type { Instant } from '../../src/words/clock.ts'

/** What is due first comes first; of what is due at once, what was added first. */
export class Queue<Due extends { readonly at: Instant }> {
  readonly #heap: { readonly due: Due; readonly order: number }[] = []
  #added = 0

  add(due: Due): void {
    const heap = this.#heap
    let at = heap.push({ due, order: this.#added++ }) - 1
    for (let above = (at - 1) >> 1; at > 0 && this.#before(at, above); above = (at - 1) >> 1) {
      this.#swap(at, above)
      at = above
    }
  }

  take(): Due | undefined {
    const heap = this.#heap
    if (heap.length > 1) this.#swap(0, heap.length - 1)
    const first = heap.pop()
    for (let at = 0; ;) {
      const [left, right] = [2 * at + 1, 2 * at + 2]
      const least = right < heap.length && this.#before(right, left) ? right : left
      if (least >= heap.length || !this.#before(least, at)) break
      this.#swap(at, least)
      at = least
    }
    return first?.due
  }

  #before(one: number, other: number): boolean {
    const [a, b] = [this.#heap[one], this.#heap[other]]
    return a !== undefined && b !== undefined && (a.due.at - b.due.at || a.order - b.order) < 0
  }

  #swap(one: number, other: number): void {
    const [a, b] = [this.#heap[one], this.#heap[other]]
    if (a && b) [this.#heap[one], this.#heap[other]] = [b, a]
  }
}
