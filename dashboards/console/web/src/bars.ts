// Actions by day, week or month. Intervals without a row are zero and still have
// their place on the axis.
import type { Answer } from './api';
import { floor, following, intervalAxis, named, shadow, valueAxis } from './calendar';
import { Chart, colours, tip, tooltip } from './chart';
import type { Option } from './chart';
import { h, setText } from './dom';
import { calendarDay, compact, number } from './format';
import { t } from './i18n';
import type { Scene } from './state';
import { dateOf } from './zone';
import type { Drawing } from './view';

interface Bar { start: string; actions: number }

export class Bars implements Drawing {
  readonly chart = new Chart('medium');
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

function fill(answer: Answer, scene: Scene, interval: string): Bar[] {
  const zone = scene.community.time_zone;
  const found = new Map(answer.rows.map((r) => [String(r[0]), Number(r[2])]));
  const last = new Date(dateOf(Math.max(scene.from, Math.min(scene.to - 1, scene.now)), zone));
  const bars: Bar[] = [];
  for (let d = floor(new Date(dateOf(scene.from, zone)), interval); d <= last && bars.length < 1000;) {
    const start = d.toISOString().slice(0, 10);
    bars.push({ start, actions: found.get(start) ?? 0 });
    d = following(d, interval);
  }
  return bars;
}

function option(bars: Bar[], interval: string, width: number): Option {
  const c = colours();
  return {
    tooltip: {
      ...tooltip(c, (params) => {
        const bar = bars[(params as { dataIndex: number }[])[0]?.dataIndex ?? 0];
        return bar ? tip(named(bar.start, interval), [[t('facts.actions'), number(bar.actions), 'accent']]) : '';
      }),
      trigger: 'axis', axisPointer: shadow(c),
    },
    grid: { left: 46, right: 14, top: 12, bottom: 26, outerBoundsMode: 'none' },
    xAxis: intervalAxis(bars.map((b) => b.start), width, c),
    yAxis: { ...valueAxis(c, compact), min: 0, minInterval: 1 },
    series: [{ type: 'bar', data: bars.map((b) => b.actions), itemStyle: { color: c.accent, borderRadius: bars.length < 60 ? [2, 2, 0, 0] : 0 }, barCategoryGap: bars.length > 120 ? '8%' : '25%', barMaxWidth: 36, emphasis: { disabled: true } }],
  } as Option;
}
