// What leaves the page: the draft as it is now, and reports on it, which the service writes.
import { report } from "./api";
import { boardOf } from "./board";
import type { Checking } from "./checking";
import { toast } from "./dialogs";
import type { Draft } from "./drafts";
import * as files from "./files";
import { say } from "./words";

/** exportAs hands out the draft, or the report on it. */
export async function exportAs(what: string, d: Draft, checking: Checking): Promise<void> {
  const text = d.state.doc.toString();
  try {
    if (what === "copy") {
      await navigator.clipboard.writeText(text).then(
        () => toast(say("export.copied")),
        () => toast(say("export.uncopied")),
      );
    } else if (what === "text") {
      const { bytes, utf8 } = files.encode(text, d.encoding, d.lineEnd, d.format);
      const name = files.nameFor(d.name, d.format);
      files.save(name, new Blob([bytes], { type: "application/octet-stream" }));
      toast(utf8 ? say("export.utf8", { encoding: d.encoding }) : say("export.done", { name }));
    } else {
      const name = files.nameFor(d.name, d.format, what === "html" ? ".report.html" : ".xlsx");
      const type = what === "html" ? "text/html" : "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
      files.save(name, await report({ ...checking.question(text), id: d.name, baseline: checking.locked ? undefined : ignoredFingerprints(d) }, type));
      toast(say("export.done", { name }));
    }
  } catch (why) {
    toast(say("trouble.export", { why: (why as Error).message || say("trouble.gone") }));
  }
}

/** ignoredFingerprints returns what a report leaves out, as the service knows it. */
function ignoredFingerprints(d: Draft): string[] {
  const { items, open } = boardOf(d.state);
  const seen = new Set(open);
  return items.filter((i) => !seen.has(i)).map((i) => i.finding.fingerprint);
}
