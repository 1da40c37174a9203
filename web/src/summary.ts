// What is said beside the text about all of the findings: how many, whether the draft may go out, what
// is ignored.
import type { EditorView } from "@codemirror/view";
import { levels, type Level } from "./api";
import { boardOf, sift } from "./board";
import type { Checking } from "./checking";
import { announce, get, listKeys } from "./dialogs";
import type { Ignored } from "./keep";
import { part } from "./list";
import { number, say } from "./words";

export class Summary {
  constructor(
    private readonly view: EditorView,
    private readonly checking: Checking,
    private readonly restore: (x: Ignored) => void,
  ) {}

  show(profile: string): void {
    this.counts();
    this.verdict();
    this.empty(profile);
    this.ignored();
  }

  private counts(): void {
    const { filter, open } = boardOf(this.view.state);
    const counts = Object.fromEntries(levels.map((l) => [l, open.filter((i) => i.finding.level === l).length])) as Record<Level, number>;
    for (const b of get("levels").querySelectorAll<HTMLButtonElement>("button")) {
      const level = b.dataset.level as Level;
      b.replaceChildren();
      part(b, "span", counts[level] === 0 ? "n zero" : "n", number(counts[level]));
      part(b, "span", "", say("level." + level));
      b.setAttribute("aria-pressed", String(filter.levels.has(level)));
      b.title = say("level.title", { level: say("level." + level) });
    }
    get("tab-count").textContent = open.length > 0 ? number(open.length) : "";
    const choice = get<HTMLSelectElement>("category");
    const found = new Map<string, number>();
    for (const i of open) found.set(i.finding.category, (found.get(i.finding.category) ?? 0) + 1);
    if (filter.category && !found.has(filter.category)) found.set(filter.category, 0);
    choice.replaceChildren(new Option(say("category"), ""));
    for (const [c, n] of [...found].sort((a, b) => b[1] - a[1])) {
      choice.add(new Option(say("category.count", { category: say("category." + c, {}, c), n }), c));
    }
    choice.value = filter.category;
    if (this.checking.state.is === "fresh") announce(say("said.counts", counts));
  }

  private verdict(): void {
    const { open } = boardOf(this.view.state);
    const has = (l: Level) => open.some((i) => i.finding.level === l);
    let verdict = has("error") ? "block" : has("warning") ? "warn" : open.length > 0 ? "info" : "pass";
    if (this.view.state.doc.length === 0) verdict = "none";
    else if (this.checking.state.is === "failed") verdict = "failed";
    else if (!this.checking.verdict && open.length === 0) verdict = "first";
    const e = get("verdict");
    e.dataset.verdict = verdict;
    e.textContent = say("verdict." + verdict);
    const rate = this.checking.rate();
    get("rate").textContent = rate === null ? "–" : say("figure.per", { rate: number(rate, 1) });
    get("characters").textContent = this.checking.verdict ? number(this.checking.verdict.characters) : "–";
    get("figures").classList.toggle("stale", this.checking.state.is !== "fresh");
  }

  private empty(profile: string): void {
    const b = boardOf(this.view.state);
    const box = get("empty");
    box.replaceChildren();
    if (b.shown.length > 0 || this.checking.state.is === "failed") return;
    if (this.view.state.doc.length === 0) {
      part(box, "p", "", say("empty.draft"));
      listKeys(part(box, "dl"), 4);
    }
    else if (b.open.length > 0) {
      part(box, "p", "", say("empty.filtered", { n: b.open.length }));
      const reset = part(box, "button", "", say("empty.reset"));
      reset.type = "button";
      reset.onclick = () => this.view.dispatch({ effects: sift.of({ levels: new Set(levels), category: "" }) });
    } else if (this.checking.state.is === "fresh" && this.checking.verdict) {
      part(box, "p", "good", b.items.length > 0 ? say("empty.ignored") : say("empty.clean"));
      part(box, "p", "fine", say("empty.clean.more", { profile: say("profile." + profile), n: number(this.checking.verdict.characters) }));
    }
  }

  private ignored(): void {
    const { ignored } = boardOf(this.view.state);
    const box = get("ignored");
    box.hidden = ignored.length === 0;
    box.querySelector("summary")!.textContent = say("ignored.title", { n: ignored.length });
    const ul = box.querySelector("ul")!;
    ul.replaceChildren();
    for (const x of ignored) {
      const li = part(ul, "li");
      part(li, "span", "", x.text || x.message);
      part(li, "span", "fine", say("ignore." + x.scope).replace(/[…\s]+$/, "") + (x.reason ? ` · ${x.reason}` : ""));
      const back = part(li, "button", "plain", say("ignored.back"));
      back.type = "button";
      back.onclick = () => this.restore(x);
    }
  }
}
