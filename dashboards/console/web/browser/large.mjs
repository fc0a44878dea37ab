// How long every panel takes over several ranges of the largest community, in the worst interval it offers: for a quiet machine.
// Fails where one takes a second. scripts/browser-large.sh makes the community of five million actions.
import assert from 'node:assert/strict';

const base = process.env.ROLLCALL_URL;
const read = async (path) => {
  const began = performance.now();
  const response = await fetch(base + path);
  const body = await response.text();
  assert.equal(response.status, 200, `${path}: ${body}`);
  return { took: performance.now() - began, value: JSON.parse(body), size: body.length };
};

const communities = (await read('/api/communities')).value;
const big = communities.reduce((a, b) => (b.actions > a.actions ? b : a));
const panels = (await read('/api/panels')).value;
const day = 86_400_000;
const ranges = { all: big.last - big.first, '1y': 365 * day, '90d': 90 * day, '7d': 7 * day };
const values = { window: ['5m', '30d'], interval: ['day', 'week', 'month'], filter: [['', ''], ['channel', 'general'], ['platform', 'web'], ['kind', 'view']] };
const member = (await read(`/api/panels/top_members?${new URLSearchParams({ community: big.community, from: big.first, to: big.last, time_zone: big.time_zone })}`)).value.rows[0]?.[0] ?? '';

/** Every combination of what a panel's question depends on. */
function* questions(panel) {
  const binds = (name) => panel.sql.includes(`{${name}:`);
  for (const [range, length] of Object.entries(binds('from') || binds('to') ? ranges : { '-': 0 })) {
    for (const window of binds('window') ? values.window : ['']) {
      for (const interval of binds('interval') ? values.interval : ['']) {
        for (const [dimension, segment] of binds('segment') ? values.filter : [['', '']]) {
          const all = { community: big.community, from: String(big.last - length), to: String(big.last + 1), time_zone: big.time_zone, window, interval, dimension, segment, member };
          const query = new URLSearchParams(Object.entries(all).filter(([name, value]) => value && binds(name)));
          yield { name: [panel.id, range, window, interval, segment].filter(Boolean).join(' '), path: `/api/panels/${panel.id}?${query}` };
        }
      }
    }
  }
}

const found = [];
for (const panel of panels.filter((p) => !p.sql.includes('{at:'))) { // but the lists of who is behind a number
  for (const { name, path } of questions(panel)) {
    const first = await read(path);
    const again = [(await read(path)).took, (await read(path)).took];
    found.push({ name, first: Math.round(first.took), best: Math.round(Math.min(first.took, ...again)), rows: first.value.rows.length, kb: Math.round(first.size / 1000) });
  }
}
found.sort((a, b) => b.best - a.best);
console.log(`${big.community}: ${big.actions} actions, ${big.members} members; ${found.length} questions, slowest first (ms: first, best of three)`);
for (const f of found.slice(0, Number(process.argv[2] ?? 40))) console.log(`${String(f.first).padStart(6)} ${String(f.best).padStart(6)}  ${f.name}  (${f.rows} rows, ${f.kb} KB)`);
const slow = found.filter((f) => f.best >= 1000);
assert.deepEqual(slow.map((f) => f.name), [], 'a panel takes a second');
