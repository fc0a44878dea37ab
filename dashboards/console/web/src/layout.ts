// How wide a panel is, in twelfths of the page: by its kind, and by what is beside it.
import type { Panel } from './api';
import { foreign } from './table';

const wide = 12;
const natural: Record<string, number> = { trend: 6, stacked: 6, bars: 6, heatmap: 6, cohorts: 8, curve: 4, histogram: 4 };

function widthOf(p: Panel): number {
  if (p.kind === 'table') return p.columns.filter((c) => !foreign(c)).length <= 3 ? 6 : wide;
  if (p.kind === 'stat') return p.columns[0]?.unit === 'window' || p.columns.length > 5 ? wide : 6;
  return natural[p.kind] ?? wide;
}

/** The widths of panels in this order. Charts of a row that is not full share what is left of it, the widest first. */
export function widths(panels: Panel[]): number[] {
  const out = panels.map(widthOf);
  let row: number[] = [];
  const close = () => {
    const charts = row.filter((i) => panels[i]!.kind in natural);
    const left = wide - row.reduce((sum, i) => sum + out[i]!, 0);
    const widest = charts.sort((a, b) => out[b]! - out[a]!)[0];
    if (widest !== undefined) out[widest]! += left;
    row = [];
  };
  panels.forEach((_, i) => {
    if (row.reduce((sum, k) => sum + out[k]!, 0) + out[i]! > wide) close();
    row.push(i);
  });
  close();
  return out;
}
