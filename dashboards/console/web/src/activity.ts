// The curve of active members over the quieter one of contributing members, and the
// actions below on the same time axis.
import type { Answer } from './api';
import { Chart, colours, label, labelsIn, legend, tip, tooltip } from './chart';
import type { Option } from './chart';
import { h, put } from './dom';
import { compact, date, dateTime, number, tick } from './format';
import { t, tIn } from './i18n';
import type { Panel } from './api';
import { pick } from './i18n';
import type { Scene } from './state';
import { ticks } from './zone';
import type { Cells } from './table';
import type { Drawing } from './view';

type Row = [time: number, active: number, contributing: number, actions: number];

export class Activity implements Drawing {
  readonly chart = new Chart('tall');
  private readonly legend = h('div', {});
  readonly el = h('div', {}, this.legend, this.chart.el);

  constructor(private readonly panel: Panel, private readonly cells: Cells) {}

  draw(answer: Answer, scene: Scene): void {
    const rows = answer.rows as Row[];
    const last = rows[rows.length - 1]!;
    const names = this.panel.columns.slice(1).map((c) => pick(c.title));
    put(this.legend, legend(names, marks));
    this.chart.onPick((x, y) => {
      const row = rows.reduce((a, b) => (Math.abs(b[0] - x) < Math.abs(a[0] - x) ? b : a));
      const nearer = Math.abs(row[2] - y) < Math.abs(row[1] - y) && row[2] > 0 ? 2 : 1;
      this.cells.who?.(answer, row, answer.columns[nearer]!.name);
    });
    const zone = scene.community.time_zone;
    const max = rows.reduce((a, b) => (b[1] > a[1] ? b : a));
    this.chart.draw((width) => option(rows, scene, names, width), t('chart.activity', {
      window: tIn('window', scene.window), from: date(scene.from, zone), to: date(scene.to, zone),
      last: number(last[1]), max: number(max[1]), when: dateTime(max[0], zone),
    }));
  }
}

const marks = ['accent', 'second', 'bar'];

function option(rows: Row[], scene: Scene, names: string[], width: number): Option {
  const c = colours();
  const zone = scene.community.time_zone;
  const last = rows[rows.length - 1]!;
  const open = last[0] > scene.now;
  const end = Math.max(scene.to, last[0]);
  const held: Row[] = last[0] < end ? [...rows, [end, last[1], last[2], last[3]]] : rows;
  const { at: all, step } = ticks(scene.from, end, labelsIn(width), zone);
  const at = all.filter((x) => ((end - x) / (end - scene.from)) * (width - 60) > 12); // a label at the very edge would be cut
  const axis = (gridIndex: number, labels: boolean) => ({
    type: 'value', gridIndex, min: scene.from, max: end, splitLine: { show: false }, axisLine: { lineStyle: { color: c.line }, onZero: false },
    axisTick: { show: labels, customValues: at, lineStyle: { color: c.line } },
    axisLabel: { ...label(c), show: labels, customValues: at, hideOverlap: true, formatter: (v: number) => tick(v, step, zone) },
    axisPointer: { show: true, type: 'line', snap: true, lineStyle: { color: c.muted, type: 'solid', width: 1 }, label: { show: false } },
  });
  const value = (gridIndex: number, splitNumber: number) => ({
    type: 'value', gridIndex, min: 0, minInterval: 1, splitNumber, axisLabel: { ...label(c), formatter: compact },
    splitLine: { lineStyle: { color: c.line } }, axisPointer: { show: false }, axisLine: { show: false }, axisTick: { show: false },
  });
  const line = (name: string, column: 1 | 2 | 3, colour: string, grid: number, extra: object) => ({
    name, type: 'line', step: 'end', xAxisIndex: grid, yAxisIndex: grid, data: held.map((r) => [r[0], r[column]]), symbol: 'none', silent: true,
    lineStyle: { color: colour, width: column === 1 ? 2 : 1.25 }, itemStyle: { color: colour }, emphasis: { disabled: true }, ...extra,
  });
  const left = 46;
  return {
    axisPointer: { link: [{ xAxisIndex: 'all' }] },
    tooltip: {
      ...tooltip(c, (params) => {
        const row = held[(params as { dataIndex: number }[])[0]?.dataIndex ?? 0];
        if (!row) return '';
        const until = Math.min(row[0], last[0]);
        const title = t('chart.window_end', { window: tIn('window', scene.window), time: dateTime(until, zone) });
        return tip(open && until === last[0] ? `${title} · ${t('chart.open')}` : title,
          names.map((n, i) => [n, number(row[i + 1] ?? 0), marks[i] ?? '']));
      }),
      trigger: 'axis',
    },
    grid: [{ left, right: 14, top: 12, height: '62%', outerBoundsMode: 'none' }, { left, right: 14, bottom: 26, height: '18%', outerBoundsMode: 'none' }],
    xAxis: [axis(0, false), axis(1, true)],
    yAxis: [value(0, 4), value(1, 1)],
    series: [
      line(names[0] ?? '', 1, c.accent, 0, { areaStyle: { color: c.soft }, z: 4 }),
      line(names[1] ?? '', 2, c.second, 0, { z: 3 }),
      line(names[2] ?? '', 3, c.second, 1, { areaStyle: { color: c.cold }, lineStyle: { color: c.second, width: 1 } }),
      // The newest value, hollow while its window is still open.
      {
        type: 'line', xAxisIndex: 0, yAxisIndex: 0, data: [[last[0], last[1]]], symbol: 'circle', symbolSize: 8, silent: true, z: 5, clip: false,
        itemStyle: { color: open ? c.surface : c.accent, borderColor: c.accent, borderWidth: 2 }, tooltip: { show: false },
      },
    ],
  } as Option;
}
