// What the browser keeps. The draft stays in the tab's own session storage, which ends with the
// tab; settings and what is ignored stay until they are removed. Storage may be switched off or
// full: then nothing is kept, and save says so.

export interface Settings {
  lang: "zh" | "en";
  theme: "system" | "light" | "dark";
  profile: string;
  preview: boolean;
}

const standard: Settings = { lang: "zh", theme: "system", profile: "general", preview: false };

export function settings(): Settings {
  const kept = load<Partial<Settings>>(() => localStorage, "settings") ?? {};
  return {
    lang: kept.lang === "en" ? "en" : "zh",
    theme: kept.theme === "light" || kept.theme === "dark" ? kept.theme : "system",
    profile: typeof kept.profile === "string" ? kept.profile : standard.profile,
    preview: kept.preview === true,
  };
}

export function keepSettings(s: Settings): void {
  save(() => localStorage, "settings", s);
}

export interface KeptDraft {
  id: string;
  name: string;
  format: string;
  encoding: string;
  lineEnd: string;
  text: string;
}

export interface KeptDesk {
  current: string;
  drafts: KeptDraft[];
}

export function desk(): KeptDesk | null {
  const d = load<KeptDesk>(() => sessionStorage, "desk");
  const good =
    d && Array.isArray(d.drafts) && d.drafts.length > 0 &&
    d.drafts.every((x) => [x.id, x.name, x.format, x.encoding, x.lineEnd, x.text].every((s) => typeof s === "string"));
  return good ? d : null;
}

/** keepDesk reports whether the drafts will survive a reload. */
export function keepDesk(d: KeptDesk): boolean {
  return save(() => sessionStorage, "desk", d);
}

/** One thing that the editor does not want to see again in a draft. */
export interface Ignored {
  /** tells it from others */
  key: string;
  scope: "here" | "draft" | "always";
  /** of the finding with its number, for "here"; follows when the words around it change */
  fingerprint: string;
  rule: string;
  text: string;
  message: string;
  /** for "always" */
  reason?: string;
}

interface IgnoredIn {
  at: number;
  list: Ignored[];
}

/** Drafts whose ignored findings are remembered, the oldest go first. */
const mostDrafts = 200;

export function ignoredIn(id: string): Ignored[] {
  const all = load<Record<string, IgnoredIn>>(() => localStorage, "ignored") ?? {};
  const list = Object.hasOwn(all, id) ? all[id].list : [];
  return Array.isArray(list) ? list.filter((x) => x && typeof x.key === "string" && typeof x.fingerprint === "string" && typeof x.text === "string") : [];
}

export function keepIgnored(id: string, list: Ignored[]): boolean {
  const all = load<Record<string, IgnoredIn>>(() => localStorage, "ignored") ?? {};
  delete all[id];
  if (list.length > 0) all[id] = { at: Date.now(), list };
  const ids = Object.keys(all).sort((a, b) => all[b].at - all[a].at);
  for (const old of ids.slice(mostDrafts)) delete all[old];
  return save(() => localStorage, "ignored", all);
}

export function token(): string {
  return load<string>(() => sessionStorage, "token") ?? "";
}

export function keepToken(t: string): void {
  save(() => sessionStorage, "token", t);
}

function load<T>(storage: () => Storage, key: string): T | null {
  try {
    return JSON.parse(storage().getItem("proofcheck." + key) ?? "null");
  } catch {
    return null;
  }
}

function save(storage: () => Storage, key: string, value: unknown): boolean {
  try {
    storage().setItem("proofcheck." + key, JSON.stringify(value));
    return true;
  } catch {
    return false;
  }
}
