// The menu of pages: real links, so that a page can be opened beside, sent and kept.
import type { Board } from './api';
import { h, put, setText } from './dom';
import { lang, pick, t } from './i18n';
import type { Choice } from './state';
import { address } from './state';

export class Nav {
  private readonly list = h('ul', {});
  readonly el = h('nav', { class: 'pages' }, this.list);
  private readonly links = new Map<string, HTMLAnchorElement>();
  private drawn = '';

  constructor(private readonly go: (board: string) => void) {}

  /** Names the pages and marks the one that is shown. */
  show(boards: Board[], at: string, choice: Choice): void {
    const key = JSON.stringify([boards, lang()]);
    if (key !== this.drawn) {
      this.drawn = key;
      this.el.setAttribute('aria-label', t('pages'));
      for (const b of boards) this.links.set(b.id, this.links.get(b.id) ?? h('a', { click: (e) => this.pressed(e as MouseEvent, b.id) }));
      put(this.list, ...boards.map((b) => h('li', {}, this.links.get(b.id)!)));
    }
    for (const b of boards) {
      const link = this.links.get(b.id)!;
      setText(link, pick(b.title));
      link.href = address({ ...choice, board: b.id === boards[0]?.id ? '' : b.id, member: '', alert: '' });
      if (b.id !== at) link.removeAttribute('aria-current');
      else if (!link.hasAttribute('aria-current')) {
        link.setAttribute('aria-current', 'page');
        link.scrollIntoView({ block: 'nearest', inline: 'nearest' }); // a phone shows a part of the menu
      }
    }
  }

  private pressed(e: MouseEvent, board: string): void {
    if (e.ctrlKey || e.metaKey || e.shiftKey || e.button !== 0) return; // the reader wants it elsewhere
    e.preventDefault();
    this.go(board);
  }
}
