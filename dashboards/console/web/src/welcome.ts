// What a page without any community says: how the first action gets here.
import { copyButton } from './dialog';
import { h, put } from './dom';
import { lang, t } from './i18n';

export class Welcome {
  readonly el = h('section', { class: 'welcome', hidden: true });
  private drawn = '';

  show(visible: boolean): void {
    this.el.hidden = !visible;
    if (!visible || this.drawn === lang()) return;
    this.drawn = lang();
    const post = `curl -u WRITE_KEY: ${location.origin}/v1/actions \\\n  -d '{"community":"demo","member":"ada","kind":"post"}'`;
    put(this.el, h('h1', {}, t('empty.title')), h('p', {}, t('empty.text')),
      h('h2', {}, t('empty.import')), command('rollcall import actions.ndjson --community demo --clock data'),
      h('h2', {}, t('empty.post')), command(post));
  }
}

function command(text: string): HTMLElement {
  return h('div', { class: 'command' }, h('pre', { tabindex: 0 }, h('code', {}, text)), copyButton(text));
}
