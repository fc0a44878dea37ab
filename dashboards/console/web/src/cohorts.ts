// Retention as cells: a row for a cohort, a column for the intervals since. Colour and number say the same.
import type { Answer, Panel } from './api';
import { named } from './calendar';
import { Chart, colours, label, tip, tooltip } from './chart';
import type { Colours, Option } from './chart';
import { h, put } from './dom';
import { calendarDay, compact, number, percent } from './format';
import { pick, t, tIn } from './i18n';
import type { Cells } from './table';
import type { Drawing } from './view';

type Row = [cohort: string, interval: string, n: number, share: number, size: number, active: number];

export class Cohorts implements Drawing {
  readonly intervals = ['day', 'week', 'month'] as const;
  readonly chart = new Chart('cells');
  private readonly fact = h('p', { class: 'fact split' });
  readonly el = h('div', {}, this.fact, this.chart.el);

  constructor(private readonly panel: Panel, private readonly cells: Cells) {}

  draw(answer: Answer): void {
    const rows = answer.rows as unknown as Row[];
    const interval = rows[0]![1];
    const cohorts = [...new Map(rows.map((r) => [r[0], r[4]]))]; // start and size, oldest first
    const max = Math.max(0.01, ...rows.map((r) => r[3]));
    this.chart.onPick((x, y) => {
      const row = rows.find((r) => r[2] === Math.round(x) + 1 && r[0] === cohorts[Math.round(y)]?.[0]);
      if (row) this.cells.who?.(answer, row, row[5] > 0 ? 'n_day' : 'cohort_size');
    });
    put(this.fact, h('span', {}, t('chart.cohorts_how', { intervals: tIn('intervals', interval) })),
      h('span', { class: 'scale', 'aria-hidden': 'true' }, percent(0), h('span', { class: 'ramp' }), percent(max)));
    this.chart.el.style.height = `${cohorts.length * 19 + 34}px`;
    this.chart.draw((width) => option(rows, cohorts, interval, max, width, pick(this.panel.columns[3]!.title)), t('chart.cohorts', {
      n: number(cohorts.length), from: calendarDay(cohorts[0]![0]), to: calendarDay(cohorts[cohorts.length - 1]![0]), max: percent(max),
    }));
  }
}

function option(rows: Row[], cohorts: [string, number][], interval: string, max: number, width: number, name: string): Option {
  const c = colours();
  const at = new Map(cohorts.map(([start], i) => [start, i]));
  const columns = Math.max(...rows.map((r) => r[2]));
  const start = (s: string) => calendarDay(s, interval === 'month' ? 'shortMonth' : 'short');
  const widest = (texts: string[]) => Math.ceil(Math.max(...texts.map((text) => widthOf(text, c))));
  const size = widest(cohorts.map(([, n]) => compact(n)));
  const left = widest(cohorts.map(([s]) => start(s))) + size + 22;
  const room = (width - left - 8) / columns;
  const every = room < 18 ? Math.ceil(18 / room) + 1 : 1;
  return {
    tooltip: {
      ...tooltip(c, (params) => {
        const r = rows[(params as { dataIndex: number }).dataIndex];
        return r ? tip(`${named(r[0], interval)} · ${t('chart.later', { n: number(r[2]), intervals: tIn('intervals', interval) })}`,
          [[name, percent(r[3]), 'accent'], [t('chart.of_cohort'), `${number(r[5])} / ${number(r[4])}`, 'none']]) : '';
      }),
      trigger: 'item',
    },
    grid: { left, right: 8, top: 26, bottom: 6, outerBoundsMode: 'none' },
    xAxis: {
      type: 'category', position: 'top', data: Array.from({ length: columns }, (_, i) => String(i + 1)), axisLine: { show: false }, axisTick: { show: false },
      axisLabel: { ...label(c), interval: (i: number) => i % every === 0 }, splitLine: { show: false },
    },
    yAxis: {
      type: 'category', inverse: true, data: cohorts.map(([start]) => start), axisLine: { show: false }, axisTick: { show: false },
      axisLabel: {
        ...label(c), interval: 0, margin: 8, rich: { size: { color: c.ink, fontSize: 12, fontFamily: c.font, width: size + 6, align: 'right' } },
        formatter: (s: string, i: number) => `${start(s)} {size|${compact(cohorts[i]![1])}}`,
      },
    },
    visualMap: { show: false, min: 0, max, inRange: { color: [c.cold, c.accent] }, dimension: 2 },
    series: [{
      type: 'heatmap', itemStyle: { borderColor: c.surface, borderWidth: 1, borderRadius: 2 }, emphasis: { itemStyle: { borderColor: c.ink } },
      label: { show: room >= 20, fontSize: room < 24 ? 10 : 11, fontFamily: c.font, formatter: (p: { value: number[] }) => (p.value[2] ? String(Math.round(p.value[2]! * 100)) : '') },
      data: rows.map((r) => ({ value: [r[2] - 1, at.get(r[0]), r[3]], label: { color: readable(c, r[3] / max) } })),
    }],
  } as unknown as Option;
}

/** Black or white, so to say: what is easier to read on the ramp at this share of it. */
function readable(c: Colours, share: number): string {
  const channels = (hex: string) => [1, 3, 5].map((i) => parseInt(hex.slice(i, i + 2), 16));
  const [cold, accent] = [channels(c.cold), channels(c.accent)];
  const luminance = (rgb: number[]) => rgb.reduce((sum, v, i) => sum + [0.2126, 0.7152, 0.0722][i]! * (v / 255) ** 2.2, 0.05);
  const [here, ink, surface] = [cold.map((v, i) => v + share * (accent[i]! - v)), channels(c.ink), channels(c.surface)].map(luminance) as [number, number, number];
  const contrast = (x: number) => Math.max(x / here, here / x);
  return contrast(ink) >= contrast(surface) ? c.ink : c.surface;
}

const canvas = document.createElement('canvas').getContext('2d');

function widthOf(text: string, c: Colours): number {
  if (!canvas) return text.length * 8;
  canvas.font = `12px ${c.font}`;
  return canvas.measureText(text).width;
}
