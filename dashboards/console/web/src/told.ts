// The alert that the address names, as links in messages do: above all else, what happened and whom to contact.
import { ApiError, Source, explain } from './api';
import { isolate } from './bidi';
import { h, put } from './dom';
import { dateTime } from './format';
import { lang, t, tIn } from './i18n';
import { says } from './says';
import type { Choice } from './state';

interface Person { member: string; why_en: string; why_zh: string }
interface Alert {
  alert_id: string; community: string; severity: string; state: string; opened: number; updated: number; resolved: number; silenced_until: number;
  acknowledged_by: string; title_en: string; title_zh: string; text_en: string; text_zh: string; members: Person[];
}

export class Told {
  readonly el = h('section', { class: 'panel told', hidden: true, tabindex: -1, 'aria-labelledby': 'told-title' });
  private readonly source = new Source<Alert>();
  private alert: Alert | undefined;
  private asked = '';
  private problem = '';
  private drawn = '';
  private open = ''; // which one is on the page

  constructor(private readonly close: () => void) {}

  /** Asks for the alert that is chosen, if one is. */
  async read(choice: Choice): Promise<void> {
    if (!choice.alert) return;
    const url = `/api/alerts/${encodeURIComponent(choice.alert)}?${new URLSearchParams({ community: choice.community })}`;
    if (url !== this.asked) [this.asked, this.alert, this.problem] = [url, undefined, ''];
    try {
      this.alert = (await this.source.read(url)) ?? this.alert;
      this.problem = '';
    } catch (err) {
      if (!(err instanceof ApiError)) throw err;
      if (err.status !== 0) this.problem = err.status === 404 ? t('told.none', { id: choice.alert }) : explain(err); // of 0 the page as a whole tells
    }
  }

  show(choice: Choice, zone: string): void {
    const a = choice.alert ? this.alert : undefined;
    const another = this.el.hidden || choice.alert !== this.open;
    this.el.hidden = !a && !(choice.alert && this.problem);
    const key = JSON.stringify([a, this.problem, lang(), zone]);
    if (this.el.hidden || key === this.drawn) return;
    this.drawn = key;
    this.el.dataset.severity = !a || a.state === 'resolved' ? '' : a.severity;
    const heading = h('h2', { id: 'told-title' }, a ? isolate(lang() === 'zh' ? a.title_zh : a.title_en) : t('told'));
    const close = h('button', { type: 'button', class: 'quiet', click: this.close }, t('told.close'));
    put(this.el, h('header', {}, heading, close), ...(a ? this.body(a, zone) : [h('p', {}, this.problem)]));
    if (!another) return;
    this.open = choice.alert;
    this.el.scrollIntoView({ block: 'nearest' });
    this.el.focus({ preventScroll: true });
  }

  private body(a: Alert, zone: string): HTMLElement[] {
    const zh = lang() === 'zh';
    const over = a.state === 'resolved';
    const people = over ? [] : a.members.slice(0, 10);
    const facts = [tIn('told.state', a.state), t('told.opened', { time: dateTime(a.opened, zone) }),
      over ? t('told.resolved', { time: dateTime(a.resolved, zone) }) : t('told.updated', { time: dateTime(a.updated, zone) }),
      a.acknowledged_by && t('told.by', { name: a.acknowledged_by }),
      !over && a.silenced_until > a.updated && t('told.silenced', { time: dateTime(a.silenced_until, zone) })];
    const named = (line: string) => people.length > 0 && people.slice(0, 3).every((p) => says(line, p.member)); // the list says it better
    return [
      h('p', { class: 'facts' }, ...facts.filter((f) => !!f).map((f) => h('span', {}, String(f)))),
      ...(zh ? a.text_zh : a.text_en).split('\n').filter((line) => line && !named(line)).map((line) => h('p', {}, isolate(line))),
      ...(people.length ? [h('h3', {}, t('told.contact')), h('ul', {}, ...people.map((p) => h('li', {}, h('bdi', {}, p.member), `${t('colon')}${isolate(zh ? p.why_zh : p.why_en)}`)))] : []),
      ...(a.state === 'open' ? [h('p', { class: 'hint' }, `${t('told.ack')} `, h('code', {}, `rollcall alerts ack ${a.alert_id} --community ${a.community}`))] : []),
    ];
  }
}
