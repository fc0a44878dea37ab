// Who are they? The members whom a number counts, in a list.
import { Source, explain } from './api';
import type { Answer, Asked, Cell, Panel } from './api';
import { named } from './calendar';
import { Dialog } from './dialog';
import { h, put } from './dom';
import { dateTime, number, percent } from './format';
import { pick, t, tIn } from './i18n';
import { csv, fileName, save } from './save';
import type { Scene } from './state';
import { parameters } from './state';
import { cellText, columnsOf, dataTable, foreign, isMember } from './table';
import type { Cells } from './table';

/** How a number of a row leads to its members; undefined where it does not. */
export function askedOf(p: Panel, answer: Answer, row: Cell[], column: string): Asked | undefined {
  const asked = p.who?.[column];
  const value = (name: string): Cell => row[answer.columns.findIndex((c) => c.name === name)] ?? null;
  if (!asked || !(Number(value(column)) > 0)) return undefined;
  return asked.mean && value('interval') !== 'day' ? { ...asked, panel: asked.mean } : asked;
}

/** The columns of a row that lead to members, in the order of the row. */
export const askable = (p: Panel, answer: Answer, row: Cell[]): string[] =>
  answer.columns.map((c) => c.name).filter((name) => askedOf(p, answer, row, name));

export class Who {
  private readonly dialog = new Dialog('whom', () => this.inFlight.abort());
  readonly el = this.dialog.el;
  private readonly lists = new Map<string, Panel>();
  private inFlight = new AbortController();

  /** way leads to a member's page. */
  constructor(private readonly way: () => Cells) {}

  declare(panels: Panel[]): void {
    for (const p of panels) if (p.kind === 'who') this.lists.set(p.id, p);
  }

  /** Lists everybody of the community. */
  everybody(scene: Scene): void {
    const list = this.lists.get('who_members');
    if (list) this.ask(list, scene, parameters(scene, list), []);
  }

  /** Lists whom a number of a row counts, and offers the row's other numbers. */
  open(p: Panel, answer: Answer, row: Cell[], column: string, scene: Scene, interval: string): void {
    const asked = askedOf(p, answer, row, column);
    const list = asked && this.lists.get(asked.panel);
    if (!asked || !list) return;
    const value = (name: string | undefined): string | undefined => {
      const v = name ? row[answer.columns.findIndex((c) => c.name === name)] : undefined;
      return v === undefined || v === null ? undefined : String(v);
    };
    const given = {
      interval: value('interval') ?? interval, window: value('window'), at: value(asked.at), n: value(asked.n), group: asked.group || value(asked.by),
    };
    const others = askable(p, answer, row);
    const columns = columnsOf(p, answer);
    const choices = others.length < 2 ? [] : [h('div', { class: 'languages groups', role: 'group', 'aria-label': pick(p.title) }, ...others.map((name) => {
      const c = columns.find((o) => o.name === name)!;
      return h('button', { type: 'button', 'data-column': name, 'aria-pressed': String(name === column), click: () => {
        this.open(p, answer, row, name, scene, interval);
        this.el.querySelector<HTMLElement>(`[data-column="${name}"]`)?.focus();
      } }, `${pick(c.title)} `, h('b', {}, cellText(row[answer.columns.findIndex((o) => o.name === name)] ?? null, c.unit, scene.community.time_zone)));
    }))];
    this.ask(list, scene, parameters(scene, list, given.interval, given), [h('p', { class: 'facts' }, h('span', {}, pick(p.title)), h('span', {}, this.place(p, answer, row, scene, given.interval))), ...choices]);
  }

  /** Where the row stands: its window, interval, cohort, leader or circle. */
  private place(p: Panel, answer: Answer, row: Cell[], scene: Scene, steps: string): Node | string {
    const columns = columnsOf(p, answer);
    const own = Math.max(0, columns.findIndex((c) => !foreign(c))); // of a text in both languages the reader's
    const [at, first] = [row[own] ?? '', columns[own]!];
    if (isMember(first)) return h('bdi', {}, String(at));
    if (first.name === 'n') return t('chart.later', { n: number(Number(at)), intervals: tIn('intervals', steps) });
    if (first.name === 'cluster') return `${pick(first.title)} ${at}`;
    const [unit, interval] = [answer.columns[0]?.type ?? '', answer.columns.findIndex((c) => c.name === 'interval')];
    if (interval >= 0) return named(String(at), String(row[interval]));
    if (unit.includes('DateTime')) return t('chart.window_end', { window: tIn('window', scene.window), time: dateTime(Number(at), scene.community.time_zone) });
    return typeof at === 'number' ? percent(at) : tIn('window', at); // a share of risk, a window or a leader
  }

  private ask(list: Panel, scene: Scene, query: string, head: HTMLElement[]): void {
    this.inFlight.abort();
    const mine = this.inFlight = new AbortController();
    const body = h('div', {}, h('p', { class: 'hint', role: 'status' }, t('panel.loading')));
    this.dialog.show([pick(list.title)], [...head, body]);
    new Source<Answer>().read(`/api/panels/${list.id}?${query}`, mine.signal)
      .then((answer) => { if (answer) put(body, ...this.told(list, answer, scene)); })
      .catch((err: unknown) => { if (!mine.signal.aborted) put(body, h('p', { role: 'alert' }, explain(err))); });
  }

  private told(list: Panel, answer: Answer, scene: Scene): HTMLElement[] {
    const last = answer.columns.length - 1; // the column total, the same in all rows
    const without: Answer = { columns: answer.columns.slice(0, last), rows: answer.rows.map((r) => r.slice(0, last)) };
    const total = Number(answer.rows[0]?.[last] ?? 0);
    if (!total) return [h('p', {}, pick(list.empty))];
    const zone = scene.community.time_zone;
    const all = total === answer.rows.length;
    return [
      h('p', { class: 'hint', role: 'status' }, t(all ? 'who.all' : 'who.first', { n: number(total), shown: number(answer.rows.length) }), ' ', pick(list.description)),
      h('div', { class: 'scroll', tabindex: 0, role: 'group', 'aria-label': pick(list.title) }, dataTable(list, without, zone, this.way())),
      h('div', { class: 'acts' }, h('span', {}), h('button', { type: 'button', class: 'quiet', 'aria-label': t('panel.csv_of', { title: pick(list.title) }), click: () =>
        save(new Blob([csv(list, without, zone)], { type: 'text/csv;charset=utf-8' }), fileName(list, scene, '.csv')) }, 'CSV')),
    ];
  }
}
