// One row of numbers, each under its name; text that is long takes a line of its own.
import type { Answer, Panel } from './api';
import { h, put } from './dom';
import { date, timeOfDay } from './format';
import { pick } from './i18n';
import { memberName } from './member';
import type { Scene } from './state';
import { cellText, columnsOf, foreign, isMember, toneOf } from './table';
import type { Cells } from './table';
import type { Drawing } from './view';

export class Stat implements Drawing {
  readonly el = h('dl', { class: 'stats' });

  constructor(private readonly panel: Panel, private readonly cells: Cells) {}

  draw(answer: Answer, scene: Scene): void {
    const row = answer.rows[0]!;
    const columns = columnsOf(this.panel, answer);
    const zone = scene.community.time_zone;
    put(this.el, ...columns.map((c, i) => {
      const at = c.unit === 'time' && row[i] != null ? Number(row[i]) : undefined;
      const text = cellText(row[i] ?? null, c.unit, zone);
      if (foreign(c) || text === '') return null;
      const value = isMember(c) ? memberName(text, scene.member === text ? undefined : this.cells.member)
        : at === undefined ? h('bdi', {}, text) : h('span', {}, date(at, zone), h('span', { class: 'clock' }, ` ${timeOfDay(at, zone)}`));
      return h('div', { class: text.length > 40 ? 'long' : '' }, h('dt', {}, pick(c.title)), h('dd', { class: toneOf(this.panel, c, row[i] ?? null), title: text }, value));
    }));
  }
}
