// The state of the pipeline: one word in the head of the page, and the numbers behind it.
import type { Community, Status } from './api';
import { h, put, setText } from './dom';
import { dateTime, number } from './format';
import { lang, t, tIn } from './i18n';

type State = 'ok' | 'behind' | 'bad' | 'unknown' | 'waiting';

/** Behind by more than this many records is said; below it, a busy pipeline is at work. */
const noticeable = 5000;

function judge(s: Status): State {
  if (!s.ready || s.sinks.some((k) => !k.up)) return 'bad';
  return lagOf(s.stages) > noticeable ? 'behind' : 'ok';
}

const lagOf = (stages: Status['stages']): number => stages.reduce((sum, s) => sum + Math.max(0, s.lag), 0);

export class Health {
  readonly badge = h('a', { class: 'badge', href: '#pipeline' });
  private readonly title = h('h2', { id: 'pipeline-title' });
  private readonly body = h('div', { class: 'body' });
  private readonly about = h('summary', {});
  private readonly aboutText = h('p', {});
  readonly el = h('section', { class: 'panel pipeline', id: 'pipeline', tabindex: -1, 'aria-labelledby': 'pipeline-title' },
    h('header', {}, this.title), this.body, h('details', {}, this.about, this.aboutText));
  private drawn = '';

  /** Draws the newest status; reachable is false while the server does not answer. */
  show(status: Status | undefined, community: Community | undefined, reachable: boolean): void {
    const state: State = !reachable ? 'unknown' : status ? judge(status) : 'waiting';
    const key = JSON.stringify([state, status, community, lang()]);
    if (key === this.drawn) return;
    this.drawn = key;
    this.badge.dataset.state = state;
    setText(this.badge, t(`health.${state}`));
    setText(this.title, t('health'));
    setText(this.about, t('panel.means'));
    setText(this.aboutText, t('health.about'));
    if (status) put(this.body, ...this.numbers(status, state, community));
  }

  private numbers(s: Status, state: State, community: Community | undefined): Node[] {
    const zone = community?.time_zone ?? 'UTC';
    const line = (name: string, value: string, sub = '', tone = '') =>
      h('div', { class: 'line' }, h('dt', {}, name), h('dd', { class: tone }, value, sub && h('small', {}, sub)));
    const advice = [
      ...(s.ready ? [] : [t('health.not_ready')]),
      ...s.sinks.filter((k) => !k.up).map((k) => t('health.sink_down', { name: k.name })),
    ];
    const stages = [...new Set(s.stages.map((x) => x.stage))].map((name) => {
      const parts = s.stages.filter((x) => x.stage === name);
      const lag = lagOf(parts);
      const time = Math.min(...parts.map((x) => x.stream_time).filter((x) => x > 0));
      return line(t('health.stage', { name }), lag ? t('health.lag', { n: number(lag) }) : t('health.lag_none'),
        Number.isFinite(time) ? t('health.stream_time', { time: dateTime(time, zone) }) : '', lag > noticeable ? 'warn' : '');
    });
    const reasons = Object.entries(s.rejected).filter(([, n]) => n > 0).sort((a, b) => b[1] - a[1]);
    const rejected = reasons.reduce((sum, [, n]) => sum + n, 0);
    return [
      h('p', { class: 'verdict', 'data-state': state }, t(`health.${state}`)),
      ...advice.map((a) => h('p', { class: 'advice' }, a)),
      h('dl', {},
        community?.actions ? line(t('health.last_event'), dateTime(community.last, zone)) : null,
        ...stages,
        ...s.sinks.map((k) => line(t('health.engine', { name: k.name }), t(k.up ? 'health.up' : 'health.down'), '', k.up ? '' : 'bad')),
        line(t('health.accepted'), number(s.accepted)),
        line(t('health.late'), number(s.late)),
        line(t('health.rejected'), number(rejected)),
        ...reasons.map(([reason, n]) => h('div', { class: 'line reason' }, h('dt', {}, tIn('reason', reason), h('code', {}, reason)), h('dd', {}, number(n))))),
      ...(rejected ? [h('p', { class: 'hint' }, t('health.rejected_how'), ' ', h('code', {}, 'rollcall rejected list'))] : []),
    ];
  }
}
