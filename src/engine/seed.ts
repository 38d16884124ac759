/**
 * A repeatable row of numbers in [0, 1) from a 32-bit seed (mulberry32). The same seed gives the same quiz on every
 * machine, so a stored seed is all that is needed to know what a person was asked, and in which order.
 */
export function numbersFrom(seed: number): () => number {
  let state = seed | 0
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** The numbers 0 … `count - 1` in the order the seed gives (Fisher–Yates). */
export function shuffled(count: number, seed: number): number[] {
  // Three times a message: `Array.from` with a function is some ten times dearer than a loop.
  const order: number[] = []
  for (let index = 0; index < count; index++) order.push(index)
  const next = numbersFrom(seed)
  for (let last = count - 1; last > 0; last--) {
    const other = Math.floor(next() * (last + 1))
    const kept = order[last] as number
    order[last] = order[other] as number
    order[other] = kept
  }
  return order
}
