// A page that is open shows a new action, without being loaded again. How soon is printed; five seconds are the limit on a quiet machine.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { base, open, rollcall, until } from './page.mjs';

export function live(browser) {
  test('a new action appears on the open page', async () => {
    const community = `live-${Date.now()}`; // of its own: another run's members would still be active
    const { key } = JSON.parse(await rollcall('key', 'create', '--community', community, '--name', 'browser', '--output', 'json'));
    const act = async (member) => {
      const response = await fetch(`${base}/v1/actions`, { method: 'POST', headers: { Authorization: `Bearer ${key}` }, body: JSON.stringify({ community, member, kind: 'post', channel: 'general' }) });
      assert.equal(response.status, 200, await response.text());
    };
    await act('ada');
    await rollcall('status', '--wait');
    const { page, seen, close } = await open(browser, { community });
    const active = () => page.locator('section.headline .value').first().textContent();
    await until('ada is there', async () => (await active()) === '1');
    await page.evaluate(() => { window.sameAsBefore = true; });
    await act('bo');
    const took = await until('bo is there', async () => (await active()) === '2');
    console.log(`live: a new action was on the page after ${(took / 1000).toFixed(1)} s`);
    assert.ok(await page.evaluate(() => window.sameAsBefore), 'the page was loaded again');
    assert.deepEqual(seen.errors, []);
    await close();
  });
}
