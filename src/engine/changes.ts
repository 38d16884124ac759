// What changed between two versions of a flow, in words.
import { itemsOf, type ReviewItem } from './reviews.ts'

/** Every change, one line each; none when nothing that counts has changed. */
export function changesIn(before: unknown, after: unknown): string[] {
  const [old, now] = [mapOf(before), mapOf(after)]
  const [olds, nows] = [itemsOf(before), itemsOf(after)]
  const lists = new Set([...olds, ...nows].map(({ path }) => String(path[0])))
  const head = [...new Set([...Object.keys(old), ...Object.keys(now)])]
    .filter((key) => !lists.has(key))
    .flatMap((key) => differences(key, old[key], now[key]))
  const pairs = paired(olds, nows)
  const items = nows.flatMap((item) => {
    const other = pairs.get(item)
    if (!other) return [`${item.id} is new: ${shown(firstText(item.written))}`]
    return differences('', other.written, item.written).map((line) => `${item.id}: ${line}`)
  })
  const kept = new Set(pairs.values())
  const gone = olds
    .filter((item) => !kept.has(item))
    .map((item) => `${item.id} is gone: ${shown(firstText(item.written))}`)
  return [...head, ...items, ...gone]
}

/** Each new item with the old one it was: by its id, or, where places are no ids, by its words and then in order. */
function paired(olds: readonly ReviewItem[], nows: readonly ReviewItem[]): Map<ReviewItem, ReviewItem> {
  const pairs = new Map<ReviewItem, ReviewItem>()
  const left = new Set(olds)
  const pair = (fits: (old: ReviewItem, now: ReviewItem) => boolean): void => {
    for (const now of nows) {
      const old = pairs.has(now) ? undefined : [...left].find((one) => fits(one, now))
      if (!old) continue
      pairs.set(now, old)
      left.delete(old)
    }
  }
  const isPlace = ({ id }: ReviewItem): boolean => /\.\d+$/.test(id)
  pair((old, now) => !isPlace(now) && old.id === now.id)
  pair(
    (old, now) => isPlace(old) && isPlace(now) && JSON.stringify(old.written) === JSON.stringify(now.written),
  )
  pair((old, now) => isPlace(old) && isPlace(now))
  return pairs
}

function differences(path: string, before: unknown, after: unknown): string[] {
  if (JSON.stringify(before) === JSON.stringify(after)) return []
  const called = path === '' ? 'it' : path
  if (isMap(before) && isMap(after)) {
    // A right answer that changes is what a reader must not overlook.
    const answer =
      'answer' in after && typeof after['answer'] === 'string' && before['answer'] !== after['answer']
        ? [`THE RIGHT ANSWER is now ${shown(after['answer'])} and was ${shown(before['answer'])}`]
        : []
    const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])]
    return [
      ...answer,
      ...keys
        .filter((key) => answer.length === 0 || key !== 'answer')
        .flatMap((key) => differences(path === '' ? key : `${path}.${key}`, before[key], after[key])),
    ]
  }
  if (before === undefined) return [`${called} is new: ${shown(after)}`]
  if (after === undefined) return [`${called} is gone; it was ${shown(before)}`]
  return [`${called} is now ${shown(after)} and was ${shown(before)}`]
}

const shown = (value: unknown): string => {
  const text = typeof value === 'string' ? `“${value}”` : JSON.stringify(value ?? '')
  return text.length > 160 ? `${text.slice(0, 157)}…` : text
}

/** The first words of an item, in the language that stands first. */
function firstText(value: unknown): unknown {
  if (typeof value === 'string') return value
  if (!isMap(value)) return value
  for (const key of ['ask', 'say', 'observe', 'says', 'title', 'text', 'en', 'fr', 'rw', 'sw'])
    if (value[key] !== undefined) return firstText(value[key])
  return value
}

const isMap = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const mapOf = (value: unknown): Record<string, unknown> => (isMap(value) ? value : {})
