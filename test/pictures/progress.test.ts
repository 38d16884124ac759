import { expect, it } from 'vitest'
import { drawProgress, type Progress, progressSvg } from '../../src/pictures/progress.ts'
import { keepToLookAt } from './look.ts'

const PROGRESS: Progress = {
  title: 'Joseph Nshuti',
  subtitle: '25 November 2026',
  bar: 85,
  words: { bar: '85 %', none: '–', first: 'first score' },
  rows: [
    ['Newborn resuscitation', 'Validated on 12 May 2026', 62, 94, true],
    ['Bleeding after birth', 'Coaching, round 2', 41, 78, false],
    ["Umuvuduko w'amaraso mu gutwita no kugagara kw'ababyeyi batwite", 'Nyuma y’isuzuma', 55, 55, false],
    ['Respectful maternity care', 'Not begun', undefined, undefined, false],
    ['Retained placenta', 'Seen done properly: post-test left', 85, 100, false],
  ].map(([title, stage, first, last, validated]) => ({
    title,
    stage,
    first,
    last,
    validated,
  })) as Progress['rows'],
}

/** Width and height of a PNG, as its head says. */
function sizeOf(png: Uint8Array): [number, number] {
  const head = Buffer.from(png)
  expect(head.subarray(1, 4).toString()).toBe('PNG')
  return [head.readUInt32BE(16), head.readUInt32BE(20)]
}

it('is as wide as a telephone and higher with each competency; the same figures give the same bytes', async () => {
  const png = await drawProgress(PROGRESS)
  keepToLookAt('progress.png', png)
  expect(sizeOf(png)[0]).toBe(720)
  const one = await drawProgress({ ...PROGRESS, rows: PROGRESS.rows.slice(0, 1) })
  keepToLookAt('progress-one.png', one)
  expect(sizeOf(one)[1]).toBeLessThan(sizeOf(png)[1])
  expect(await drawProgress(PROGRESS)).toEqual(png)
  // Light enough for a slow link.
  expect(png.length).toBeLessThan(150_000)
})

it('says every title, stage and score in the order given, whatever signs are in them', () => {
  const svg = progressSvg(PROGRESS)
  const at = ['Newborn resuscitation', 'Bleeding after birth', 'Retained placenta'].map((text) =>
    svg.indexOf(text),
  )
  expect(at.every((place) => place > 0)).toBe(true)
  for (const text of ['94 %', '78 %', '100 %', 'Coaching, round 2', '85 %']) expect(svg).toContain(text)
  const odd = { ...PROGRESS, title: '<b>&"{x|y}', rows: [{ ...PROGRESS.rows[0], title: 'A {b|c} <d> & e' }] }
  const drawn = progressSvg(odd as Progress)
  expect(drawn).not.toContain('<b>')
  expect(drawn).not.toContain('<d>')
})
