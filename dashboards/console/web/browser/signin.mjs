// Signing in with the administrator's token, and a link that shows one community to whoever has it.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { faults } from './look.mjs';
import { base, data, until } from './page.mjs';

const options = { en: { locale: 'en-GB', colorScheme: 'light', viewport: { width: 1440, height: 900 } }, zh: { locale: 'zh-CN', colorScheme: 'dark', viewport: { width: 390, height: 844 } } };

export function signIn(browser) {
  for (const lang of ['en', 'zh']) {
    test(`signing in, a share link, signing out: ${lang}`, async () => {
      const { token } = JSON.parse(await readFile(`${data}/run.json`, 'utf8'));
      const context = await browser.newContext(options[lang]);
      const page = await context.newPage();
      const errors = watch(page);
      const role = async (p) => (await (await p.request.get(`${base}/api/session`)).json()).role; // the form's own page may fetch nothing
      await page.goto(`${base}/signin?next=${encodeURIComponent('/?community=french-meta&board=churn')}`);
      assert.deepEqual(await faults(page), []);
      await page.fill('#token', 'not the token');
      await page.press('#token', 'Enter');
      await page.waitForSelector('[role=alert]');
      errors.splice(0); // Chromium reports the refusal
      assert.equal(await role(page), 'reader');
      await page.fill('#token', token);
      await page.press('#token', 'Enter');
      await page.waitForURL((u) => u.searchParams.get('board') === 'churn');
      assert.equal(await role(page), 'admin');

      const link = await page.evaluate(async () => {
        const answer = await fetch('/api/shares', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ community: 'one', board: 'activity', days: 1 }) });
        return (await answer.json()).path;
      });
      const guest = await (await browser.newContext(options[lang])).newPage();
      const guestErrors = watch(guest);
      await guest.goto(base + link);
      await guest.waitForSelector('section.panel.headline, section.panel.activity');
      assert.equal(await role(guest), 'share');
      const seen = await guest.evaluate(async () => [(await (await fetch('/api/communities')).json()).map((c) => c.community), (await fetch('/api/panels/segments?community=french-meta&from=0&to=1')).status]);
      assert.deepEqual(seen, [['one'], 403]);
      await until('the guest sees the community', async () => (await guest.title()).includes('one ·'));
      assert.deepEqual(guestErrors.filter((e) => !e.includes('403')), []);

      await page.goto(`${base}/?community=one`);
      await page.click('.session button[aria-haspopup=dialog]');
      await page.waitForSelector('dialog.share .links button');
      while (await page.locator('dialog.share .links button').count()) {
        const before = await page.locator('dialog.share .links button').count();
        await page.locator('dialog.share .links button').first().click();
        await until('one link fewer', async () => (await page.locator('dialog.share .links button').count()) < before);
      }
      await page.keyboard.press('Escape');
      await guest.goto(base + link);
      assert.match(await guest.textContent('h1'), /taken back|已被收回/);
      assert.deepEqual(await faults(guest), []);
      assert.equal(await role(guest), 'reader'); // as everybody on this machine
      await guest.context().close();

      await page.evaluate(() => fetch('/signout', { method: 'POST' }));
      assert.equal(await role(page), 'reader');
      assert.deepEqual(errors, []);
      await context.close();
    });
  }
}

function watch(page) {
  const errors = [];
  page.on('console', (m) => m.type() === 'error' && errors.push(m.text()));
  page.on('pageerror', (e) => errors.push(e.message));
  return errors;
}
