// When what is checked. A change is checked with the blocks it lies in as soon as typing pauses
// for a moment; the whole draft once it rests. Rules that judge a draft as a whole (numbering,
// what is said twice, the page) speak in the latter only, and their findings stay meanwhile.
import { ChangeSet, type Text } from "@codemirror/state";
import type { EditorView, ViewUpdate } from "@codemirror/view";
import { check, Failure, rules, type Answer, type Finding, type Question, type Rule } from "./api";
import { boardOf, found, itemOf, moved, type Item, type Range } from "./board";
import { joined, partOf, type Part } from "./blocks";

const pause = 120; // ms without a key before the changed blocks are sent
const longest = 500; // ms that steady typing may put this off
const rest = 900; // ms without a change before the whole draft is sent

export interface Verdict {
  characters: number;
  /** ms that the check of the whole draft took: there and back */
  took: number;
  answer: Answer;
}

export type State = { is: "empty" | "waiting" | "checking" | "fresh" } | { is: "failed"; why: Failure };

export interface Wishes {
  format(): string;
  profile(): string;
  lang(): string;
  changed(state: State): void;
}

export class Checking {
  /** what the whole draft was found to be, until it changes much */
  verdict: Verdict | null = null;
  state: State = { is: "empty" };
  rules = new Map<string, Rule>();
  /** the service's policy decides what is checked: no profile, and no blocks without whole rules */
  locked = false;

  private changed: Range[] = [];
  private pauseTimer = 0;
  private restTimer = 0;
  private since = 0; // when the oldest unsent change was made
  private part: { changes: ChangeSet; abort: AbortController } | null = null;
  private whole: AbortController | null = null;
  private lastTook = 0;

  constructor(
    private readonly view: EditorView,
    private readonly wishes: Wishes,
  ) {}

  /** update follows the editor. */
  update(u: ViewUpdate): void {
    if (!u.docChanged) return;
    this.changed = this.changed.map((r) => ({ from: u.changes.mapPos(r.from, -1), to: u.changes.mapPos(r.to, 1) }));
    u.changes.iterChangedRanges((_a, _b, from, to) => this.changed.push({ from, to }));
    this.changed = joined(this.changed);
    if (this.part) this.part.changes = this.part.changes.compose(u.changes);
    this.stopWhole();
    this.schedule();
  }

  /** again checks all of the draft now, as when the format has changed. */
  again(): void {
    this.stopWhole();
    this.part?.abort.abort();
    this.part = null;
    clearTimeout(this.pauseTimer);
    clearTimeout(this.restTimer);
    void this.checkWhole();
  }

  /** learn asks what the rules are, in the language of the page. */
  async learn(): Promise<void> {
    const list = await rules(this.wishes.lang());
    this.rules = new Map(list.map((r) => [r.id, r]));
  }

  question(content: string): Question {
    const q: Question = { content, format: this.wishes.format(), lang: this.wishes.lang(), channel: "page" };
    return this.locked ? q : { ...q, profile: this.wishes.profile() };
  }

  /** rate is the error rate per 10,000 characters of what is not ignored, as the service counts
   * it; null before the first check. */
  rate(): number | null {
    if (!this.verdict) return null;
    const { items, open } = boardOf(this.view.state);
    if (open.length === items.length && this.state.is === "fresh") return this.verdict.answer.error_rate;
    const weights = open.map((i) => (i.finding.level === "info" ? 0 : (this.rules.get(i.finding.rule)?.weight ?? 0)));
    return (weights.reduce((a, b) => a + b, 0) * 10_000) / Math.max(1, this.verdict.characters);
  }

  private schedule(): void {
    clearTimeout(this.restTimer);
    clearTimeout(this.pauseTimer);
    if (this.view.state.doc.length === 0) return this.again();
    const now = performance.now();
    this.since ||= now;
    const wait = Math.max(0, Math.min(pause, this.since + longest - now));
    this.pauseTimer = window.setTimeout(() => void this.checkPart(), wait);
    this.restTimer = window.setTimeout(() => void this.checkWhole(), Math.max(rest, 4 * this.lastTook));
    if (this.state.is !== "failed") this.become({ is: "waiting" });
  }

  private async checkPart(): Promise<void> {
    if (this.view.composing) return this.schedule();
    if (this.part || this.whole || this.changed.length === 0) return;
    if (this.rules.size === 0 || this.locked || this.state.is === "failed") return;
    this.since = 0;
    const { state } = this.view;
    const part = partOf(state, this.wishes.format(), this.changed);
    if (!part) return this.checkWhole();
    const sent = this.changed;
    this.changed = [];
    const asked = { changes: ChangeSet.empty(state.doc.length), abort: new AbortController() };
    this.part = asked;
    const skip = [...this.rules.values()].filter((r) => r.whole).map((r) => r.id);
    try {
      const answer = await check({ ...this.question(part.content), skip }, asked.abort.signal);
      if (this.part !== asked) return;
      this.showPart(part, state.doc, asked.changes, answer.findings);
    } catch (e) {
      if (this.part !== asked) return;
      this.changed = joined([...this.changed, ...sent.map((r) => ({ from: asked.changes.mapPos(r.from, -1), to: asked.changes.mapPos(r.to, 1) }))]);
      this.failed(e);
    } finally {
      if (this.part === asked) this.part = null;
    }
    if (this.changed.length > 0 && this.since) void this.checkPart();
  }

  private showPart(part: Part, doc: Text, changes: ChangeSet, findings: Finding[]): void {
    const now = this.view.state.doc;
    const caret = this.view.state.selection.main.head;
    const items: Item[] = [];
    for (const f of findings) {
      const piece = part.pieces.find((p) => f.start.utf16 >= p.at && f.end.utf16 <= p.at + p.to - p.from);
      if (!piece) continue;
      const then = itemOf(f, doc, piece.from - piece.at);
      if (!part.ranges.some((r) => then.from <= r.to && then.to >= r.from)) continue;
      const item = moved(then, changes, now);
      // A sentence that is being written has no full stop yet.
      if (item && !(f.category === "punctuation" && item.from <= caret && caret <= item.to)) items.push(item);
    }
    const ranges = part.ranges.map((r) => ({ from: changes.mapPos(r.from, 1), to: changes.mapPos(r.to, -1) }));
    this.view.dispatch({ effects: found.of({ items, ranges, keep: (i) => this.rules.get(i.finding.rule)?.whole === true }) });
  }

  private async checkWhole(): Promise<void> {
    if (this.view.composing) return this.schedule();
    clearTimeout(this.pauseTimer);
    clearTimeout(this.restTimer);
    this.stopWhole();
    this.part?.abort.abort();
    this.part = null;
    this.since = 0;
    const { doc } = this.view.state;
    if (doc.length === 0) {
      this.changed = [];
      this.verdict = null;
      if (boardOf(this.view.state).items.length > 0) this.view.dispatch({ effects: found.of({ items: [], ranges: null, keep: () => false }) });
      return this.become({ is: "empty" });
    }
    const asked = (this.whole = new AbortController());
    if (this.state.is !== "failed") this.become({ is: "checking" });
    const begun = performance.now();
    try {
      const answer = await check(this.question(doc.toString()), asked.signal);
      if (this.whole !== asked) return;
      this.whole = null;
      this.changed = [];
      this.lastTook = performance.now() - begun;
      this.verdict = { characters: answer.characters, took: this.lastTook, answer };
      this.become({ is: "fresh" });
      this.view.dispatch({ effects: found.of({ items: answer.findings.map((f) => itemOf(f, doc, 0)), ranges: null, keep: () => false }) });
    } catch (e) {
      if (this.whole !== asked) return;
      this.whole = null;
      this.failed(e);
    }
  }

  private stopWhole(): void {
    this.whole?.abort();
    this.whole = null;
  }

  private failed(e: unknown): void {
    if (e instanceof Failure && e.kind === "locked" && !this.locked) {
      this.locked = true;
      return void this.checkWhole();
    }
    const why = e instanceof Failure ? e : new Failure("other", e instanceof Error ? e.message : String(e), 0);
    this.become({ is: "failed", why });
    clearTimeout(this.pauseTimer);
    clearTimeout(this.restTimer);
    if (why.retry > 0) {
      this.restTimer = window.setTimeout(() => {
        if (this.rules.size === 0) this.learn().catch(() => {});
        void this.checkWhole();
      }, why.retry);
    }
  }

  private become(state: State): void {
    this.state = state;
    this.wishes.changed(state);
  }
}
