// How a browser would show an HTML draft, with the findings marked. The frame's sandbox allows no
// script, form, pop-up or navigation of the page, whatever the draft holds; the page's policy,
// which the frame inherits, lets it fetch nothing. Scripts and handlers are taken out on top of that.
import type { Item } from "./board";

// Noncharacters stand for the ends of a finding while the draft is parsed.
const begin = "\ufdd0";
const end = "\ufdd1";
const digit = 0xfdd2;
const sign = /[\ufdd0-\ufddb]/;
const signs = /[\ufdd0-\ufddb]/g;

/** Characters of a draft that are shown; browsers take seconds for more. */
const mostCharacters = 2_000_000;

const unwanted =
  "script,iframe,frame,frameset,object,embed,applet,base,link,meta,noscript,template,portal,fencedframe,audio,video,source,track,canvas,style,title,math annotation-xml,svg foreignObject,svg use,svg animate,svg set";

const look = `
html { background: #fff; color: #111; }
body { margin: 1.25rem 1.5rem 40vh; font: 16px/1.8 "PingFang SC", "Source Han Sans SC", "Noto Sans CJK SC", "Microsoft YaHei", sans-serif; overflow-wrap: anywhere; }
img { max-width: 100%; }
mark.found { color: inherit; background: #fdecea; border-bottom: 2px solid #b8261c; cursor: pointer; }
mark.found.warning { background: #fff3d6; border-bottom: 2px dashed #96660a; }
mark.found.info { background: #e6f0fa; border-bottom: 2px dotted #2b6a9e; }
mark.found.selected { outline: 2px solid #b8261c; outline-offset: 1px; }
img.missing { min-width: 6rem; min-height: 3rem; border: 1px dashed #aaa; }
`;

export class Preview {
  private marks = new Map<string, HTMLElement[]>();

  constructor(
    private readonly frame: HTMLIFrameElement,
    private readonly chosen: (id: string) => void,
  ) {}

  show(source: string, items: readonly Item[], selected: string): void {
    const doc = this.frame.contentDocument;
    const win = this.frame.contentWindow as (Window & typeof globalThis) | null;
    if (!doc || !win) return;
    const at = doc.scrollingElement?.scrollTop ?? 0;
    const draft = new DOMParser().parseFromString(signed(source.slice(0, mostCharacters), items), "text/html");
    const sheets = [look, ...[...draft.querySelectorAll("style")].map((s) => clear(s.textContent ?? ""))];
    const styles = tame(draft);
    const body = doc.importNode(draft.body, true);
    doc.body.replaceWith(body);
    doc.documentElement.lang = draft.documentElement.lang || "zh-CN";
    // Style sheets and attributes of the draft are set by script, which the policy permits.
    doc.adoptedStyleSheets = sheets.map((text) => {
      const sheet = new win.CSSStyleSheet();
      sheet.replaceSync(text);
      tameRules(sheet);
      return sheet;
    });
    for (const e of [body, ...body.querySelectorAll<HTMLElement | SVGElement>("[data-styled]")]) {
      if (!e.dataset.styled) continue;
      e.style.cssText = styles[Number(e.dataset.styled)] ?? "";
      tameStyle(e.style);
      delete e.dataset.styled;
    }
    this.marks = new Map();
    this.mark(doc, body, items);
    this.select(selected, false);
    doc.scrollingElement?.scrollTo(0, at);
  }

  /** select shows which finding is looked at. */
  select(id: string, scroll = true): void {
    for (const e of this.frame.contentDocument?.querySelectorAll("mark.selected") ?? []) e.classList.remove("selected");
    const marks = this.marks.get(id) ?? [];
    for (const m of marks) m.classList.add("selected");
    if (scroll) marks[0]?.scrollIntoView({ block: "center" });
  }

  private mark(doc: Document, body: HTMLElement, items: readonly Item[]): void {
    const walker = doc.createTreeWalker(body, NodeFilter.SHOW_TEXT);
    const texts: globalThis.Text[] = [];
    for (let n = walker.nextNode(); n; n = walker.nextNode()) texts.push(n as globalThis.Text);
    const open = new Set<number>();
    for (const t of texts) {
      const { data } = t;
      if (open.size === 0 && !sign.test(data)) continue;
      const pieces = doc.createDocumentFragment();
      for (const [, mark, digits, words] of data.matchAll(/([\ufdd0\ufdd1]?)([\ufdd2-\ufddb]*)([^\ufdd0-\ufddb]*)/g)) {
        if (mark) {
          const n = Number([...digits].map((d) => d.charCodeAt(0) - digit).join(""));
          if (mark === begin) open.add(n);
          else open.delete(n);
        }
        if (words === "") continue;
        const top = [...open].map((n) => items[n]).filter((i) => i).sort((a, b) => a.to - a.from - (b.to - b.from))[0];
        pieces.append(top && words.trim() ? this.wrap(doc, words, top) : words);
      }
      t.replaceWith(pieces);
    }
  }

  private wrap(doc: Document, words: string, item: Item): HTMLElement {
    const m = doc.createElement("mark");
    m.className = `found ${item.finding.level}`;
    m.textContent = words;
    m.title = item.finding.message;
    m.addEventListener("click", () => this.chosen(item.id));
    this.marks.set(item.id, [...(this.marks.get(item.id) ?? []), m]);
    return m;
  }
}

/** signed returns the source with signs at the ends of findings. */
function signed(source: string, items: readonly Item[]): string {
  const ends: { at: number; order: number; text: string }[] = [];
  items.forEach((i, n) => {
    if (i.to > source.length || i.from === i.to) return;
    const digits = [...String(n)].map((d) => String.fromCharCode(digit + Number(d))).join("");
    ends.push({ at: i.from, order: 1, text: begin + digits }, { at: i.to, order: 0, text: end + digits });
  });
  ends.sort((a, b) => a.at - b.at || a.order - b.order);
  let out = "";
  let done = 0;
  for (const e of ends) {
    out += clear(source.slice(done, e.at)) + e.text;
    done = e.at;
  }
  return out + clear(source.slice(done));
}

function clear(text: string): string {
  return text.replace(signs, "");
}

/** tameRules takes out of a style sheet what would fetch: the policy refuses it, too. */
function tameRules(rules: CSSStyleSheet | CSSGroupingRule): void {
  for (let n = rules.cssRules.length - 1; n >= 0; n--) {
    const rule = rules.cssRules[n] as CSSRule & Partial<CSSStyleRule & CSSGroupingRule>;
    if (rule.style && rule.constructor.name !== "CSSFontFaceRule") tameStyle(rule.style);
    else if (!rule.cssRules) rules.deleteRule(n);
    if (rule.cssRules) tameRules(rule as unknown as CSSGroupingRule);
  }
}

/** tameStyle goes by how the browser writes a value, in which no escape hides a function. */
function tameStyle(style: CSSStyleDeclaration): void {
  for (const name of [...style]) {
    const value = style.getPropertyValue(name);
    if (/(url|src|image|image-set|cross-fade|element)\(/i.test(value) || (name.startsWith("--") && /[\\(]/.test(value))) style.removeProperty(name);
  }
}

/** tame takes out of a parsed draft what acts or fetches, and returns its style attributes. */
function tame(draft: Document): string[] {
  for (const e of draft.querySelectorAll(unwanted)) e.remove();
  const styles: string[] = [];
  for (const e of draft.querySelectorAll("*")) {
    for (const { name, value } of [...e.attributes]) {
      if (name === "style") {
        e.removeAttribute(name);
        e.setAttribute("data-styled", String(styles.push(clear(value)) - 1));
      } else if (/^on|^(srcset|action|formaction|ping|background|poster|autofocus|is|nonce|contenteditable|accesskey|tabindex|target|download|data-styled)$/i.test(name) || !/^[\w:.-]+$/.test(name)) {
        e.removeAttribute(name);
      } else if (/^(href|xlink:href)$/i.test(name)) {
        e.removeAttribute(name);
        if (/^a$/i.test(e.localName)) e.setAttribute("data-link", clear(value));
      } else if (/^src$/i.test(name)) {
        if (!/^data:image\/(png|jpeg|gif|webp);/i.test(value)) {
          e.removeAttribute(name);
          e.classList.add("missing");
        }
      } else if (sign.test(value)) {
        e.setAttribute(name, clear(value));
      }
    }
  }
  return styles;
}
