// Calendar arithmetic in an IANA time zone, by Intl. All instants are Unix milliseconds.

const minute = 60_000;
const hour = 60 * minute;
export const day = 24 * hour;

const formats = new Map<string, Intl.DateTimeFormat>();

function wallFormat(zone: string): Intl.DateTimeFormat {
  let f = formats.get(zone);
  if (!f) {
    f = new Intl.DateTimeFormat('en-US', {
      timeZone: zone, hourCycle: 'h23', year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric', second: 'numeric',
    });
    formats.set(zone, f);
  }
  return f;
}

/** The wall clock at an instant, as if it were UTC. */
export function wall(at: number, zone: string): number {
  const part: Record<string, number> = {};
  for (const p of wallFormat(zone).formatToParts(at)) part[p.type] = Number(p.value);
  return Date.UTC(part.year ?? 0, (part.month ?? 1) - 1, part.day, part.hour, part.minute, part.second);
}

const offset = (at: number, zone: string): number => wall(at, zone) - Math.floor(at / 1000) * 1000;

/** The instant at which the wall clock shows this. Asked twice, because the first guess may lie across a change of the clocks. A time that clocks skip is the instant of the skip, so a day without midnight begins where it begins. */
export function unwall(shown: number, zone: string): number {
  const guess = shown - offset(shown, zone);
  const at = shown - offset(guess, zone);
  return wall(at, zone) === Math.floor(shown / 1000) * 1000 ? at : shown - offset(shown - day, zone);
}

/** Local midnight of a "2006-01-02". */
export const midnight = (date: string, zone: string): number => unwall(Date.parse(date + 'T00:00:00Z'), zone);

/** "2006-01-02" of an instant. */
export const dateOf = (at: number, zone: string): string => new Date(wall(at, zone)).toISOString().slice(0, 10);

const steps: [unit: 'ms' | 'month', size: number, about: number][] = [
  ...[1, 5, 10, 15, 30].map((n): ['ms', number, number] => ['ms', n * minute, n * minute]),
  ...[1, 2, 3, 6, 12].map((n): ['ms', number, number] => ['ms', n * hour, n * hour]),
  ...[1, 2, 7, 14].map((n): ['ms', number, number] => ['ms', n * day, n * day]),
  ...[1, 2, 3, 6, 12, 24, 60, 120].map((n): ['month', number, number] => ['month', n, n * 30.4 * day]),
];

export interface Ticks {
  at: number[];
  step: number; // about how far apart, in milliseconds: decides what a label shows
}

/** Up to about n round local times between two instants. */
export function ticks(from: number, to: number, n: number, zone: string): Ticks {
  const [unit, size, about] = steps.find((s) => (to - from) / s[2] <= Math.max(1, n)) ?? steps[steps.length - 1]!;
  const at: number[] = [];
  const [first, last] = [wall(from, zone), wall(to, zone)];
  const push = (shown: number) => {
    const instant = unwall(shown, zone);
    if (instant >= from && instant <= to && instant !== at[at.length - 1]) at.push(instant);
  };
  if (unit === 'month') {
    const start = new Date(first);
    const months = start.getUTCFullYear() * 12 + start.getUTCMonth();
    for (let m = Math.floor(months / size) * size; Date.UTC(Math.floor(m / 12), m % 12) <= last; m += size) push(Date.UTC(Math.floor(m / 12), m % 12));
  } else {
    const origin = Date.UTC(1970, 0, 5); // a Monday, so that weeks start on one
    for (let shown = origin + Math.ceil((first - origin) / size) * size; shown <= last; shown += size) push(shown);
  }
  return { at, step: about };
}
