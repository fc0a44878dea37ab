// A sheet over the page, of which there is one for each use. The browser keeps the keyboard inside, closes it on Escape and
// gives the focus back to what opened it.
import { h, put } from './dom';
import { t } from './i18n';

export class Dialog {
  private readonly title: HTMLElement;
  private readonly closer = h('button', { type: 'button', class: 'quiet', click: () => this.el.close() });
  private readonly body = h('div', { class: 'body' });
  readonly el: HTMLDialogElement;
  private opened: HTMLElement | null = null;
  private again: () => HTMLElement | null | undefined = () => null;

  /** closed is called however it was closed. */
  constructor(name: string, closed: () => void = () => undefined) {
    this.title = h('h2', { id: `${name}-title` });
    this.el = h('dialog', { class: `sheet-over ${name}`, 'aria-labelledby': this.title.id, close: () => { closed(); this.back(); }, click: (e) => { if (e.target === this.el) this.el.close(); } },
      h('div', { class: 'sheet' }, h('header', {}, this.title, this.closer), this.body));
  }

  get open(): boolean {
    return this.el.open;
  }

  /** Opens it, or shows something else in it. again finds what opened it where the page has been drawn anew meanwhile. */
  show(title: (Node | string)[], body: Node[], again: () => HTMLElement | null | undefined = () => null): void {
    put(this.title, ...title);
    put(this.closer, t('told.close'));
    put(this.body, ...body);
    if (this.el.open) return;
    this.opened = document.activeElement instanceof HTMLElement ? document.activeElement : null;
    this.again = again;
    this.el.showModal();
    this.el.scrollTop = 0;
  }

  fill(...body: Node[]): void {
    put(this.body, ...body);
  }

  close(): void {
    this.el.close();
  }

  private back(): void {
    const to = this.opened?.isConnected ? this.opened : this.again();
    to?.focus({ preventScroll: true });
  }
}

/** A button that copies a text. */
export function copyButton(text: string): HTMLButtonElement {
  const copy = h('button', {
    type: 'button', class: 'quiet', click: () => {
      void navigator.clipboard?.writeText(text).then(() => { copy.textContent = t('copied'); });
    },
  }, t('copy'));
  return copy;
}
