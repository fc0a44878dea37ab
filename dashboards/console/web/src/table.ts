// Any answer as a table: the form of the table panels, and every chart's other form.
import type { Answer, Cell, Column, Panel } from './api';
import { h } from './dom';
import { calendarDay, dateTime, duration, hourOfWeek, number, percent } from './format';
import { lang, pick, t, tIn } from './i18n';

const textual = new Set(['', 'window', 'interval', 'hour', 'date', 'time', 'flag']);

export function cellText(value: Cell, unit: string, zone: string): string {
  if (value === null) return '–';
  switch (unit) {
    case 'time': return dateTime(Number(value), zone);
    case 'date': return calendarDay(String(value));
    case 'hour': return hourOfWeek(Number(value));
    case 'window': return tIn('window', String(value));
    case 'interval': return tIn('interval', String(value));
    case 'share': return percent(Number(value));
    case 'ms': return duration(Number(value));
    case 'flag': return Number(value) ? t('yes') : '';
    case '': return String(value);
    default: return number(Number(value));
  }
}

/** The columns by their declaration, in the order of the answer. */
export function columnsOf(panel: Panel, answer: Answer): Column[] {
  return answer.columns.map((c) => panel.columns.find((d) => d.name === c.name) ?? { name: c.name, title: { en: c.name, zh: c.name }, unit: '' });
}

/** Whether a column is in another language than the page. */
export const foreign = (c: Column): boolean => c.name.endsWith(lang() === 'zh' ? '_en' : '_zh');

export function dataTable(panel: Panel, answer: Answer, zone: string): HTMLTableElement {
  const columns = columnsOf(panel, answer);
  const shown = columns.map((_, i) => i).filter((i) => !foreign(columns[i]!));
  const kind = (c: Column) => `${textual.has(c.unit) ? 'text' : 'number'} ${c.name}`;
  return h('table', {},
    h('caption', { class: 'hidden' }, pick(panel.title)),
    h('thead', {}, h('tr', {}, ...shown.map((i) => h('th', { scope: 'col', class: kind(columns[i]!) }, pick(columns[i]!.title))))),
    h('tbody', {}, ...answer.rows.map((row) => h('tr', {}, ...shown.map((i) => h('td', { class: kind(columns[i]!) }, cellText(row[i] ?? null, columns[i]!.unit, zone)))))));
}
