// The drafts that are open in this tab. One of them is in the editor; each has a state of the
// editor, with its own history, findings and what is ignored in it.
import type { EditorState } from "@codemirror/state";
import { boardOf } from "./board";
import * as keep from "./keep";
import { say } from "./words";

export interface Draft {
  /** what is ignored is kept under it; a file of the same name is the same draft */
  id: string;
  name: string;
  format: string;
  encoding: string;
  lineEnd: string;
  state: EditorState;
}

export class Drafts {
  list: Draft[] = [];
  current!: Draft;

  add(d: Draft): void {
    this.list = [...this.list.filter((x) => x.id !== d.id), d];
    this.current = d;
  }

  /** remove closes a draft; current is undefined when it was the last one. */
  remove(d: Draft): void {
    const at = this.list.indexOf(d);
    this.list = this.list.filter((x) => x !== d);
    this.current = this.list[Math.min(at, this.list.length - 1)];
  }

  /** untitled returns the name of the next new draft. */
  untitled(): string {
    for (let n = 1; ; n++) {
      const name = say("draft.untitled", { n });
      if (!this.list.some((d) => d.name === name)) return name;
    }
  }

  /** keep reports whether all of it will survive a reload. */
  keep(): boolean {
    const ok = keep.keepIgnored(this.current.id, [...boardOf(this.current.state).ignored]);
    const drafts = this.list.map(({ state, ...d }) => ({ ...d, text: state.doc.toString() }));
    return keep.keepDesk({ current: this.current.id, drafts }) && ok;
  }
}

export function newId(): string {
  return "new:" + Array.from(crypto.getRandomValues(new Uint8Array(12)), (b) => b.toString(16).padStart(2, "0")).join("");
}
