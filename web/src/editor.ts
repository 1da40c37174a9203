// The text field: CodeMirror with the findings as marks. It lives in a shadow root, since its
// style sheets are then adopted ones, which the page's policy allows; style elements are not.
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { HighlightStyle, Language, LRLanguage, defineLanguageFacet, syntaxHighlighting } from "@codemirror/language";
import { search, searchKeymap } from "@codemirror/search";
import { Compartment, EditorState, type Extension } from "@codemirror/state";
import { EditorView, drawSelection, dropCursor, keymap, lineNumbers, placeholder, type KeyBinding, type ViewUpdate } from "@codemirror/view";
import { tags } from "@lezer/highlight";
import { parser as htmlParser } from "@lezer/html";
import { GFM, parser as markdownParser } from "@lezer/markdown";
import { board, boardOf, select, undoIgnoring } from "./board";
import { say } from "./words";

const languages: Record<string, Extension> = {
  html: LRLanguage.define({ name: "html", parser: htmlParser }).extension,
  markdown: new Language(defineLanguageFacet(), markdownParser.configure(GFM), [], "markdown").extension,
  text: [],
};

const quiet = HighlightStyle.define([
  { tag: [tags.angleBracket, tags.tagName, tags.attributeName, tags.attributeValue, tags.comment, tags.documentMeta, tags.processingInstruction, tags.url], class: "markup" },
  { tag: [tags.heading, tags.strong], class: "strong" },
  { tag: tags.emphasis, class: "emphasis" },
]);

const look = EditorView.theme({
  "&": { height: "100%", color: "var(--ink)", backgroundColor: "transparent", fontSize: "var(--text-size)" },
  "&.cm-focused": { outline: "none" },
  ".cm-scroller": { fontFamily: "var(--text-font)", lineHeight: "1.95", overflow: "auto" },
  ".cm-content": { padding: "1.6rem 0 40vh", caretColor: "var(--ink)", maxWidth: "46em" },
  ".cm-line": { padding: "0 1.75rem 0 .75rem" },
  ".cm-gutters": { backgroundColor: "transparent", border: "0", color: "var(--ghost)", fontSize: ".72em", fontVariantNumeric: "tabular-nums", minWidth: "2.9rem", justifyContent: "flex-end" },
  ".cm-lineNumbers .cm-gutterElement": { padding: ".3em .5em 0 .9rem" },
  ".cm-cursor": { borderLeftColor: "var(--ink)", borderLeftWidth: "1.5px" },
  ".cm-placeholder": { color: "var(--faint)" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": { backgroundColor: "var(--selection)" },
  ".cm-searchMatch": { backgroundColor: "var(--selection)" },
  ".cm-panels": { backgroundColor: "var(--ground)", color: "var(--ink)", borderColor: "var(--line)", fontFamily: "var(--ui-font)", fontSize: ".8125rem" },
  ".cm-panels-bottom": { borderTop: "1px solid var(--line)" },
  ".cm-panel.cm-search": { padding: ".5rem .75rem" },
  ".cm-textfield": { backgroundColor: "var(--paper)", border: "1px solid var(--line)", borderRadius: ".3rem", padding: ".2rem .4rem" },
  ".cm-button": { backgroundImage: "none", backgroundColor: "var(--paper)", border: "1px solid var(--line)", borderRadius: ".3rem", color: "var(--ink)" },
  ".markup": { color: "var(--markup)" },
  ".strong": { fontWeight: "600" },
  ".emphasis": { fontStyle: "italic" },
  ".found": { textDecorationLine: "underline", textDecorationThickness: "2px", textUnderlineOffset: ".28em", textDecorationSkipInk: "none", cursor: "pointer", borderRadius: ".15em" },
  ".found.error": { textDecorationColor: "var(--error)", textDecorationStyle: "wavy", textDecorationThickness: "1.5px", backgroundColor: "var(--error-soft)" },
  ".found.warning": { textDecorationColor: "var(--warning)", textDecorationStyle: "solid" },
  ".found.info": { textDecorationColor: "var(--info)", textDecorationStyle: "dotted" },
  ".found.selected": { backgroundColor: "var(--selected)", boxShadow: "0 0 0 2px var(--selected)" },
  ".found.selected.warning": { backgroundColor: "var(--warning-soft)", boxShadow: "0 0 0 2px var(--warning-soft)" },
  ".found.selected.info": { backgroundColor: "var(--info-soft)", boxShadow: "0 0 0 2px var(--info-soft)" },
  ".found.point": { textDecoration: "none", color: "var(--error)", fontWeight: "700" },
});

const searchWords = ["Find", "Replace", "next", "previous", "all", "match case", "regexp", "by word", "replace", "replace all", "close", "Go to line", "go"];

export const language = new Compartment();
const words = new Compartment();

function spoken(): Extension {
  return [
    EditorState.phrases.of(Object.fromEntries(searchWords.map((w) => [w, say("search." + w.toLowerCase().replace(/ /g, "-"))]))),
    placeholder(say("draft.placeholder")),
    EditorView.contentAttributes.of({ "aria-label": say("draft.label"), "aria-describedby": "status", spellcheck: "false", lang: "zh-CN" }),
  ];
}

/** speakEditor follows a change of the page's language. */
export function speakEditor(view: EditorView): void {
  view.dispatch({ effects: words.reconfigure(spoken()) });
}

export function stateOf(text: string, format: string, keys: KeyBinding[], update: (u: ViewUpdate) => void): EditorState {
  return EditorState.create({
    doc: text,
    extensions: [
      board,
      undoIgnoring,
      history(),
      lineNumbers(),
      drawSelection(),
      dropCursor(),
      EditorView.lineWrapping,
      search({ top: false }),
      keymap.of([...keys, ...searchKeymap, ...historyKeymap, ...defaultKeymap]),
      syntaxHighlighting(quiet),
      look,
      language.of(languages[format]),
      words.of(spoken()),
      EditorView.updateListener.of(update),
      EditorView.domEventHandlers({
        click(event, view) {
          const pos = view.posAtCoords({ x: event.clientX, y: event.clientY });
          if (pos !== null) selectAt(view, pos);
        },
      }),
    ],
  });
}

/** selectAt selects the shown finding at a place, the shortest where several lie, and reports
 * whether there is one. */
export function selectAt(view: EditorView, pos: number): boolean {
  const { shown, selected } = boardOf(view.state);
  const here = shown.filter((i) => i.from <= pos && pos <= i.to).sort((a, b) => a.to - a.from - (b.to - b.from));
  const id = here[0]?.id ?? "";
  if (id !== selected) view.dispatch({ effects: select.of(id) });
  return id !== "";
}

export function setLanguage(view: EditorView, format: string): void {
  view.dispatch({ effects: language.reconfigure(languages[format]) });
}
