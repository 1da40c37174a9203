// The words of the page, from words.tsv.
import table from "./words.tsv";

export type Lang = "zh" | "en";

const all = new Map<string, { zh: string; en: string }>();
for (const line of table.split("\n")) {
  if (line === "" || line.startsWith("#")) continue;
  const [key, zh, en] = line.split("\t");
  all.set(key, { zh, en });
}

let lang: Lang = "zh";

export function language(): Lang {
  return lang;
}

/** speak sets the language and fills in the words of the document. */
export function speak(l: Lang): void {
  lang = l;
  document.documentElement.lang = l === "en" ? "en" : "zh-CN";
  document.title = say("title");
  for (const e of document.querySelectorAll<HTMLElement>("[data-say]")) e.textContent = say(e.dataset.say!);
  for (const e of document.querySelectorAll<HTMLElement>("[data-label]")) e.setAttribute("aria-label", say(e.dataset.label!));
  for (const e of document.querySelectorAll<HTMLElement>("[data-title]")) {
    e.title = say(e.dataset.title!);
    if (/^[?×]$/.test(e.textContent ?? "")) e.setAttribute("aria-label", e.title);
  }
}

/** say returns the words of a key; {name} is filled in from args. What the service names, and a newer
 * one may name more, comes with words of its own. */
export function say(key: string, args: Record<string, string | number> = {}, unknown?: string): string {
  const words = all.get(key);
  if (!words && unknown !== undefined) return unknown;
  if (!words) throw new Error(`words.tsv has no ${key}`);
  return words[lang].replace(/\{(\w+)\}/g, (whole, name) => (name in args ? String(args[name]) : whole));
}

/** number writes a number as the language does. */
export function number(n: number, digits = 0): string {
  return n.toLocaleString(lang === "en" ? "en" : "zh-CN", { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

/** mebibytes writes a size. */
export function mebibytes(bytes: number): string {
  const mib = bytes / (1 << 20);
  if (mib >= 1) return number(mib, Number.isInteger(mib) ? 0 : 1) + " MiB";
  return number(bytes / 1024, Number.isInteger(bytes / 1024) ? 0 : 1) + " KiB";
}
