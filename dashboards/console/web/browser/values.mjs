// What the pages show is what SQL says: every chart's table and list, and what charts tell of the point under the mouse, against
// statements of our own, from the raw actions wherever that can be said in a few lines (docs/metrics has the formulas).
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { open, query } from './page.mjs';

const zone = 'Europe/Paris', from = '2013-02-04', to = '2013-03-31'; // eight weeks, the last of 167 hours
const range = { community: 'french-meta', range: 'custom', from, to, window: '7d', interval: 'week' };
const instant = (day) => `toDateTime64('${day} 00:00:00', 3, '${zone}')`;
const [begin, end] = [instant(from), `${instant(to)} + INTERVAL 1 DAY`];
const days = `day BETWEEN '${from}' AND '${to}'`;
const mine = "community = 'french-meta'";
const contributing = "kind IN ('post', 'comment', 'answer', 'message', 'react', 'share', 'mention', 'vote', 'attend', 'invite', 'feedback')";
const active = "kind NOT IN ('leave', 'reward', 'violation')";
const acted = `(SELECT time, member, kind, toTimeZone(time, '${zone}') AS local, toDate(local) AS day, toMonday(day) AS week FROM actions FINAL WHERE ${mine} AND late = 0)`;
const weeks = `SELECT DISTINCT member, week FROM ${acted} WHERE ${active}`;
const newest = (table, more = '') => `as_of = (SELECT max(as_of) FROM ${table} FINAL WHERE ${mine} ${more} AND as_of < ${end} + INTERVAL 1 DAY)`;

/** By panel: the columns as the page calls them, and the statement that gives them. */
const tables = {
  activity: ['time active_members contributing_members actions', `SELECT toString(toTimeZone(time, '${zone}')), active_members, contributing_members, actions FROM activity FINAL
    WHERE ${mine} AND dimension = '' AND window = '7d' AND time > ${begin} AND time <= ${end} ORDER BY time`],
  activity_days: ['start dau wau mau stickiness_ratio', `SELECT d, uniqExactIf(member, day = d) AS dau, uniqExactIf(member, day > d - 7), uniqExact(member) AS mau, dau / mau
    FROM ${acted} AS a CROSS JOIN (SELECT toDate('${from}') + number AS d FROM numbers(56)) AS n WHERE ${active} AND day BETWEEN d - 29 AND d GROUP BY d ORDER BY d`],
  lurkers: ['start contributing_members lurkers', `SELECT d, uniqExactIf(member, day = d AND ${contributing}) AS c, uniqExactIf(member, day = d AND ${active}) - c
    FROM ${acted} AS a CROSS JOIN (SELECT toDate('${from}') + number AS d FROM numbers(56)) AS n GROUP BY d ORDER BY d`],
  churn_states: ['start active_members newcomers risky gone', `SELECT day, active, new + resurrected, at_risk, churned + left FROM churn_days FINAL WHERE ${mine} AND ${days} ORDER BY day`],
  churn_entries: ['start entered_risk churned_now left_now rate', `SELECT day, entered_at_risk, entered_churned, entered_left, churn_rate FROM churn_days FINAL WHERE ${mine} AND ${days} ORDER BY day`],
  kols: ['member endorsers h_index reach dependents', `SELECT member, endorsers, h_index, reach, dependents FROM kols FINAL WHERE ${mine} AND board = 'current' AND ${newest('kols', "AND board = 'current'")} ORDER BY rank LIMIT 20`],
  actions_by_day: ['start actions', `SELECT day, count() FROM ${acted} WHERE ${days} GROUP BY day ORDER BY day`],
  active_hours: ['hour_of_week actions', `SELECT concat('hour ', toString((toDayOfWeek(local) - 1) * 24 + toHour(local))) AS h, count() FROM ${acted} WHERE ${days} GROUP BY h ORDER BY min((toDayOfWeek(local), toHour(local)))`],
  top_members: ['member actions contributions days', `SELECT member, count() AS n, countIf(${contributing}), uniqExact(day) FROM ${acted} WHERE ${days} GROUP BY member ORDER BY n DESC, member LIMIT 20`],
  lifecycle: ['start new returning resurrecting dormant active', `WITH lives AS (SELECT member, groupUniqArray(week) AS w FROM (${weeks}) GROUP BY member)
    SELECT s, countIf(has(w, s) AND arrayMin(w) = s), countIf(has(w, s) AND has(w, s - 7)), countIf(has(w, s) AND NOT has(w, s - 7) AND arrayMin(w) < s), countIf(NOT has(w, s) AND has(w, s - 7)), countIf(has(w, s))
    FROM lives CROSS JOIN (SELECT toDate('${from}') + 7 * number AS s FROM numbers(8)) AS n GROUP BY s ORDER BY s`],
  stickiness: ['active_days members', `SELECT n, count() FROM (SELECT member, uniqExact(day) AS n FROM ${acted} WHERE ${active} AND week = (SELECT max(week) FROM ${acted} WHERE ${active} AND day <= '${to}') GROUP BY member) GROUP BY n ORDER BY n`],
  retention: ['cohort n cohort_size n_day', `WITH lives AS (SELECT member, groupUniqArray(week) AS w, arrayMin(w) AS first FROM (${weeks}) GROUP BY member)
    SELECT first, n, count(), countIf(has(w, first + 7 * n)) FROM lives CROSS JOIN (SELECT 1 + number AS n FROM numbers(26)) AS k WHERE first BETWEEN '${from}' AND '${to}' GROUP BY first, n ORDER BY first, n`],
  retention_curve: ['n n_day_share unbounded_share consecutive_share', `SELECT n, sum(n_day) / sum(cohort_size), sum(unbounded) / sum(cohort_size), sum(consecutive) / sum(cohort_size)
    FROM retention FINAL WHERE ${mine} AND interval = 'week' AND cohort BETWEEN '${from}' AND '${to}' GROUP BY n ORDER BY n`],
  at_risk_members: ['member value probability', `SELECT member, engagement AS e, risk FROM members FINAL WHERE ${mine} AND state = 'at_risk' ORDER BY e DESC, member LIMIT 20`],
  absence: ['start absence_factor', `SELECT day, absence_factor FROM community_days FINAL WHERE ${mine} AND ${days} ORDER BY day`],
  dependents: ['leader dependents', `SELECT kol, count() AS n FROM kol_dependents FINAL WHERE ${mine} AND ${newest('kol_dependents')} GROUP BY kol ORDER BY n DESC, kol LIMIT 20`],
  member_days: ['start actions', `SELECT day, count() FROM ${acted} WHERE ${days} AND member = '5' GROUP BY day ORDER BY day`],
};

const asked = new Map();
const rows = (sql) => asked.get(sql) ?? asked.set(sql, query(sql)).get(sql);

/** Whether a text says a value, in the language of its page: numbers as exact as their last digit, days and instants as the browser writes them. */
const says = (page, texts, wanted) => page.evaluate(([texts, wanted, zone]) => {
  const options = { year: 'numeric', month: 'short', day: 'numeric' };
  const written = (value) => (value.length > 10
    ? new Intl.DateTimeFormat(navigator.language, { ...options, hour: '2-digit', minute: '2-digit', hourCycle: 'h23', timeZone: 'UTC' })
    : new Intl.DateTimeFormat(navigator.language, { ...options, timeZone: 'UTC' })).format(Date.parse(value.slice(0, 19).replace(' ', 'T').padEnd(19, 'T00:00:00').slice(0, 19) + 'Z'));
  return wanted.map((want, i) => {
    const text = (texts[i] ?? '').trim();
    if (want === null) return text === '–';
    const [, hour] = /^hour (\d+)$/.exec(want) ?? [];
    if (hour) {
      const weekday = new Intl.DateTimeFormat(navigator.language, { weekday: 'long', timeZone: 'UTC' }).format(Date.UTC(1970, 0, 5 + Math.floor(hour / 24)));
      return text === `${weekday} ${String(hour % 24).padStart(2, '0')}:00–${String((hour % 24) + 1).padStart(2, '0')}:00`;
    }
    if (/^\d{4}-\d\d-\d\d/.test(want)) return text === written(want) || text.replace(/\s+/g, '') === written(want).replace(/[\s,]+/g, '');
    if (text === String(want)) return true;
    const digits = text.replace(/[,\s]/g, '').match(/^(\d+)(?:\.(\d+))?(%?)$/);
    if (!digits || !Number.isFinite(Number(want))) return false;
    const unit = (digits[3] ? 0.01 : 1) * 10 ** -(digits[2]?.length ?? 0);
    return Math.abs(parseFloat(digits[0]) * (digits[3] ? 0.01 : 1) - want) <= unit * 0.501;
  });
}, [texts, wanted, zone]);

/** The cells of a panel's table by column, from the top; charts are turned into tables first. */
async function table(page, id) {
  const panel = page.locator(`section.${id}`);
  const flip = panel.locator('header button[aria-pressed]:not(.steps button)');
  if (await flip.count()) await flip.click();
  await panel.locator('table').first().waitFor();
  return panel.locator('table').first().evaluate((t) => [...t.tBodies[0].rows].map((r) => Object.fromEntries([...r.cells].filter((c) => !c.classList.contains('rank')).map((c) => {
    const head = c.closest('table').tHead.rows[0].cells[c.cellIndex];
    return [head.className.match(/col-(\w+)/)?.[1], (c.querySelector('bdi') ?? c).textContent];
  }))));
}

const rowOf = (cells, columns) => columns.map((c) => cells?.[c]);

export function values(browser, boards) {
  describe('values', { concurrency: 2 }, () => {
    for (const board of boards) {
      for (const lang of ['en', 'zh']) {
        test(`${lang} ${board.id}`, async () => {
          const { page, seen, close } = await open(browser, { ...range, board: board.id, member: board.ofMember ? '5' : '' }, { lang });
          const wrong = [];
          if (board.panels.includes('headline')) wrong.push(...await headline(page));
          for (const id of board.panels.filter((id) => tables[id])) {
            const [names, sql] = tables[id];
            const columns = names.split(' '), wanted = await rows(sql);
            assert.ok(wanted.length > 0, `the statement for ${id} finds nothing`);
            if (pointed.has(id)) wrong.push(...await underMouse(page, id, wanted));
            let shown = await table(page, id);
            if (id === 'activity') shown = shown.slice(shown.length - wanted.length); // the value at the range's start goes before
            if (shown.length !== wanted.length) wrong.push(`${id}: ${shown.length} rows, SQL has ${wanted.length}`);
            for (let i = 0; i < Math.min(shown.length, wanted.length); i++) {
              const texts = rowOf(shown[i], columns);
              if ((await says(page, texts, wanted[i].map(value))).includes(false)) wrong.push(`${id}, row ${i + 1}: ${columns} are ${JSON.stringify(texts)}, by SQL ${JSON.stringify(wanted[i])}`);
            }
          }
          await close();
          assert.deepEqual([...seen.errors, ...wrong], []);
        });
      }
    }
  });
}

/** Numbers of 64 bits come as text. */
const value = (v) => (typeof v === 'string' && /^\d+$/.test(v) ? Number(v) : v);

async function headline(page) {
  const lengths = { '5m': `${end} - INTERVAL 5 MINUTE`, '1h': `${end} - INTERVAL 1 HOUR`, '24h': `${end} - INTERVAL 24 HOUR`, '7d': `${instant(to)} - INTERVAL 6 DAY`, '30d': `${instant(to)} - INTERVAL 29 DAY` };
  const [wanted] = await rows(`SELECT ${Object.values(lengths).map((since) => `uniqExactIf(member, ${active} AND time >= ${since})`)} FROM ${acted} WHERE time < ${end}`);
  const shown = await page.locator('section.headline .value').allTextContents();
  const right = await says(page, shown, wanted.map(value));
  return right.includes(false) ? [`headline: ${shown}, by SQL ${wanted}`] : [];
}

const pointed = new Set(['activity_days', 'lurkers', 'churn_states', 'actions_by_day']);

/** Points at a third of a chart of days: what it tells is the row of that day. */
async function underMouse(page, id, wanted) {
  const canvas = page.locator(`section.${id} canvas`).first();
  const box = await canvas.boundingBox();
  await page.mouse.move(box.x + 46 + (box.width - 60) * 0.35, box.y + 60);
  const tip = page.locator(`section.${id} .tip`);
  await tip.waitFor();
  const title = await tip.locator('.tip-title').textContent();
  const told = await tip.locator('b').allTextContents();
  const named = await page.evaluate((days) => days.map((d) => new Intl.DateTimeFormat(navigator.language, { timeZone: 'UTC', year: 'numeric', month: 'short', day: 'numeric', weekday: 'short' }).format(Date.parse(d))), wanted.map((r) => r[0]));
  const row = wanted[named.indexOf(title)];
  if (!row) return id === 'actions_by_day' && told[0] === '0' ? [] : [`${id}: what is "${title}", the title under the mouse?`];
  const numbers = [...row.slice(1)].map(value);
  const found = await Promise.all(numbers.map(async (n) => (await says(page, told, told.map(() => n))).includes(true)));
  return found.includes(false) ? [`${id} under the mouse, ${title}: ${told}, by SQL ${numbers}`] : [];
}
