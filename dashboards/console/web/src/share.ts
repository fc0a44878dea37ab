// Who looks: an administrator can make a link that reads one community, and sign out.
import { ApiError, explain, Source } from './api';
import { copyButton, Dialog } from './dialog';
import { h, put, setText } from './dom';
import { date, dateTime, number } from './format';
import { lang, t } from './i18n';
import type { Scene } from './state';

interface Session { role: string }
interface Link { id: string; community: string; path?: string; created: number; until: number; revoked?: number }

const days = [7, 30, 90, 365];

export class Share {
  private readonly dialog = new Dialog('share');
  readonly el = this.dialog.el;
  private readonly open = h('button', { type: 'button', class: 'quiet', 'aria-haspopup': 'dialog', click: () => this.show() });
  private readonly leave = h('button', { type: 'button', class: 'quiet', click: () => void this.signOut() });
  readonly buttons = h('span', { class: 'session', hidden: true }, this.open, this.leave);
  private scene: Scene | undefined;
  private board = '';
  private role = '';

  /** Asks who looks; whatever goes wrong, nothing is offered. */
  async read(): Promise<void> {
    this.role = (await new Source<Session>().read('/api/session').catch(() => null))?.role ?? '';
  }

  /** Offers a link to what is on the page. */
  mark(scene: Scene | undefined, board: string): void {
    [this.scene, this.board] = [scene, board];
    this.buttons.hidden = this.role !== 'admin' && this.role !== 'share';
    this.open.hidden = this.role !== 'admin' || !scene;
    setText(this.open, t('share'));
    setText(this.leave, t('share.out'));
  }

  private show(): void {
    const scene = this.scene;
    if (!scene) return;
    const made = h('div', { role: 'status' });
    const all = h('div', {});
    const choice = h('select', {}, ...days.map((n) => h('option', { value: n, selected: n === 30 }, t('share.days', { n: number(n) }))));
    const make = h('button', { type: 'button', click: () => void this.make(scene, Number(choice.value), made).then(() => this.list(scene, all)) }, t('share.make'));
    this.dialog.show([t('share.title', { community: scene.community.community })], [h('p', {}, t('share.what')),
      h('div', { class: 'seek' }, h('label', {}, h('span', {}, t('share.how_long')), choice), make), made, h('h3', {}, t('share.list')), all]);
    void this.list(scene, all);
  }

  /** Lists the community's links that work, each with the way to end it. */
  private async list(scene: Scene, into: HTMLElement, told = ''): Promise<void> {
    try {
      const links = ((await new Source<Link[]>().read('/api/shares')) ?? []).filter((l) => l.community === scene.community.community && !l.revoked && l.until > Date.now());
      const zone = scene.community.time_zone;
      put(into, told !== '' && h('p', { role: 'status' }, told), links.length ? h('ul', { class: 'links' }, ...links.reverse().map((l) => {
        const made = dateTime(l.created, zone);
        return h('li', {}, h('span', {}, t('share.one', { made, day: date(l.until, zone) })),
          h('button', { type: 'button', 'aria-label': t('share.revoke_of', { made }), click: () => void this.revoke(scene, l.id, into) }, t('share.revoke')));
      })) : h('p', { class: 'hint' }, t('share.none')));
    } catch (err) {
      put(into, h('p', { role: 'alert' }, explain(err)));
    }
  }

  private async revoke(scene: Scene, id: string, into: HTMLElement): Promise<void> {
    try {
      const response = await fetch(`/api/shares/${encodeURIComponent(id)}`, { method: 'DELETE', credentials: 'same-origin' }).catch(() => { throw new ApiError(0); });
      if (!response.ok) throw new ApiError(response.status);
      await this.list(scene, into, t('share.revoked'));
    } catch (err) {
      put(into, h('p', { role: 'alert' }, explain(err)));
    }
  }

  private async make(scene: Scene, length: number, into: HTMLElement): Promise<void> {
    try {
      const response = await fetch('/api/shares', {
        method: 'POST', credentials: 'same-origin', headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify({ community: scene.community.community, board: this.board, days: length }),
      }).catch(() => { throw new ApiError(0); });
      if (!response.ok) throw new ApiError(response.status);
      const link = (await response.json()) as Link;
      const address = location.origin + link.path;
      put(into, h('div', { class: 'command' }, h('pre', { tabindex: 0, lang: lang() }, h('code', {}, address)), copyButton(address)),
        h('p', { class: 'hint' }, t('share.until', { day: date(link.until, scene.community.time_zone) })));
    } catch (err) {
      put(into, h('p', { role: 'alert' }, explain(err)));
    }
  }

  private async signOut(): Promise<void> {
    await fetch('/signout', { method: 'POST', credentials: 'same-origin', redirect: 'manual' }).catch(() => undefined);
    location.assign('/');
  }
}
