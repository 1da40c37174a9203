// Which part of a draft has to be checked again after a change: whole blocks, as the format has
// them, and what in front of them changes their meaning.
import { ensureSyntaxTree } from "@codemirror/language";
import type { EditorState } from "@codemirror/state";
import type { SyntaxNode } from "@lezer/common";
import type { Range } from "./board";

/** A Part is what is sent: text whose pieces come from the draft. */
export interface Part {
  content: string;
  pieces: { from: number; to: number; at: number }[];
  /** where the answer holds; narrower than the pieces where lines only give context */
  ranges: Range[];
}

/** Characters of a draft that are worth a check of their own; more than that is checked whole. */
const mostCharacters = 20_000;

/** Milliseconds that the parser may take to reach the change. */
const patience = 25;

const separator: Record<string, string> = { html: "\n", markdown: "\n\n", text: "\n\n" };

/** partOf returns the blocks around the changed ranges, or null when the whole draft is as good. */
export function partOf(state: EditorState, format: string, changed: readonly Range[]): Part | null {
  const blockOf = format === "html" ? element : format === "markdown" ? block : lines;
  const holds: Range[] = [];
  const sends: Range[] = [];
  let size = 0;
  for (const c of changed) {
    const b = blockOf(state, c);
    if (!b) return null;
    size += b.sends.to - b.sends.from;
    if (size > mostCharacters || 2 * size > state.doc.length) return null;
    holds.push(b.holds);
    sends.push(b.sends);
  }
  const pieces: Part["pieces"] = [];
  let content = format === "text" ? "" : before(state, Math.min(...sends.map((r) => r.from)));
  for (const { from, to } of joined(sends)) {
    if (content !== "") content += separator[format];
    pieces.push({ from, to, at: content.length });
    content += state.doc.sliceString(from, to);
  }
  return { content, pieces, ranges: joined(holds) };
}

/** joined puts ranges in order and makes one of those that overlap or touch. */
export function joined(ranges: readonly Range[]): Range[] {
  const out: Range[] = [];
  for (const r of [...ranges].sort((a, b) => a.from - b.from)) {
    const last = out[out.length - 1];
    if (last && r.from <= last.to) last.to = Math.max(last.to, r.to);
    else out.push({ ...r });
  }
  return out;
}

type Block = { sends: Range; holds: Range };

/** Plain text: the changed lines, among two on each side, since paragraphs may be wrapped. */
function lines({ doc }: EditorState, c: Range): Block {
  const first = doc.lineAt(c.from);
  const last = doc.lineAt(c.to);
  return {
    sends: { from: doc.line(Math.max(1, first.number - 2)).from, to: doc.line(Math.min(doc.lines, last.number + 2)).to },
    holds: { from: first.from, to: last.to },
  };
}

/** Markdown: the blocks of the top level. */
function block(state: EditorState, c: Range): Block | null {
  const tree = ensureSyntaxTree(state, c.to, patience);
  if (!tree) return null;
  let { from, to } = c;
  for (const [pos, side] of [[c.from, 1], [c.from, -1], [c.to, 1], [c.to, -1]] as const) {
    const n = below(tree.resolve(pos, side), (n) => n.parent?.type.isTop === true);
    if (!n) continue;
    from = Math.min(from, n.from);
    to = Math.max(to, n.to);
  }
  const r = { from: state.doc.lineAt(from).from, to: state.doc.lineAt(to).to };
  return { sends: r, holds: r };
}

const textBlocks = new Set(
  "p h1 h2 h3 h4 h5 h6 li dt dd td th caption figcaption blockquote pre address legend summary title".split(" "),
);

/** HTML: the element that holds a paragraph; inside a long one, whatever element is small enough. */
function element(state: EditorState, c: Range): Block | null {
  const tree = ensureSyntaxTree(state, c.to, patience);
  if (!tree) return null;
  const around = (n: SyntaxNode) => n.from <= c.from && n.to >= c.to && n.name === "Element";
  const inner = tree.resolve(c.from, 1);
  const found =
    below(inner, (n) => around(n) && textBlocks.has(tag(state, n))) ??
    below(tree.resolve(c.from, -1), (n) => around(n) && textBlocks.has(tag(state, n))) ??
    below(inner, around);
  return found && { sends: { from: found.from, to: found.to }, holds: { from: found.from, to: found.to } };
}

function tag(state: EditorState, n: SyntaxNode): string {
  const name = n.firstChild?.getChild("TagName");
  return name ? state.doc.sliceString(name.from, name.to).toLowerCase() : "";
}

/** below goes up from a node to the first for which good holds. */
function below(n: SyntaxNode | null, good: (n: SyntaxNode) => boolean): SyntaxNode | null {
  while (n && !good(n)) n = n.parent;
  return n;
}

const telling = /<!--\s*proofcheck-(?!disable-next)[^]*?-->|<meta\b[^>]*>/gi;
const frontMatter = /^---\n[^]*?\n---\n/;

/** before returns what in front of a place decides on findings behind it: the comments that
 * silence rules, and the metadata that give the draft its date. */
function before(state: EditorState, to: number): string {
  const text = state.doc.sliceString(0, to);
  const front = frontMatter.exec(text)?.[0] ?? "";
  const next = /<!--\s*proofcheck-disable-next[^]*?-->\s*$/.exec(text)?.[0].trim();
  return [front, ...(text.slice(front.length).match(telling) ?? []), ...(next ? [next] : [])].join("\n");
}
