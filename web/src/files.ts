// Files in and out. A draft keeps the encoding and the line ends of the file it came from.
import { limit } from "./api";

export interface Opened {
  name: string;
  format: string;
  encoding: string;
  lineEnd: string;
  text: string;
}

const formats: [RegExp, string][] = [
  [/\.(html?|xhtml|shtml)$/i, "html"],
  [/\.(md|markdown)$/i, "markdown"],
  [/\.(txt|text)$/i, "text"],
];

/** formatOf returns the format that a file's name and type stand for, or "" for no draft. */
export function formatOf(name: string, type: string): string {
  for (const [pattern, format] of formats) if (pattern.test(name)) return format;
  if (type === "text/html") return "html";
  if (type === "text/markdown") return "markdown";
  return type.startsWith("text/plain") || (type === "" && !name.includes(".")) ? "text" : "";
}

/** guess returns the format that pasted text is most likely in. */
export function guess(text: string): string {
  const head = text.slice(0, 20_000);
  if (/^\s*<(!doctype|html|!--|\?xml)/i.test(head) || /<\/(p|div|span|h[1-6]|td|li|a|strong|em|section|article)>/i.test(head)) return "html";
  if (/^#{1,6} \S|^[-*] \S.*\n[-*] \S|^```|\]\(\S+\)|^\|.*\|\s*\n\|[-: |]+\|/m.test(head)) return "markdown";
  return "text";
}

/** open reads a file; its errors are the keys of what to say. */
export async function open(file: File): Promise<Opened> {
  const format = formatOf(file.name, file.type);
  if (format === "") throw new Error(/\.(docx?|wps|rtf|odt)$/i.test(file.name) ? "file.word" : "file.unknown");
  if (file.size > limit()) throw new Error("file.large");
  const bytes = new Uint8Array(await file.arrayBuffer());
  const encoding = encodingOf(bytes, format);
  let text = new TextDecoder(encoding).decode(bytes);
  if (text.includes("\0")) throw new Error("file.binary");
  const lineEnd = /\r\n|\r|\n/.exec(text)?.[0] ?? "\n";
  text = text.replace(/\r\n?/g, "\n");
  return { name: file.name, format, encoding: encoding + (bytes[0] === 0xef && bytes[1] === 0xbb ? " bom" : ""), lineEnd, text };
}

function encodingOf(bytes: Uint8Array, format: string): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return "utf-16le";
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return "utf-16be";
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    return "utf-8";
  } catch {
    const head = new TextDecoder("latin1").decode(bytes.subarray(0, 4096));
    const declared = format === "html" ? /<meta[^>]+charset\s*=\s*["']?\s*([\w-]+)/i.exec(head)?.[1] : undefined;
    try {
      const known = new TextDecoder(declared ?? "gb18030").encoding;
      return known === "utf-8" || known.startsWith("utf-16") ? "gb18030" : known;
    } catch {
      return "gb18030";
    }
  }
}

/** encode writes the text as its file was written. Characters that the encoding does not have are
 * written as references in HTML and Markdown; plain text becomes UTF-8 then, and utf8 is true. */
export function encode(text: string, encoding: string, lineEnd: string, format: string): { bytes: Uint8Array<ArrayBuffer>; utf8: boolean } {
  if (lineEnd !== "\n") text = text.replace(/\n/g, lineEnd);
  const [name, bom] = encoding.split(" ");
  if (name === "utf-16le" || name === "utf-16be") return { bytes: utf16(text, name === "utf-16le"), utf8: false };
  if (name !== "utf-8") {
    const bytes = doubleBytes(text, name, format);
    if (bytes) return { bytes, utf8: false };
  }
  return { bytes: new TextEncoder().encode((bom ? "\ufeff" : "") + text), utf8: name !== "utf-8" };
}

function utf16(text: string, little: boolean): Uint8Array<ArrayBuffer> {
  const view = new DataView(new ArrayBuffer(2 * text.length + 2));
  view.setUint16(0, 0xfeff, little);
  for (let i = 0; i < text.length; i++) view.setUint16(2 * i + 2, text.charCodeAt(i), little);
  return new Uint8Array(view.buffer);
}

/** doubleBytes turns the browser's decoder round: it decodes every pair of bytes once. */
function doubleBytes(text: string, encoding: string, format: string): Uint8Array<ArrayBuffer> | null {
  const decoder = new TextDecoder(encoding, { fatal: true });
  const table = new Map<string, number>();
  const pair = new Uint8Array(2);
  for (let lead = 0x81; lead <= 0xfe; lead++) {
    for (let trail = 0x40; trail <= 0xfe; trail++) {
      pair[0] = lead;
      pair[1] = trail;
      try {
        const c = decoder.decode(pair);
        if ([...c].length === 1 && !table.has(c)) table.set(c, (lead << 8) | trail);
      } catch {
        // no character
      }
    }
  }
  const out: number[] = [];
  for (const c of text) {
    const code = c.codePointAt(0)!;
    const found = table.get(c);
    if (code < 0x80) out.push(code);
    else if (found !== undefined) out.push(found >> 8, found & 0xff);
    else if (format === "text") return null;
    else for (const d of `&#${code};`) out.push(d.charCodeAt(0));
  }
  return new Uint8Array(out);
}

/** save hands a file to the reader's downloads. */
export function save(name: string, content: Blob): void {
  const a = document.createElement("a");
  a.href = URL.createObjectURL(content);
  a.download = name;
  a.click();
  setTimeout(() => URL.revokeObjectURL(a.href), 60_000);
}

const extensions: Record<string, string> = { html: ".html", markdown: ".md", text: ".txt" };

/** nameFor returns the file name for a draft, with an extension of its own or another one. */
export function nameFor(name: string, format: string, extension = ""): string {
  const base = name.replace(/[\\/:*?"<>|\x00-\x1f]/g, "_");
  if (extension) return base.replace(/\.[^.]*$/, "") + extension;
  return formatOf(base, "") === format ? base : base + extensions[format];
}

/** onDrop takes files that are dropped anywhere on the page; box is shown meanwhile. */
export function onDrop(box: HTMLElement, take: (files: File[]) => void): void {
  let dragging = 0;
  document.addEventListener("dragenter", (e) => {
    if (e.dataTransfer?.types.includes("Files")) box.hidden = ++dragging === 0;
  });
  document.addEventListener("dragleave", (e) => {
    if (e.dataTransfer?.types.includes("Files")) box.hidden = --dragging <= 0;
  });
  document.addEventListener("dragover", (e) => {
    if (e.dataTransfer?.types.includes("Files")) e.preventDefault();
  });
  document.addEventListener(
    "drop",
    (e) => {
      dragging = 0;
      box.hidden = true;
      if (!e.dataTransfer?.files.length) return;
      e.preventDefault();
      e.stopPropagation();
      take([...e.dataTransfer.files]);
    },
    true,
  );
}
