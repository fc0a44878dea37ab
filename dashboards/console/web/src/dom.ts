// Small helpers to build elements. Text always enters as text nodes, never as HTML.

type Child = Node | string | null | false;
type Attrs = Record<string, string | number | boolean | ((e: Event) => void)>;

/** Creates an element: attributes by name, listeners as functions under their event's name. */
export function h<K extends keyof HTMLElementTagNameMap>(tag: K, attrs: Attrs = {}, ...children: Child[]): HTMLElementTagNameMap[K] {
  const el = document.createElement(tag);
  for (const [name, value] of Object.entries(attrs)) {
    if (typeof value === 'function') el.addEventListener(name, value);
    else if (typeof value === 'boolean') el.toggleAttribute(name, value);
    else el.setAttribute(name, String(value));
  }
  put(el, ...children);
  return el;
}

/** Replaces an element's children. */
export function put(el: Element, ...children: Child[]): void {
  el.replaceChildren(...children.filter((c): c is Node | string => c !== null && c !== false));
}

/** Sets text only where it differs, so that unchanged text is neither redrawn nor read out again. */
export function setText(el: Element, text: string): void {
  if (el.textContent !== text) el.textContent = text;
}
