// Opens pages of the console as a reader would, waits until they are drawn, and watches for what must not happen meanwhile.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { chromium } from 'playwright-core';
import { watchCanvas } from './canvas.mjs';

export const { ROLLCALL_URL: base, ROLLCALL_DATA: data, ROLLCALL_PROGRAM: program, ROLLCALL_PICTURES: pictures } = process.env;

export const launch = () => chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
});

/** Asks again every 50 ms until the answer is true; fails after ms, saying what it waited for. */
export async function until(what, ask, ms = 60_000) {
  const began = performance.now();
  while (!(await ask())) {
    assert.ok(performance.now() - began < ms, `after ${ms / 1000} s still not: ${typeof what === 'string' ? what : what()}`);
    await new Promise((done) => setTimeout(done, 50));
  }
  return performance.now() - began;
}

const run = promisify(execFile);

/** The rows of a statement on the read model, as arrays. */
export async function query(sql) {
  const { stdout } = await run(program, ['query', '--data', data, '--format', 'JSONCompact', sql], { maxBuffer: 1 << 26 });
  return JSON.parse(stdout).data;
}

export const rollcall = async (...args) => (await run(program, [...args, '--data', data])).stdout;

const read = async (path) => {
  const response = await fetch(base + path);
  assert.equal(response.status, 200, path);
  return response.json();
};

/** The boards of the menu; ofMember: it shows one member, and needs to be told whom. */
export async function boards() {
  const [boards, panels] = [await read('/api/boards'), await read('/api/panels')];
  return boards.map((b) => ({ ...b, ofMember: b.panels.some((id) => panels.find((p) => p.id === id)?.sql.includes('{member:')) }));
}

/** Opens an address such as { board: 'churn', community: 'names' } and waits until it is drawn. */
export async function open(browser, address, { lang = 'en', scheme = 'light', width = 1440, height = 900 } = {}) {
  const context = await browser.newContext({ locale: lang === 'zh' ? 'zh-CN' : 'en-GB', colorScheme: scheme, viewport: { width, height }, acceptDownloads: true });
  await context.addInitScript(watchCanvas);
  const page = await context.newPage();
  const seen = { errors: [], answered: new Set(), bytes: 0 };
  page.on('console', (m) => m.type() === 'error' && seen.errors.push(`console: ${m.text()}`));
  page.on('pageerror', (e) => seen.errors.push(`error: ${e.message}`));
  page.on('request', (r) => !r.url().startsWith(base) && !/^(data|blob):/.test(r.url()) && seen.errors.push(`request to ${r.url()}`));
  page.on('response', (r) => r.status() >= 400 && seen.errors.push(`${r.status()} of ${r.url()}`));
  page.on('requestfinished', (r) => seen.answered.add(new URL(r.url()).pathname));
  const wire = await context.newCDPSession(page);
  await wire.send('Network.enable');
  const first = new Map(); // the page asks again and again; the first answers are what it takes to see it
  wire.on('Network.responseReceived', (e) => {
    const { pathname } = new URL(e.response.url);
    if (!first.has(pathname)) first.set(pathname, e.requestId);
  });
  wire.on('Network.loadingFinished', (e) => { if ([...first.values()].includes(e.requestId)) seen.bytes += e.encodedDataLength; });
  const query = new URLSearchParams(Object.entries(address).filter(([, value]) => value));
  await page.goto(`${base}/?${query}`);
  await settle(page, seen);
  return { page, seen, close: () => context.close() };
}

/** Waits until every panel on the page has its answer and shows it. Panels load when they come near the screen: all of it becomes the screen. */
export async function settle(page, seen) {
  await page.waitForSelector('.welcome:not([hidden]), nav [aria-current=page]', { timeout: 60_000 });
  const width = page.viewportSize().width;
  let last = [];
  await until(() => `every panel is drawn: ${last.join(' ')}, answered ${[...seen.answered].join(' ')}`, async () => {
    const now = await page.evaluate(() => ({
      tall: document.documentElement.scrollHeight,
      waiting: [...document.querySelectorAll('.changing')].filter((e) => e.checkVisibility()).length,
      panels: [...document.querySelectorAll('section.panel[aria-labelledby^="panel-"]')].filter((e) => e.checkVisibility()).map((e) => e.getAttribute('aria-labelledby').slice(6, -6)),
    }));
    if (now.tall > page.viewportSize().height) await page.setViewportSize({ width, height: now.tall });
    const before = last;
    last = [now.tall, now.waiting, ...now.panels];
    return now.waiting === 0 && now.panels.every((id) => seen.answered.has(`/api/panels/${id}`)) && before.join() === last.join();
  });
}

/** Makes the page another width, in another colour scheme, as tall as it then is. */
export async function reshape(page, seen, { width, scheme }) {
  await page.emulateMedia({ colorScheme: scheme });
  await page.setViewportSize({ width, height: 900 });
  await settle(page, seen);
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
}
