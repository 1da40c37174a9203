// The findings as a list beside the text. Each is a card whose head is a button: it can be walked
// with the arrow keys, and what can be done with a finding has a key of its own.
import type { Item } from "./board";
import { mayAllow } from "./board";
import type { Ignored } from "./keep";
import { say } from "./words";

/** What the list asks the page to do. */
export interface Deeds {
  choose(item: Item): void;
  accept(item: Item, n: number): void;
  ignore(item: Item, scope: Ignored["scope"]): void;
  leave(): void;
  /** whether the n-th suggestion can be applied by the page */
  can(item: Item, n: number): boolean;
  /** the line the item begins on */
  line(item: Item): number;
  title(rule: string): string;
}

/** Cards that are made at once; the rest is asked for. */
const portion = 200;

/** Suggestions that a card offers. */
const mostSuggestions = 6;

export class List {
  private items: readonly Item[] = [];
  private cards = new Map<string, { key: string; card: HTMLLIElement }>();
  private selected = "";
  private shown = portion;

  constructor(
    private readonly root: HTMLOListElement,
    private readonly more: HTMLButtonElement,
    private readonly deeds: Deeds,
  ) {
    root.addEventListener("keydown", (e) => this.key(e));
    more.addEventListener("click", () => {
      this.shown += portion;
      this.show(this.items, this.selected);
      this.head(this.items[this.shown - portion]?.id)?.focus();
    });
  }

  show(items: readonly Item[], selected: string): void {
    const focus = this.focused();
    const place = this.items.findIndex((i) => i.id === focus);
    this.items = items;
    this.selected = selected;
    const at = items.findIndex((i) => i.id === selected);
    if (at >= this.shown) this.shown = at + portion;
    const old = this.cards;
    this.cards = new Map();
    const cards: HTMLLIElement[] = [];
    for (const item of items.slice(0, this.shown)) {
      const key = this.keyOf(item);
      const known = old.get(item.id);
      const card = known?.key === key ? known.card : this.card(item);
      this.cards.set(item.id, { key, card });
      cards.push(card);
    }
    arrange(this.root, cards);
    const left = items.length - cards.length;
    this.more.hidden = left <= 0;
    if (left > 0) this.more.textContent = say("list.more", { n: left });
    this.tab();
    // The card that had the focus is gone: the next one takes it.
    if (focus !== "" && !this.root.contains(document.activeElement)) {
      const next = items.length === 0 ? null : this.head((items.find((i) => i.id === focus) ?? items[Math.min(Math.max(place, 0), items.length - 1)]).id);
      if (next) next.focus();
      else this.root.focus();
    }
  }

  /** reveal scrolls the card of a finding into view. */
  reveal(id: string): void {
    this.cards.get(id)?.card.scrollIntoView({ block: "nearest" });
  }

  /** enter moves the focus to the selected or the first card and reports whether there is one. */
  enter(): boolean {
    const h = this.head(this.selected) ?? this.root.querySelector<HTMLButtonElement>(".head");
    h?.focus();
    return h !== null;
  }

  /** forget makes all cards anew, as when the language has changed. */
  forget(): void {
    this.cards.clear();
  }

  private head(id: string | undefined): HTMLButtonElement | null {
    return this.cards.get(id ?? "")?.card.querySelector(".head") ?? null;
  }

  private focused(): string {
    return (document.activeElement as HTMLElement | null)?.closest<HTMLElement>("#list > li")?.dataset.id ?? "";
  }

  /** tab makes one head the stop of the Tab key. */
  private tab(): void {
    const stop = this.cards.has(this.selected) ? this.selected : this.items[0]?.id;
    for (const [id, { card }] of this.cards) card.querySelector<HTMLElement>(".head")!.tabIndex = id === stop ? 0 : -1;
  }

  private keyOf(i: Item): string {
    const able = i.finding.suggestions.slice(0, mostSuggestions).map((_, n) => this.deeds.can(i, n));
    return JSON.stringify([i.id === this.selected, this.deeds.line(i), i.finding.message, i.finding.level, able]);
  }

  private card(item: Item): HTMLLIElement {
    const f = item.finding;
    const open = item.id === this.selected;
    const li = document.createElement("li");
    li.className = `card ${f.level}${open ? " open" : ""}`;
    li.dataset.id = item.id;
    const head = part(li, "button", "head");
    head.type = "button";
    head.setAttribute("aria-expanded", String(open));
    part(head, "span", "badge", say("level." + f.level));
    const what = part(head, "span", "what");
    const text = f.text === "" ? say("card.here") : shorten(f.text);
    if (f.suggestions.length > 0) {
      part(what, "del", "", text);
      part(what, "span", "arrow", " → ");
      part(what, "ins", "", f.suggestions[0] === "" ? say("card.delete") : shorten(f.suggestions[0]));
    } else {
      part(what, "b", "", text);
    }
    part(head, "span", "place", say("card.line", { n: this.deeds.line(item) }));
    part(head, "span", "message", f.message);
    head.addEventListener("click", () => this.deeds.choose(item));
    if (open) this.details(li, item);
    else if (this.deeds.can(item, 0)) {
      const quick = part(li, "button", "quick", say("card.accept"));
      quick.type = "button";
      quick.tabIndex = -1;
      quick.addEventListener("click", () => this.deeds.accept(item, 0));
    }
    return li;
  }

  private details(li: HTMLElement, item: Item): void {
    const f = item.finding;
    const box = part(li, "div", "details");
    if (f.context !== "" && f.context !== f.text) {
      const p = part(box, "p", "context");
      const at = f.context.indexOf(f.text);
      if (at < 0 || f.text === "") p.textContent = f.context;
      else {
        p.append(f.context.slice(0, at));
        part(p, "mark", f.level, f.text);
        p.append(f.context.slice(at + f.text.length));
      }
    }
    const about = [f.source, f.clause && say("clause." + f.clause, {}, f.clause), f.hidden && say("card.hidden")].filter(Boolean).join(" · ");
    if (about) part(box, "p", "fine", about);
    part(box, "p", "fine", `${this.deeds.title(f.rule)} ${f.rule}`.trim());
    const does = part(box, "div", "does");
    let able = false;
    f.suggestions.slice(0, mostSuggestions).forEach((s, n) => {
      if (!this.deeds.can(item, n)) return;
      able = true;
      const b = part(does, "button", n === 0 ? "main" : "", s === "" ? say("card.delete.do") : say("card.accept.this", { to: shorten(s) }));
      b.type = "button";
      b.setAttribute("aria-keyshortcuts", n === 0 ? "a" : String(n + 1));
      b.addEventListener("click", () => this.deeds.accept(item, n));
    });
    if (f.suggestions.length > 0 && !able) part(box, "p", "fine", say("card.by-hand"));
    const ignores = part(box, "div", "ignores");
    ignores.setAttribute("role", "group");
    ignores.setAttribute("aria-label", say("card.ignore"));
    part(ignores, "span", "fine", say("card.ignore"));
    for (const [scope, key] of [["here", "i"], ["draft", "d"], ["always", "g"]] as const) {
      if (scope === "always" && !mayAllow(f)) continue;
      const b = part(ignores, "button", "plain", say("ignore." + scope));
      b.type = "button";
      b.title = say("ignore." + scope + ".title");
      b.setAttribute("aria-keyshortcuts", key);
      b.addEventListener("click", () => this.deeds.ignore(item, scope));
    }
  }

  private key(e: KeyboardEvent): void {
    if (e.ctrlKey || e.metaKey || e.altKey) return;
    const at = this.items.findIndex((i) => i.id === this.focused());
    const item = this.items[at];
    const go = (n: number) => this.head(this.items[Math.min(Math.max(n, 0), Math.min(this.items.length, this.shown) - 1)]?.id)?.focus();
    switch (e.key) {
      case "ArrowDown":
        go(at + 1);
        break;
      case "ArrowUp":
        go(at - 1);
        break;
      case "Home":
        go(0);
        break;
      case "End":
        go(this.items.length);
        break;
      case "Escape":
        this.deeds.leave();
        break;
      default:
        if (!item || !this.deed(e.key, item)) return;
    }
    e.preventDefault();
  }

  private deed(key: string, item: Item): boolean {
    const n = key === "a" ? 0 : /^[1-6]$/.test(key) ? Number(key) - 1 : -1;
    if (n >= 0 && this.deeds.can(item, n)) this.deeds.accept(item, n);
    else if (key === "i") this.deeds.ignore(item, "here");
    else if (key === "d") this.deeds.ignore(item, "draft");
    else if (key === "g" && mayAllow(item.finding)) this.deeds.ignore(item, "always");
    else return false;
    return true;
  }
}

/** part appends an element with text to another. */
export function part<K extends keyof HTMLElementTagNameMap>(to: HTMLElement, name: K, classes = "", text = ""): HTMLElementTagNameMap[K] {
  const e = document.createElement(name);
  if (classes) e.className = classes;
  if (text) e.textContent = text;
  to.append(e);
  return e;
}

/** arrange makes cards the children of root and moves as few as it can. */
function arrange(root: HTMLElement, cards: HTMLElement[]): void {
  const wanted = new Set<Element>(cards);
  for (const c of [...root.children]) if (!wanted.has(c)) c.remove();
  cards.forEach((c, i) => {
    if (root.children[i] !== c) root.insertBefore(c, root.children[i] ?? null);
  });
}

function shorten(s: string): string {
  const c = [...s.replace(/\s+/g, " ")];
  return c.length > 28 ? c.slice(0, 18).join("") + "…" + c.slice(-8).join("") : c.join("");
}
