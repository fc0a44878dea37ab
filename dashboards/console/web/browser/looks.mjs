// Every board, in both languages, light and dark, on a screen and on a phone: nothing goes wrong, nothing is cut or overlaps,
// axe-core has no serious objection. Pictures of all are kept.
import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { faults } from './look.mjs';
import { base, open, pictures, reshape } from './page.mjs';

const wide = { width: 1440, scheme: 'light' }, phone = { width: 390, scheme: 'dark' };
const sizes = [wide, { ...wide, scheme: 'dark' }, phone, { ...phone, scheme: 'light' }];
const kilobyte = 1000;
const odd = { names: 'x'.repeat(127) + 'Z', one: 'robinson', first: 'ada', nobody: 'nobody at all' };

/** Looks at a page as it stands, in each size; the faults carry the picture's name. */
async function look(page, seen, address, lang, sizes) {
  const found = [];
  for (const size of sizes) {
    await reshape(page, seen, size);
    const name = [address.community, address.board, address.member && 'one', lang, size.scheme, size.width === phone.width ? 'phone' : 'desktop'].filter(Boolean).join('-');
    found.push(...(await faults(page)).map((f) => `${name}: ${f}`));
    await page.screenshot({ path: `${pictures}/${name}.png`, fullPage: true });
  }
  return found;
}

export function looks(browser, boards) {
  const most = { paint: 0, bytes: 0 };
  after(() => console.log(`looks: slowest first paint ${Math.round(most.paint)} ms, largest page ${Math.round(most.bytes / kilobyte)} KB`));
  const addresses = (community, member) => boards.flatMap((b) => [{ board: b.id, community }, ...(b.ofMember ? [{ board: b.id, community, member }] : [])]);

  describe('looks', { concurrency: 3 }, () => {
    for (const lang of ['en', 'zh']) {
      for (const address of addresses('french-meta', '5')) {
        test(`${lang} ${Object.values(address).join(' ')}`, async () => {
          const { page, seen, close } = await open(browser, address, { lang, ...wide });
          const paint = await page.evaluate(() => performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? Infinity);
          const { bytes } = seen;
          most.paint = Math.max(most.paint, paint);
          most.bytes = Math.max(most.bytes, bytes);
          const found = await look(page, seen, address, lang, sizes);
          await close();
          assert.deepEqual([...seen.errors, ...found], []);
          assert.ok(bytes < 300 * kilobyte, `${Math.round(bytes / kilobyte)} KB came over the wire`);
          assert.ok(paint < Infinity, 'nothing was ever painted');
        });
      }
      // Communities at the edges: one page of a reader who goes from board to board by the menu.
      for (const [community, member] of Object.entries(odd)) {
        test(`${lang} ${community}`, async () => {
          const size = lang === 'en' ? wide : phone;
          const { page, seen, close } = await open(browser, { community, board: boards[0].id }, { lang, ...size });
          const found = [];
          for (const [i, { id, ofMember }] of boards.entries()) {
            await page.locator('nav a').nth(i).click();
            found.push(...await look(page, seen, { community, board: id }, lang, [size]));
            if (!ofMember) continue;
            seen.answered.clear();
            await page.goto(`${base}/?${new URLSearchParams({ community, board: id, member })}`);
            found.push(...await look(page, seen, { community, board: id, member }, lang, [size]));
          }
          await close();
          assert.deepEqual([...seen.errors, ...found], []);
        });
      }
    }
  });
}
