// What waits for a rebuild, and the command that takes it in.
import type { Answer } from './api';
import { h, put } from './dom';
import { dateTime, duration, number } from './format';
import { t } from './i18n';
import type { Scene } from './state';
import type { Drawing } from './view';

export class Late implements Drawing {
  readonly el = h('div', {});

  draw(answer: Answer, scene: Scene): void {
    const [late, lateness, time] = answer.rows[0]!.map(Number) as [number, number, number];
    const complete = h('p', { class: 'hint' }, t('late.complete', { time: dateTime(time, scene.community.time_zone) }));
    if (!late) {
      put(this.el, h('p', {}, t('late.none')), complete);
      return;
    }
    put(this.el, h('p', { class: 'verdict', 'data-state': 'behind' }, t('late.some', { n: number(late) })),
      h('p', { class: 'hint' }, t('late.why', { lateness: duration(lateness) })),
      h('p', { class: 'hint' }, t('late.how'), ' ', h('code', {}, `rollcall rebuild --community ${scene.community.community}`)), complete);
  }
}
