// Numbers and dates in the reader's locale and the community's time zone.
import { locale } from './i18n';
import { day } from './zone';

const cache = new Map<string, Intl.DateTimeFormat>();

function dateFormat(zone: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = locale() + zone + JSON.stringify(options);
  let f = cache.get(key);
  if (!f) {
    f = new Intl.DateTimeFormat(locale(), { timeZone: zone, hourCycle: 'h23', ...options });
    cache.set(key, f);
  }
  return f;
}

export const number = (n: number): string => new Intl.NumberFormat(locale(), { maximumFractionDigits: n < 0.1 ? 2 : n < 10 ? 1 : 0 }).format(n);

/** A short number for axes and tiles: 12K, 1.2 万. */
export const compact = (n: number): string => new Intl.NumberFormat(locale(), { notation: 'compact', maximumFractionDigits: 1 }).format(n);

/** A share of 0 to 1 as per cent; small ones keep a digit. */
export const percent = (x: number): string =>
  new Intl.NumberFormat(locale(), { style: 'percent', maximumFractionDigits: x > 0 && x < 0.0995 ? 1 : 0 }).format(x);

/** A duration of milliseconds in its largest whole unit: "1 hour", "90 minutes". */
export function duration(ms: number): string {
  const [unit, size] = ([['day', day], ['hour', 3600_000], ['minute', 60_000]] as [string, number][]).find(([, size]) => ms >= size && ms % size === 0) ?? ['second', 1000];
  return new Intl.NumberFormat(locale(), { style: 'unit', unit, unitDisplay: 'long' }).format(ms / size);
}

export const dateTime = (at: number, zone: string): string =>
  dateFormat(zone, { year: 'numeric', month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit' }).format(at);

export const timeOfDay = (at: number, zone: string): string => dateFormat(zone, { hour: '2-digit', minute: '2-digit' }).format(at);

export const clock = (at: number): string =>
  new Intl.DateTimeFormat(locale(), { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' }).format(at);

export const date = (at: number, zone: string): string => dateFormat(zone, { year: 'numeric', month: 'short', day: 'numeric' }).format(at);

export const dateRange = (from: number, to: number, zone: string): string =>
  dateFormat(zone, { year: 'numeric', month: 'short', day: 'numeric' }).formatRange(from, to);

/** A calendar day "2006-01-02", which has no zone. */
export function calendarDay(d: string, form: 'day' | 'weekday' | 'month' | 'short' | 'shortMonth' = 'day'): string {
  const options: Intl.DateTimeFormatOptions =
    form === 'short' ? { year: '2-digit', month: 'short', day: 'numeric' }
    : form === 'shortMonth' ? { year: 'numeric', month: 'short' }
    : form === 'month' ? { year: 'numeric', month: 'long' }
    : form === 'weekday' ? { year: 'numeric', month: 'short', day: 'numeric', weekday: 'short' }
    : { year: 'numeric', month: 'short', day: 'numeric' };
  return dateFormat('UTC', options).format(Date.parse(d + 'T00:00:00Z'));
}

/** A tick's label: only as much as tells it from its neighbours. */
export function tick(at: number, step: number, zone: string): string {
  const midnight = timeOfDay(at, zone) === timeOfDay(0, 'UTC');
  if (step >= 360 * day) return dateFormat(zone, { year: 'numeric' }).format(at);
  if (step >= 28 * day) return dateFormat(zone, { year: 'numeric', month: 'short' }).format(at);
  if (step >= day || midnight) return dateFormat(zone, { month: 'short', day: 'numeric' }).format(at);
  return timeOfDay(at, zone);
}

/** Names of the weekdays, Monday first. */
export const weekdays = (width: 'short' | 'long'): string[] =>
  Array.from({ length: 7 }, (_, i) => dateFormat('UTC', { weekday: width }).format(Date.UTC(1970, 0, 5 + i)));

const two = (n: number) => String(n).padStart(2, '0');

/** "Tue 14:00–15:00" of an hour of the week. */
export const hourOfWeek = (n: number): string => `${weekdays('long')[Math.floor(n / 24)] ?? ''} ${two(n % 24)}:00–${two((n % 24) + 1)}:00`;

/** "Asia/Shanghai (GMT+8)" as it is at an instant. */
export function zoneLabel(zone: string, at: number): string {
  const offset = dateFormat(zone, { timeZoneName: 'shortOffset' }).formatToParts(at).find((p) => p.type === 'timeZoneName')?.value ?? '';
  return zone === 'UTC' || offset === zone ? zone : `${zone} (${offset})`;
}
