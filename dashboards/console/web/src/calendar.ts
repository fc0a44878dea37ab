// Calendar intervals (days, weeks from Monday, months) and the axis that has one place for each.
import { label, labelsIn } from './chart';
import type { Colours } from './chart';
import { calendarDay, tick } from './format';
import { t } from './i18n';
import { day, ticks } from './zone';

/** An interval's name: "Tue 5 Jan 2021", "Week of 4 Jan 2021", "January 2021". */
export const named = (start: string, interval: string): string =>
  interval === 'month' ? calendarDay(start, 'month') : interval === 'week' ? t('chart.week_of', { day: calendarDay(start) }) : calendarDay(start, 'weekday');

/** The start of the interval that holds a day. */
export function floor(d: Date, interval: string): Date {
  if (interval === 'week') return new Date(d.getTime() - ((d.getUTCDay() + 6) % 7) * day);
  return interval === 'month' ? new Date(Date.UTC(d.getUTCFullYear(), d.getUTCMonth(), 1)) : d;
}

/** The start of the interval that follows. */
export const following = (d: Date, interval: string): Date =>
  interval === 'month' ? new Date(Date.UTC(d.getUTCFullYear(), d.getUTCMonth() + 1, 1)) : new Date(d.getTime() + (interval === 'week' ? 7 : 1) * day);

/** The category axis of these starts. Labels stand on the first interval of each round date, as on the other time axes. */
export function intervalAxis(starts: string[], width: number, c: Colours) {
  const days = starts.map((s) => Date.parse(s));
  const round = ticks(days[0]!, days[days.length - 1]!, Math.min(starts.length, labelsIn(width)), 'UTC');
  const labelled = new Map(round.at.map((at) => [days.findIndex((d) => d >= at), at]));
  for (const i of labelled.keys()) {
    if (((starts.length - i - 0.5) / starts.length) * (width - 60) < 16) labelled.delete(i); // would be cut at the edge
  }
  return {
    type: 'category', data: starts, axisLine: { lineStyle: { color: c.line } }, axisTick: { show: false },
    axisLabel: { ...label(c), interval: (i: number) => labelled.has(i), hideOverlap: true, formatter: (_: string, i: number) => tick(labelled.get(i) ?? 0, Math.max(round.step, day), 'UTC') },
  };
}

/** The common form of a value axis. */
export const valueAxis = (c: Colours, formatter: (v: number) => string, splitNumber = 4) => ({
  type: 'value', splitNumber, axisLine: { show: false }, axisTick: { show: false },
  axisLabel: { ...label(c), formatter }, splitLine: { lineStyle: { color: c.line } }, axisPointer: { show: false },
});

/** The common form of a tooltip's place on an axis of intervals. */
export const shadow = (c: Colours) => ({ type: 'shadow', shadowStyle: { color: c.muted, opacity: 0.15 } }); // over the bars, so they must show through
