// Actions by day, week or month. Intervals without a row are zero and still have
// their place on the axis.
import type { Answer } from './api';
import { Chart, colours, label, labelsIn, tip, tooltip } from './chart';
import type { Option } from './chart';
import { h, setText } from './dom';
import { calendarDay, compact, number, tick } from './format';
import { t } from './i18n';
import type { Scene } from './state';
import { dateOf, day, ticks } from './zone';
import type { Drawing } from './view';

interface Bar { start: string; actions: number }

export class Bars implements Drawing {
  readonly usesWindow = false;
  private readonly chart = new Chart('medium');
  private readonly fact = h('p', { class: 'fact' });
  readonly el = h('div', {}, this.fact, this.chart.el);

  draw(answer: Answer, scene: Scene): void {
    const interval = String(answer.rows[0]?.[1]);
    const bars = fill(answer, scene, interval);
    const total = bars.reduce((sum, b) => sum + b.actions, 0);
    const max = bars.reduce((a, b) => (b.actions > a.actions ? b : a));
    const days = Math.max(1, Math.round((Math.min(scene.to, scene.now) - scene.from) / 86_400_000));
    setText(this.fact, t('chart.average', { n: number(total / days) }));
    this.chart.draw((width) => option(bars, interval, width), t('chart.bars', {
      from: calendarDay(bars[0]!.start), to: calendarDay(bars[bars.length - 1]!.start), total: number(total), max: number(max.actions), when: named(max.start, interval),
    }));
  }
}

const named = (start: string, interval: string): string =>
  interval === 'month' ? calendarDay(start, 'month') : interval === 'week' ? t('chart.week_of', { day: calendarDay(start) }) : calendarDay(start, 'weekday');

/** The start of the interval that holds a day, then the following ones. */
function floor(d: Date, interval: string): Date {
  if (interval === 'week') return new Date(d.getTime() - ((d.getUTCDay() + 6) % 7) * 86_400_000);
  return interval === 'month' ? new Date(Date.UTC(d.getUTCFullYear(), d.getUTCMonth(), 1)) : d;
}

function fill(answer: Answer, scene: Scene, interval: string): Bar[] {
  const zone = scene.community.time_zone;
  const found = new Map(answer.rows.map((r) => [String(r[0]), Number(r[2])]));
  const last = new Date(dateOf(Math.max(scene.from, Math.min(scene.to - 1, scene.now)), zone));
  const bars: Bar[] = [];
  for (let d = floor(new Date(dateOf(scene.from, zone)), interval); d <= last && bars.length < 1000;) {
    const start = d.toISOString().slice(0, 10);
    bars.push({ start, actions: found.get(start) ?? 0 });
    d = interval === 'month' ? new Date(Date.UTC(d.getUTCFullYear(), d.getUTCMonth() + 1, 1)) : new Date(d.getTime() + (interval === 'week' ? 7 : 1) * 86_400_000);
  }
  return bars;
}

function option(bars: Bar[], interval: string, width: number): Option {
  const c = colours();
  // Labels stand on the first bar of each round date, as on the other time axes.
  const days = bars.map((b) => Date.parse(b.start));
  const round = ticks(days[0]!, days[days.length - 1]!, Math.min(bars.length, labelsIn(width)), 'UTC');
  const labelled = new Map(round.at.map((at) => [days.findIndex((d) => d >= at), at]));
  for (const i of labelled.keys()) {
    if (((bars.length - i - 0.5) / bars.length) * (width - 60) < 16) labelled.delete(i); // would be cut at the edge
  }
  return {
    tooltip: {
      ...tooltip(c, (params) => {
        const bar = bars[(params as { dataIndex: number }[])[0]?.dataIndex ?? 0];
        return bar ? tip(named(bar.start, interval), [[t('facts.actions'), number(bar.actions), 'accent']]) : '';
      }),
      trigger: 'axis', axisPointer: { type: 'shadow', shadowStyle: { color: c.cold } },
    },
    grid: { left: 46, right: 14, top: 12, bottom: 26, outerBoundsMode: 'none' },
    xAxis: {
      type: 'category', data: bars.map((b) => b.start), axisLine: { lineStyle: { color: c.line } }, axisTick: { show: false },
      axisLabel: { ...label(c), interval: (i: number) => labelled.has(i), hideOverlap: true, formatter: (_: string, i: number) => tick(labelled.get(i) ?? 0, Math.max(round.step, day), 'UTC') },
    },
    yAxis: { type: 'value', min: 0, minInterval: 1, splitNumber: 4, axisLine: { show: false }, axisTick: { show: false }, axisLabel: { ...label(c), formatter: compact }, splitLine: { lineStyle: { color: c.line } } },
    series: [{ type: 'bar', data: bars.map((b) => b.actions), itemStyle: { color: c.accent, borderRadius: bars.length < 60 ? [2, 2, 0, 0] : 0 }, barCategoryGap: bars.length > 120 ? '8%' : '25%', barMaxWidth: 36, emphasis: { disabled: true } }],
  } as Option;
}
