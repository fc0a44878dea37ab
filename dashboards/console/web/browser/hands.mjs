// Without a mouse: past the menu, from page to page, into a dialog and back. And what the export buttons give.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { describe, test } from 'node:test';
import { base, open, settle, until } from './page.mjs';

const focused = (page, what) => page.evaluate((what) => document.activeElement?.matches(what), what);

/** Presses Tab until the focus is on what is looked for. */
async function tabTo(page, what) {
  for (let i = 0; i < 150; i++) {
    if (await focused(page, what)) return;
    await page.keyboard.press('Tab');
  }
  assert.fail(`150 times Tab and never on ${what}`);
}

export function hands(browser) {
  describe('hands', { concurrency: 2 }, () => {
    test('the keyboard alone', async () => {
      const { page, seen, close } = await open(browser, { community: 'french-meta' });
      await page.keyboard.press('Tab');
      assert.ok(await focused(page, '.skip'), 'the first stop is not the way past the menu');
      const top = await page.locator('.skip').evaluate((e) => e.getBoundingClientRect().top);
      assert.ok(top >= 0, 'the way past the menu cannot be seen');
      await page.keyboard.press('Enter');
      assert.ok(await focused(page, 'main'), 'the way past the menu does not lead to what is behind it');

      await page.locator('.brand').focus();
      await tabTo(page, 'nav a[href*="board=kols"]');
      await page.keyboard.press('Enter');
      await page.waitForURL(/board=kols/);
      await settle(page, seen);
      assert.equal(await page.locator('nav [aria-current=page]').count(), 1);
      assert.match(await page.locator('nav [aria-current=page]').getAttribute('href'), /board=kols/);

      for (const opener of ['section.kols button[aria-haspopup=dialog][data-member]', 'section.kols footer button[aria-haspopup=dialog]']) {
        await tabTo(page, opener);
        const before = await page.evaluate(() => document.activeElement.getAttribute('aria-label'));
        await page.keyboard.press('Enter');
        await until('the dialog is open', () => page.evaluate(() => document.querySelector('dialog[open]')?.contains(document.activeElement)));
        for (let i = 0; i < 4; i++) await page.keyboard.press('Tab');
        assert.ok(await page.evaluate(() => document.activeElement === document.body || !!document.activeElement.closest('dialog')), 'Tab leaves the open dialog');
        await page.keyboard.press('Escape');
        await until('the dialog is closed', () => page.evaluate(() => !document.querySelector('dialog[open]')));
        assert.equal(await page.evaluate(() => document.activeElement.getAttribute('aria-label')), before, 'the focus did not return');
      }

      assert.deepEqual(seen.errors, []);
      await close();
    });

    test('a page whose boards fail once comes up', async () => {
      for (const what of ['boards', 'panels']) {
        const context = await browser.newContext({ locale: 'en-GB' });
        const page = await context.newPage();
        let asked = 0;
        await page.route(new RegExp(`/api/${what}(\\?.*)?$`), (route) => (asked++ ? route.continue() : route.fulfill({ status: 503, contentType: 'application/problem+json', body: '{}' })));
        await page.goto(`${base}/?community=one`);
        await page.waitForSelector('nav [aria-current=page]', { timeout: 20_000 });
        await page.waitForSelector('section.panel.headline .value:not(:text-is("–"))', { timeout: 20_000 });
        assert.ok(asked > 1, `${what} was asked ${asked} times`);
        await context.close();
      }
    });

    test('from an alert in a list to all of it, and from a mean, a curve and a circle to who they are', async () => {
      const { page, seen, close } = await open(browser, { community: 'french-meta', board: 'alerts' });
      const said = page.locator('section.alerts td.col-said_en a');
      for (const i of [0, 1]) {
        const title = await said.nth(i).textContent();
        await said.nth(i).focus();
        await page.keyboard.press('Enter');
        await until(`the card of ${title}`, () => page.evaluate((title) => document.querySelector('.told:not([hidden]) h2')?.textContent === title && document.activeElement?.matches('.told'), title));
        assert.match(page.url(), /[?&]alert=/);
      }
      for (const [board, panel, column, more] of [['activity', 'activity_days', 'dau', {}], ['lifecycle', 'retention_curve', 'n_day_share', { interval: 'month' }], ['kols', 'clusters', 'people', {}]]) {
        await page.goto(`${base}/?${new URLSearchParams({ community: 'french-meta', range: 'all', board, ...more })}`);
        await settle(page, seen);
        const flip = page.locator(`section.${panel} header button[aria-pressed]:not(.steps button)`);
        if (await flip.count()) await flip.click();
        await page.locator(`section.${panel} td.col-${column} button.count`).first().click();
        await page.waitForSelector('dialog.whom[open] tbody tr');
        assert.equal(await page.locator('dialog.whom a.member').count() > 0, true, `${panel} names nobody`);
        await page.keyboard.press('Escape');
      }
      assert.deepEqual(seen.errors, []);
      await close();
    });

    test('CSV and PNG', async () => {
      const { page, seen, close } = await open(browser, { community: 'names', board: 'activity', lang: 'zh' }); // the address before the browser
      assert.equal(await page.evaluate(() => document.documentElement.lang), 'zh-CN');
      const csv = await saved(page, 'section.top_members .acts button:has-text("CSV")');
      assert.match(csv.name, /^names-top_members-.*\.csv$/);
      assert.equal(csv.bytes.subarray(0, 3).toString('hex'), 'efbbbf', 'spreadsheets take it for another encoding');
      const lines = parse(csv.bytes.toString('utf8').slice(1));
      const members = await page.locator('section.top_members tbody th bdi').allTextContents();
      assert.deepEqual(lines.slice(1).map((l) => l[0].replace(/^'(?=[=+\-@])/, '')), members);
      assert.ok(lines.every((l) => l.length === lines[0].length), 'lines of different lengths');
      assert.deepEqual(lines.flat().filter((cell) => /^[=+@]/.test(cell)), [], 'a spreadsheet would run it');
      const shown = await page.locator('section.top_members tbody tr').evaluateAll((rows) => rows.map((r) => r.querySelector('td.col-actions').textContent.replace(/\D/g, '')));
      assert.deepEqual(lines.slice(1).map((l) => l[1]), shown);

      const png = await saved(page, 'section.actions_by_day .acts button:has-text("PNG")');
      assert.match(png.name, /^names-actions_by_day-.*\.png$/);
      assert.equal(png.bytes.subarray(0, 8).toString('hex'), '89504e470d0a1a0a');
      const [width, height] = [png.bytes.readUInt32BE(16), png.bytes.readUInt32BE(20)];
      assert.ok(width > 400 && height > 200 && png.bytes.length > 3000, `${width} by ${height}, ${png.bytes.length} bytes`);
      assert.deepEqual(seen.errors, []);
      await close();
    });
  });
}

async function saved(page, button) {
  const [download] = await Promise.all([page.waitForEvent('download'), page.click(button)]);
  return { name: download.suggestedFilename(), bytes: await readFile(await download.path()) };
}

/** RFC 4180. */
function parse(text) {
  const lines = [[]];
  for (const [, quoted, plain, after] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n|$)/g)) {
    lines.at(-1).push(quoted !== undefined ? quoted.replaceAll('""', '"') : plain);
    if (after === '\r\n') lines.push([]);
    if (after === '') break;
  }
  lines.pop(); // what comes after the last line's end
  return lines;
}
