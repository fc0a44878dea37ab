// The pages: which panels stand on the one that is chosen, and in what order and width.
import type { Board, Panel } from './api';
import { drawingOf } from './drawings';
import { h, put } from './dom';
import { widths } from './layout';
import { Means } from './meaning';
import { MemberHead } from './member';
import type { Choice, Scene } from './state';
import { address, binds } from './state';
import type { Cells } from './table';
import { View } from './view';
import { askedOf, Who } from './who';
import { Why } from './why';

/** What a board may ask of the page. */
export interface Asks {
  change(change: Partial<Choice>): void;
  go(board: string, member?: string): void;
  wanted(): void;
}

export class Boards {
  list: Board[] = [];
  private panels = new Map<string, Panel>();
  private readonly views = new Map<string, View>();
  private shown: View[] = [];
  private drawn = '';
  private scene: Scene | undefined;
  private choice: Choice | undefined;
  private readonly why = new Why();
  private readonly means = new Means();
  readonly who = new Who(() => this.wayToMembers());
  private readonly member = new MemberHead((name) => this.asks.go(this.ofMember, name));
  private readonly grid = h('div', { class: 'grid' });
  readonly el = h('div', {}, this.member.el, this.grid);
  readonly dialogs = [this.why.el, this.means.el, this.who.el];

  /** last stands at the end of the first page. */
  constructor(private readonly asks: Asks, private readonly last: HTMLElement) {}

  declare(boards: Board[], panels: Panel[]): void {
    this.panels = new Map(panels.map((p) => [p.id, p]));
    this.who.declare(panels);
    this.list = boards.filter((b) => b.panels.some((id) => this.panels.has(id)));
  }

  /** Shows the page that is chosen, the first where there is no such page, and returns it. */
  show(scene: Scene, choice: Choice): Board | undefined {
    [this.scene, this.choice] = [scene, choice];
    const board = this.list.find((b) => b.id === choice.board) ?? this.list[0];
    if (!board) return undefined;
    const panels = board.panels.map((id) => this.panels.get(id)).filter((p) => p !== undefined)
      .filter((p) => scene.member !== '' || !binds(p, 'member'));
    const key = [board.id, ...panels.map((p) => p.id)].join(' ');
    if (key !== this.drawn) {
      this.drawn = key;
      this.arrange(panels, board === this.list[0]);
    }
    this.member.show(scene.member, this.isOfMember(board));
    for (const v of this.shown) v.show(scene);
    return board;
  }

  refresh(): void {
    for (const v of this.shown) void v.refresh(performance.now());
  }

  redraw(): void {
    for (const v of this.views.values()) v.redraw();
  }

  private arrange(panels: Panel[], first: boolean): void {
    this.shown = panels.map((p) => this.viewOf(p));
    widths(panels).forEach((w, i) => {
      const el = this.shown[i]!.el;
      el.dataset.span = String(w);
      el.classList.toggle('joined', panels[i]!.kind === 'stat' && panels[i + 1]?.kind === 'timeseries'); // one card: read together
    });
    put(this.grid, ...this.shown.map((v) => v.el), first && this.last);
  }

  private viewOf(p: Panel): View {
    const known = this.views.get(p.id);
    if (known) return known;
    const cells = this.cellsOf(p);
    const drawing = drawingOf(p, { window: (window) => this.asks.change({ window }), cells });
    const view = new View(p, drawing, cells, {
      means: () => this.means.open(p),
      clearFilter: () => this.asks.change({ dimension: '', segment: '' }),
      allData: () => this.asks.change({ range: 'all', from: '', to: '' }),
      interval: (interval) => this.asks.change({ interval }),
    }, () => this.asks.wanted());
    this.views.set(p.id, view);
    return view;
  }

  private cellsOf(p: Panel): Cells {
    return {
      ...this.wayToMembers(),
      ...(p.who ? {
        asked: (answer, row, column) => !!askedOf(p, answer, row, column),
        who: (answer, row, column) => { if (this.scene) this.who.open(p, answer, row, column, this.scene, this.views.get(p.id)?.interval() ?? ''); },
      } : {}),
      ...(p.columns.some((c) => c.name === 'alert_id') ? { alert: { href: (alert) => address({ ...this.choice!, alert }), go: (alert) => this.asks.change({ alert }) } } : {}),
      why: p.columns.some((c) => c.name === 'endorsers') ? (member, from) => { if (this.scene) void this.why.open(member, this.scene, from); } : undefined,
    };
  }

  private wayToMembers(): Cells {
    if (!this.ofMember) return {};
    const go = (name: string) => {
      for (const d of this.dialogs) d.close();
      this.asks.go(this.ofMember, name);
    };
    return { member: { href: (name) => this.hrefOf(name), go } };
  }

  /** The page that shows one member, empty where there is none. */
  private get ofMember(): string {
    return this.list.find((b) => this.isOfMember(b))?.id ?? '';
  }

  private isOfMember(b: Board): boolean {
    return b.panels.some((id) => binds(this.panels.get(id), 'member'));
  }

  private hrefOf(member: string): string {
    return address({ ...this.choice!, board: this.ofMember, member, alert: '' });
  }
}
