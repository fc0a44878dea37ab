// The page's language. Texts stand in texts.json; those of the panels come with them.
import texts from './texts.json';

export type Lang = 'en' | 'zh';
export type Text = Record<Lang, string>;
export type Key = keyof typeof texts;

const stored = 'rollcall.language';

/** What the address asks for (?lang=zh, as that of a report), what was chosen before, what the browser prefers. */
function initial(): Lang {
  const asked = new URLSearchParams(location.search).get('lang');
  if (asked === 'en' || asked === 'zh') {
    remember(asked);
    return asked;
  }
  const kept = remembered();
  if (kept === 'en' || kept === 'zh') return kept;
  return navigator.language.toLowerCase().startsWith('zh') ? 'zh' : 'en';
}

function remembered(): string | null {
  try {
    return localStorage.getItem(stored);
  } catch {
    return null; // storage may be forbidden; the page works without
  }
}

let current: Lang = initial();

export const lang = (): Lang => current;

export function setLang(to: Lang): void {
  current = to;
  remember(to);
}

function remember(to: Lang): void {
  try {
    localStorage.setItem(stored, to);
  } catch {
    // not remembered, still switched
  }
}

/** The locale for Intl: the reader's own where it is of the page's language. */
export function locale(): string {
  if (navigator.language.toLowerCase().startsWith(current)) return navigator.language;
  return current === 'zh' ? 'zh-CN' : 'en-GB';
}

/** A text of the page with {names} filled in. */
export function t(key: Key, values: Record<string, string> = {}): string {
  return texts[key][current].replace(/\{(\w+)\}/g, (whole, name: string) => values[name] ?? whole);
}

/** A text in a closed family such as reason.*; an unknown member is shown by its name. */
export function tIn(family: string, name: string): string {
  const key = `${family}.${name}`;
  return key in texts ? t(key as Key) : name;
}

export const pick = (text: Text): string => text[current];
