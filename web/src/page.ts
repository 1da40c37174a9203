// The editor's page: what happens when a button is pressed, a key or a file arrives, or the
// service has answered.
import { redo, redoDepth, undo, undoDepth } from "@codemirror/commands";
import { Transaction } from "@codemirror/state";
import { EditorView, type KeyBinding, type ViewUpdate } from "@codemirror/view";
import { editsOf, safeItems } from "./accept";
import { limit, type Level } from "./api";
import { boardOf, ignore, sift } from "./board";
import { Checking, type State } from "./checking";
import { Deeds } from "./deeds";
import { ask, banner, get, menu, showKeys, toast } from "./dialogs";
import { exportAs } from "./exporting";
import { Drafts, newId, type Draft } from "./drafts";
import { setLanguage, speakEditor, stateOf } from "./editor";
import * as files from "./files";
import * as keep from "./keep";
import { List } from "./list";
import { Preview } from "./preview";
import { Summary } from "./summary";
import sample from "./sample.html";
import { language, mebibytes, number, say, speak } from "./words";

const wishes = keep.settings();
const drafts = new Drafts();
speak(wishes.lang);

// The editor

const keys: KeyBinding[] = [
  { key: "F8", run: () => deeds.step(1), shift: () => deeds.step(-1), preventDefault: true },
  { key: "Mod-.", run: () => deeds.acceptSelected(), preventDefault: true },
  { key: "Mod-;", run: () => deeds.ignoreSelected(), preventDefault: true },
  { key: "Mod-Shift-Enter", run: () => deeds.acceptAll(), preventDefault: true },
];

function draftOf(d: Omit<Draft, "state">, text: string): Draft {
  let state = stateOf(text, d.format, keys, follow);
  const effects = keep.ignoredIn(d.id).map((x) => ignore.of(x));
  if (effects.length > 0) state = state.update({ effects, annotations: Transaction.addToHistory.of(false) }).state;
  return { ...d, state };
}

function fresh(): Draft {
  return draftOf({ id: newId(), name: drafts.untitled(), format: "text", encoding: "utf-8", lineEnd: "\n" }, "");
}

const kept = keep.desk();
for (const d of kept?.drafts ?? []) drafts.add(draftOf(d, d.text));
drafts.current = drafts.list.find((d) => d.id === kept?.current) ?? drafts.list[0];
if (!drafts.current) drafts.add(fresh());

const shadow = get("editor").attachShadow({ mode: "open" });
const view = new EditorView({ state: drafts.current.state, parent: shadow, root: shadow });
const checking = new Checking(view, {
  format: () => drafts.current.format,
  profile: () => wishes.profile,
  lang: () => language(),
  changed: showState,
});

/** follow is told of every change of the editor. */
function follow(u: ViewUpdate): void {
  drafts.current.state = u.state;
  if (u.docChanged && u.startState.doc.length === 0 && u.transactions.some((t) => t.isUserEvent("input.paste"))) {
    const format = files.guess(u.state.doc.toString());
    // The editor must not be changed while it changes.
    if (format !== drafts.current.format) queueMicrotask(() => setFormat(format));
  }
  checking.update(u);
  const before = boardOf(u.startState);
  const now = boardOf(u.state);
  for (const t of u.transactions) deeds.follow(t);
  if (now !== before || u.docChanged) showSoon();
  if (u.docChanged || now.ignored !== before.ignored) keepSoon();
}

let keepTimer = 0;
function keepSoon(): void {
  clearTimeout(keepTimer);
  keepTimer = window.setTimeout(keepNow, 400);
}
function keepNow(): void {
  clearTimeout(keepTimer);
  keepTimer = 0;
  if (!drafts.keep() && !warned) {
    warned = true;
    toast(say("draft.unkept"));
  }
}
let warned = false;
window.addEventListener("pagehide", () => keepTimer && keepNow());

// What is seen

const list = new List(get("list"), get("more"), {
  choose: (item) => deeds.choose(item, true),
  accept: (item, n) => deeds.accept(item, n),
  ignore: (item, scope) => void deeds.ignore(item, scope),
  leave: () => view.focus(),
  can: (item, n) => editsOf(item, n, drafts.current.format) !== null,
  line: (item) => view.state.doc.lineAt(Math.min(item.from, view.state.doc.length)).number,
  title: (rule) => checking.rules.get(rule)?.title ?? "",
});
const summary = new Summary(view, checking, (x) => void deeds.restore(x));
const preview = new Preview(get("frame"), (id) => {
  const item = boardOf(view.state).shown.find((i) => i.id === id);
  if (item) deeds.choose(item, false);
});
const deeds = new Deeds(view, {
  format: () => drafts.current.format,
  again: () => checking.again(),
  seen: (id) => {
    show();
    list.reveal(id);
  },
});

let showTimer = 0;
function showSoon(): void {
  showTimer ||= requestAnimationFrame(() => {
    showTimer = 0;
    show();
  });
}

let previewTimer = 0;
let previewed: unknown[] = [];

function show(): void {
  const b = boardOf(view.state);
  const empty = view.state.doc.length === 0;
  get("start").hidden = !empty;
  get("close").hidden = drafts.list.length === 1 && empty;
  list.show(b.shown, b.selected);
  summary.show(wishes.profile);
  const safe = safeItems(view.state).length;
  const all = get<HTMLButtonElement>("accept-all");
  all.disabled = safe === 0;
  all.textContent = safe > 0 ? say("accept-all", { n: safe }) : say("accept-all.none");
  all.title = say("accept-all.title");
  get<HTMLButtonElement>("undo").disabled = undoDepth(view.state) === 0;
  get<HTMLButtonElement>("redo").disabled = redoDepth(view.state) === 0;
  const shown = [view.state.doc, b.shown];
  const wanted = wishes.preview && drafts.current.format === "html";
  if (wanted && shown.some((x, i) => x !== previewed[i])) {
    clearTimeout(previewTimer);
    previewTimer = window.setTimeout(() => {
      previewed = shown;
      preview.show(view.state.doc.toString(), boardOf(view.state).shown, boardOf(view.state).selected);
    }, 150);
  } else if (wanted) preview.select(b.selected);
}

function showState(state: State): void {
  get("status").textContent = say("status." + state.is, { ms: number(checking.verdict?.took ?? 0) });
  document.body.dataset.state = state.is;
  const v = checking.verdict?.answer.versions;
  get("versions").textContent = v ? say("foot.versions", { tool: v.tool, rules: v.rules }) : "";
  if (state.is === "failed") {
    const { kind, detail } = state.why;
    const again = { label: say("trouble.again"), do: () => checking.again() };
    const action = kind === "token" ? { label: say("trouble.token.do"), do: () => void askToken() } : kind === "large" ? undefined : again;
    banner(say("trouble." + kind, { why: detail, limit: mebibytes(limit()) }), action);
  } else if (state.is === "fresh" || state.is === "empty") banner(null);
  showSoon();
}

async function askToken(): Promise<void> {
  const t = await ask("token");
  if (t === null) return;
  keep.keepToken(t);
  view.focus();
  await start();
}

// Drafts and files

function showDraft(): void {
  const d = drafts.current;
  if (view.state !== d.state) view.setState(d.state);
  speakEditor(view);
  const which = get<HTMLSelectElement>("which");
  which.replaceChildren(...drafts.list.map((x) => new Option(x.name, x.id)));
  which.value = d.id;
  get<HTMLSelectElement>("format").value = d.format;
  showPreview();
  checking.verdict = null;
  checking.again();
  keepSoon();
  show();
}

function setFormat(format: string): void {
  drafts.current.format = format;
  setLanguage(view, format);
  showDraft();
}

function openText(o: files.Opened): void {
  const untouched = drafts.list.filter((d) => d.id.startsWith("new:") && d.state.doc.length === 0);
  drafts.list = drafts.list.filter((d) => !untouched.includes(d));
  const { text, ...rest } = o;
  drafts.add(draftOf({ ...rest, id: "file:" + o.name }, text));
}

async function openFiles(chosen: Iterable<File>): Promise<void> {
  for (const file of chosen) {
    try {
      openText(await files.open(file));
    } catch (e) {
      const key = (e as Error).message;
      toast(say(key.startsWith("file.") ? key : "file.unread", { name: file.name, limit: mebibytes(limit()) }));
    }
  }
  showDraft();
  view.focus();
}

// Buttons and keys

function showPreview(): void {
  const can = drafts.current.format === "html";
  const on = wishes.preview && can;
  get("preview").hidden = !on;
  const button = get<HTMLButtonElement>("show-preview");
  button.disabled = !can;
  button.title = can ? say("tools.preview.title") : say("preview.only-html");
  button.setAttribute("aria-pressed", String(on));
  document.body.classList.toggle("previewing", on);
  previewed = [];
  if (!can && get("desk").dataset.view === "preview") showView("draft");
  document.querySelector<HTMLButtonElement>(".tabs [data-view=preview]")!.disabled = !can;
}

function togglePreview(on: boolean): void {
  wishes.preview = on;
  keep.keepSettings(wishes);
  showPreview();
  show();
}

/** showView says which part is seen where there is room for one. */
function showView(name: string): void {
  get("desk").dataset.view = name;
  for (const b of document.querySelectorAll<HTMLButtonElement>(".tabs button")) b.setAttribute("aria-pressed", String(b.dataset.view === name));
  if (name === "preview" && !wishes.preview) togglePreview(true);
}

function showTheme(): void {
  const root = document.documentElement;
  if (wishes.theme === "system") delete root.dataset.theme;
  else root.dataset.theme = wishes.theme;
  const b = get("theme");
  b.textContent = { system: "◐", light: "☀", dark: "☾" }[wishes.theme];
  b.title = say("theme.title", { now: say("theme." + wishes.theme) });
  b.setAttribute("aria-label", b.title);
}

function showLanguage(): void {
  speak(wishes.lang);
  showTheme();
  list.forget();
  showState(checking.state);
  checking.learn().then(show, () => {});
  showDraft();
}

function onClick(id: string, deed: () => void): void {
  get(id).addEventListener("click", deed);
}

const chooser = get<HTMLInputElement>("file");
onClick("open", () => chooser.click());
onClick("start-open", () => chooser.click());
onClick("start-sample", () => {
  openText({ name: say("sample.name"), format: "html", encoding: "utf-8", lineEnd: "\n", text: sample });
  showDraft();
});
chooser.addEventListener("change", () => {
  void openFiles([...(chooser.files ?? [])]);
  chooser.value = "";
});
onClick("fresh", () => {
  if (view.state.doc.length > 0) drafts.add(fresh());
  showDraft();
  view.focus();
});
onClick("close", () => {
  drafts.remove(drafts.current);
  if (!drafts.current) drafts.add(fresh());
  showDraft();
  view.focus();
});
get("which").addEventListener("change", () => {
  drafts.current = drafts.list.find((d) => d.id === get<HTMLSelectElement>("which").value) ?? drafts.current;
  showDraft();
});
get("format").addEventListener("change", () => setFormat(get<HTMLSelectElement>("format").value));
get("profile").addEventListener("change", () => {
  wishes.profile = get<HTMLSelectElement>("profile").value;
  keep.keepSettings(wishes);
  checking.again();
});
menu(get("export"), get("export-menu"));
for (const b of document.querySelectorAll<HTMLButtonElement>("[data-export]")) b.addEventListener("click", () => void exportAs(b.dataset.export!, drafts.current, checking));
onClick("show-preview", () => togglePreview(!wishes.preview));
onClick("theme", () => {
  wishes.theme = ({ system: "light", light: "dark", dark: "system" } as const)[wishes.theme];
  keep.keepSettings(wishes);
  showTheme();
});
onClick("language", () => {
  wishes.lang = wishes.lang === "zh" ? "en" : "zh";
  keep.keepSettings(wishes);
  showLanguage();
});
onClick("help", showKeys);
onClick("accept-all", () => deeds.acceptAll());
onClick("undo", () => undo(view));
onClick("redo", () => redo(view));
for (const b of document.querySelectorAll<HTMLButtonElement>(".tabs button")) b.addEventListener("click", () => showView(b.dataset.view!));
get("levels").addEventListener("click", (e) => {
  const level = (e.target as HTMLElement).closest<HTMLElement>("[data-level]")?.dataset.level as Level | undefined;
  if (!level) return;
  const { filter } = boardOf(view.state);
  const chosen = new Set(filter.levels);
  if (!chosen.delete(level)) chosen.add(level);
  view.dispatch({ effects: sift.of({ ...filter, levels: chosen }) });
});
get("category").addEventListener("change", () => {
  view.dispatch({ effects: sift.of({ ...boardOf(view.state).filter, category: get<HTMLSelectElement>("category").value }) });
});

document.addEventListener("keydown", (e) => {
  if (document.querySelector("dialog[open]")) return;
  const mod = e.ctrlKey || e.metaKey;
  const outside = document.activeElement?.id !== "editor" && !(document.activeElement instanceof HTMLInputElement);
  if (e.key === "F6") region(e.shiftKey ? -1 : 1);
  else if (e.key === "F8" && outside) deeds.step(e.shiftKey ? -1 : 1);
  else if (outside && mod && e.key === ".") deeds.acceptSelected();
  else if (outside && mod && e.key === ";") deeds.ignoreSelected();
  else if (outside && mod && e.shiftKey && e.key === "Enter") deeds.acceptAll();
  else if (outside && mod && !e.shiftKey && e.key.toLowerCase() === "z") undo(view);
  else if (outside && mod && ((e.shiftKey && e.key.toLowerCase() === "z") || e.key === "y")) redo(view);
  else return;
  e.preventDefault();
});

/** region moves the focus round the parts of the page. */
function region(n: 1 | -1): void {
  const stops = [
    { has: () => document.activeElement?.id === "editor", go: () => (showView("draft"), view.focus()) },
    { has: () => get("panel").contains(document.activeElement), go: () => (showView("panel"), list.enter() || get("list").focus()) },
    { has: () => document.querySelector(".bar")!.contains(document.activeElement), go: () => get("open").focus() },
  ];
  const at = stops.findIndex((s) => s.has());
  stops[(at + n + stops.length) % stops.length].go();
}

files.onDrop(get("drop"), (chosen) => void openFiles(chosen));

// The beginning

async function start(): Promise<void> {
  await checking.learn().catch(() => {});
  checking.again();
}

get<HTMLSelectElement>("profile").value = wishes.profile;
showTheme();
showDraft();
void start();
if (!matchMedia("(pointer: coarse)").matches) view.focus(); // no keyboard over the page on a telephone
