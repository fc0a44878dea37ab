// A table panel as it is, row by row.
import type { Answer, Panel } from './api';
import { h, put } from './dom';
import { pick } from './i18n';
import type { Scene } from './state';
import { dataTable } from './table';
import type { Cells } from './table';
import type { Drawing } from './view';

export class Listing implements Drawing {
  readonly el = h('div', { class: 'scroll', tabindex: 0, role: 'group' });

  constructor(private readonly panel: Panel, private readonly cells: Cells) {}

  draw(answer: Answer, scene: Scene): void {
    this.el.setAttribute('aria-label', pick(this.panel.title));
    put(this.el, dataTable(this.panel, answer, scene.community.time_zone, this.cells));
  }
}
