// Which drawing a kind of panel has. A panel that is declared tomorrow is drawn by the same table.
import { Activity } from './activity';
import type { Panel } from './api';
import { Bars } from './bars';
import { Cohorts } from './cohorts';
import { Curve } from './curve';
import { Headline } from './headline';
import { Histogram } from './histogram';
import { Hours } from './hours';
import { Late } from './late';
import { Listing } from './listing';
import { Stat } from './stat';
import { Stacked } from './stacked';
import type { Cells } from './table';
import type { Window } from './state';
import { Trend } from './trend';
import type { Drawing } from './view';

/** What a drawing may ask of the page. */
export interface Hooks {
  window(to: Window): void;
  cells: Cells;
}

export function drawingOf(p: Panel, hooks: Hooks): Drawing {
  switch (p.kind) {
    case 'timeseries': return new Activity(p, hooks.cells);
    case 'bars': return new Bars();
    case 'heatmap': return new Hours();
    case 'trend': return new Trend(p, hooks.cells);
    case 'stacked': return new Stacked(p, hooks.cells);
    case 'cohorts': return new Cohorts(p, hooks.cells);
    case 'curve': return new Curve(p, hooks.cells);
    case 'histogram': return new Histogram(hooks.cells);
    case 'stat':
      if (p.columns[0]?.unit === 'window') return new Headline(hooks.window, hooks.cells);
      return p.columns.some((c) => c.unit === 'ms') ? new Late() : new Stat(p, hooks.cells);
    default: return new Listing(p, hooks.cells);
  }
}
