// What it means to accept a suggestion: changes of the text, which the editor's undo takes back.
import { type ChangeSpec, type EditorState } from "@codemirror/state";
import type { EditorView } from "@codemirror/view";
import { isolateHistory } from "@codemirror/commands";
import { boardOf, type Edit, type Item } from "./board";

/** editsOf returns what the n-th suggestion does to the text, or null when it must be done by hand. */
export function editsOf(item: Item, n: number, format: string): Edit[] | null {
  if (n === 0 && item.edits) return item.edits;
  const suggestion = item.finding.suggestions[n];
  if (suggestion === undefined || item.written !== item.finding.text) return null;
  return [{ from: item.from, to: item.to, insert: escape(suggestion, format) }];
}

function escape(text: string, format: string): string {
  if (format === "html") return text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;").replace(/"/g, "&quot;");
  if (format === "markdown") return text.replace(/[\\`*_[\]<>#|~]/g, "\\$&");
  return text;
}

/** accept applies a suggestion and reports whether it could. */
export function accept(view: EditorView, item: Item, n: number, format: string): boolean {
  const edits = editsOf(item, n, format);
  if (!edits) return false;
  change(view, edits);
  return true;
}

/** safeItems returns the shown items whose first suggestion is certain. Where two would change the
 * same words, the first goes. */
export function safeItems(state: EditorState): Item[] {
  const out: Item[] = [];
  let end = -1;
  for (const i of boardOf(state).shown) {
    if (!i.finding.safe || !i.edits) continue;
    const from = Math.min(...i.edits.map((e) => e.from));
    if (from < end) continue;
    end = Math.max(...i.edits.map((e) => e.to), from + 1);
    out.push(i);
  }
  return out;
}

/** acceptSafe applies all of them as one step and returns their number. */
export function acceptSafe(view: EditorView): number {
  const items = safeItems(view.state);
  if (items.length > 0) change(view, items.flatMap((i) => i.edits!));
  return items.length;
}

function change(view: EditorView, changes: ChangeSpec): void {
  view.dispatch({ changes, userEvent: "input.accept", annotations: isolateHistory.of("full") });
}
