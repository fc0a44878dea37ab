// The five numbers, which are also the choice of the window that the curve shows.
import type { Answer } from './api';
import { h, setText } from './dom';
import { number } from './format';
import { t, tIn } from './i18n';
import type { Scene, Window } from './state';
import { windows } from './state';
import type { Cells } from './table';
import type { Drawing } from './view';

interface Tile { choose: HTMLButtonElement; name: HTMLElement; value: HTMLElement; sub: HTMLElement; who: HTMLButtonElement }

export class Headline implements Drawing {
  readonly el = h('div', { class: 'windows', role: 'group' });
  private readonly tiles = new Map<Window, Tile>();
  private ask = (_: Window): void => undefined;

  constructor(private readonly choose: (w: Window) => void, private readonly cells: Cells) {
    for (const w of windows) {
      const [name, value, sub] = [h('span', { class: 'name' }), h('span', { class: 'value' }, '–'), h('span', { class: 'sub' })];
      const tile: Tile = {
        name, value, sub, choose: h('button', { type: 'button', 'aria-pressed': 'false', click: () => this.choose(w) }, name, value),
        who: h('button', { type: 'button', class: 'count', 'aria-haspopup': 'dialog', hidden: true, click: () => this.ask(w) }),
      };
      this.tiles.set(w, tile);
      this.el.append(h('div', { class: 'tile' }, tile.choose, h('div', { class: 'sub' }, sub, tile.who)));
    }
  }

  /** Marks the window in use and names the tiles; numbers come with draw. */
  mark(scene: Scene): void {
    this.el.setAttribute('aria-label', t('window'));
    for (const [w, tile] of this.tiles) {
      tile.choose.setAttribute('aria-pressed', String(w === scene.window));
      setText(tile.name, tIn('window', w));
      setText(tile.who, t('who.short'));
      tile.who.setAttribute('aria-label', t('who.of', { window: tIn('window', w) }));
    }
  }

  draw(answer: Answer, scene: Scene): void {
    this.mark(scene);
    const rows = new Map(answer.rows.map((r) => [String(r[0]), r]));
    this.ask = (w) => { this.cells.who?.(answer, rows.get(w)!, answer.columns[1]!.name); };
    for (const [w, tile] of this.tiles) {
      const row = rows.get(w);
      setText(tile.value, row ? number(Number(row[1])) : '–');
      setText(tile.sub, row ? t('window.contributing', { n: number(Number(row[2])) }) : '');
      tile.who.hidden = !row || !this.cells.asked?.(answer, row, answer.columns[1]!.name);
    }
  }
}
