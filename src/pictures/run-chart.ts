// An indicator over time: its figures in order, the median they are read against, the target, and where something was
// changed.
import { LineChart } from 'echarts/charts'
import { GridComponent, MarkLineComponent, TitleComponent } from 'echarts/components'
import { init, use } from 'echarts/core'
import { SVGRenderer } from 'echarts/renderers'
import { FAMILY } from './fonts.ts'
import { toPng } from './png.ts'

use([LineChart, GridComponent, MarkLineComponent, TitleComponent, SVGRenderer])

/** Texts are in the reader's language. */
export interface RunChart {
  readonly title: string
  readonly subtitle: string
  /** What stands behind a figure, such as `%`; empty for a number of cases. */
  readonly unit: string
  readonly points: readonly { readonly label: string; readonly value: number }[]
  readonly median: number
  readonly target: number
  /** The index of the first point after the change was first tried; undefined when there was none. */
  readonly changedBefore: number | undefined
  readonly words: { readonly median: string; readonly target: string; readonly change: string }
}

/** Twice the width of a small telephone. */
const WIDTH = 720
const HEIGHT = 560
const EDGE = 32
const HEAD = 138
const FOOT = 72
const PLOT = HEIGHT - HEAD - FOOT
/** What two lines of writing beside the chart take. */
const LABEL = 56

const INK = '#13322b'
const QUIET = '#51655f'
const WASH = '#dfe9e5'
const LINE = '#00695c'
const CHANGED = '#b36b00'

/** With more figures than this, not each is written beside its point. */
const MOST_LABELLED = 12

/** Draws the chart as PNG; points in the order given. */
export async function drawRunChart(chart: RunChart): Promise<Uint8Array> {
  return toPng(runChartSvg(chart))
}

/** The drawing before it is made into pixels, for tests that read it. */
export function runChartSvg(drawn: RunChart): string {
  const { title, subtitle, unit, points, median, target, changedBefore, words } = drawn
  const chart = init(null, null, { renderer: 'svg', ssr: true, width: WIDTH, height: HEIGHT })
  const text = { color: INK, fontFamily: FAMILY, fontSize: 20 }
  const values = points.map(({ value }) => value)
  const most = unit === '%' ? 100 : Math.max(5, Math.ceil(Math.max(...values, target, median) * 1.15))
  const withUnit = (value: number): string => (unit === '' ? String(value) : `${value} ${unit}`)
  const apart = (Math.abs(target - median) / most) * PLOT
  // Beside their lines; where these lie close together, one is written higher and the other lower.
  const shift = Math.max(0, LABEL - apart) / 2
  const level = (value: number, name: string, dashed: boolean): object => ({
    yAxis: value,
    lineStyle: { color: dashed ? INK : QUIET, width: dashed ? 3 : 2, type: dashed ? [8, 6] : 'solid' },
    label: {
      ...text,
      lineHeight: 24,
      formatter: `${short(name, 10)}\n${withUnit(value)}`,
      position: 'end',
      offset: [0, dashed === target >= median ? -shift : shift],
      fontWeight: dashed ? 'bold' : 'normal',
    },
  })
  chart.setOption({
    animation: false,
    backgroundColor: '#ffffff',
    textStyle: { fontFamily: FAMILY },
    title: {
      text: short(title, 36),
      subtext: short(subtitle, 52),
      left: EDGE,
      top: 22,
      padding: 0,
      itemGap: 10,
      textStyle: { color: INK, fontFamily: FAMILY, fontSize: 28 },
      subtextStyle: { color: QUIET, fontFamily: FAMILY, fontSize: 22 },
    },
    grid: { left: EDGE + 48, right: EDGE + 92, top: HEAD, bottom: FOOT },
    xAxis: {
      type: 'category',
      data: points.map(({ label }) => label),
      boundaryGap: true,
      axisLine: { lineStyle: { color: QUIET } },
      axisTick: { show: false },
      axisLabel: { ...text, color: QUIET, hideOverlap: true, margin: 14 },
    },
    yAxis: {
      type: 'value',
      min: 0,
      max: most,
      minInterval: 1,
      splitLine: { lineStyle: { color: WASH } },
      axisLabel: {
        ...text,
        color: QUIET,
        formatter: (value: number) => (value === most && unit === '' ? '' : String(value)),
      },
    },
    series: [
      {
        type: 'line',
        data: values,
        symbol: 'circle',
        symbolSize: 14,
        lineStyle: { color: LINE, width: 4 },
        itemStyle: { color: LINE },
        label: {
          ...text,
          show: points.length <= MOST_LABELLED,
          position: 'top',
          distance: 8,
          fontWeight: 'bold',
          backgroundColor: '#ffffff',
          padding: [1, 4],
        },
        markLine: {
          symbol: 'none',
          silent: true,
          z: 1,
          data: [
            level(median, words.median, false),
            level(target, words.target, true),
            ...(changedBefore === undefined
              ? []
              : [
                  {
                    xAxis: changedBefore,
                    lineStyle: { color: CHANGED, width: 3, type: [2, 5] },
                    label: {
                      ...text,
                      color: CHANGED,
                      fontWeight: 'bold',
                      formatter: words.change,
                      position: 'end',
                    },
                  },
                ]),
          ],
        },
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
