import { expect, it } from 'vitest'
import { drawRunChart, type RunChart, runChartSvg } from '../../src/pictures/run-chart.ts'
import { keepToLookAt } from './look.ts'

const chartOf = (values: readonly number[], more: Partial<RunChart> = {}): RunChart => ({
  title: 'Women with oxytocin within 1 minute',
  subtitle: 'Hilltop HC',
  unit: '%',
  points: values.map((value, index) => ({ label: `${1 + index * 3} Nov`, value })),
  median: 55,
  target: 90,
  changedBefore: undefined,
  words: { median: 'Median', target: 'Target', change: 'change' },
  ...more,
})

it('draws figures, median, target and change; the same figures give the same bytes', async () => {
  const chart = chartOf([40, 45, 50, 55, 80, 85, 90, 95], { changedBefore: 4 })
  const png = await drawRunChart(chart)
  keepToLookAt('run-chart.png', png)
  keepToLookAt('run-chart-two.png', await drawRunChart(chartOf([50, 95])))
  const counts = chartOf([9, 7, 8, 4, 3], {
    unit: '',
    median: 7,
    target: 2,
    title: 'Newborns cold on admission, each week',
  })
  keepToLookAt('run-chart-number.png', await drawRunChart(counts))
  const long = chartOf(Array.from({ length: 30 }, (_, index) => (index * 37) % 60))
  keepToLookAt('run-chart-long.png', await drawRunChart(long))
  expect(await drawRunChart(chart)).toEqual(png)
  expect(png.length).toBeLessThan(150_000)
})

it('says what it shows, whatever signs are in it', () => {
  const svg = runChartSvg(chartOf([40, 95], { title: '<b>{x|y}' }))
  for (const text of ['Median', '55 %', 'Target', '90 %', '>95<', '1 Nov']) expect(svg).toContain(text)
  expect(svg).not.toContain('<b>')
})
