import './app.css';
// Puts the page together and keeps it fresh while somebody looks.
import { Activity } from './activity';
import { ApiError, Source } from './api';
import type { Answer, Community, Panel, Status } from './api';
import { Bars } from './bars';
import { Cohorts } from './cohorts';
import { Curve } from './curve';
import { h, put, setText } from './dom';
import { Head } from './head';
import { Headline } from './headline';
import { Health } from './health';
import { Histogram } from './histogram';
import { Hours } from './hours';
import { t } from './i18n';
import { Late } from './late';
import { Listing } from './listing';
import { Members } from './members';
import type { Choice, Scene } from './state';
import { parameters, readAddress, resolve, writeAddress } from './state';
import { Stacked } from './stacked';
import { Told } from './told';
import { Trend } from './trend';
import { View } from './view';
import type { Actions, Drawing } from './view';
import { Welcome } from './welcome';
import { Why } from './why';

const interval = 2000; // milliseconds between looks at the server

class Page {
  private choice = readAddress();
  private communities: Community[] = [];
  private first = ''; // shown where none is chosen; stays, though another may be newer by now
  private status: Status | undefined;
  private segments: Answer | undefined;
  private segmentsPanel: Panel | undefined;
  private reachable = true;
  private known = false; // whether the list of communities ever came
  private views: View[] = [];
  private headline: Headline | undefined;
  private scene: Scene | undefined;
  private timer = 0;
  private looking = false;
  private readonly sources = { panels: new Source<Panel[]>(), communities: new Source<Community[]>(), status: new Source<Status>(), segments: new Source<Answer>() };
  private readonly health = new Health();
  private readonly why = new Why();
  private readonly head = new Head((change) => this.change(change), this.health.badge, () => this.draw());
  private readonly banner = h('div', { class: 'banner', role: 'status', 'aria-live': 'polite' });
  private readonly welcome = new Welcome();
  private readonly told = new Told(() => this.change({ alert: '' }));
  private readonly skip = h('a', { class: 'skip', href: '#main' });
  private readonly grid = h('div', { class: 'grid' });
  private readonly main = h('main', { id: 'main', tabindex: -1 }, this.banner, this.welcome.el, this.head.controls, this.told.el, this.grid);
  private readonly footer = h('footer', {});

  start(root: HTMLElement): void {
    put(root, this.skip, this.head.top, this.main, this.footer, this.why.el);
    this.head.controls.hidden = true;
    this.draw();
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => this.views.forEach((v) => v.redraw()));
    document.addEventListener('visibilitychange', () => this.look());
    addEventListener('popstate', () => { this.choice = readAddress(); this.draw(); this.look(); });
    this.look();
  }

  private change(change: Partial<Choice>): void {
    this.choice = { ...this.choice, ...(change.community ? { alert: '' } : {}), ...change }; // an alert is of one community
    writeAddress(this.choice);
    this.draw();
    this.look();
  }

  /** One look at the server, then the next after a pause; none while nobody looks at the page. */
  private look(): void {
    clearTimeout(this.timer);
    if (document.visibilityState !== 'visible') return;
    this.timer = setTimeout(() => this.look(), interval);
    this.refreshViews();
    if (this.looking) return;
    this.looking = true;
    void this.readServer().finally(() => { this.looking = false; });
  }

  private refreshViews(): void {
    for (const v of this.views) void v.refresh(performance.now());
  }

  private async readServer(): Promise<void> {
    try {
      if (!this.views.length) {
        const panels = await this.sources.panels.read('/api/panels');
        if (panels) this.build(panels);
      }
      this.communities = (await this.sources.communities.read('/api/communities')) ?? this.communities;
      this.known = true;
      this.status = (await this.sources.status.read('/api/status')) ?? this.status;
      this.reachable = true;
      await this.told.read(this.choice);
      this.draw();
      if (this.scene && this.segmentsPanel) {
        this.segments = (await this.sources.segments.read(`/api/panels/segments?${parameters(this.scene, this.segmentsPanel)}`)) ?? this.segments;
      }
    } catch (err) {
      if (!(err instanceof ApiError)) throw err;
      this.reachable = err.status !== 0;
    }
    this.draw();
    this.refreshViews();
  }

  private build(panels: Panel[]): void {
    const find = (id: string) => panels.find((p) => p.id === id);
    const actions: Actions = {
      clearFilter: () => this.change({ dimension: '', segment: '' }),
      allData: () => this.change({ range: 'all', from: '', to: '' }),
      interval: (interval) => this.change({ interval }),
    };
    const wanted = () => this.refreshViews();
    const make = (id: string, drawing: (p: Panel) => Drawing, also: Panel[] = []): HTMLElement[] => {
      const panel = find(id);
      if (!panel) return [];
      const view = new View(panel, drawing(panel), actions, wanted, also);
      this.views.push(view);
      return [view.el];
    };
    this.segmentsPanel = find('segments');
    this.headline = new Headline((w) => this.change({ window: w }));
    const headline = this.headline;
    put(this.grid,
      ...make('headline', () => headline),
      ...make('activity', (p) => new Activity(p), panels.filter((p) => p.id === 'headline')), // one card: read together
      ...make('activity_days', (p) => new Trend(p)),
      ...make('lurkers', (p) => new Stacked(p)),
      ...make('churn_states', (p) => new Stacked(p)),
      ...make('churn_entries', (p) => new Trend(p)),
      ...make('at_risk_members', (p) => new Members(p)),
      ...make('alerts', (p) => new Listing(p)),
      ...make('risk_distribution', (p) => new Listing(p)),
      ...make('kols', (p) => new Members(p, (member, scene, from) => void this.why.open(member, scene, from))),
      ...make('dependents', (p) => new Listing(p)),
      ...make('clusters', (p) => new Listing(p)),
      ...make('absence', (p) => new Trend(p)),
      ...make('lifecycle', (p) => new Stacked(p)),
      ...make('stickiness', () => new Histogram()),
      ...make('retention', (p) => new Cohorts(p)),
      ...make('retention_curve', (p) => new Curve(p)),
      ...make('actions_by_day', () => new Bars()),
      ...make('active_hours', () => new Hours()),
      ...make('engaged_members', (p) => new Members(p)),
      ...make('top_members', (p) => new Members(p)),
      h('div', { class: 'side' }, ...make('late_actions', () => new Late()), this.health.el));
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
    this.grid.hidden = !chosen;
    this.health.show(this.status, chosen, this.reachable);
    if (this.status) setText(this.footer, t('footer', { version: this.status.version }));
    if (!this.scene) return;
    document.title = `${this.scene.community.community} · Rollcall`;
    this.head.show(this.scene, this.communities, this.segments, this.choice);
    this.told.show(this.choice, this.scene.community.time_zone);
    this.headline?.mark(this.scene);
    for (const v of this.views) v.show(this.scene);
  }
}

const root = document.getElementById('app');
if (root) new Page().start(root);
