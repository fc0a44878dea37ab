// Takes pictures of a running console: both languages, light and dark, desktop and
// phone; fails on any error in the browser's console, a blocked resource included.
//
//   node screenshot.mjs http://127.0.0.1:8080/ OUTPUT-FOLDER [QUERY]
import { chromium } from 'playwright-core';

const [base, out, query = ''] = process.argv.slice(2);
if (!base || !out) {
  console.error('usage: node screenshot.mjs URL OUTPUT-FOLDER [QUERY]');
  process.exit(2);
}
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
});
const errors = [];
for (const lang of ['en', 'zh']) {
  for (const colorScheme of ['light', 'dark']) {
    for (const [size, width, height] of [['desktop', 1440, 900], ['phone', 390, 844]]) {
      const context = await browser.newContext({ colorScheme, viewport: { width, height }, deviceScaleFactor: size === 'phone' ? 2 : 1, locale: lang === 'zh' ? 'zh-CN' : 'en-GB' });
      const page = await context.newPage();
      page.on('console', (m) => m.type() === 'error' && errors.push(`${lang} ${colorScheme} ${size}: ${m.text()}`));
      page.on('pageerror', (e) => errors.push(`${lang} ${colorScheme} ${size}: ${e.message}`));
      await page.goto(new URL(query, base).href);
      await page.waitForSelector('.panel.activity canvas, .welcome:not([hidden])', { timeout: 15000 });
      // Panels load when they come near the screen: make all of it the screen.
      const tall = await page.evaluate(() => document.documentElement.scrollHeight);
      await page.setViewportSize({ width, height: tall });
      await page.waitForLoadState('networkidle').catch(() => {}); // it polls: quiet comes only between two looks
      await page.waitForFunction(() => !document.querySelector('.changing, .loading:not([hidden])'));
      const full = await page.evaluate(() => [document.documentElement.scrollHeight, document.documentElement.scrollWidth]);
      if (full[1] > width) errors.push(`${lang} ${colorScheme} ${size}: ${full[1]} px wide`);
      await page.setViewportSize({ width, height: full[0] });
      await page.screenshot({ path: `${out}/${lang}-${colorScheme}-${size}${size === 'desktop' ? '-whole' : ''}.png`, fullPage: true });
      if (size === 'desktop') { // README shows the page as far as its charts go
        const end = await page.evaluate(() => document.querySelector('.panel.actions_by_day')?.getBoundingClientRect().top ?? document.documentElement.scrollHeight);
        await page.screenshot({ path: `${out}/${lang}-${colorScheme}-desktop.png`, fullPage: true, clip: { x: 0, y: 0, width, height: Math.round(end) } });
      }
      await context.close();
    }
  }
}
await browser.close();
for (const e of errors) console.error(e);
process.exit(errors.length ? 1 : 0);
