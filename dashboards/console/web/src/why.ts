// Why a member has influence: who vouches, what each endorsement brings, and which count for nothing.
import { Source, explain } from './api';
import { isolated } from './bidi';
import { Dialog } from './dialog';
import { h } from './dom';
import { calendarDay, date, number, percent } from './format';
import { t, tIn } from './i18n';
import type { Key } from './i18n';
import type { Scene } from './state';

interface Endorsement { member: string; weight: number; first: string; vouched: boolean; begins: boolean; share: number; why: string }
interface Objection { member: string; weight: number; first: string; counts: string }
interface Answer {
  member: string; as_of: number; vouched: string; bot: boolean; restart: string; direct_share: number; trust: number;
  boards: Record<'all_time' | 'current', { rank: number }>;
  endorsers: number; vouched_endorsers: number; vouched_by: string[]; counting_for_nothing: number; endorsements: Endorsement[]; against: Objection[];
}

const shown = 50; // of a list
const named = 6; // in a sentence

export class Why {
  private readonly dialog = new Dialog('why', () => this.inFlight.abort());
  readonly el = this.dialog.el;
  private inFlight = new AbortController();

  /** Opens for a member; Escape, the button and a click beside it close it. */
  async open(member: string, scene: Scene, from: Element): Promise<void> {
    this.inFlight.abort();
    const mine = this.inFlight = new AbortController();
    const panel = from.closest('.panel');
    this.dialog.show([h('bdi', {}, member), t('colon') + t('why.title')], [h('p', { class: 'hint', role: 'status' }, t('panel.loading'))],
      () => [...panel?.querySelectorAll<HTMLElement>('button.ask') ?? []].find((b) => b.dataset.member === member));
    try {
      const query = new URLSearchParams({ community: scene.community.community, member });
      const answer = await new Source<Answer>().read(`/api/kols/endorsements?${query}`, mine.signal);
      if (answer) this.dialog.fill(...this.told(answer, scene.community.time_zone));
    } catch (err) {
      if (!mine.signal.aborted) this.dialog.fill(h('p', { role: 'alert' }, explain(err)));
    }
  }

  private told(a: Answer, zone: string): HTMLElement[] {
    const place = (board: 'current' | 'all_time') => a.boards[board].rank > 0 && t(`why.rank.${board}`, { rank: number(a.boards[board].rank) });
    const facts = [place('current'), place('all_time'), t('why.as_of', { day: date(a.as_of - 1, zone) })];
    const some = a.direct_share + a.endorsements.reduce((sum, e) => sum + e.share, 0) > 0;
    const lines = [
      a.bot ? t('why.is_bot') : this.vouched(a),
      a.endorsers === 0 ? t('why.nobody') : count('why.endorsers', a.endorsers) + (a.counting_for_nothing ? count('why.nothing', a.counting_for_nothing) : ''),
      !a.bot && a.endorsers > 0 && !some && t('why.no_influence_at_all'),
      some && a.direct_share > 0 && t(`why.start.${a.restart === 'vouched' ? 'vouched' : 'other'}`, { share: portion(a.direct_share) }),
      a.trust < 1 && t('why.trust', { share: portion(a.trust) }),
    ];
    return [
      h('p', { class: 'facts' }, ...facts.filter((f) => !!f).map((f) => h('span', {}, String(f)))),
      ...lines.filter((l) => !!l).map((l) => h('p', {}, String(l))),
      ...(a.endorsements.length ? [this.endorsements(a)] : []),
      ...(a.endorsers > shown ? [h('p', { class: 'hint' }, count('why.more', a.endorsers - Math.min(shown, a.endorsements.length)))] : []),
      ...(a.against.length ? [h('h3', {}, t('why.against')), h('ul', {}, ...a.against.slice(0, shown).map((o) =>
        h('li', {}, h('bdi', {}, o.member), ` (${calendarDay(o.first)})${t('colon')}${tIn('why.counts', o.counts)}`)))] : []),
    ];
  }

  private vouched(a: Answer): string {
    if (a.vouched !== 'endorsed') return t(`why.vouched.${a.vouched === 'founder' || a.vouched === 'staff' ? a.vouched : 'none'}`, { n: number(a.vouched_endorsers) });
    const names = a.vouched_by.slice(0, named);
    const more = a.vouched_endorsers - names.length;
    return t('why.vouched.endorsed', { names: names.map(isolated).join(t('comma')) + (more > 0 ? t('why.others', { n: number(more) }) : '') });
  }

  private endorsements(a: Answer): HTMLElement {
    const rows = a.endorsements.slice(0, shown);
    const most = Math.max(Number.MIN_VALUE, ...rows.map((e) => e.share));
    const columns: [Key, string][] = [['why.by', 'text'], ['why.share', 'number'], ['why.weight', 'number weight'], ['why.first', 'text first'], ['why.note', 'text']];
    return h('div', { class: 'scroll', tabindex: 0, role: 'group', 'aria-label': t('why.by') }, h('table', {},
      h('thead', {}, h('tr', {}, ...columns.map(([key, kind]) => h('th', { scope: 'col', class: kind }, t(key))))),
      h('tbody', {}, ...rows.map((e) => {
        const bar = h('span', { class: 'gauge', 'aria-hidden': 'true' });
        bar.style.setProperty('--share', String(e.share / most));
        return h('tr', { class: e.share > 0 ? '' : 'nothing' },
          h('th', { scope: 'row', class: 'text name', title: e.member }, h('bdi', {}, e.member)),
          h('td', { class: 'number with-share' }, e.share > 0 && bar, portion(e.share)),
          h('td', { class: 'number weight' }, number(e.weight)),
          h('td', { class: 'text first' }, calendarDay(e.first)),
          h('td', { class: 'text note-of' }, note(e)));
      }))));
  }
}

/** What an endorsement counts for, and why not for more. */
function note(e: Endorsement): string {
  const notes = [e.begins ? t('why.begins') : e.vouched && t('why.vouched_lately'), e.why && tIn('why.code', e.why)];
  return notes.filter((n) => !!n).join(t('semicolon'));
}

const count = (key: 'why.endorsers' | 'why.nothing' | 'why.more', n: number): string => t((n === 1 ? `${key}.one` : key) as Key, { n: number(n) });

/** A share; one that is small and not nothing says so. */
const portion = (x: number): string => (x > 0 && x < 0.0005 ? `< ${percent(0.001)}` : percent(x));
