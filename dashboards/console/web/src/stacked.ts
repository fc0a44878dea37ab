// Piles by day, week or month: some columns upwards from zero, some downwards.
import type { Answer, Panel } from './api';
import { intervalAxis, following, named, shadow, valueAxis } from './calendar';
import { Chart, colours, legend, tip, tooltip } from './chart';
import type { Colours, Option } from './chart';
import { h, put } from './dom';
import { calendarDay, compact } from './format';
import { pick, t } from './i18n';
import type { Interval, Scene } from './state';
import { cellText, columnsOf } from './table';
import type { Cells } from './table';
import type { Drawing } from './view';
import { dateOf } from './zone';

/** A piece of the pile: which column, in which colour, upwards (1) or downwards (-1). */
interface Piece { column: number; name: string; mark: string; sign: 1 | -1 }

const up = ['accent', 'sky', 'amber'];

export class Stacked implements Drawing {
  readonly intervals?: readonly Interval[];
  readonly byDay = true;
  readonly chart = new Chart('fill');
  private readonly legend = h('div', {});
  readonly el = h('div', { class: 'filled' }, this.legend, this.chart.el);

  constructor(private readonly panel: Panel, private readonly cells: Cells) {
    if (panel.sql.includes('{interval:')) this.intervals = ['day', 'week', 'month'];
  }

  draw(answer: Answer, scene: Scene): void {
    const columns = columnsOf(this.panel, answer);
    const piece = (name: string, mark: string, sign: 1 | -1): Piece => {
      const column = columns.findIndex((c) => c.name === name);
      return { column, name: pick(columns[column]!.title), mark, sign };
    };
    const above = (this.panel.above ?? []).map((name, i) => piece(name, this.panel.above?.length === 2 && i ? 'amber' : up[i] ?? 'accent', 1));
    const below = (this.panel.below ?? []).map((name) => piece(name, 'second', -1));
    const pieces = [...above, ...below];
    const tall = [...above].reverse().concat(below); // told in the order in which they are seen
    put(this.legend, legend(tall.map((p) => p.name), tall.map((p) => `block ${p.mark}`)));
    const rows = answer.rows;
    const interval = String(rows[0]?.[1]);
    const today = dateOf(scene.now, scene.community.time_zone);
    const last = String(rows[rows.length - 1]![0]);
    const open = following(new Date(last), interval).toISOString().slice(0, 10) > today;
    this.chart.onPick((x, y) => this.pick(answer, Math.round(x), y, y >= 0 ? above : below));
    const tell = (i: number): HTMLElement | '' => {
      const row = rows[i];
      if (!row) return '';
      const title = named(String(row[0]), interval) + (open && i === rows.length - 1 ? ` · ${t('chart.open')}` : '');
      const rest = columns.map((_, k) => k).filter((k) => k > 1 && !pieces.some((p) => p.column === k));
      const told = (k: number) => cellText(row[k] ?? null, columns[k]!.unit, scene.community.time_zone);
      return tip(title, [...tall.map((p): [string, string, string] => [p.name, told(p.column), `block ${p.mark}`]),
        ...rest.map((k): [string, string, string] => [pick(columns[k]!.title), told(k), 'none'])]);
    };
    this.chart.draw((width) => option(answer, pieces, open, tell, width), t('chart.stacked', {
      names: pieces.map((p) => p.name).join(', '), from: calendarDay(String(rows[0]![0])), to: calendarDay(last),
    }));
  }

  /** Of the pile under the pointer the piece that is there, or the topmost that anybody is in. */
  private pick(answer: Answer, i: number, y: number, pile: Piece[]): void {
    const row = answer.rows[i];
    if (!row) return;
    let height = 0;
    const asked = pile.filter((p) => this.cells.asked?.(answer, row, answer.columns[p.column]!.name));
    const hit = asked.find((p) => (height += Number(row[p.column])) >= Math.abs(y)) ?? asked[asked.length - 1];
    if (hit) this.cells.who?.(answer, row, answer.columns[hit.column]!.name);
  }
}

function option(answer: Answer, pieces: Piece[], open: boolean, tell: (i: number) => HTMLElement | '', width: number): Option {
  const c = colours();
  const rows = answer.rows;
  const last = rows.length - 1;
  return {
    tooltip: { ...tooltip(c, (params) => tell((params as { dataIndex: number }[])[0]?.dataIndex ?? 0)), trigger: 'axis', axisPointer: shadow(c) },
    grid: { left: 46, right: 14, top: 12, bottom: 26, outerBoundsMode: 'none' },
    xAxis: {
      ...intervalAxis(rows.map((r) => String(r[0])), width, c), // labels stay at the bottom, the line at zero
      axisLine: { onZero: true, lineStyle: { color: c.muted } }, z: 5,
    },
    yAxis: { ...valueAxis(c, (v) => compact(Math.abs(v))), minInterval: 1 },
    series: pieces.map((p) => ({
      name: p.name, type: 'bar', stack: 'all', barCategoryGap: rows.length > 120 ? '0%' : '22%', barMaxWidth: 36, emphasis: { disabled: true },
      itemStyle: { color: c[p.mark as keyof Colours] },
      data: rows.map((r, i) => ({ value: p.sign * Number(r[p.column]), ...(open && i === last ? { itemStyle: { opacity: 0.45 } } : {}) })),
    })),
  } as unknown as Option;
}
