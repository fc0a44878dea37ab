// A chart's place on the page, the colours of the style sheet, and what charts have in common.
import type { EChartsType } from 'echarts/core';
import { h } from './dom';

let library: typeof import('./echarts.js') | undefined;

export interface Colours { ink: string; muted: string; line: string; surface: string; accent: string; soft: string; second: string; sky: string; amber: string; cold: string; font: string }

/** Colours and font as the style sheet has them now (light or dark). */
export function colours(): Colours {
  const css = getComputedStyle(document.documentElement);
  const v = (name: string) => css.getPropertyValue(`--${name}`).trim();
  return {
    ink: v('ink'), muted: v('muted'), line: v('line'), surface: v('surface'), accent: v('accent'), soft: v('soft'), second: v('second'), sky: v('sky'), amber: v('amber'), cold: v('cold'),
    font: getComputedStyle(document.body).fontFamily,
  };
}

export type Option = Parameters<EChartsType['setOption']>[0];

/** One chart in one element. It draws when told to and when its size changes. */
export class Chart {
  readonly el = h('div', { class: 'chart', role: 'img' });
  private chart: EChartsType | undefined;
  private picked: ((x: number, y: number) => void) | undefined;
  private make: ((width: number) => Option) | undefined;

  constructor(className: string) {
    this.el.classList.add(className);
    new ResizeObserver(() => this.resize()).observe(this.el);
  }

  /** Draws by an option that may depend on the width in pixels. */
  draw(make: (width: number) => Option, label: string): void {
    this.make = make;
    this.el.setAttribute('aria-label', label);
    if (!this.el.clientWidth) return; // drawn by the resize that makes it visible
    if (!library) {
      void import('./echarts.js').then((loaded) => {
        library = loaded;
        this.resize();
      });
      return;
    }
    this.chart ??= this.init(library);
    this.chart.setOption({ animation: false, ...make(this.el.clientWidth) }, { notMerge: true, lazyUpdate: false });
    requestAnimationFrame(() => this.fit());
  }

  /** What was drawn while the page was being laid out may have another size than the place for it now; no observer tells of that. */
  private fit(): void {
    if (this.chart && this.el.clientWidth && (this.chart.getWidth() !== this.el.clientWidth || this.chart.getHeight() !== this.el.clientHeight)) this.resize();
  }

  /** Tells what is pressed: the place on the first axes, or of a heat map the cell. */
  onPick(picked: (x: number, y: number) => void): void {
    this.picked = picked;
  }

  /** The chart as a picture, at twice the size of the screen's points, and that ratio; undefined while nothing is drawn. */
  picture(): [HTMLCanvasElement, number] | undefined {
    return this.chart && [this.chart.renderToCanvas({ pixelRatio: 2, backgroundColor: colours().surface }), 2];
  }

  private init(echarts: typeof import('./echarts.js')): EChartsType {
    const chart = echarts.init(this.el, null, { renderer: 'canvas' });
    const place = (e: { offsetX: number; offsetY: number }): number[] | undefined => {
      const at = [e.offsetX, e.offsetY];
      return this.picked && chart.containPixel({ gridIndex: 0 }, at) ? chart.convertFromPixel({ gridIndex: 0 }, at) as number[] : undefined;
    };
    chart.getZr().on('mousemove', (e) => { if (place(e)) chart.getZr().setCursorStyle('pointer'); });
    chart.getZr().on('click', (e) => {
      const at = place(e);
      if (at) this.picked?.(at[0]!, at[1]!);
    });
    return chart;
  }

  private resize(): void {
    if (!this.el.clientWidth || !this.make) return;
    if (this.chart) this.chart.resize();
    this.draw(this.make, this.el.getAttribute('aria-label') ?? '');
  }
}

/** The common form of a tooltip. Its content is elements: a strict policy forbids styles in HTML text. */
export function tooltip(c: Colours, content: (params: unknown) => HTMLElement | '') {
  return {
    confine: true,
    backgroundColor: c.surface,
    borderColor: c.line,
    borderWidth: 1,
    padding: 0,
    transitionDuration: 0,
    extraCssText: 'box-shadow: 0 4px 16px rgba(0,0,0,.12); border-radius: 8px;',
    textStyle: { color: c.ink, fontFamily: c.font, fontSize: 13 },
    formatter: content as never,
  };
}

/** A tooltip's body: a heading and lines of name and value. */
export function tip(title: string, lines: [name: string, value: string, mark?: string][]): HTMLElement {
  return h('div', { class: 'tip' }, h('div', { class: 'tip-title' }, title),
    ...lines.map(([name, value, mark]) => h('div', { class: 'tip-line' }, h('span', { class: `mark ${mark ?? ''}` }), h('span', {}, name), h('b', {}, value))));
}

/** The names of the series with the marks that stand for them. */
export const legend = (names: string[], marks: string[]): HTMLElement =>
  h('div', { class: 'legend' }, ...names.map((name, i) => h('span', {}, h('span', { class: `mark ${marks[i] ?? ''}` }), name)));

/** How many labels of a time axis fit a chart of this width. */
export const labelsIn = (width: number): number => Math.max(1, (width - 60) / (width < 800 ? 70 : 90));

export const label = (c: Colours) => ({ color: c.muted, fontFamily: c.font, fontSize: 12 });
