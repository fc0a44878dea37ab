// What a panel's numbers mean: how they are computed, how to read them, how they deceive, and the question in SQL.
import { Source } from './api';
import type { Meaning, Panel } from './api';
import { copyButton, Dialog } from './dialog';
import { h } from './dom';
import { pick, t, tIn } from './i18n';
import type { Key, Text } from './i18n';

export class Means {
  private readonly dialog = new Dialog('means');
  readonly el = this.dialog.el;

  private readonly source = new Source<Panel[]>();
  private all: Panel[] | undefined; // with their meanings, which come when first asked for

  open(p: Panel): void {
    this.show(p, this.all?.find((a) => a.id === p.id)?.meaning);
    if (this.all) return;
    void this.source.read('/api/panels').then((all) => {
      this.all = all ?? this.all;
      if (this.dialog.open) this.show(p, this.all?.find((a) => a.id === p.id)?.meaning);
    }, () => undefined); // what is there already says most of it
  }

  private show(p: Panel, m: Meaning | undefined): void {
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
