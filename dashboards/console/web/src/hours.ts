// The week as 7 × 24 cells in the community's time zone, Monday on top.
import type { Answer } from './api';
import { Chart, colours, label, tip, tooltip } from './chart';
import type { Option } from './chart';
import { h, put } from './dom';
import { hourOfWeek, number, weekdays } from './format';
import { t } from './i18n';
import type { Drawing } from './view';

export class Hours implements Drawing {
  readonly chart = new Chart('medium');
  private readonly fact = h('p', { class: 'fact split' });
  readonly el = h('div', {}, this.fact, this.chart.el);

  draw(answer: Answer): void {
    const counts = new Array<number>(168).fill(0);
    for (const [hour, n] of answer.rows) counts[Number(hour)] = Number(n);
    const max = Math.max(...counts);
    const busiest = hourOfWeek(counts.indexOf(max));
    put(this.fact, h('span', {}, t('chart.busiest', { when: busiest })),
      h('span', { class: 'scale', 'aria-hidden': 'true' }, t('chart.less'), h('span', { class: 'ramp' }), number(max)));
    this.chart.draw((width) => option(counts, max, width), t('chart.heatmap', { when: busiest, max: number(max) }));
  }
}

function option(counts: number[], max: number, width: number): Option {
  const c = colours();
  const every = width < 480 ? 6 : 3;
  return {
    tooltip: {
      ...tooltip(c, (params) => {
        const [x, y, n] = (params as { value: [number, number, number] }).value;
        return tip(hourOfWeek(y * 24 + x), [[t('facts.actions'), number(n), 'accent']]);
      }),
      trigger: 'item',
    },
    grid: { left: 46, right: 8, top: 6, bottom: 26, outerBoundsMode: 'none' },
    xAxis: {
      type: 'category', data: Array.from({ length: 24 }, (_, i) => `${String(i).padStart(2, '0')}:00`), axisLine: { show: false }, axisTick: { show: false },
      axisLabel: { ...label(c), interval: (i: number) => i % every === 0 }, splitLine: { show: false },
    },
    yAxis: { type: 'category', inverse: true, data: weekdays('short'), axisLine: { show: false }, axisTick: { show: false }, axisLabel: { ...label(c), interval: 0 } },
    visualMap: { show: false, min: 0, max: Math.max(1, max), inRange: { color: [c.cold, c.accent] } },
    series: [{
      type: 'heatmap', data: counts.map((n, i) => [i % 24, Math.floor(i / 24), n]),
      itemStyle: { borderColor: c.surface, borderWidth: 2, borderRadius: 3 }, emphasis: { itemStyle: { borderColor: c.ink, borderWidth: 1 } },
    }],
  } as Option;
}
