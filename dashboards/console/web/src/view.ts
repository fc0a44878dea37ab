// A panel's life: ask, keep what came, draw it when it or the scene changed, and say
// so without wiping anything when asking fails.
import { ApiError, Source, explain } from './api';
import type { Answer, Panel } from './api';
import type { Chart } from './chart';
import { h, put, setText } from './dom';
import { clock } from './format';
import { lang, pick, t, tIn } from './i18n';
import { csv, fileName, picture, save } from './save';
import type { Interval, Scene } from './state';
import { binds, intervalFor, parameters } from './state';
import { dataTable } from './table';
import type { Cells } from './table';

/** What differs between panels. */
export interface Drawing {
  readonly el: HTMLElement;
  /** What its interval may be, where it has one; byDay: a short range is shown by day unless chosen otherwise. */
  readonly intervals?: readonly Interval[];
  readonly byDay?: boolean;
  /** The chart, where it is one. */
  readonly chart?: Chart;
  /** Takes what is chosen, before numbers come. */
  mark?(scene: Scene): void;
  /** Draws an answer that has rows. */
  draw(answer: Answer, scene: Scene): void;
}

export interface Actions {
  means(): void;
  clearFilter(): void;
  allData(): void;
  interval(to: Interval): void;
}

const shortest = 2000; // milliseconds between questions

export class View {
  readonly el: HTMLElement;
  private readonly title = h('h2', {});
  private readonly means = h('button', { type: 'button', class: 'quiet', 'aria-haspopup': 'dialog', click: () => this.actions.means() });
  private readonly asCSV = h('button', { type: 'button', class: 'quiet', hidden: true, click: () => this.saveCSV() }, 'CSV');
  private readonly asPNG = h('button', { type: 'button', class: 'quiet', hidden: true, click: () => this.savePNG() }, 'PNG');
  private readonly message = h('div', { class: 'message', hidden: true });
  private readonly note = h('p', { class: 'note', hidden: true });
  private readonly toggle = h('button', { type: 'button', class: 'quiet', 'aria-pressed': 'false', click: () => this.flip() });
  private readonly steps = new Map<Interval, HTMLButtonElement>();
  private readonly stepBox = h('div', { class: 'languages steps', role: 'group', hidden: true });
  private readonly whole = h('span', { class: 'whole', hidden: true });
  private readonly tableBox = h('div', { class: 'scroll', tabindex: 0, hidden: true });
  private readonly source = new Source<Answer>();
  private answer: Answer | undefined;
  private answerFor = ''; // the question that the answer belongs to
  private moved = ''; // its address, with the ends of the range as they were then
  private rendered: Answer | undefined;
  private drawnFor = '';
  private scene: Scene | undefined;
  private inFlight: AbortController | undefined;
  private asked = '';
  private next = 0;
  private fresh = 0;
  private visible = false;
  private asTable = false;

  constructor(private readonly panel: Panel, private readonly drawing: Drawing, private readonly cells: Cells, private readonly actions: Actions, wanted: () => void) {
    const id = `panel-${panel.id}`;
    this.title.id = `${id}-title`;
    const canFlip = panel.kind !== 'table' && panel.kind !== 'stat';
    for (const i of drawing.intervals ?? []) {
      const b = h('button', { type: 'button', click: () => actions.interval(i) });
      this.steps.set(i, b);
      this.stepBox.append(b);
    }
    this.stepBox.hidden = !this.steps.size;
    this.el = h('section', { class: `panel ${panel.kind} ${panel.id}`, 'aria-labelledby': this.title.id },
      h('header', {}, this.title, this.whole, this.stepBox, canFlip && this.toggle),
      this.note,
      h('div', { class: 'body' }, drawing.el, this.tableBox, this.message),
      h('footer', { class: 'acts' }, this.means, this.asCSV, this.asPNG));
    new IntersectionObserver((seen) => {
      this.visible = seen.some((s) => s.isIntersecting);
      if (this.visible) wanted();
    }, { rootMargin: '200px' }).observe(this.el);
  }

  /** Takes a new scene; what is on the page stays until the new answer is here. */
  show(scene: Scene): void {
    this.scene = scene;
    setText(this.title, pick(this.panel.title));
    setText(this.means, t('panel.means'));
    const title = { title: pick(this.panel.title) };
    for (const [b, key] of [[this.means, 'panel.means_of'], [this.asCSV, 'panel.csv_of'], [this.asPNG, 'panel.png_of']] as const) b.setAttribute('aria-label', t(key, title));
    setText(this.toggle, this.asTable ? t('panel.chart') : t('panel.table'));
    this.toggle.setAttribute('aria-pressed', String(this.asTable));
    this.tableBox.setAttribute('aria-label', pick(this.panel.title));
    this.stepBox.setAttribute('aria-label', t('interval'));
    for (const [i, b] of this.steps) {
      setText(b, tIn('interval', i));
      b.setAttribute('aria-pressed', String(i === this.interval()));
    }
    this.whole.hidden = !scene.segment || this.panel.kind === 'stat' || binds(this.panel, 'segment');
    setText(this.whole, t('filter.all'));
    this.drawing.mark?.(scene);
    if (this.url() !== this.asked) this.next = 0;
    this.render();
  }

  /** Asks if it is time to. A slow panel is asked less often: waiting takes eight times as long as the answer did. */
  async refresh(now: number): Promise<void> {
    const url = this.url();
    if (!this.scene || !this.visible || (now < this.next && url === this.asked)) return;
    if (this.inFlight) {
      if (url === this.asked) return;
      this.inFlight.abort();
    }
    const mine = new AbortController();
    [this.inFlight, this.asked] = [mine, url];
    this.el.classList.toggle('changing', this.answer !== undefined && this.question() !== this.answerFor);
    if (!this.answer) this.say(t('panel.loading'), true);
    const started = performance.now();
    try {
      const answer = await this.source.read(url, mine.signal);
      if (answer) this.answer = answer;
      this.answerFor = this.question();
      this.moved = url;
      this.fresh = Date.now();
      this.note.hidden = true;
      this.render();
    } catch (err) {
      if (mine.signal.aborted) return;
      this.fail(err);
    } finally {
      if (this.inFlight === mine) {
        this.inFlight = undefined;
        this.el.classList.remove('changing');
        this.next = performance.now() + Math.max(shortest * 0.9, 8 * (performance.now() - started));
      }
    }
  }

  /** Draws again with the same data, after a change of colours. */
  redraw(): void {
    this.drawnFor = '';
    this.render();
  }

  private url(): string {
    return this.scene ? `/api/panels/${this.panel.id}?${parameters(this.scene, this.panel, this.interval())}` : '';
  }

  /** The one that is shown, where the panel has any. */
  interval(): Interval | '' {
    return this.scene && this.drawing.intervals ? intervalFor(this.scene, this.drawing.intervals, this.drawing.byDay ?? false) : '';
  }

  /** What is asked, whatever the present moment: an answer of a minute ago still answers it. */
  private question(): string {
    const s = this.scene;
    if (!s) return '';
    return JSON.stringify([s.community.community, s.range, s.range === 'custom' ? [s.from, s.to] : 0, s.dimension, s.segment, binds(this.panel, 'window') ? s.window : '', binds(this.panel, 'member') ? s.member : '', this.interval()]);
  }

  private render(): void {
    if (!this.answer || !this.scene || this.question() !== this.answerFor) return;
    const key = JSON.stringify([this.moved, lang(), this.asTable]);
    if (this.rendered === this.answer && key === this.drawnFor) return;
    [this.rendered, this.drawnFor] = [this.answer, key];
    const empty = this.answer.rows.length === 0;
    this.drawing.el.hidden = empty || this.asTable;
    this.tableBox.hidden = empty || !this.asTable;
    this.message.hidden = !empty;
    this.asCSV.hidden = empty;
    this.asPNG.hidden = empty || this.asTable || !this.drawing.chart;
    if (empty) this.sayEmpty();
    else if (this.asTable) put(this.tableBox, dataTable(this.panel, this.answer, this.scene.community.time_zone, this.cells));
    else this.drawing.draw(this.answer, this.scene);
  }

  private flip(): void {
    this.asTable = !this.asTable;
    if (this.scene) this.show(this.scene);
  }

  private saveCSV(): void {
    if (!this.answer || !this.scene) return;
    save(new Blob([csv(this.panel, this.answer, this.scene.community.time_zone)], { type: 'text/csv;charset=utf-8' }), fileName(this.panel, this.scene, '.csv'));
  }

  private savePNG(): void {
    const [scene, drawn] = [this.scene, this.drawing.chart?.picture()];
    if (!scene || !drawn) return;
    const legend = [...this.drawing.el.querySelectorAll('.legend > span')].map((l) => ({ name: l.textContent ?? '', colour: getComputedStyle(l.querySelector('.mark')!).backgroundColor }));
    picture(...drawn, this.panel, scene, legend).toBlob((blob) => blob && save(blob, fileName(this.panel, scene, '.png')));
  }

  private sayEmpty(): void {
    const scene = this.scene;
    this.message.classList.remove('loading');
    put(this.message, h('p', {}, pick(this.panel.empty)), h('div', { class: 'row' },
      !!scene?.segment && binds(this.panel, 'segment') && h('button', { type: 'button', click: () => this.actions.clearFilter() }, t('filter.clear')),
      scene?.range !== 'all' && !!scene?.community.actions && binds(this.panel, 'from') && h('button', { type: 'button', click: () => this.actions.allData() }, t('range.clear'))));
  }

  private say(text: string, loading = false): void {
    this.message.hidden = false;
    this.message.classList.toggle('loading', loading);
    put(this.message, h('p', {}, text));
  }

  private fail(err: unknown): void {
    if (!(err instanceof ApiError)) console.error(err);
    const detail = explain(err);
    if (!this.answer) {
      this.say(t('panel.failed', { detail }));
      return;
    }
    this.note.hidden = err instanceof ApiError && err.status === 0; // the page as a whole says that already
    setText(this.note, t('panel.stale', { time: clock(this.fresh), detail }));
  }
}
