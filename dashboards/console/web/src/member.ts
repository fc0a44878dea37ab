// The head of the page of one member: who it is, and the way to another.
import { h, put } from './dom';
import { lang, t } from './i18n';

/** The way to a member's page, or to an alert, from wherever its name stands. */
export interface Way {
  href(name: string): string;
  go(name: string): void;
}

export class MemberHead {
  private readonly input = h('input', { type: 'text', name: 'member', maxlength: 128, autocomplete: 'off', spellcheck: false });
  private readonly label = h('span', {});
  private readonly button = h('button', { type: 'submit' });
  private readonly name = h('h2', {});
  private readonly form = h('form', { class: 'seek', submit: (e) => this.asked(e) }, h('label', {}, this.label, this.input), this.button);
  readonly el = h('section', { class: 'member-head', hidden: true }, this.name, this.form);
  private drawn = '';

  constructor(private readonly open: (name: string) => void) {}

  show(member: string, visible: boolean): void {
    this.el.hidden = !visible;
    const key = JSON.stringify([member, lang()]);
    if (!visible || key === this.drawn) return;
    this.drawn = key;
    put(this.name, member ? h('bdi', { title: member }, member) : t('member.choose'));
    put(this.label, t('member.id'));
    put(this.button, t('member.show'));
    this.input.value = '';
  }

  private asked(e: Event): void {
    e.preventDefault();
    if (this.input.value.trim()) this.open(this.input.value.trim());
  }
}

/** A member's name: a link to the page of the member where there is one. */
export function memberName(name: string, way: Way | undefined): HTMLElement {
  const text = h('bdi', {}, name);
  return way ? wayTo(name, way, text) : text;
}

/** A link that the page follows by itself, unless it is to be opened elsewhere. */
export function wayTo(name: string, way: Way, text: Node): HTMLElement {
  return h('a', {
    class: 'member', href: way.href(name), click: (e) => {
      const m = e as MouseEvent;
      if (m.ctrlKey || m.metaKey || m.shiftKey || m.button !== 0) return;
      e.preventDefault();
      way.go(name);
    },
  }, text);
}
