// Prints the actions of communities at the edges of what a page can hold, as NDJSON: one of one member, one whose only
// member did one thing, and one whose names are of all scripts, as long as they may be, or look like markup or a formula.
//
//   node odd.mjs | rollcall import - --format ndjson
const day = 86_400_000;
const start = Date.UTC(2026, 0, 5, 8); // a Monday
let n = 0;

const act = (community, member, kind, at, more = {}) =>
  process.stdout.write(JSON.stringify({ id: `odd-${++n}`, community, member, kind, time: new Date(at).toISOString(), ...more }) + '\n');

for (let d = 0; d < 40; d += 2) act('one', 'robinson', d % 3 ? 'view' : 'post', start + d * day, { channel: 'island', platform: 'web' });
act('first', 'ada', 'post', start);

const names = [
  '王小明', '欧阳娜娜·超级长的中文昵称没有任何空格也会正常显示出来吗我们来看看吧好', // 42 characters, 126 bytes
  '🦊🎉👩‍👩‍👧‍👦', 'مُحَمَّد بن عبد الله', 'שָׁלוֹם עולם', 'x'.repeat(127) + 'Z',
  '<script>alert(1)</script>', '<b>bold</b>&amp;"\'', '=1+1', '=HYPERLINK("http://example.org","x")', '@SUM(A1:A9)', 'a,b;"c"', "Robert'); DROP TABLE members;--",
  'zero\u200bwidth', '\u202eesrever', 'مرحبا hello 你好', 'ß', '0',
];
const channels = ['综合讨论', 'ʕ•ᴥ•ʔ 🐻', 'قناة عامة', '<i>help</i>', 'c'.repeat(256), '=cmd'];

// All endorse one another for a while, a third of them stays silent from the middle on: so there are ranks, clusters,
// members at risk, and alerts.
const kinds = ['post', 'comment', 'react', 'answer', 'view'];
for (let d = 0; d < 120; d++) {
  names.forEach((member, i) => {
    if ((d > 75 && i % 3 === 0) || (d + i) % (1 + (i % 4)) !== 0) return;
    for (let k = 0; k < 3; k++) {
      const target = names[(i + 1 + ((d * 7 + k * 3) % 5)) % names.length];
      act('names', member, kinds[(d + i + k) % kinds.length], start + d * day + i * 600_000 + k * 60_000, {
        target: target === member ? names[0] : target, object: `post-${i}-${d % 9}`, channel: channels[(i + k) % channels.length], platform: i % 2 ? '网页' : 'web',
      });
    }
  });
}
// Leaders who leave are an alert, which names those who may follow.
names.forEach((member, i) => i % 4 === 0 && act('names', member, 'leave', start + 120 * day + i * 60_000));
