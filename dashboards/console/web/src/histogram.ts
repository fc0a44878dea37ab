// How many members came on how many days of one week or month.
import type { Answer } from './api';
import { following, named, shadow, valueAxis } from './calendar';
import { Chart, colours, label, tip, tooltip } from './chart';
import type { Option } from './chart';
import { h, setText } from './dom';
import { compact, number } from './format';
import { t } from './i18n';
import type { Cells } from './table';
import type { Drawing } from './view';
import { day } from './zone';

export class Histogram implements Drawing {
  readonly intervals = ['week', 'month'] as const;
  readonly chart = new Chart('fill');
  private readonly fact = h('p', { class: 'fact' });
  readonly el = h('div', { class: 'filled' }, this.fact, this.chart.el);

  constructor(private readonly cells: Cells) {}

  draw(answer: Answer): void {
    this.chart.onPick((x) => {
      const row = answer.rows.find((r) => Number(r[2]) === Math.round(x) + 1);
      if (row) this.cells.who?.(answer, row, 'members');
    });
    const [start, interval] = [String(answer.rows[0]![0]), String(answer.rows[0]![1])];
    const length = Math.round((following(new Date(start), interval).getTime() - Date.parse(start)) / day);
    const counts = new Array<number>(length).fill(0);
    for (const [, , days, members] of answer.rows) counts[Number(days) - 1] = Number(members);
    const members = counts.reduce((a, b) => a + b, 0);
    const mean = number(counts.reduce((sum, n, i) => sum + n * (i + 1), 0) / members);
    const fact = t('chart.days_mean', { when: named(start, interval), members: number(members), mean });
    setText(this.fact, fact);
    this.chart.draw((width) => option(counts, width), t('chart.histogram', { fact }));
  }
}

function option(counts: number[], width: number): Option {
  const c = colours();
  const many = counts.length > 7;
  return {
    tooltip: {
      ...tooltip(c, (params) => {
        const i = (params as { dataIndex: number }[])[0]?.dataIndex ?? 0;
        return tip(t('chart.days', { n: number(i + 1) }), [[t('facts.members'), number(counts[i] ?? 0), 'accent']]);
      }),
      trigger: 'axis', axisPointer: shadow(c),
    },
    grid: { left: 46, right: 14, top: 22, bottom: 44, outerBoundsMode: 'none' },
    xAxis: {
      type: 'category', data: counts.map((_, i) => String(i + 1)), axisLine: { lineStyle: { color: c.muted } }, axisTick: { show: false },
      axisLabel: { ...label(c), interval: (i: number) => !many || i % (width < 480 ? 5 : 3) === 0 }, name: t('chart.active_days'), nameLocation: 'middle', nameGap: 26, nameTextStyle: label(c),
    },
    yAxis: { ...valueAxis(c, compact), min: 0, minInterval: 1 },
    series: [{
      type: 'bar', data: counts, itemStyle: { color: c.accent, borderRadius: [2, 2, 0, 0] }, barCategoryGap: '25%', barMaxWidth: 44, emphasis: { disabled: true },
      label: { show: !many, position: 'top', color: c.muted, fontFamily: c.font, fontSize: 12, formatter: (p: { value: number }) => number(p.value) },
    }],
  } as unknown as Option;
}
