// The head of the page: which community, since when, which part of it, which language.
import type { Answer, Community } from './api';
import { h, put, setText } from './dom';
import { date, dateRange, number, zoneLabel } from './format';
import { lang, locale, setLang, t, tIn } from './i18n';
import type { Lang } from './i18n';
import type { Choice, Scene } from './state';
import { fitting, offered } from './state';
import { dateOf } from './zone';

export class Head {
  private readonly brandBar = h('header', { class: 'top' });
  private readonly community = h('select', { class: 'community', change: () => this.on({ community: this.community.value, range: '', from: '', to: '', dimension: '', segment: '' }) });
  private readonly range = h('select', { change: () => this.rangeChosen() });
  private readonly filter = h('select', { change: () => this.filterChosen() });
  private readonly from = h('input', { type: 'date', change: () => this.datesChosen() });
  private readonly to = h('input', { type: 'date', change: () => this.datesChosen() });
  private readonly dash = h('span', {});
  private readonly dates = h('div', { class: 'dates', hidden: true }, this.from, this.dash, this.to);
  private readonly facts = h('p', { class: 'facts' });
  private readonly labels = { community: h('span', { class: 'hidden' }), range: h('span', {}), filter: h('span', {}) };
  private readonly languages = new Map<Lang, HTMLButtonElement>();
  private readonly languageBox = h('div', { class: 'languages', role: 'group' });
  readonly controls = h('div', { class: 'controls' },
    h('div', { class: 'who' }, h('h1', {}, h('label', {}, this.labels.community, this.community)), this.facts),
    h('div', { class: 'pickers' }, h('label', {}, this.labels.filter, this.filter), h('label', {}, this.labels.range, this.range), this.dates));
  readonly top: HTMLElement;
  private drawn = '';
  private current: Scene | undefined;

  constructor(private readonly on: (change: Partial<Choice>) => void, badge: HTMLElement, session: HTMLElement, languageChanged: () => void, private readonly everybody: () => void) {
    for (const [code, name] of [['en', 'English'], ['zh', '中文']] as [Lang, string][]) {
      const b = h('button', { type: 'button', lang: code, click: () => { setLang(code); languageChanged(); } }, name);
      this.languages.set(code, b);
      this.languageBox.append(b);
    }
    put(this.brandBar, h('a', { class: 'brand', href: '/' }, h('img', { src: '/assets/icon.svg', alt: '', width: 24, height: 24 }), 'Rollcall'), h('div', { class: 'spacer' }), badge, session, this.languageBox);
    this.top = this.brandBar;
  }

  showLanguage(): void {
    document.documentElement.lang = lang() === 'zh' ? 'zh-CN' : 'en';
    this.languageBox.setAttribute('aria-label', t('language'));
    for (const [code, b] of this.languages) b.setAttribute('aria-pressed', String(code === lang()));
  }

  show(scene: Scene, all: Community[], segments: Answer | undefined, choice: Choice): void {
    this.current = scene;
    this.showFacts(scene);
    const key = JSON.stringify([lang(), locale(), scene.community.community, scene.range, scene.dimension, scene.segment, all.map((c) => c.community), offered(scene.community), segments, choice.from, choice.to]);
    if (key === this.drawn) return;
    this.drawn = key;
    setText(this.labels.community, t('community'));
    setText(this.labels.range, t('range'));
    setText(this.labels.filter, t('filter'));
    fillSelect(this.community, all.map((c) => option(c.community, c.community)), scene.community.community);
    this.community.disabled = all.length < 2;
    const named = (r: string) => (scene.community.clock === 'data' ? t('range.data', { range: tIn('range', r) }) : tIn('range', r));
    fillSelect(this.range, [...offered(scene.community).map((r) => option(r, named(r))), option('all', t('range.all')), option('custom', t('range.custom'))], scene.range);
    this.dates.hidden = scene.range !== 'custom';
    if (scene.range === 'custom') this.fillDates(scene, choice);
    this.fillFilter(scene, segments);
  }

  private showFacts(scene: Scene): void {
    const c = scene.community;
    const key = JSON.stringify([c, lang(), scene.range === 'all' ? 0 : Math.floor(scene.to / 3600_000)]);
    if (this.facts.dataset.key === key) return;
    this.facts.dataset.key = key;
    put(this.facts,
      h('span', {}, h('b', {}, number(c.actions)), ' ', t(c.actions === 1 ? 'facts.actions.one' : 'facts.actions')),
      h('span', {}, h('button', { type: 'button', class: 'count', 'aria-haspopup': 'dialog', click: () => this.everybody() }, number(c.members)), ' ', t(c.members === 1 ? 'facts.members.one' : 'facts.members')),
      c.actions > 0 && h('span', {}, dateRange(c.first, c.last, c.time_zone)),
      h('span', {}, t('facts.zone', { zone: zoneLabel(c.time_zone, c.last) })));
  }

  private fillFilter(scene: Scene, segments: Answer | undefined): void {
    const groups = new Map<string, HTMLOptGroupElement>();
    for (const [dimension, segment] of (segments?.rows ?? []) as [string, string, number][]) {
      if (!groups.has(dimension)) groups.set(dimension, h('optgroup', { label: tIn('filter', dimension) }));
      groups.get(dimension)?.append(option(`${dimension}:${segment}`, segment));
    }
    const value = scene.segment ? `${scene.dimension}:${scene.segment}` : '';
    const order = ['channel', 'platform', 'kind'].map((d) => groups.get(d)).filter((g): g is HTMLOptGroupElement => g !== undefined);
    fillSelect(this.filter, [option('', t('filter.all')), ...order], value);
    if (this.filter.value !== value) { // a link to a segment that is not in the list
      this.filter.append(option(value, scene.segment));
      this.filter.value = value;
    }
  }

  private fillDates(scene: Scene, choice: Choice): void {
    const zone = scene.community.time_zone;
    this.from.setAttribute('aria-label', t('range.from'));
    this.to.setAttribute('aria-label', t('range.to'));
    setText(this.dash, t('range.to'));
    this.from.value = choice.from || dateOf(scene.from, zone);
    this.to.value = choice.to || dateOf(scene.to - 1, zone);
    for (const input of [this.from, this.to]) {
      input.min = dateOf(scene.community.first, zone);
      input.max = dateOf(scene.now, zone);
      input.title = date(Date.parse(input.value), 'UTC');
    }
  }

  private rangeChosen(): void {
    const scene = this.current;
    if (!scene) return;
    const range = this.range.value === fitting(scene.community) ? '' : this.range.value;
    const zone = scene.community.time_zone;
    this.on(range === 'custom'
      ? { range, from: dateOf(scene.from, zone), to: dateOf(Math.min(scene.to - 1, scene.now), zone) }
      : { range, from: '', to: '' });
  }

  private datesChosen(): void {
    if (!this.from.value || !this.to.value) return;
    const [a, b] = [this.from.value, this.to.value].sort();
    this.on({ range: 'custom', from: a ?? '', to: b ?? '' });
  }

  private filterChosen(): void {
    const [dimension = '', ...rest] = this.filter.value.split(':');
    this.on({ dimension, segment: rest.join(':') });
  }
}

const option = (value: string, text: string) => h('option', { value }, text);

function fillSelect(select: HTMLSelectElement, children: Node[], value: string): void {
  put(select, ...children);
  select.value = value;
}
