// What a look at a page finds: text that is cut or overlaps, charts with nothing in them, what axe-core objects to.
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';

const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** The faults of a page as it stands, as sentences. */
export async function faults(page) {
  return [...(await page.evaluate(misplaced)), ...(await page.evaluate(misdrawn)), ...(await objections(page))];
}

async function objections(page) {
  const found = await page.evaluate(`${axe};axe.run(document, { resultTypes: ['violations'] }).then((r) => r.violations)`);
  return found.filter((v) => v.impact === 'serious' || v.impact === 'critical')
    .map((v) => `axe ${v.id}, ${v.impact}: ${v.help}: ${v.nodes.length} times, as ${v.nodes[0].target.join(' ')} ${v.nodes[0].any[0]?.message ?? ''}`);
}

/** In the page: text beyond the window, cut without an ellipsis, or drawn over other text. */
function misplaced() {
  const out = [];
  const name = (el) => `${el.closest('section, header, dialog, footer')?.className ?? ''} ${el.localName}.${el.className}`;
  const say = (what, el, text) => out.push(`${what}: "${text.trim().slice(0, 60)}" in ${name(el)}`);
  const wide = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth > wide) out.push(`the page is ${document.documentElement.scrollWidth} px wide in a window of ${wide}`);

  const boxes = [];
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = texts.nextNode(); node; node = texts.nextNode()) {
    const el = node.parentElement;
    if (/\b(1970|NaN|undefined|Invalid Date)\b/.test(node.data)) say('a value that is none', el, node.data);
    if (!node.data.trim() || !el.checkVisibility({ visibilityProperty: true, opacityProperty: true, contentVisibilityAuto: true })) continue;
    if (el.closest('.hidden, .skip, select')) continue; // for screen readers; until focused; the browser's own
    const range = document.createRange();
    range.selectNodeContents(node);
    for (const rect of range.getClientRects()) {
      const box = clipped(rect, el, node.data);
      if (box) boxes.push({ ...box, el, text: node.data });
    }
  }

  /** The part of a text's box that can be seen; says so where a part is lost for good. */
  function clipped(rect, el, text) {
    const box = { left: rect.left, right: rect.right, top: rect.top, bottom: rect.bottom };
    if (box.right - box.left < 1) return undefined;
    let told = false, sticky = false;
    for (let a = el; a && a !== document.body; a = a.parentElement) {
      const css = getComputedStyle(a);
      sticky ||= css.position === 'sticky' || css.position === 'fixed';
      if (css.display === 'inline') continue;
      const outer = a.getBoundingClientRect();
      if (css.overflowX !== 'visible') {
        const lost = box.right > outer.right + 1 || box.left < outer.left - 1;
        if (lost && !told && css.overflowX !== 'auto' && css.overflowX !== 'scroll') {
          told = true;
          if (css.textOverflow !== 'ellipsis') say('cut sideways', el, text);
          else if (!el.closest('[title]')) say('cut by an ellipsis, and no title tells the rest', el, text);
        }
        [box.left, box.right] = [Math.max(box.left, outer.left), Math.min(box.right, outer.right)];
      }
      if (css.overflowY !== 'visible') {
        if (!told && (box.bottom > outer.bottom + 2 || box.top < outer.top - 2) && !['auto', 'scroll'].includes(css.overflowY) && !(Number(css.webkitLineClamp) > 0)) {
          told = true;
          say('cut in height', el, text);
        }
        [box.top, box.bottom] = [Math.max(box.top, outer.top), Math.min(box.bottom, outer.bottom)];
      }
      if (box.right - box.left < 1 || box.bottom - box.top < 1) return undefined;
    }
    if (box.right > wide + 1 || box.left < -1) say('beyond the window', el, text);
    if (sticky) return undefined; // meant to lie above the rest
    const slack = (box.bottom - box.top) * 0.22; // a line's box is taller than its letters
    return { ...box, top: box.top + slack, bottom: box.bottom - slack };
  }

  boxes.sort((a, b) => a.top - b.top);
  boxes.forEach((a, i) => {
    for (let j = i + 1; j < boxes.length && boxes[j].top < a.bottom - 1; j++) {
      const b = boxes[j];
      if (Math.min(a.right, b.right) - Math.max(a.left, b.left) > 1.5 && a.el !== b.el) say(`lies over "${b.text.trim().slice(0, 40)}"`, a.el, a.text);
    }
  });
  return [...new Set(out)];
}

/** In the page: charts that show nothing, and labels on them that are cut or lie over others. */
function misdrawn() {
  const out = [];
  const blank = (canvas) => {
    const pixels = new Uint32Array(canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data.buffer);
    return pixels.every((p) => p === pixels[0]);
  };
  for (const chart of document.querySelectorAll('.chart')) { // of which large ones have several layers
    if (!chart.checkVisibility()) continue;
    const panel = chart.closest('section')?.className;
    const canvases = [...chart.querySelectorAll('canvas')];
    if (canvases.every(blank)) out.push(`nothing is drawn in ${panel}`);
    if (canvases.some((c) => c.clientHeight > chart.clientHeight + 1 || c.clientWidth > chart.clientWidth + 1)) out.push(`the chart is larger than its place, and cut, in ${panel}`);
  }
  for (const canvas of document.querySelectorAll('canvas')) {
    if (!canvas.checkVisibility()) continue;
    const panel = canvas.closest('section')?.className ?? '';
    const labels = window.textsOf(canvas);
    labels.forEach((a, i) => {
      if (a.left < -1 || a.right > canvas.clientWidth + 1 || a.top < -1 || a.bottom > canvas.clientHeight + 1) out.push(`label "${a.text}" is cut at the edge of ${panel}`);
      for (const b of labels.slice(i + 1)) {
        if (Math.min(a.right, b.right) - Math.max(a.left, b.left) > 1 && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 1) out.push(`label "${a.text}" lies over "${b.text}" in ${panel}`);
      }
    });
  }
  return [...new Set(out)];
}
