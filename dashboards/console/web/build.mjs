// Builds ../dist, which the program embeds. The same sources give the same bytes:
// no dates, no hashes of paths, no machine's folder in the output.
import { build } from 'esbuild';
import { copyFile, mkdir, rm } from 'node:fs/promises';

const out = new URL('../dist/', import.meta.url);
const here = new URL('./', import.meta.url);
await rm(out, { recursive: true, force: true });
await mkdir(out, { recursive: true });

await build({
  absWorkingDir: here.pathname,
  entryPoints: { app: 'src/main.ts', echarts: 'src/echarts.ts' },
  external: ['./echarts.js'], // the charts' library is most of the weight: it loads beside the page
  outdir: out.pathname,
  bundle: true,
  minify: true,
  charset: 'utf8',
  format: 'esm',
  target: ['es2022', 'chrome110', 'firefox110', 'safari16'],
  legalComments: 'none', // the licences are the files beside
  define: { 'process.env.NODE_ENV': '"production"', __DEV__: 'false' },
});
for (const [from, to] of [
  ['src/index.html', 'index.html'],
  ['src/icon.svg', 'icon.svg'],
  ['node_modules/echarts/LICENSE', 'echarts-LICENSE.txt'],
  ['node_modules/echarts/NOTICE', 'echarts-NOTICE.txt'],
  ['node_modules/zrender/LICENSE', 'zrender-LICENSE.txt'],
  ['node_modules/tslib/LICENSE.txt', 'tslib-LICENSE.txt'],
]) {
  await copyFile(new URL(from, here), new URL(to, out));
}
