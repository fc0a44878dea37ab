// Whether a line names somebody: no browser is needed for that.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

/** A module of ../src, as JavaScript. */
async function source(name) {
  const made = await build({ entryPoints: [fileURLToPath(new URL(`../src/${name}.ts`, import.meta.url))], bundle: true, format: 'esm', write: false });
  return import(`data:text/javascript,${encodeURIComponent(made.outputFiles[0].text)}`);
}

test('a name in a line is a whole word', async () => {
  const { says } = await source('says');
  for (const [line, name, want] of [
    ['Contact first: 7 (left); 12 (left).', '7', true], ['Contact first: 7 (left); 12 (left).', '12', true], ['There were 512 actions in week 47.', '7', false],
    ['优先联系：王（退出）；李（退出）。', '李', true], ['王小明、李四都在。', '李', false], ['a_b', 'a', false], ['ab a', 'a', true], ['𠀀a', 'a', false],
    ['@all; @all!', '@all!', true], ['a+b (c)', 'a+b', true], ['ada', 'ada', true], ['ada', '', true], ['', 'ada', false],
  ]) assert.equal(says(line, name), want, `${name} in ${line}`);
});
