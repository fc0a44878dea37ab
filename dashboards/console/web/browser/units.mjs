// Pieces of the page that no browser is needed for.
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

test('a day begins where its clock does, also where clocks skip midnight', async () => {
  const { midnight } = await source('zone');
  for (const [day, zone, want] of [
    ['2026-09-06', 'America/Santiago', '2026-09-06T04:00:00.000Z'], ['2026-03-08', 'America/Havana', '2026-03-08T05:00:00.000Z'], ['2026-04-24', 'Africa/Cairo', '2026-04-23T22:00:00.000Z'],
    ['2026-03-08', 'America/New_York', '2026-03-08T05:00:00.000Z'], ['2026-11-01', 'America/New_York', '2026-11-01T04:00:00.000Z'], ['2026-04-05', 'Australia/Lord_Howe', '2026-04-04T13:00:00.000Z'],
  ]) assert.equal(new Date(midnight(day, zone)).toISOString(), want, `${day} in ${zone}`);
});
