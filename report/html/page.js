"use strict";
(() => {
  const main = document.getElementById("drafts");
  const form = document.getElementById("filter");
  document.documentElement.classList.add("js");
  if (!form) return;
  const status = document.getElementById("status");
  const cards = [...main.getElementsByClassName("card")];
  const byNumber = new Map(cards.map(c => [c.value, c]));
  const marks = [...main.getElementsByTagName("mark")];
  const cardsOf = m => m.dataset.f.split(" ").map(n => byNumber.get(+n));

  // What the search looks at, by number of the card; made when it is first used.
  const words = new Map();
  function searchable(card) {
    if (!words.size) {
      for (const c of cards) words.set(c.value, c.textContent);
      for (const m of marks) for (const c of cardsOf(m)) words.set(c.value, words.get(c.value) + m.textContent);
      for (const [n, text] of words) words.set(n, text.toLowerCase());
    }
    return words.get(card.value);
  }

  // Filtering hides cards; marks, paragraphs and drafts follow their cards.
  function filter() {
    close();
    const chosen = new FormData(form);
    const levels = new Set(chosen.getAll("level"));
    const categories = new Set(chosen.getAll("category"));
    const rule = chosen.get("rule");
    const query = chosen.get("query").trim().toLowerCase();
    let shown = 0;
    for (const element of main.querySelectorAll(".live")) element.classList.remove("live");
    for (const card of cards) {
      const d = card.dataset;
      card.hidden = !(levels.has(d.level) && categories.has(d.category) && (!rule || d.rule === rule) && (!query || searchable(card).includes(query)));
      if (card.hidden) continue;
      shown++;
      card.closest(".block").classList.add("live");
      card.closest(".draft").classList.add("live");
    }
    for (const mark of marks) {
      const off = cardsOf(mark).every(c => c.hidden);
      mark.classList.toggle("off", off);
      mark.tabIndex = off ? -1 : 0;
    }
    main.classList.toggle("only", chosen.has("only"));
    status.textContent = status.dataset.shown.replace("{n}", shown).replace("{all}", cards.length);
  }

  let opened = null; // the list of cards that is shown, and the mark it is shown for
  let at = null;
  let timer = 0;

  function open(mark) {
    clearTimeout(timer);
    if (mark === at) return;
    close();
    if (mark.classList.contains("off")) return;
    const block = mark.closest(".block");
    const list = block.querySelector(".cards");
    const mine = new Set(cardsOf(mark));
    for (const card of list.children) card.classList.toggle("other", !mine.has(card));
    list.classList.add("open");
    const box = block.getBoundingClientRect();
    const rects = mark.getClientRects();
    const first = rects[0], last = rects[rects.length - 1];
    list.style.left = Math.max(0, Math.min(last.left - box.left, box.width - list.offsetWidth)) + "px";
    const below = last.bottom - box.top + 4;
    const above = first.top - box.top - list.offsetHeight - 4;
    const fits = box.top + below + list.offsetHeight <= innerHeight || box.top + above < 0;
    list.style.top = (fits ? below : above) + "px";
    opened = list;
    at = mark;
  }

  function close() {
    clearTimeout(timer);
    if (opened) opened.classList.remove("open");
    opened = at = null;
  }

  main.addEventListener("mouseover", e => {
    const mark = e.target.closest("mark");
    if (mark) open(mark);
    else if (opened && opened.contains(e.target)) clearTimeout(timer);
  });
  main.addEventListener("mouseout", e => {
    if (opened && (e.target.closest("mark") || opened.contains(e.target))) {
      clearTimeout(timer);
      timer = setTimeout(close, 250);
    }
  });
  main.addEventListener("focusin", e => {
    const mark = e.target.closest("mark");
    if (mark) open(mark);
  });
  main.addEventListener("focusout", close);

  // Moving goes from finding to finding in the order of the page; a finding may have several marks.
  let current = -1;
  function move(step) {
    const live = marks.filter(m => !m.classList.contains("off"));
    if (!live.length) return;
    const active = live.indexOf(document.activeElement);
    if (active >= 0) current = active;
    else if (current >= live.length) current = -1;
    current = current < 0 ? (step > 0 ? 0 : live.length - 1) : (current + step + live.length) % live.length;
    const mark = live[current];
    mark.scrollIntoView({ block: "center" });
    mark.focus({ preventScroll: true });
    open(mark);
  }
  document.getElementById("next").addEventListener("click", () => move(1));
  document.getElementById("previous").addEventListener("click", () => move(-1));
  document.addEventListener("keydown", e => {
    if (e.key === "Escape") close();
    if (e.ctrlKey || e.metaKey || e.altKey || e.target.closest("input, select, textarea")) return;
    if (e.key === "j") move(1);
    else if (e.key === "k") move(-1);
    else if (e.key === "/") {
      e.preventDefault();
      document.getElementById("query").focus();
    }
  });

  let wait = 0;
  form.addEventListener("input", () => {
    clearTimeout(wait);
    wait = setTimeout(filter, 120);
  });
  form.addEventListener("reset", () => setTimeout(filter));
  form.addEventListener("submit", e => e.preventDefault());
  filter();
})();
