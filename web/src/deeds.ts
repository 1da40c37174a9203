// What an editor does with findings: goes to them, accepts what they suggest, ignores them.
import { undo } from "@codemirror/commands";
import { EditorSelection, type Transaction } from "@codemirror/state";
import { EditorView } from "@codemirror/view";
import { accept, acceptSafe } from "./accept";
import { allow, disallow } from "./api";
import { boardOf, heed, ignore, select, type Item } from "./board";
import { announce, ask, get, toast } from "./dialogs";
import { newId } from "./drafts";
import type { Ignored } from "./keep";
import { say } from "./words";

export class Deeds {
  constructor(
    private readonly view: EditorView,
    private readonly desk: {
      /** format of the draft */
      format(): string;
      /** again has the draft checked once more */
      again(): void;
      /** seen shows that a finding has been chosen */
      seen(id: string): void;
    },
  ) {}

  choose(item: Item, focusList: boolean): void {
    const same = boardOf(this.view.state).selected === item.id;
    this.view.dispatch({
      selection: EditorSelection.cursor(item.from),
      effects: [select.of(same && focusList ? "" : item.id), EditorView.scrollIntoView(item.from, { y: "center" })],
    });
    this.desk.seen(item.id);
  }

  /** step goes to the next finding after the caret, or the previous one, and round at the end. */
  step(n: 1 | -1): boolean {
    const { shown, selected } = boardOf(this.view.state);
    if (shown.length === 0) return true;
    const at = shown.findIndex((i) => i.id === selected);
    const caret = this.view.state.selection.main.head;
    let to = at + n;
    if (at < 0) to = n > 0 ? shown.findIndex((i) => i.from >= caret) : shown.findLastIndex((i) => i.to <= caret);
    if (to < 0 || to >= shown.length) to = n > 0 ? 0 : shown.length - 1;
    const item = shown[to];
    if (item.id !== selected) this.choose(item, false);
    announce(`${say("level." + item.finding.level)} ${item.finding.message}`);
    return true;
  }

  private selected(): Item | undefined {
    const { shown, selected } = boardOf(this.view.state);
    const caret = this.view.state.selection.main.head;
    return shown.find((i) => i.id === selected) ?? shown.find((i) => i.from <= caret && caret <= i.to);
  }

  acceptSelected(): boolean {
    const item = this.selected();
    if (item) this.accept(item, 0);
    return true;
  }

  accept(item: Item, n: number): void {
    const to = item.finding.suggestions[n] ?? "";
    if (!accept(this.view, item, n, this.desk.format())) return toast(say("accept.by-hand"));
    toast(to === "" ? say("accept.deleted", { text: item.finding.text }) : say("accept.done", { to }), () => undo(this.view));
  }

  acceptAll(): boolean {
    const n = acceptSafe(this.view);
    if (n > 0) toast(say("accept-all.done", { n }), () => undo(this.view));
    return true;
  }

  ignoreSelected(): boolean {
    const item = this.selected();
    if (item) void this.ignore(item, "here");
    return true;
  }

  async ignore(item: Item, scope: Ignored["scope"]): Promise<void> {
    const { rule, text, message } = item.finding;
    const entry: Ignored = { key: newId(), scope, fingerprint: scope === "here" ? item.id : "", rule, text, message };
    if (scope === "always") {
      get("reason-title").textContent = say("reason.title", { text });
      const reason = await ask("reason");
      if (reason === null) return;
      try {
        await allow(text, reason);
      } catch (why) {
        return failed(why as Error);
      }
      entry.reason = reason;
    }
    this.view.dispatch({ effects: ignore.of(entry), userEvent: "ignore" });
    toast(say(`ignore.${scope}.done`, { text }), () => undo(this.view));
  }

  /** restore takes back that something is ignored. */
  async restore(x: Ignored): Promise<void> {
    if (x.scope === "always") {
      try {
        await disallow(x.text);
      } catch (why) {
        return failed(why as Error);
      }
    }
    this.view.dispatch({ effects: heed.of(x), userEvent: "ignore" });
    if (x.scope === "always") this.desk.again();
  }

  /** follow tells the service when undo and redo change what is always ignored. */
  follow(t: Transaction): void {
    if (!t.isUserEvent("undo") && !t.isUserEvent("redo")) return;
    for (const e of t.effects) {
      if (!(e.is(heed) || e.is(ignore)) || e.value.scope !== "always") continue;
      const x: Ignored = e.value;
      const done = e.is(heed) ? disallow(x.text) : allow(x.text, x.reason ?? "");
      done.then(() => this.desk.again(), failed);
    }
  }
}

function failed(why: Error): void {
  toast(say("ignore.always.failed", { why: why.message || say("trouble.gone") }));
}
