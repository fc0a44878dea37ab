// Every board, in both languages, light and dark, on a screen and on a phone: nothing goes wrong, nothing is cut or overlaps,
// axe-core has no serious objection. Pictures of all are kept.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { faults } from './look.mjs';
import { open, pictures, reshape } from './page.mjs';

const sizes = [{ width: 1440, scheme: 'light' }, { width: 1440, scheme: 'dark' }, { width: 390, scheme: 'dark' }, { width: 390, scheme: 'light' }];
const kilobyte = 1000;

export function looks(browser, boards) {
  const every = ['french-meta', 'names', 'one', 'first', 'nobody'].flatMap((community) => boards.flatMap(({ id }) => ['en', 'zh'].map((lang) => ({ community, board: id, lang }))));
  describe('looks', { concurrency: 3 }, () => {
    for (const { community, board, lang } of every) {
      test([community, board, lang].filter(Boolean).join(' '), async (t) => {
        const demo = community === 'french-meta';
        const { page, seen, close } = await open(browser, { community, board }, { lang, ...sizes[0] });
        const paint = await page.evaluate(() => performance.getEntriesByName('first-contentful-paint')[0]?.startTime);
        assert.ok(paint > 0, 'nothing was ever painted');
        if (demo) t.diagnostic(`first paint ${Math.round(paint)} ms, ${Math.round(seen.bytes / kilobyte)} KB`);
        if (demo) assert.ok(seen.bytes < 300 * kilobyte, `${Math.round(seen.bytes / kilobyte)} KB came over the wire`);
        const found = [];
        for (const size of demo ? sizes : [sizes[0], sizes[2]]) {
          await reshape(page, seen, size);
          const name = [community, board, lang, size.scheme, size.width === 390 ? 'phone' : 'desktop'].filter(Boolean).join('-');
          found.push(...(await faults(page)).map((f) => `${name}: ${f}`));
          await page.screenshot({ path: `${pictures}/${name}.png`, fullPage: true });
        }
        await close();
        assert.deepEqual([...seen.errors, ...found], []);
      });
    }
  });
}
