// What time it is for the programme, and how the page says it.
import { month, weekday, word } from './words.js'

let ahead = 0
let zone

/** Now, as the service has it: the demo's clock in the demo, else the phone's. */
export const now = () => Date.now() + ahead

/** Goes by the demo's clock and its time zone, or (with undefined) back to the browser's. */
export function followDemo(clock) {
  zone = clock?.timezone
  ahead = clock ? clock.now - Date.now() : 0
}

/** The calendar's parts of an instant, in the zone the page goes by. */
function parts(at) {
  const format = new Intl.DateTimeFormat('en-GB', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
  })
  return Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, value]))
}

/** A number that is the same all day long and one more the next day. */
export function dayOf(at) {
  const { year, month: inYear, day } = parts(at)
  return Date.UTC(Number(year), Number(inYear) - 1, Number(day)) / 86_400_000
}

/** `14:05` */
export function timeInWords(at) {
  const { hour, minute } = parts(at)
  return `${hour}:${minute}`
}

/** `Tuesday 5 March`, with the year when it is not this one. */
export function dateInWords(at) {
  const { year, month: inYear, day } = parts(at)
  const name = weekday(new Date(dayOf(at) * 86_400_000).getUTCDay())
  const date = `${name} ${Number(day)} ${month(Number(inYear))}`
  return year === parts(now()).year ? date : `${date} ${year}`
}

/** `Today`, `Yesterday`, `Tomorrow`, else the date. */
export function dayInWords(at) {
  const near = { '-1': 'yesterday', 0: 'today', 1: 'tomorrow' }[dayOf(at) - dayOf(now())]
  return near ? word(near) : dateInWords(at)
}
