// A CHW reports in private, one question after the other or in one line, reads what was understood and confirms it.
import type { Counts } from '../../domain/chw-report.ts'
import { readCount, readLine } from '../../engine/report-line.ts'
import { saysRight } from '../../engine/report-words.ts'
import type { ReportForm, ReportItem } from '../../engine/schema-report.ts'
import type { ListItem, Vars } from '../../engine/session.ts'
import { changeCards, chwGroupOf, hasCard } from '../../store/chw-groups.ts'
import {
  addLines,
  cardOf,
  type ChwReport,
  confirmReport,
  countsBefore,
  keyNamed,
  type LineWrite,
  type ReportKey,
  reportById,
  reportFor,
  reportIn,
} from '../../store/chw-reports.ts'
import type { Db } from '../../store/db.ts'
import { personById, placeOf } from '../../store/people.ts'
import { closedLast } from '../../store/report-periods.ts'
import type { FacilityId, PersonId } from '../../words/ids.ts'
import { groupLedBy } from '../lead-group.ts'
import { beginReports, periodNow } from '../keep-periods.ts'
import { raiseAtOnce } from '../raise-from-report.ts'
import { formOf, inQuestion, nextItem, periodName, readBackSays, zeros } from '../report-form.ts'
import { type DeedOrder, type DeedResult, type DeedSet, wordIn } from './deed.ts'
import { subjectIn } from './groups.ts'

const GONE: DeedResult = { outcome: 'gone' }

export const chwReportDeeds: DeedSet = {
  deeds: {
    /** Which form, of which period: the group's, or the one somebody picks. */
    async 'begin-counts'(order) {
      const { desk, db, talk, vars } = order
      const given = Number(wordIn(vars, 'subject'))
      if (given > 0) {
        const report = await theirs(db, talk.personId, given)
        return report ? check(order, report) : GONE
      }
      const place = await placeOf(db, talk.personId)
      const person = await personById(db, talk.personId)
      if (place === undefined || person?.cadre !== 'chw') return { outcome: 'none' }
      const picked = wordIn(vars, 'area')
      const areas = (await chwGroupOf(db, place))?.areas ?? []
      const forms = desk.shelf.reports.filter(({ area }) => areas.length === 0 || areas.includes(area))
      const form = picked === '' && forms.length === 1 ? forms[0] : formOf(desk, picked)
      if (!form) {
        const list = forms.map(({ area, title }): ListItem => ({ id: area, text: title }))
        return list.length === 0 ? { outcome: 'none' } : { outcome: 'pick', found: { areas: list } }
      }
      const which = await whichPeriod(order, { form, place })
      if (which) return which
      const asked = ask(form, { counts: await countsIn(order, { form, place }), after: '', area: form.area })
      if (asked.outcome !== 'ask') return asked
      // Whoever is late with one period must see that it is the next they are asked for.
      const key = await keyOf(order, { form, place })
      const values = { title: form.title, from: periodName(key) }
      const found = { ...asked.found, card: cardOf(key) }
      return { outcome: asked.outcome, found, says: [{ say: 'word', word: 'report_begins', values }] }
    },

    async 'answer-counts'(order) {
      const { desk, db, talk, vars } = order
      const place = await placeOf(db, talk.personId)
      const form = formOf(desk, wordIn(vars, 'area'))
      if (place === undefined || !form) return GONE
      const item = wordIn(vars, 'item')
      const said = wordIn(vars, 'line')
      const found = { area: form.area, item }
      if (wordIn(vars, 'picked') === 'check') return finish(order, { form, place })
      if (wordIn(vars, 'picked') === 'skip') return goOn(order, { form, place, after: item })
      const count = readCount(said, talk.language)
      const most = form.items.find(({ id }) => id === item)?.most ?? 0
      if (count !== undefined) {
        if (count > most) return { outcome: 'too-many', found: { ...found, most } }
        await add(order, { form, place, items: { [item]: count }, fill: {}, unclear: [] })
        return goOn(order, { form, place, after: item })
      }
      const { read, values, rest, words } = readLine(said, form, talk.language)
      if (read === 'nothing') return { outcome: 'unclear', found }
      await add(order, {
        form,
        place,
        items: Object.fromEntries(values),
        fill: rest ? zeros(form) : {},
        unclear: words,
      })
      return finish(order, { form, place })
    },

    /** All has been said already. */
    async 'check-counts'(order) {
      const place = await placeOf(order.db, order.talk.personId)
      const form = formOf(order.desk, wordIn(order.vars, 'area'))
      return place === undefined || !form ? GONE : finish(order, { form, place })
    },

    async 'confirm-counts'(order) {
      const { desk, db, talk, vars, now } = order
      const report = await theirs(db, talk.personId, Number(vars['report']))
      const form = report && formOf(desk, report.area)
      if (!report || !form) return GONE
      const said = wordIn(vars, 'line').trim()
      // A number alone is the count that is in question, where it is one.
      const count = wordIn(vars, 'picked') === '' ? readCount(said, talk.language) : undefined
      const asked = count === undefined ? undefined : await askedBack(db, form, report)
      if (asked && count !== undefined && count > asked.most)
        return { outcome: 'too-many', found: { most: asked.most } }
      if (asked && count !== undefined)
        return correct(order, report, { items: { [asked.id]: count }, fill: {}, unclear: [] })
      const picked = wordIn(vars, 'picked') || (BUTTONS[said] ?? (saysRight(said) ? 'right' : ''))
      if (picked === '') {
        const { read, values, rest, words } = readLine(said, form, talk.language)
        if (read === 'nothing') return { outcome: 'unclear', found: { report: report.id } }
        const fill = rest ? zeros(form) : {}
        return correct(order, report, { items: Object.fromEntries(values), fill, unclear: words })
      }
      // Said in the group meanwhile, or on another telephone: nothing counts that was not read back.
      if (Number(vars['read']) !== report.heardAt) return check(order, report)
      if (picked === 'zero')
        await addLines(db, [lineOf(report, { items: {}, fill: zeros(form), unclear: [] })], now)
      await confirmReport(db, report.id, now)
      const { items: counts = {}, facilityId: facility } = (await reportById(db, report.id)) ?? report
      const by = talk.personId
      const before = report.items ?? {}
      const tells = await raiseAtOnce(desk, db, { form, facility, by, now, counts, before })
      const group = await chwGroupOf(db, facility)
      if (group) await changeCards(db, [{ address: group.addressId, name: cardOf(report) }])
      return { outcome: 'confirmed', tells }
    },

    /** The mentor asks a group to report in one more technical area. */
    async 'list-report-areas'({ desk, db, talk, vars }) {
      const address = subjectIn(vars)
      const group = address === undefined ? undefined : await groupLedBy(db, talk.personId, address)
      if (!group) return { outcome: 'refused' }
      const areas = desk.shelf.reports.map(({ area, title }): ListItem => ({ id: area, text: title }))
      return { outcome: areas.length === 0 ? 'none' : 'pick', found: { areas, group: group.facility } }
    },

    async 'ask-for-reports'({ desk, db, talk, vars, now }) {
      const address = subjectIn(vars)
      const group = address === undefined ? undefined : await groupLedBy(db, talk.personId, address)
      const form = formOf(desk, wordIn(vars, 'area'))
      if (!group || !form) return { outcome: 'refused' }
      await reportIn(db, group.addressId, form.area)
      const period = await beginReports(desk, db, { group, now, asked: true })
      const key = { ...period, area: form.area }
      await changeCards(db, [{ address: group.addressId, name: cardOf(key) }])
      return { outcome: 'asked' }
    },
  },
  audited: { 'confirm-counts': 'report.confirm', 'ask-for-reports': 'report.ask' },
}

/** Where choices are numbered: a bare number says nothing else here. */
const BUTTONS: Readonly<Record<string, string>> = { 1: 'right', 2: 'zero' }

async function theirs(db: Db, person: PersonId, id: number): Promise<ChwReport | undefined> {
  const report = Number.isSafeInteger(id) && id > 0 ? await reportById(db, id) : undefined
  return report?.personId === person ? report : undefined
}

const countsOf = ({ draft, items }: ChwReport): Counts => draft ?? items ?? {}

interface Place {
  readonly form: ReportForm
  readonly place: FacilityId
}

/** What they report of: the period they began with, should it be due meanwhile, or else the one that runs. */
async function keyOf(
  { desk, db, vars, now }: DeedOrder,
  { form: { area }, place }: Place,
): Promise<ReportKey> {
  const begun = keyNamed(wordIn(vars, 'card'))
  if (begun?.area === area) return begun
  return { area, ...(await periodNow(desk, db, { place, now })) }
}

/** Where what was due is still owed, they say which of both they report: late is better than never. */
async function whichPeriod(order: DeedOrder, where: Place): Promise<DeedResult | undefined> {
  const { db, talk, vars } = order
  const { area } = where.form
  if (keyNamed(wordIn(vars, 'card'))?.area === area) return undefined
  const group = await chwGroupOf(db, where.place)
  const closed = group && (await closedLast(db, where.place))
  if (!closed) return undefined
  const owed: ReportKey = { area, every: closed.every, first: closed.first }
  if (!(await hasCard(db, group.addressId, cardOf(owed)))) return undefined
  if ((await reportFor(db, talk.personId, owed))?.items !== undefined) return undefined
  const keys = [owed, await keyOf(order, where)]
  const periods = keys.map((key): ListItem => ({ id: cardOf(key), text: { en: periodName(key) } }))
  return { outcome: 'which', found: { area, periods } }
}

/** What they have said of the running period so far. */
async function countsIn(order: DeedOrder, where: Place): Promise<Counts> {
  const report = await reportFor(order.db, order.talk.personId, await keyOf(order, where))
  return report ? countsOf(report) : {}
}

/** Makes the report of the running period, or adds to it. */
async function add(
  order: DeedOrder,
  { form, place, ...line }: Place & Pick<LineWrite, 'items' | 'fill' | 'unclear'>,
): Promise<void> {
  const key = await keyOf(order, { form, place })
  const { db, talk, now } = order
  await addLines(db, [{ ...key, ...line, person: talk.personId, facility: place, unread: false }], now)
}

async function goOn(
  order: DeedOrder,
  { form, place, after }: Place & { after: string },
): Promise<DeedResult> {
  const counts = await countsIn(order, { form, place })
  const next = ask(form, { counts, after, area: form.area })
  return next.outcome === 'ask' ? next : finish(order, { form, place })
}

/** Asks for the next item; those that were passed over are not asked for again. */
function ask(
  form: ReportForm,
  { counts, after, area }: { counts: Counts; after: string; area: string },
): { outcome: string; found: Vars } {
  const item = nextItem(form, counts, after)
  if (!item) return { outcome: 'all', found: { area } }
  const at = form.items.indexOf(item) + 1
  return { outcome: 'ask', found: { area, item: item.id, question: item.ask, at, of: form.items.length } }
}

/** Reads what was said back; where nothing was, it is asked from the first item. */
async function finish(order: DeedOrder, where: Place): Promise<DeedResult> {
  const report = await reportFor(order.db, order.talk.personId, await keyOf(order, where))
  return report ? check(order, report) : ask(where.form, { counts: {}, after: '', area: where.form.area })
}

const askedBack = async (db: Db, form: ReportForm, report: ChwReport): Promise<ReportItem | undefined> =>
  inQuestion(form, { counts: countsOf(report), before: await countsBefore(db, report.personId, report) })

/** Takes more of what was read back, and reads it back anew. */
async function correct(
  order: DeedOrder,
  report: ChwReport,
  line: Pick<LineWrite, 'items' | 'fill' | 'unclear'>,
): Promise<DeedResult> {
  await addLines(order.db, [lineOf(report, line)], order.now)
  const after = await reportById(order.db, report.id)
  return after ? check(order, after) : GONE
}

async function check({ desk, db }: DeedOrder, report: ChwReport): Promise<DeedResult> {
  const form = formOf(desk, report.area)
  if (!form) return GONE
  const before = await countsBefore(db, report.personId, report)
  const read = { period: report, counts: countsOf(report), before, unclear: report.unclear }
  const says = readBackSays(form, read, desk.shelf.words)
  return { outcome: 'check', says, found: { report: report.id, read: report.heardAt } }
}

const lineOf = (
  { personId, facilityId, area, every, first }: ChwReport,
  line: Pick<LineWrite, 'items' | 'fill' | 'unclear'>,
): LineWrite => ({ person: personId, facility: facilityId, area, every, first, ...line, unread: false })
