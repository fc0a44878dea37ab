// Takes pictures of a running console: every page in both languages, light and dark, desktop and phone; fails on any error
// in the browser's console, a blocked resource included, on a request to another host, and on a page wider than the screen.
//
//   node screenshot.mjs http://127.0.0.1:8080/ OUTPUT-FOLDER [QUERY] [BOARD,…]
import { chromium } from 'playwright-core';

const [base, out, query = '', only = ''] = process.argv.slice(2);
if (!base || !out) {
  console.error('usage: node screenshot.mjs URL OUTPUT-FOLDER [QUERY] [BOARD,…]');
  process.exit(2);
}
const all = (await (await fetch(new URL('/api/boards', base))).json()).map((b) => b.id);
const boards = only ? only.split(',') : all;
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
});
const errors = [];
for (const lang of ['en', 'zh']) {
  for (const colorScheme of ['light', 'dark']) {
    for (const [size, width, height] of [['desktop', 1440, 900], ['phone', 390, 844]]) {
      const context = await browser.newContext({ colorScheme, viewport: { width, height }, deviceScaleFactor: size === 'phone' ? 2 : 1, locale: lang === 'zh' ? 'zh-CN' : 'en-GB' });
      for (const board of boards) {
        const name = `${board}-${lang}-${colorScheme}-${size}`;
        const page = await context.newPage();
        page.on('console', (m) => m.type() === 'error' && errors.push(`${name}: ${m.text()}`));
        page.on('pageerror', (e) => errors.push(`${name}: ${e.message}`));
        page.on('request', (r) => r.url().startsWith(new URL('/', base).href) || /^(blob|data):/.test(r.url()) || errors.push(`${name}: asked ${r.url()}`));
        const address = new URL(query, base);
        if (board !== all[0]) address.searchParams.set('board', board);
        await page.goto(address.href);
        await page.waitForSelector('.panel canvas, .panel table, .welcome:not([hidden]), .member-head:not([hidden])', { timeout: 15000 });
        // Panels load when they come near the screen: make all of it the screen.
        for (let k = 0; k < 2; k++) {
          const tall = await page.evaluate(() => document.documentElement.scrollHeight);
          await page.setViewportSize({ width, height: tall });
          await page.waitForTimeout(250);
          await page.waitForFunction(() => !document.querySelector('.changing, .loading:not([hidden])'));
        }
        const wide = await page.evaluate(() => document.documentElement.scrollWidth);
        if (wide > width) errors.push(`${name}: ${wide} px wide`);
        await page.screenshot({ path: `${out}/${name}.png`, fullPage: true });
        if (board === all[0] && size === 'desktop') { // README shows the page as far as its charts go
          const end = await page.evaluate(() => document.querySelector('.panel.alerts')?.getBoundingClientRect().top ?? document.documentElement.scrollHeight);
          await page.screenshot({ path: `${out}/${name}-charts.png`, fullPage: true, clip: { x: 0, y: 0, width, height: Math.round(end) } });
        }
        await page.close();
      }
      await context.close();
    }
  }
}
await browser.close();
for (const e of errors) console.error(e);
process.exit(errors.length ? 1 : 0);
