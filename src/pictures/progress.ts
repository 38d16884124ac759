// One mentee's progress, a competency a row: where they began, where they are, and the bar.
import { BarChart, ScatterChart } from 'echarts/charts'
import { GridComponent, MarkLineComponent, TitleComponent } from 'echarts/components'
import { init, use } from 'echarts/core'
import { SVGRenderer } from 'echarts/renderers'
import { FAMILY } from './fonts.ts'
import { toPng } from './png.ts'

use([BarChart, ScatterChart, GridComponent, MarkLineComponent, TitleComponent, SVGRenderer])

export interface ProgressRow {
  readonly title: string
  /** Where they stand, in words, such as "validated on 12 May". */
  readonly stage: string
  /** The first score, and the last of an observation, in percent; undefined before there is one. */
  readonly first: number | undefined
  readonly last: number | undefined
  readonly validated: boolean
}

/** Texts are in the reader's language. */
export interface Progress {
  readonly title: string
  readonly subtitle: string
  /** The percentage to reach, and what it and the mark of the first score are called. */
  readonly bar: number
  readonly words: { readonly bar: string; readonly first: string; readonly none: string }
  readonly rows: readonly ProgressRow[]
}

/** Twice the width of a small telephone. */
const WIDTH = 720
const EDGE = 32
const HEAD = 132
const ROW = 104
const FOOT = 64

const INK = '#13322b'
const QUIET = '#51655f'
const WASH = '#dfe9e5'
const BELOW = '#b36b00'
const REACHED = '#00695c'

/** Draws the progress as PNG; rows in the order given. */
export async function drawProgress(progress: Progress): Promise<Uint8Array> {
  return toPng(progressSvg(progress))
}

/** The drawing before it is made into pixels, for tests that read it. */
export function progressSvg({ title, subtitle, bar, words, rows }: Progress): string {
  const height = HEAD + rows.length * ROW + FOOT
  const chart = init(null, null, { renderer: 'svg', ssr: true, width: WIDTH, height })
  const shown = rows.toReversed()
  const label = { color: INK, fontFamily: FAMILY, fontSize: 24 }
  chart.setOption({
    animation: false,
    backgroundColor: '#ffffff',
    textStyle: { fontFamily: FAMILY },
    title: [
      {
        text: short(title, 30),
        subtext: subtitle,
        left: EDGE,
        top: 22,
        padding: 0,
        itemGap: 10,
        textStyle: { color: INK, fontFamily: FAMILY, fontSize: 34 },
        subtextStyle: { color: QUIET, fontFamily: FAMILY, fontSize: 22 },
      },
      {
        text: `◇ ${words.first}`,
        left: EDGE,
        bottom: 22,
        padding: 0,
        textStyle: { color: QUIET, fontFamily: FAMILY, fontSize: 20, fontWeight: 'normal' },
      },
    ],
    grid: { left: EDGE, right: EDGE + 84, top: HEAD, bottom: FOOT },
    xAxis: { type: 'value', min: 0, max: 100, show: false },
    yAxis: {
      type: 'category',
      data: shown.map((row) => row.title),
      axisLine: { show: false },
      axisTick: { show: false },
      // Above its bar, so that a long title has the whole width.
      axisLabel: {
        inside: true,
        margin: 0,
        padding: [0, 0, 86, 0],
        formatter: (text: string, index: number) => {
          const row = shown[index]
          return `{title|${short(text, 38)}}\n{${row?.validated === true ? 'good' : 'stage'}|${short(row?.stage ?? '', 52)}}`
        },
        rich: {
          // Over the line of the bar, which goes on behind it.
          title: { ...label, fontWeight: 'bold', lineHeight: 32, align: 'left', backgroundColor: '#ffffff' },
          stage: { color: QUIET, fontFamily: FAMILY, fontSize: 20, lineHeight: 26, align: 'left' },
          good: {
            color: REACHED,
            fontFamily: FAMILY,
            fontSize: 20,
            fontWeight: 'bold',
            lineHeight: 26,
            align: 'left',
          },
        },
      },
      z: 10,
    },
    series: [
      {
        type: 'bar',
        barWidth: 24,
        showBackground: true,
        backgroundStyle: { color: WASH, borderRadius: 4 },
        data: shown.map(({ last }) => ({
          value: last ?? 0,
          itemStyle: { color: (last ?? 0) >= bar ? REACHED : BELOW, borderRadius: 4 },
        })),
        markLine: {
          symbol: 'none',
          silent: true,
          lineStyle: { color: INK, width: 3, type: [6, 5] },
          label: { ...label, fontSize: 20, position: 'start', distance: 14, formatter: words.bar },
          data: [{ xAxis: bar }],
        },
      },
      // The score at the end of the row, where it is read with the thumb on the row.
      {
        type: 'scatter',
        silent: true,
        symbolSize: 0,
        itemStyle: { opacity: 1 },
        data: shown.map((_, index) => [100, index]),
        label: {
          show: true,
          position: 'right',
          distance: 10,
          ...label,
          fontWeight: 'bold',
          formatter: ({ dataIndex }: { dataIndex: number }) => {
            const last = shown[dataIndex]?.last
            return last === undefined ? words.none : `${last} %`
          },
        },
      },
      // Where they began: a mark of another shape, since colour alone says nothing to many.
      {
        type: 'scatter',
        silent: true,
        symbol: 'diamond',
        symbolSize: 20,
        itemStyle: { color: '#ffffff', borderColor: INK, borderWidth: 3 },
        data: shown.flatMap(({ first, last }, index) =>
          first === undefined || first === last ? [] : [[first, index]],
        ),
        z: 5,
      },
    ],
  })
  try {
    return chart.renderToSVGString()
  } finally {
    chart.dispose()
  }
}

/** What fits into a line; the words that go with the picture say it whole. Braces and bars are the library's own signs. */
function short(text: string, most: number): string {
  const plain = text.replaceAll(/[{}|]/g, ' ')
  return plain.length <= most ? plain : `${plain.slice(0, most - 1).trimEnd()}…`
}
