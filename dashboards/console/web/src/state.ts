// What the reader chose. It stands in the address, so that a view can be sent to
// somebody or kept as a bookmark; choices that equal the default are left out.
import type { Community, Panel } from './api';
import { dateOf, day, midnight } from './zone';

export const ranges = ['24h', '7d', '30d', '90d', '1y'] as const;
export const windows = ['5m', '1h', '24h', '7d', '30d'] as const;
export type Window = (typeof windows)[number];
export type Interval = 'day' | 'week' | 'month';

export interface Choice {
  community: string;
  range: string; // one of ranges, all, custom, or empty: what fits the data
  from: string; // "2006-01-02", for custom
  to: string; // last day shown, for custom
  window: string; // one of windows, or empty: what fits the range
  dimension: string;
  segment: string;
  interval: string; // one of Interval, or empty: what fits the panel and the range
  alert: string; // the id of one to show above all
  board: string; // a page's id; empty: the first
  member: string; // whose page it is, where a page is of one member
}

/** A choice made concrete for one community at one moment. */
export interface Scene {
  community: Community;
  range: string;
  from: number;
  to: number;
  now: number; // how far time has come: the present, or the last event on the data clock
  window: Window;
  dimension: string;
  segment: string;
  interval: string; // as it was chosen
  member: string;
}

const names: (keyof Choice)[] = ['board', 'member', 'community', 'range', 'from', 'to', 'window', 'dimension', 'segment', 'interval', 'alert'];

export function readAddress(): Choice {
  const query = new URLSearchParams(location.search);
  return Object.fromEntries(names.map((n) => [n, query.get(n) ?? ''])) as unknown as Choice;
}

/** The address of a choice. */
export function address(c: Choice): string {
  const query = new URLSearchParams();
  for (const n of names) if (c[n]) query.set(n, c[n]);
  const text = query.toString();
  return text ? `?${text}` : location.pathname;
}

/** Puts a choice into the address bar, as a step of its own that the browser can go back from or in place of the last. */
export function writeAddress(c: Choice, step = false): void {
  history[step ? 'pushState' : 'replaceState'](null, '', address(c));
}

const lengths: Record<string, number> = { '24h': day, '7d': 7 * day, '30d': 30 * day, '90d': 90 * day, '1y': 365 * day };

/** The range that fits a community: all of a history, the last three months of a long life. */
export function fitting(c: Community): string {
  return c.clock === 'data' || Date.now() - c.first <= 90 * day ? 'all' : '90d';
}

/** Ranges worth offering: those shorter than the data. */
export function offered(c: Community): string[] {
  const span = (c.clock === 'data' ? c.last : Date.now()) - c.first;
  return ranges.filter((r) => (lengths[r] ?? 0) < span);
}

export function resolve(choice: Choice, c: Community): Scene {
  const now = c.clock === 'data' ? c.last : Date.now();
  const range = choice.range || fitting(c);
  let [from, to] = [c.first, now];
  if (range === 'custom' && choice.from && choice.to) {
    from = midnight(choice.from, c.time_zone);
    to = midnight(dateOf(midnight(choice.to, c.time_zone) + 36 * 3600_000, c.time_zone), c.time_zone);
  } else {
    if (range in lengths) from = now - (lengths[range] ?? day);
    // Ends move in steps of the picture's own resolution, so that a poll a moment
    // later asks the same question and gets a 304.
    const step = Math.max(60_000, Math.ceil((to - from) / 500 / 60_000) * 60_000);
    to = Math.ceil((to + 1) / step) * step;
    from = range in lengths ? to - (lengths[range] ?? day) : Math.floor(from / step) * step;
  }
  if (to <= from) to = from + day;
  const window = windows.find((w) => w === choice.window) ?? suited(to - from);
  return { community: c, range, from, to, now, window, dimension: choice.segment ? choice.dimension : '', segment: choice.segment, interval: choice.interval, member: choice.member };
}

function suited(span: number): Window {
  if (span <= 6 * 3600_000) return '5m';
  if (span <= 3 * day) return '1h';
  if (span <= 21 * day) return '24h';
  return span <= 400 * day ? '7d' : '30d';
}

/** The interval that a panel shows: the chosen one where it offers it, else one that fits the range. */
export function intervalFor(s: Scene, offered: readonly Interval[], byDay: boolean): Interval {
  const chosen = offered.find((i) => i === s.interval);
  if (chosen) return chosen;
  const span = s.to - s.from;
  if (span > 731 * day) return 'month';
  return byDay && span <= 62 * day ? 'day' : 'week';
}

/** Whether a panel's question depends on a parameter. */
export const binds = (panel: Panel | undefined, name: string): boolean => !!panel?.sql.includes(`{${name}:`);

/** The parameters of a panel's question, only those that it depends on. */
export function parameters(s: Scene, panel: Panel, interval = '', more: Record<string, string | undefined> = {}): string {
  const all: Record<string, string> = {
    community: s.community.community, from: String(s.from), to: String(s.to), time_zone: s.community.time_zone, window: s.window,
    dimension: s.segment ? s.dimension : '', segment: s.segment, interval, member: s.member,
    ...Object.fromEntries(Object.entries(more).filter((e): e is [string, string] => !!e[1])),
  };
  return new URLSearchParams(Object.entries(all).filter(([name, value]) => value && binds(panel, name))).toString();
}
