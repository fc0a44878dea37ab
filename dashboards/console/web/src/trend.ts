// Lines over days, weeks or months; a share below them with an axis of its own.
import type { Answer, Panel } from './api';
import { intervalAxis, named, valueAxis } from './calendar';
import { Chart, colours, legend, tip, tooltip } from './chart';
import type { Colours, Option } from './chart';
import { h, put } from './dom';
import { calendarDay, compact, percent } from './format';
import { pick, t } from './i18n';
import type { Scene } from './state';
import { cellText, columnsOf } from './table';
import type { Cells } from './table';
import type { Drawing } from './view';

interface Line { column: number; name: string; mark: string; share: boolean }

const marks = ['accent', 'sky', 'amber'];

export class Trend implements Drawing {
  readonly chart = new Chart('fill');
  private readonly legend = h('div', {});
  readonly el = h('div', { class: 'filled' }, this.legend, this.chart.el);

  constructor(private readonly panel: Panel, private readonly cells: Cells) {}

  draw(answer: Answer, scene: Scene): void {
    const columns = columnsOf(this.panel, answer);
    const lines = columns.map((c, column): Line => ({ column, name: pick(c.title), share: c.unit === 'share', mark: c.unit === 'share' ? 'second' : marks[column - 2] ?? 'accent' })).slice(2);
    put(this.legend, legend(lines.map((l) => l.name), lines.map((l) => l.mark)));
    const rows = answer.rows;
    const interval = String(rows[0]?.[1]);
    this.chart.onPick((x, y) => {
      const row = rows[Math.round(x)];
      if (!row) return;
      const far = (l: Line) => Math.abs(Number(row[l.column] ?? 0) - y);
      const near = lines.filter((l) => this.cells.asked?.(answer, row, answer.columns[l.column]!.name)).sort((a, b) => far(a) - far(b))[0];
      if (near) this.cells.who?.(answer, row, answer.columns[near.column]!.name);
    });
    const tell = (i: number): HTMLElement | '' => {
      const row = rows[i];
      if (!row) return '';
      const title = named(String(row[0]), interval) + (interval === 'day' ? '' : ` · ${t('chart.mean')}`);
      return tip(title, lines.map((l) => [l.name, cellText(row[l.column] ?? null, columns[l.column]!.unit, scene.community.time_zone), l.mark]));
    };
    this.chart.draw((width) => option(answer, lines, tell, width), t('chart.trend', {
      names: lines.map((l) => l.name).join(', '), from: calendarDay(String(rows[0]![0])), to: calendarDay(String(rows[rows.length - 1]![0])),
    }));
  }
}

function option(answer: Answer, lines: Line[], tell: (i: number) => HTMLElement | '', width: number): Option {
  const c = colours();
  const rows = answer.rows;
  const axis = { ...intervalAxis(rows.map((r) => String(r[0])), width, c), boundaryGap: rows.length === 1 };
  const shares = lines.some((l) => l.share);
  const sides = { left: 46, right: 14, outerBoundsMode: 'none' };
  const pointer = { axisPointer: { show: true, type: 'line', lineStyle: { color: c.muted, type: 'solid', width: 1 }, label: { show: false } } };
  return {
    axisPointer: { link: [{ xAxisIndex: 'all' }] },
    tooltip: { ...tooltip(c, (params) => tell((params as { dataIndex: number }[])[0]?.dataIndex ?? 0)), trigger: 'axis' },
    grid: [{ ...sides, top: 12, ...(shares ? { height: '56%' } : { bottom: 26 }) }, ...(shares ? [{ ...sides, bottom: 26, height: '20%' }] : [])],
    xAxis: [{ ...axis, ...pointer, ...(shares ? { axisLabel: { show: false } } : {}) }, ...(shares ? [{ ...axis, ...pointer, gridIndex: 1 }] : [])],
    yAxis: [{ ...valueAxis(c, compact), min: 0, minInterval: 1 }, ...(shares ? [{ ...valueAxis(c, percent, 1), min: 0, gridIndex: 1 }] : [])],
    series: lines.map((l) => ({
      name: l.name, type: 'line', xAxisIndex: l.share ? 1 : 0, yAxisIndex: l.share ? 1 : 0, data: rows.map((r) => r[l.column] ?? null),
      symbol: rows.length === 1 ? 'circle' : 'none', symbolSize: 6, silent: true, emphasis: { disabled: true }, connectNulls: false, z: l.mark === 'accent' ? 4 : 3,
      lineStyle: { color: c[l.mark as keyof Colours], width: l.mark === 'accent' ? 2 : 1.5 }, itemStyle: { color: c[l.mark as keyof Colours] },
    })),
  } as unknown as Option;
}
