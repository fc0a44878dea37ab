// Takes numbers and pictures out of the page: CSV as spreadsheets read it, PNG that says what it shows.
import type { Answer, Cell, Panel } from './api';
import { colours } from './chart';
import { dateRange, zoneLabel } from './format';
import { pick, t, tIn } from './i18n';
import type { Scene } from './state';
import { binds } from './state';
import { bare } from './bidi';
import { columnsOf, foreign } from './table';
import { dateOf, wall } from './zone';

/** RFC 4180, with a byte order mark for the sake of spreadsheets, and no text that one would run as a formula. */
export function csv(panel: Panel, answer: Answer, zone: string): string {
  const columns = columnsOf(panel, answer);
  const shown = columns.map((_, i) => i).filter((i) => !foreign(columns[i]!));
  const quoted = (text: string) => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  const text = (value: string) => quoted(/^[=+\-@\t\r]/.test(value) ? `'${value}` : value);
  const cell = (value: Cell, unit: string): string => {
    if (value === null) return '';
    if (unit === 'time') return new Date(wall(Number(value), zone)).toISOString().slice(0, 19).replace('T', ' ');
    return typeof value === 'number' ? String(value) : text(bare(value));
  };
  const head = shown.map((i) => text(pick(columns[i]!.title) + (columns[i]!.unit === 'time' ? ` (${zone})` : '')));
  return `\uFEFF${[head, ...answer.rows.map((row) => shown.map((i) => cell(row[i] ?? null, columns[i]!.unit)))].map((line) => line.join(',')).join('\r\n')}\r\n`;
}

/** A chart under its title, what it is of, and its legend. */
export function picture(chart: HTMLCanvasElement, ratio: number, panel: Panel, scene: Scene, legend: { name: string; colour: string }[]): HTMLCanvasElement {
  const c = colours();
  const pad = 20;
  const width = chart.width / ratio;
  const out = document.createElement('canvas');
  const g = out.getContext('2d')!;
  const lines: { name: string; colour: string; x: number; y: number }[] = [];
  g.font = `13px ${c.font}`;
  let [x, y] = [0, 0];
  for (const l of legend) {
    const w = g.measureText(l.name).width + 40;
    if (x > 0 && x + w > width) [x, y] = [0, y + 20];
    lines.push({ ...l, x, y });
    x += w;
  }
  const top = 68 + (legend.length ? y + 26 : 0);
  [out.width, out.height] = [(width + 2 * pad) * ratio, (chart.height / ratio + top + pad) * ratio];
  g.scale(ratio, ratio);
  g.fillStyle = c.surface;
  g.fillRect(0, 0, out.width, out.height);
  g.textBaseline = 'middle';
  g.fillStyle = c.ink;
  g.font = `600 17px ${c.font}`;
  g.fillText(pick(panel.title), pad, 26, width);
  g.fillStyle = c.muted;
  g.font = `13px ${c.font}`;
  g.fillText(about(panel, scene), pad, 49, width);
  for (const l of lines) {
    g.fillStyle = l.colour;
    g.fillRect(pad + l.x, 72 + l.y, 14, 4);
    g.fillStyle = c.muted;
    g.fillText(l.name, pad + l.x + 21, 74 + l.y);
  }
  g.drawImage(chart, pad, top, width, chart.height / ratio);
  return out;
}

/** Of which community, part, window, range and zone. */
function about(p: Panel, s: Scene): string {
  const zone = s.community.time_zone;
  return [s.community.community, binds(p, 'member') && s.member, s.segment && binds(p, 'segment') && `${tIn('filter', s.dimension)}${t('colon')}${s.segment}`,
    binds(p, 'window') && `${t('window')}${t('colon')}${tIn('window', s.window)}`,
    dateRange(s.from, Math.min(s.to - 1, s.now), zone), t('facts.zone', { zone: zoneLabel(zone, s.to) })].filter((x) => x).join(' · ');
}

/** community-panel-range.csv; what file systems do not take is left out. */
export function fileName(panel: Panel, s: Scene, end: string): string {
  const range = `${dateOf(s.from, s.community.time_zone)}_${dateOf(Math.min(s.to - 1, s.now), s.community.time_zone)}`;
  return [s.community.community, panel.id, range].join('-').replace(/[^\p{L}\p{N}._-]+/gu, '_') + end;
}

export function save(blob: Blob, name: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
