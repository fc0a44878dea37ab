// Retention of all cohorts together: shares over the intervals since the first.
import type { Answer, Panel } from './api';
import { valueAxis } from './calendar';
import { Chart, colours, label, legend, tip, tooltip } from './chart';
import type { Colours, Option } from './chart';
import { h, put } from './dom';
import { number, percent } from './format';
import { pick, t, tIn } from './i18n';
import type { Interval, Scene } from './state';
import { intervalFor } from './state';
import type { Cells } from './table';
import type { Drawing } from './view';

type Row = [n: number, nDay: number, unbounded: number, consecutive: number, members: number];

const marks = ['accent', 'sky', 'amber'];

export class Curve implements Drawing {
  readonly intervals = ['day', 'week', 'month'] as const;
  readonly chart = new Chart('fill');
  private readonly legend = h('div', {});
  readonly el = h('div', { class: 'filled' }, this.legend, this.chart.el);

  constructor(private readonly panel: Panel, private readonly cells: Cells) {}

  draw(answer: Answer, scene: Scene): void {
    const rows = answer.rows as Row[];
    const interval = intervalFor(scene, this.intervals, false);
    const titles = this.panel.columns.slice(1).map((c) => pick(c.title));
    put(this.legend, legend(titles.slice(0, 3), marks));
    this.chart.onPick((x, y) => { // the line that is nearest to the pointer, of those that anybody is on
      const row = rows[Math.round(x)];
      const near = row && [1, 2, 3].filter((i) => row[i]! > 0).sort((a, b) => Math.abs(row[a]! - y) - Math.abs(row[b]! - y))[0];
      if (near) this.cells.who?.(answer, row, answer.columns[near]!.name);
    });
    this.chart.draw(() => option(rows, titles, interval), t('chart.curve', { names: titles.slice(0, 3).join(', '), n: number(rows[rows.length - 1]![0]), intervals: tIn('intervals', interval) }));
  }
}

function option(rows: Row[], titles: string[], interval: Interval): Option {
  const c = colours();
  return {
    tooltip: {
      ...tooltip(c, (params) => {
        const r = rows[(params as { dataIndex: number }[])[0]?.dataIndex ?? 0];
        return r ? tip(t('chart.later', { n: number(r[0]), intervals: tIn('intervals', interval) }),
          [...marks.map((mark, i): [string, string, string] => [titles[i]!, percent(r[i + 1]!), mark]), [titles[3]!, number(r[4]), 'none']]) : '';
      }),
      trigger: 'axis', axisPointer: { type: 'line', lineStyle: { color: c.muted, type: 'solid', width: 1 } },
    },
    grid: { left: 46, right: 16, top: 14, bottom: 44, outerBoundsMode: 'none' },
    xAxis: {
      type: 'category', boundaryGap: rows.length === 1, data: rows.map((r) => String(r[0])), axisLine: { lineStyle: { color: c.muted } }, axisTick: { show: false },
      axisLabel: label(c), name: t('chart.since', { intervals: tIn('intervals', interval) }), nameLocation: 'middle', nameGap: 26, nameTextStyle: label(c),
    },
    yAxis: { ...valueAxis(c, percent), min: 0, max: 1, interval: 0.25 },
    series: marks.map((mark, i) => ({
      type: 'line', data: rows.map((r) => r[i + 1]), silent: true, emphasis: { disabled: true }, symbol: 'circle', symbolSize: rows.length > 16 ? 3 : 5,
      lineStyle: { color: c[mark as keyof Colours], width: i ? 1.5 : 2, type: i === 2 ? 'dashed' : 'solid' }, itemStyle: { color: c[mark as keyof Colours] }, z: i ? 3 : 4,
    })),
  } as unknown as Option;
}
