// Any answer as a table: the form of the table panels, and every chart's other form.
import type { Answer, Cell, Column, Panel } from './api';
import { h } from './dom';
import { calendarDay, date, dateTime, duration, hourOfWeek, number, percent, timeOfDay } from './format';
import { lang, pick, t, tIn } from './i18n';
import { bare, isolate } from './bidi';
import { memberName, wayTo } from './member';
import type { Way } from './member';

const textual = new Set(['', 'window', 'interval', 'hour', 'date', 'time', 'flag']);

/** What can be done with a table's cells. */
export interface Cells {
  member?: Way | undefined; // a name leads to the member's page
  who?: ((answer: Answer, row: Cell[], column: string) => void) | undefined; // a number leads to the members whom it counts
  asked?: ((answer: Answer, row: Cell[], column: string) => boolean) | undefined; // whether it does
  why?: ((member: string, from: Element) => void) | undefined; // why the member is where it is
  alert?: Way | undefined; // what is said of an alert leads to all that is known of it
}

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

/** Whether a column holds the names of members. */
export const isMember = (c: Column): boolean => ['member', 'leader', 'counterpart', 'target'].includes(c.name);

/** How good a column's number is, where it has limits: good, watch, bad. */
export function toneOf(panel: Panel, c: Column, value: Cell): string {
  if (value === null) return '';
  return panel.limits?.filter((l) => l.column === c.name && Number(value) >= l.from).sort((a, b) => b.from - a.from)[0]?.level ?? '';
}

/** Whether a column is in another language than the page. */
export const foreign = (c: Column): boolean => c.name.endsWith(lang() === 'zh' ? '_en' : '_zh');

/** The column of which alert a row is: it is not shown, and what the row says of the alert leads there. */
const ofAlert = 'alert_id';

/** An answer row by row. A list of members has their places, and a bar behind its first number. */
export function dataTable(panel: Panel, answer: Answer, zone: string, cells: Cells = {}): HTMLTableElement {
  const columns = columnsOf(panel, answer);
  const bot = columns.findIndex((c) => c.name === 'is_bot'); // a mark beside the name, no column
  const alert = columns.findIndex((c) => c.name === ofAlert);
  const shown = columns.map((_, i) => i).filter((i) => i !== bot && i !== alert && !foreign(columns[i]!));
  const ranked = !!columns[0] && isMember(columns[0]);
  const measured = ranked ? columns.findIndex((c) => !textual.has(c.unit)) : -1;
  const most = Math.max(Number.MIN_VALUE, ...answer.rows.map((r) => Number(r[measured] ?? 0)));
  const kind = (c: Column) => `${textual.has(c.unit) ? 'text' : 'number'} col-${c.name}`;

  const cell = (row: Cell[], i: number): HTMLElement => {
    const c = columns[i]!;
    const value = row[i] ?? null;
    const text = cellText(value, c.unit, zone);
    if (c.unit === 'time' && value !== null) {
      return h('td', { class: kind(c) }, date(Number(value), zone), h('span', { class: 'clock' }, ` ${timeOfDay(Number(value), zone)}`));
    }
    if (isMember(c) && text !== '' && value !== null) {
      const why = cells.why && h('button', { type: 'button', class: 'quiet ask', 'aria-haspopup': 'dialog', 'aria-label': t('why.ask', { name: text }), 'data-member': text, click: (e) => cells.why?.(text, e.currentTarget as Element) }, t('why.button'));
      const named = h('span', { class: 'named' }, memberName(text, cells.member), row[bot] ? h('span', { class: 'bot' }, t('members.bot')) : null, why ?? null);
      return i === 0 ? h('th', { scope: 'row', class: 'text name', title: text }, named) : h('td', { class: 'text name', title: text }, named);
    }
    if (c.name.startsWith('said_') && cells.alert && row[alert]) {
      return h('td', { class: kind(c), title: text }, wayTo(String(row[alert]), cells.alert, h('bdi', {}, isolate(text))));
    }
    if (c.unit === '') { // a list of names runs as the page does, whatever its first one is written in
      return h('td', { class: kind(c), title: bare(text) }, text === bare(text) ? h('bdi', {}, text || '–') : h('span', {}, text));
    }
    const kinds = `${kind(c)} ${toneOf(panel, c, value)}`;
    const told = cells.asked?.(answer, row, c.name)
      ? h('button', { type: 'button', class: 'count', 'aria-haspopup': 'dialog', 'aria-label': `${text} ${pick(c.title)}${t('colon')}${t('who')}`, click: () => cells.who?.(answer, row, c.name) }, text)
      : text;
    if (i !== measured) return h('td', { class: kinds }, told);
    const bar = h('span', { class: 'gauge', 'aria-hidden': 'true' });
    bar.style.setProperty('--share', String(Number(value) / most));
    return h('td', { class: `with-share ${kinds}` }, bar, told);
  };

  return h('table', {},
    h('caption', { class: 'hidden' }, pick(panel.title)),
    h('thead', {}, h('tr', {},
      ranked && h('th', { scope: 'col', class: 'rank' }, h('span', { class: 'hidden' }, t('members.rank'))),
      ...shown.map((i) => h('th', { scope: 'col', class: kind(columns[i]!) }, pick(columns[i]!.title))))),
    h('tbody', {}, ...answer.rows.map((row, n) => h('tr', {}, ranked && h('td', { class: 'rank' }, String(n + 1)), ...shown.map((i) => cell(row, i))))));
}
