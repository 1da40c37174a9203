// Questions, menus and notes of the page.
import { part } from "./list";
import { say } from "./words";

export function get<T extends HTMLElement>(id: string): T {
  return document.getElementById(id) as T;
}

/** ask shows a dialog with one field and returns what was entered, or null. */
export function ask(id: string): Promise<string | null> {
  const dialog = get<HTMLDialogElement>(id);
  const field = get<HTMLInputElement>(id + "-text");
  field.value = "";
  dialog.returnValue = "no";
  dialog.showModal();
  field.focus();
  return new Promise((done) => {
    // Enter in the field presses the first button; that it is empty keeps the dialog open.
    dialog.onclose = () => done(dialog.returnValue === "yes" && field.value.trim() ? field.value.trim() : null);
  });
}

/** menu makes a button open a menu that is walked with the arrow keys. */
export function menu(button: HTMLButtonElement, list: HTMLElement): void {
  const items = () => [...list.querySelectorAll<HTMLButtonElement>("[role=menuitem]:not(:disabled)")];
  const show = (on: boolean) => {
    list.hidden = !on;
    button.setAttribute("aria-expanded", String(on));
    if (on) items()[0]?.focus();
  };
  button.addEventListener("click", () => show(list.hasAttribute("hidden")));
  button.addEventListener("keydown", (e) => {
    if (e.key !== "ArrowDown") return;
    e.preventDefault();
    show(true);
  });
  list.addEventListener("click", () => {
    show(false);
    button.focus();
  });
  list.addEventListener("keydown", (e) => {
    const all = items();
    const at = all.indexOf(document.activeElement as HTMLButtonElement);
    if (e.key === "ArrowDown") all[(at + 1) % all.length].focus();
    else if (e.key === "ArrowUp") all[(at - 1 + all.length) % all.length].focus();
    else if (e.key === "Home") all[0].focus();
    else if (e.key === "End") all[all.length - 1].focus();
    else if (e.key === "Escape") {
      show(false);
      button.focus();
    } else return;
    e.preventDefault();
    e.stopPropagation();
  });
  list.parentElement!.addEventListener("focusout", (e) => {
    if (!list.parentElement!.contains(e.relatedTarget as Node | null)) show(false);
  });
}

let toastTimer = 0;

/** toast says for a while what has been done, with a button that takes it back. */
export function toast(text: string, undo?: () => void): void {
  const box = get("toast");
  const button = box.querySelector("button")!;
  box.querySelector("span")!.textContent = text;
  button.hidden = !undo;
  button.onclick = () => {
    box.hidden = true;
    undo?.();
  };
  box.hidden = false;
  clearTimeout(toastTimer);
  toastTimer = window.setTimeout(() => (box.hidden = true), 8000);
}

/** banner says what is wrong until it is mended; null takes it away. */
export function banner(text: string | null, action?: { label: string; do: () => void }): void {
  const box = get("banner");
  const p = box.querySelector("p")!;
  const button = box.querySelector("button")!;
  if ((p.textContent ?? "") !== (text ?? "")) p.textContent = text ?? "";
  box.hidden = text === null;
  button.hidden = !action;
  if (action) {
    button.textContent = action.label;
    button.onclick = action.do;
  }
}

let saidTimer = 0;

/** announce tells people who cannot see the page, once things have settled. */
export function announce(text: string): void {
  clearTimeout(saidTimer);
  saidTimer = window.setTimeout(() => {
    const e = get("said");
    if (e.textContent !== text) e.textContent = text;
  }, 700);
}

const mac = /Mac|iP(hone|ad)/.test(navigator.platform);
const keys: [string, string][] = [
  ["F8", "keys.next"],
  ["Shift F8", "keys.previous"],
  ["Mod .", "keys.accept"],
  ["Mod Shift Enter", "keys.accept-all"],
  ["Mod ;", "keys.ignore"],
  ["Mod Z", "keys.undo"],
  ["Mod F", "keys.find"],
  ["F6", "keys.region"],
  ["↑ ↓", "keys.walk"],
  ["A  1–6", "keys.list-accept"],
  ["I  D  G", "keys.list-ignore"],
  ["Esc", "keys.leave"],
];

/** listKeys writes the first n keys into a list. */
export function listKeys(list: HTMLElement, n: number): void {
  for (const [key, words] of keys.slice(0, n)) {
    const dt = part(list, "dt");
    for (const k of key.split(" ").filter(Boolean)) part(dt, "kbd", "", k === "Mod" ? (mac ? "⌘" : "Ctrl") : k);
    part(list, "dd", "", say(words));
  }
}

export function showKeys(): void {
  const dialog = get<HTMLDialogElement>("keys");
  const list = dialog.querySelector("dl")!;
  list.replaceChildren();
  listKeys(list, keys.length);
  dialog.showModal();
}
