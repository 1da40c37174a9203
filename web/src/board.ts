// The findings of the draft as part of the editor's state. They move with the text, go when their
// words change, and are undone and redone with it where the editor has ignored some.
import { EditorState, MapMode, StateEffect, StateField, type ChangeDesc, type Text } from "@codemirror/state";
import { Decoration, EditorView, WidgetType, type DecorationSet } from "@codemirror/view";
import { invertedEffects } from "@codemirror/commands";
import type { Finding, Level } from "./api";
import type { Ignored } from "./keep";

/** An Item is a finding with its place in the text of the editor. */
export interface Item {
  from: number;
  to: number;
  /** what stands there; when this changes, the finding is out of date */
  written: string;
  finding: Finding;
  /** the first suggestion; null when the words are split by markup that must stay */
  edits: Edit[] | null;
  /** the fingerprint, with "-n" for the n-th of the same in the draft */
  id: string;
}

export interface Edit {
  from: number;
  to: number;
  insert: string;
}

export interface Filter {
  levels: ReadonlySet<Level>;
  /** "" shows all */
  category: string;
}

export interface Board {
  /** by place */
  items: readonly Item[];
  ignored: readonly Ignored[];
  filter: Filter;
  /** id of the item that is looked at */
  selected: string;
  /** neither ignored nor filtered out */
  shown: readonly Item[];
  /** not ignored */
  open: readonly Item[];
  marks: DecorationSet;
}

/** found replaces the items that lie in any of the ranges, or all items where ranges is null. */
export const found = StateEffect.define<{ items: Item[]; ranges: readonly Range[] | null; keep: (i: Item) => boolean }>();
export const ignore = StateEffect.define<Ignored>();
export const heed = StateEffect.define<Ignored>();
export const sift = StateEffect.define<Filter>();
export const select = StateEffect.define<string>();

export interface Range {
  from: number;
  to: number;
}

/** itemOf places a finding of a text that begins at shift in the draft. */
export function itemOf(f: Finding, doc: Text, shift: number): Item {
  const from = f.start.utf16 + shift;
  const to = f.end.utf16 + shift;
  const edits = f.edits?.map((e) => ({ from: e.start.utf16 + shift, to: e.end.utf16 + shift, insert: e.new })) ?? null;
  return { from, to, written: doc.sliceString(from, to), finding: f, edits: edits?.length ? edits : null, id: f.fingerprint };
}

/** moved returns the item after changes, or null when its words are no longer there. */
export function moved(item: Item, changes: ChangeDesc, doc: Text): Item | null {
  const from = changes.mapPos(item.from, 1, MapMode.TrackDel);
  const to = changes.mapPos(item.to, item.from === item.to ? 1 : -1, MapMode.TrackDel);
  if (from === null || to === null || to - from !== item.written.length) return null;
  if (changes.touchesRange(item.from, item.to) && doc.sliceString(from, to) !== item.written) return null;
  if (from === item.from && item.edits === null) return item;
  const edits = item.edits?.map((e) => ({ from: changes.mapPos(e.from, 1), to: changes.mapPos(e.to, -1), insert: e.insert })) ?? null;
  if (edits?.some((e) => e.to < e.from)) return null;
  return { ...item, from, to, edits };
}

export const board = StateField.define<Board>({
  create: () => derive({ items: [], ignored: [], filter: { levels: new Set(["error", "warning", "info"]), category: "" }, selected: "" }),
  update(old, tr) {
    let { items, ignored, filter, selected } = old;
    if (tr.docChanged) items = items.map((i) => moved(i, tr.changes, tr.newDoc)).filter((i) => i !== null);
    for (const e of tr.effects) {
      if (e.is(found)) {
        const before = items;
        items = number(merge(items, e.value));
        const now = items;
        ignored = ignored.map((x) => (x.scope === "here" ? { ...x, fingerprint: renamed(x.fingerprint, before, now) } : x));
        selected = renamed(selected, before, now);
      }
      else if (e.is(ignore)) ignored = [...ignored, e.value];
      else if (e.is(heed)) ignored = ignored.filter((x) => x.key !== e.value.key);
      else if (e.is(sift)) filter = e.value;
      else if (e.is(select)) selected = e.value;
    }
    if (items === old.items && ignored === old.ignored && filter === old.filter && selected === old.selected) return old;
    return derive({ items, ignored, filter, selected });
  },
  provide: (field) => EditorView.decorations.from(field, (b) => b.marks),
});

/** undoIgnoring lets the editor's undo take back what was ignored. */
export const undoIgnoring = invertedEffects.of((tr) =>
  tr.effects.flatMap((e) => (e.is(ignore) ? [heed.of(e.value)] : e.is(heed) ? [ignore.of(e.value)] : [])),
);

export function boardOf(state: EditorState): Board {
  return state.field(board);
}

/** renamed returns the id that an item has now: it is another one where the words around it have
 * changed. */
function renamed(id: string, before: readonly Item[], now: readonly Item[]): string {
  if (id === "" || now.some((i) => i.id === id)) return id;
  const old = before.find((i) => i.id === id);
  return (old && now.find((i) => i.from === old.from && i.to === old.to && i.finding.rule === old.finding.rule)?.id) ?? id;
}

export function covers(x: Ignored, i: Item): boolean {
  switch (x.scope) {
    case "here":
      return x.fingerprint === i.id;
    case "draft":
      return x.rule === i.finding.rule && x.text === i.finding.text;
    case "always":
      return x.text === i.finding.text && mayAllow(i.finding);
  }
}

/** mayAllow reports whether a list of right words can silence the finding: it is about a word. */
export function mayAllow(f: Finding): boolean {
  return ["typo", "sensitive", "expression", "character"].includes(f.category) && f.text.length > 0 && f.text.length <= 40 && !/\s/.test(f.text);
}

function merge(items: readonly Item[], n: { items: Item[]; ranges: readonly Range[] | null; keep: (i: Item) => boolean }): Item[] {
  const { ranges } = n;
  const kept = ranges === null ? [] : items.filter((i) => n.keep(i) || !ranges.some((r) => i.from < r.to && r.from < Math.max(i.to, i.from + 1)));
  return [...kept, ...n.items].sort((a, b) => a.from - b.from || a.to - b.to);
}

/** number gives each item its id. */
function number(items: Item[]): Item[] {
  const seen = new Map<string, number>();
  return items.map((i) => {
    const base = i.finding.fingerprint.slice(0, 16);
    const n = (seen.get(base) ?? 0) + 1;
    seen.set(base, n);
    return { ...i, id: n > 1 ? `${base}-${n}` : base };
  });
}

function derive(b: Omit<Board, "shown" | "open" | "marks">): Board {
  const open = b.ignored.length === 0 ? b.items : b.items.filter((i) => !b.ignored.some((x) => covers(x, i)));
  const shown = open.filter((i) => b.filter.levels.has(i.finding.level) && (b.filter.category === "" || b.filter.category === i.finding.category));
  return { ...b, open, shown, marks: marksOf(shown, b.selected) };
}

class Caret extends WidgetType {
  constructor(readonly classes: string) {
    super();
  }
  eq(other: Caret): boolean {
    return other.classes === this.classes;
  }
  toDOM(): HTMLElement {
    const e = document.createElement("span");
    e.className = this.classes;
    e.textContent = "‸";
    return e;
  }
}

/** words returns the item without the tags between its words; all of it when it is a tag itself. */
function words(i: Item): Range[] {
  const out: Range[] = [];
  let from = 0;
  for (const tag of i.written === i.finding.text ? [] : i.written.matchAll(/<\/?[a-z][^<>]*>/gi)) {
    if (tag.index > from) out.push({ from: i.from + from, to: i.from + tag.index });
    from = tag.index + tag[0].length;
  }
  if (i.from + from < i.to) out.push({ from: i.from + from, to: i.to });
  return out.length > 0 ? out : [{ from: i.from, to: i.to }];
}

function marksOf(items: readonly Item[], selected: string): DecorationSet {
  return Decoration.set(
    items.flatMap((i) => {
      const classes = `found ${i.finding.level}${i.id === selected ? " selected" : ""}`;
      if (i.from === i.to) return Decoration.widget({ widget: new Caret(classes + " point"), side: 1 }).range(i.from);
      const mark = Decoration.mark({
        class: classes,
        attributes: { "aria-invalid": i.finding.category === "typo" ? "spelling" : "grammar" },
      });
      return words(i).map((w) => mark.range(w.from, w.to));
    }),
    true,
  );
}
