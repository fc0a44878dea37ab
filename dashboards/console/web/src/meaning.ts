// What a panel's numbers mean: how they are computed, how to read them, how they deceive, and the question in SQL.
import type { Panel } from './api';
import { copyButton, Dialog } from './dialog';
import { h } from './dom';
import { pick, t, tIn } from './i18n';
import type { Key, Text } from './i18n';

export class Means {
  private readonly dialog = new Dialog('means');
  readonly el = this.dialog.el;

  open(p: Panel): void {
    const m = p.meaning;
    const said = (key: Key, text: Text | undefined) => (text && pick(text) ? [h('h3', {}, t(key)), h('p', {}, pick(text))] : []);
    const columns = p.columns.filter((c, i) => p.columns.findIndex((o) => pick(o.title) === pick(c.title)) === i); // of a text in two languages, one
    this.dialog.show([pick(p.title)], [
      h('p', {}, pick(p.description)),
      ...said('means.formula', m?.formula), ...said('means.reading', m?.reading), ...said('means.misleads', m?.misleads),
      h('h3', {}, t('means.columns')),
      h('ul', { class: 'plain' }, ...columns.map((c) => h('li', {}, h('b', {}, pick(c.title)), c.unit ? `${t('colon')}${tIn('unit', c.unit)}` : ''))),
      ...(m?.tables?.length ? [h('h3', {}, t('means.tables')), h('p', {}, ...m.tables.flatMap((name, i) => [i ? t('comma') : '', h('code', {}, `rollcall.${name}`)]))] : []),
      h('h3', {}, 'SQL'), h('p', { class: 'hint' }, t('means.sql')),
      h('div', { class: 'command' }, h('pre', { tabindex: 0, 'aria-label': 'SQL' }, h('code', {}, p.sql)), copyButton(p.sql)),
      ...(m?.page ? [h('p', { class: 'hint' }, t('means.page'), ' ', h('code', {}, `docs/metrics/${m.page}`))] : []),
    ]);
  }
}
