// Reading the server. Every address remembers its ETag, so that asking again costs
// a 304 while nothing changed, and the page knows that nothing changed.
import { t, tIn } from './i18n';
import type { Text } from './i18n';
import texts from './texts.json';

export interface Column { name: string; title: Text; unit: string }
export interface Panel { id: string; kind: string; title: Text; description: Text; empty: Text; columns: Column[]; above?: string[]; below?: string[]; sql: string; who?: Record<string, Asked>; meaning?: Meaning; limits?: { column: string; from: number; level: string }[] }
/** How a number leads to the list of the members whom it counts: columns whose values are the list's parameters. mean: the list of rows of weeks and months, which are means over days. */
export interface Asked { panel: string; mean?: string; at?: string; n?: string; by?: string; group?: string }
export interface Meaning { formula: Text; reading: Text; misleads: Text; tables: string[] | null; page: string }
export interface Board { id: string; title: Text; panels: string[] }
export type Cell = string | number | null;
export interface Answer { columns: { name: string; type: string }[]; rows: Cell[][] }
export interface Community { community: string; time_zone: string; clock: 'wall' | 'data'; actions: number; members: number; first: number; last: number }
export interface Status {
  ready: boolean; accepted: number; rejected: Record<string, number>; late: number; version: string;
  stages: { stage: string; partition: number; lag: number; stream_time: number }[];
  sinks: { name: string; up: boolean }[];
}

/** A request that failed; status 0 means that no answer came. */
export class ApiError extends Error {
  constructor(readonly status: number) {
    super(`status ${status}`);
  }
}

/** What went wrong, in the page's language. */
export function explain(err: unknown): string {
  const status = err instanceof ApiError ? err.status : 0;
  if (status === 0) return t('error.offline');
  if (status === 401 || status === 403) return t('error.denied');
  return `error.${status}` in texts ? tIn('error', String(status)) : t('error.status', { status: String(status) });
}

/** One address read again and again. */
export class Source<T> {
  private url = '';
  private etag = '';
  private raw = '';

  /** The new value, or null where it is the same as the last time. */
  async read(url: string, signal?: AbortSignal): Promise<T | null> {
    const headers: Record<string, string> = { Accept: 'application/json' };
    if (url === this.url && this.etag) headers['If-None-Match'] = this.etag;
    let response: Response;
    try {
      response = await fetch(url, { headers, cache: 'no-store', credentials: 'same-origin', ...(signal ? { signal } : {}) });
    } catch (err) {
      if (signal?.aborted) throw err;
      throw new ApiError(0);
    }
    if (response.status === 304) return null;
    if (!response.ok) throw new ApiError(response.status);
    const body = await response.text();
    const same = url === this.url && body === this.raw;
    [this.url, this.etag, this.raw] = [url, response.headers.get('ETag') ?? '', body];
    return same ? null : (JSON.parse(body) as T);
  }
}
