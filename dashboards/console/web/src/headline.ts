// The five numbers, which are also the choice of the window that the curve shows.
import type { Answer } from './api';
import { h, setText } from './dom';
import { number } from './format';
import { t, tIn } from './i18n';
import type { Scene, Window } from './state';
import { windows } from './state';
import type { Drawing } from './view';

export class Headline implements Drawing {
  readonly el = h('div', { class: 'windows', role: 'radiogroup' });
  private readonly tiles = new Map<Window, { button: HTMLButtonElement; name: HTMLElement; value: HTMLElement; sub: HTMLElement }>();

  constructor(private readonly choose: (w: Window) => void) {
    for (const w of windows) {
      const [name, value, sub] = [h('span', { class: 'name' }), h('span', { class: 'value' }, '–'), h('span', { class: 'sub' })];
      const button = h('button', { type: 'button', role: 'radio', 'aria-checked': 'false', tabindex: -1, click: () => this.choose(w) }, name, value, sub);
      this.tiles.set(w, { button, name, value, sub });
      this.el.append(button);
    }
    this.el.addEventListener('keydown', (e) => this.move(e));
  }

  /** Marks the window in use and names the tiles; numbers come with draw. */
  mark(scene: Scene): void {
    this.el.setAttribute('aria-label', t('window'));
    for (const [w, tile] of this.tiles) {
      const on = w === scene.window;
      tile.button.setAttribute('aria-checked', String(on));
      tile.button.tabIndex = on ? 0 : -1;
      const name = tIn('window', w);
      setText(tile.name, name);
    }
  }

  draw(answer: Answer, scene: Scene): void {
    this.mark(scene);
    const rows = new Map(answer.rows.map((r) => [String(r[0]), r]));
    for (const [w, tile] of this.tiles) {
      const row = rows.get(w);
      setText(tile.value, row ? number(Number(row[1])) : '–');
      setText(tile.sub, row ? t('window.contributing', { n: number(Number(row[2])) }) : '');
    }
  }

  private move(e: KeyboardEvent): void {
    const by = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[e.key];
    if (!by) return;
    e.preventDefault();
    const at = windows.findIndex((w) => this.tiles.get(w)?.button === document.activeElement);
    const to = windows[(at + by + windows.length) % windows.length]!;
    this.choose(to);
    this.tiles.get(to)?.button.focus();
  }
}
