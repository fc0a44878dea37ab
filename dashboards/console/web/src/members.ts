// The list of members: the declared table with a rank, and a bar behind the first number. Where there is more to say of a
// member, the name is a button.
import type { Answer, Panel } from './api';
import { h, put } from './dom';
import { date, timeOfDay } from './format';
import { pick, t } from './i18n';
import type { Scene } from './state';
import { cellText, columnsOf, foreign } from './table';
import type { Drawing } from './view';

export class Members implements Drawing {
  readonly el = h('div', { class: 'scroll', tabindex: 0 });

  constructor(private readonly panel: Panel, private readonly open?: (member: string, scene: Scene, from: Element) => void) {}

  draw(answer: Answer, scene: Scene): void {
    this.el.setAttribute('aria-label', pick(this.panel.title));
    const all = columnsOf(this.panel, answer);
    const bot = all.findIndex((c) => c.name === 'is_bot'); // a mark beside the name, no column
    const columns = all.filter((c, i) => i !== bot && !foreign(c));
    const zone = scene.community.time_zone;
    const most = Math.max(Number.MIN_VALUE, ...answer.rows.map((r) => Number(r[1])));
    const body = answer.rows.map((row, n) => {
      const cells = columns.map((c) => {
        const i = all.indexOf(c);
        if (c.unit === 'time' && row[i] !== null) {
          const at = Number(row[i]);
          return h('td', { class: `text ${c.name}` }, date(at, zone), h('span', { class: 'clock' }, ` ${timeOfDay(at, zone)}`));
        }
        const text = cellText(row[i] ?? null, c.unit, zone);
        if (i === 0) return h('th', { scope: 'row', class: 'text name', title: text }, h('span', { class: 'named' }, this.name(text, scene), !!row[bot] && h('span', { class: 'bot' }, t('members.bot'))));
        if (c.unit === '') return h('td', { class: `text ${c.name}`, title: text }, h('bdi', {}, text || '–'));
        if (i !== 1) return h('td', { class: `number ${c.name}` }, text);
        const bar = h('span', { class: 'share', 'aria-hidden': 'true' });
        bar.style.setProperty('--share', String(Number(row[1]) / most));
        return h('td', { class: 'number with-share' }, bar, text);
      });
      return h('tr', {}, h('td', { class: 'rank' }, String(n + 1)), ...cells);
    });
    put(this.el, h('table', {},
      h('caption', { class: 'hidden' }, pick(this.panel.title)),
      h('thead', {}, h('tr', {}, h('th', { scope: 'col', class: 'rank' }, h('span', { class: 'hidden' }, t('members.rank'))),
        ...columns.map((c) => h('th', { scope: 'col', class: `${c.unit === '' || c.unit === 'time' ? 'text' : 'number'} ${c.name}` }, pick(c.title))))),
      h('tbody', {}, ...body)));
  }

  private name(text: string, scene: Scene): HTMLElement {
    const name = h('bdi', {}, text);
    return this.open ? h('button', { type: 'button', class: 'member', 'aria-haspopup': 'dialog', click: (e) => this.open?.(text, scene, e.currentTarget as Element) }, name) : name;
  }
}
