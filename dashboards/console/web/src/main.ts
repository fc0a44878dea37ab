import './panels.css';
import './app.css'; // last: it knows what a phone leaves out
// Puts the page together and keeps it fresh while somebody looks.
import { ApiError, Source } from './api';
import type { Answer, Board, Community, Panel, Status } from './api';
import { Boards } from './boards';
import { h, put, setText } from './dom';
import { Head } from './head';
import { Health } from './health';
import { pick, t } from './i18n';
import { Nav } from './nav';
import { Share } from './share';
import type { Choice, Scene } from './state';
import { parameters, readAddress, resolve, writeAddress } from './state';
import { Told } from './told';
import { Welcome } from './welcome';

const interval = 2000; // milliseconds between looks at the server

class Page {
  private choice = readAddress();
  private communities: Community[] = [];
  private first = ''; // shown where none is chosen; stays, though another may be newer by now
  private status: Status | undefined;
  private segments: Answer | undefined;
  private panels: Panel[] | null = null;
  private menu: Board[] | null = null;
  private segmentsPanel: Panel | undefined;
  private reachable = true;
  private known = false; // whether the list of communities ever came
  private declared = false;
  private scene: Scene | undefined;
  private timer = 0;
  private looking = false;
  private readonly sources = { panels: new Source<Panel[]>(), boards: new Source<Board[]>(), communities: new Source<Community[]>(), status: new Source<Status>(), segments: new Source<Answer>() };
  private readonly health = new Health();
  private readonly boards = new Boards({
    change: (change) => this.change(change),
    go: (board, member) => this.go(board, member),
    wanted: () => this.boards.refresh(),
  }, this.health.el);
  private readonly share = new Share();
  private readonly nav = new Nav((board) => this.go(board));
  private readonly head = new Head((change) => this.change(change), this.health.badge, this.share.buttons, () => this.draw(), () => { if (this.scene) this.boards.who.everybody(this.scene); });
  private readonly banner = h('div', { class: 'banner', role: 'status', 'aria-live': 'polite' });
  private readonly welcome = new Welcome();
  private readonly told = new Told(() => this.change({ alert: '' }));
  private readonly skip = h('a', { class: 'skip', href: '#main' });
  private readonly main = h('main', { id: 'main', tabindex: -1 }, this.banner, this.welcome.el, this.head.controls, this.told.el, this.boards.el);
  private readonly footer = h('footer', {});

  start(root: HTMLElement): void {
    put(root, this.skip, this.head.top, this.nav.el, this.main, this.footer, ...this.boards.dialogs, this.share.el);
    this.head.controls.hidden = true;
    this.nav.el.hidden = true;
    this.draw();
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => this.boards.redraw());
    document.addEventListener('visibilitychange', () => this.look());
    addEventListener('popstate', () => { this.choice = readAddress(); this.draw(); this.look(); });
    this.look();
  }

  private change(change: Partial<Choice>): void {
    const elsewhere = change.community && change.community !== this.scene?.community.community;
    this.choice = { ...this.choice, ...(elsewhere ? { alert: '', member: '' } : {}), ...change }; // an alert and a member are of one community
    writeAddress(this.choice);
    this.draw();
    this.look();
  }

  /** Turns to another page; the browser's button leads back. */
  private go(board: string, member = ''): void {
    const first = this.boards.list[0]?.id;
    this.choice = { ...this.choice, board: board === first ? '' : board, member, alert: '' };
    writeAddress(this.choice, true);
    this.draw();
    scrollTo(0, 0);
    this.look();
  }

  /** One look at the server, then the next after a pause; none while nobody looks at the page. */
  private look(): void {
    clearTimeout(this.timer);
    if (document.visibilityState !== 'visible') return;
    this.timer = setTimeout(() => this.look(), interval);
    this.boards.refresh();
    if (this.looking) return;
    this.looking = true;
    void this.readServer().finally(() => { this.looking = false; });
  }

  private async readServer(): Promise<void> {
    try {
      await Promise.all([ // what came is kept, whatever becomes of the others: the same is not sent again
        this.sources.communities.read('/api/communities').then((list) => { this.communities = list ?? this.communities; this.known = true; }),
        this.sources.status.read('/api/status').then((status) => { this.status = status ?? this.status; }),
        ...(this.declared ? [] : [this.readDeclared(), this.share.read()]),
      ]);
      this.reachable = true;
      await this.told.read(this.choice);
      this.draw();
      this.boards.refresh();
      if (this.scene && this.segmentsPanel) {
        this.segments = (await this.sources.segments.read(`/api/panels/${this.segmentsPanel.id}?${parameters(this.scene, this.segmentsPanel)}`)) ?? this.segments;
      }
    } catch (err) {
      if (!(err instanceof ApiError)) throw err;
      this.reachable = err.status !== 0;
    }
    this.draw();
    this.boards.refresh();
  }

  private async readDeclared(): Promise<void> {
    await Promise.all([ // one of them may fail: what came stays, for it comes only once
      this.sources.panels.read('/api/panels?meaning=omit').then((panels) => { this.panels ??= panels; }),
      this.sources.boards.read('/api/boards').then((menu) => { this.menu ??= menu; }),
    ]);
    if (!this.panels || !this.menu) return;
    this.segmentsPanel = this.panels.find((p) => p.kind === 'choices');
    this.boards.declare(this.menu, this.panels);
    this.declared = true;
  }

  /** Brings everything on the page in line with what is known and chosen. Nothing that is right already is touched. */
  private draw(): void {
    const chosen = this.communities.find((c) => c.community === (this.choice.community || this.first))
      ?? [...this.communities].sort((a, b) => b.last - a.last || b.actions - a.actions)[0];
    this.first ||= chosen?.community ?? '';
    this.scene = chosen ? resolve(this.choice, chosen) : undefined;
    this.head.showLanguage();
    setText(this.skip, t('skip'));
    setText(this.banner, this.reachable ? '' : t('error.banner'));
    this.welcome.show(this.known && !chosen);
    this.head.controls.hidden = !chosen;
    this.nav.el.hidden = !chosen || !this.declared;
    this.boards.el.hidden = !chosen;
    this.health.show(this.status, chosen, this.reachable);
    if (this.status) setText(this.footer, t('footer', { version: this.status.version }));
    if (!this.scene) return;
    this.head.show(this.scene, this.communities, this.segments, this.choice);
    this.told.show(this.choice, this.scene.community.time_zone);
    const board = this.boards.show(this.scene, this.choice);
    this.share.mark(this.scene, this.choice.board);
    if (!board) return;
    this.nav.show(this.boards.list, board.id, this.choice);
    document.title = `${[this.scene.member, pick(board.title), this.scene.community.community].filter((x) => x).join(' · ')} · Rollcall`;
  }
}

const root = document.getElementById('app');
if (root) new Page().start(root);
