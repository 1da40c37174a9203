"use strict";
(async () => {
  const app = document.getElementById("app");
  let labels = { failed: "{error}" };
  const say = (key, values) => (labels[key] ?? key).replace(/\{(\w+)\}/g, (all, name) => values?.[name] ?? all);

  // Requests of the served page. A token, if one is asked for, is kept for this tab.
  async function ask(path, options = {}) {
    const token = sessionStorage.getItem("token");
    const headers = { "X-Proofcheck": "1", ...options.headers };
    if (token) headers.Authorization = "Bearer " + token;
    const answer = await fetch(path, { ...options, headers });
    if (answer.status !== 401) return answer;
    await new Promise(done => {
      const input = el("input", { type: "password", placeholder: labels.token ?? "token", autocomplete: "off" });
      app.replaceChildren(el("form", { class: "token", on: { submit: e => { e.preventDefault(); sessionStorage.setItem("token", input.value.trim()); done(); } } },
        input, el("button", { class: "primary" }, "→")));
      input.focus();
    });
    return ask(path, options);
  }

  async function load() {
    const embedded = document.getElementById("data");
    if (!embedded) {
      const answer = await ask("data");
      if (!answer.ok) throw new Error(answer.status + " " + answer.statusText);
      return answer.json();
    }
    const bytes = Uint8Array.from(atob(embedded.textContent), c => c.charCodeAt(0));
    embedded.remove();
    return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"))).json();
  }

  let data;
  try {
    data = await load();
  } catch (e) {
    app.replaceChildren(el("p", { class: "loading" }, say("failed", { error: e.message })));
    return;
  }
  labels = data.labels;
  const F = data.findings, D = data.docs, T = data.tables;
  const count = F.doc?.length ?? 0;
  const levelNames = ["off", "info", "warning", "error"];
  const OPEN = 0, FIXED = 1, VETO = 3;
  const lastRun = data.runs.length ? data.runs[data.runs.length - 1].id : 0;
  const number = new Intl.NumberFormat(data.lang === "en" ? "en" : "zh-CN");
  const decimal = (x, n = 2) => x.toLocaleString(data.lang === "en" ? "en" : "zh-CN", { maximumFractionDigits: n, minimumFractionDigits: n });

  // What the filters look at: a number for each finding in each dimension.
  const byDoc = column => i => column[F.doc[i]];
  const values = {
    level: i => F.level[i], state: i => F.state[i], category: i => F.category[i], rule: i => F.rule[i], unit: i => F.unit[i], text: i => F.text[i],
    section: byDoc(D.section), site: byDoc(D.site), year: i => Math.floor(D.date[F.doc[i]] / 10000), month: i => Math.floor(D.date[F.doc[i]] / 100),
  };
  const names = {
    level: v => data.levels[v], state: v => data.states[v], category: v => T.category[v], rule: v => data.rules[v][1], unit: v => T.unit[v] || say("none"),
    section: v => T.section[v] || say("none"), site: v => T.site[v] || say("none"), year: v => v ? String(v) : say("none"), text: v => T.text[v] || say("empty-text"),
    month: v => v ? String(v).slice(0, 4) + "-" + String(v).slice(4) : say("none"),
  };
  const dimensions = Object.keys(values);
  const columns = Object.fromEntries(dimensions.map(d => [d, Int32Array.from({ length: count }, (_, i) => values[d](i))]));
  const chosen = Object.fromEntries(dimensions.map(d => [d, new Set()]));
  let query = "", fresh = false, order = "document";

  // The search looks at everything that a person reads of a finding; made when it is first used.
  let haystack = null;
  const searchable = i => (T.text[F.text[i]] + "\n" + F.before[i] + T.text[F.text[i]] + F.after[i] + "\n" + D.title[F.doc[i]] + "\n" + D.name[F.doc[i]] + "\n" + T.message[F.message[i]]).toLowerCase();

  // select returns the findings that pass all filters, and counts in each dimension those that pass all
  // filters but its own, so that charts filter each other.
  function select() {
    const words = query.toLowerCase().split(/\s+/).filter(Boolean);
    if (words.length) haystack ??= Array.from({ length: count }, (_, i) => searchable(i));
    const active = dimensions.filter(d => chosen[d].size);
    const counts = Object.fromEntries(dimensions.map(d => [d, new Map()]));
    const out = [];
    for (let i = 0; i < count; i++) {
      if (fresh && F.run[i] !== lastRun) continue;
      if (words.length && !words.every(w => haystack[i].includes(w))) continue;
      let missed = "", misses = 0;
      for (const d of active) if (!chosen[d].has(columns[d][i])) { missed = d; if (++misses > 1) break; }
      if (misses > 1) continue;
      if (!misses) out.push(i);
      for (const d of misses ? [missed] : dimensions) {
        const v = columns[d][i];
        let n = counts[d].get(v);
        if (!n) counts[d].set(v, n = [0, 0, 0, 0]);
        n[F.level[i]]++;
      }
    }
    return { out, counts };
  }
  const sum = n => n[1] + n[2] + n[3];

  // The error rate of the documents that the filters on documents leave, with its interval; the same sums
  // and formulas as in package ledger.
  function rate(extra) {
    const t = { documents: 0, failed: 0, c: 0, w: 0, ww: 0, cc: 0, wc: 0 };
    const pick = { ...chosen, ...extra };
    for (const [section, unit, site, year, documents, failed, c, w, ww, cc, wc] of data.cells) {
      if (pick.section.size && !pick.section.has(section) || pick.unit.size && !pick.unit.has(unit) || pick.site.size && !pick.site.has(site) || pick.year.size && !pick.year.has(year)) continue;
      t.documents += documents; t.failed += failed; t.c += c; t.w += w; t.ww += ww; t.cc += cc; t.wc += wc;
    }
    if (!t.c) return { ...t, value: 0, low: 0, high: 0 };
    const z = 1.959964, scale = 10000 / t.c, q = t.w / t.c;
    let low = t.w > 0 ? t.w * Math.max(0, 1 - 1 / (9 * t.w) - z / (3 * Math.sqrt(t.w))) ** 3 : 0;
    const y = t.w + 1;
    let high = y * (1 - 1 / (9 * y) + z / (3 * Math.sqrt(y))) ** 3;
    low *= scale; high *= scale;
    if (t.documents > 1) {
      const half = z * Math.sqrt(Math.max(0, (t.ww - 2 * q * t.wc + q * q * t.cc) * t.documents / (t.documents - 1))) * scale;
      low = Math.min(low, Math.max(0, q * 10000 - half));
      high = Math.max(high, q * 10000 + half);
    }
    return { ...t, value: q * 10000, low, high };
  }

  function toggle(dimension, value) {
    const set = chosen[dimension];
    if (!set.delete(value)) set.add(value);
    update();
  }

  // The frame of the page, made once.
  const status = el("span", { class: "fine", role: "status", id: "status" });
  const figures = el("section", { class: "figures" });
  const charts = el("section", { class: "charts" });
  const panel = el("form", { class: "panel", on: { submit: e => e.preventDefault() } });
  const search = el("input", { type: "search", id: "query", placeholder: say("search"), autocomplete: "off" });
  search.setAttribute("aria-label", say("search"));
  let wait = 0;
  search.addEventListener("input", () => { clearTimeout(wait); wait = setTimeout(() => { query = search.value; update(); }, 150); });
  const sorting = el("select", { id: "order", on: { change: e => { order = e.target.value; update(); } } }, ...["document", "level", "text"].map(v => el("option", { value: v }, say("sort-" + v))));
  sorting.setAttribute("aria-label", say("sort"));
  const rows = el("div", { class: "rows" });
  const scroller = el("div", { class: "scroller", id: "scroller", tabIndex: -1, on: { scroll: () => requestAnimationFrame(draw) } }, rows);
  const dialog = el("dialog");
  dialog.addEventListener("click", e => { if (e.target === dialog) dialog.close(); });
  app.replaceChildren(
    el("header", {}, el("h1", {}, data.name), el("span", { class: "fine" }, say("made", { time: data.made }))),
    el("div", { class: "layout" }, panel, el("main", {}, figures, charts,
      el("section", { class: "card list" }, el("h2", {}, el("span", {}, say("list"), " ", status), sorting), data.left ? el("p", { class: "note" }, say("left", { n: number.format(count), left: number.format(data.left) })) : null, scroller))),
    dialog);

  function drawPanel(counts) {
    const checks = (d, list) => el("fieldset", {}, el("legend", {}, say(d)), ...list.map(v => el("label", {},
      el("input", { type: "checkbox", checked: chosen[d].has(v), name: d, value: v, on: { change: () => toggle(d, v) } }), names[d](v),
      el("span", { class: "n" }, number.format(sum(counts[d].get(v) ?? [0, 0, 0, 0]))))));
    const pick = d => {
      const list = [...counts[d]].sort((a, b) => sum(b[1]) - sum(a[1]));
      const s = el("select", { name: d, on: { change: e => { chosen[d].clear(); if (e.target.value !== "") chosen[d].add(+e.target.value); update(); } } },
        el("option", { value: "" }, say("all")), ...list.map(([v, n]) => el("option", { value: v, selected: chosen[d].size === 1 && chosen[d].has(v) }, names[d](v) + " (" + number.format(sum(n)) + ")")));
      return list.length > 1 || chosen[d].size ? el("label", { class: "pick" }, el("span", { class: "name" }, say(d)), s) : null;
    };
    const focused = document.activeElement === search;
    panel.replaceChildren(...[
      el("fieldset", {}, search), checks("level", [3, 2, 1]), checks("state", [0, 1, 2, 3]),
      pick("category"), pick("rule"), pick("section"), pick("unit"), pick("site"), pick("year"),
      data.runs.length > 1 ? el("fieldset", {}, el("label", {}, el("input", { type: "checkbox", name: "fresh", checked: fresh, on: { change: e => { fresh = e.target.checked; update(); } } }), say("fresh"))) : null,
      el("button", { type: "button", id: "reset", on: { click: () => { for (const d of dimensions) chosen[d].clear(); query = search.value = ""; fresh = false; update(); } } }, say("reset")),
    ].filter(Boolean));
    if (focused) search.focus();
  }

  function drawFigures(out) {
    const r = rate();
    let open = 0, fixed = 0, veto = 0, points = 0;
    for (const i of out) {
      if (F.state[i] === OPEN) { open++; points += F.points[i]; if (F.clause[i] === VETO) veto++; }
      else if (F.state[i] === FIXED) fixed++;
    }
    const figure = (name, value, fine, kind = "") => el("div", { class: "card figure " + kind }, el("span", { class: "fine" }, say(name)), el("b", {}, ...[value].flat()), el("span", { class: "fine" }, fine ?? ""));
    const left = Math.max(0, data.score.full - points);
    const failed = left < data.score.pass || data.score.veto && veto > 0;
    figures.replaceChildren(
      figure("documents", number.format(r.documents), r.failed ? say("unchecked", { n: number.format(r.failed) }) : ""),
      figure("findings", number.format(open + fixed)),
      figure("open", number.format(open), "", open ? "" : "good"),
      figure("mended", open + fixed ? decimal(fixed * 100 / (open + fixed), 1) + "%" : "—", number.format(fixed) + " " + say("fixed")),
      figure("rate", [decimal(r.value), el("small", {}, " " + say("rate-unit"))], say("interval", { low: decimal(r.low), high: decimal(r.high) })),
      figure("veto", number.format(veto), "", veto ? "bad" : "good"),
      figure("score", failed && veto && data.score.veto ? say("fails") : decimal(left, 1), failed && !(veto && data.score.veto) ? say("fails") : "", failed ? "bad" : ""));
  }

  // bars is a list of values with a bar for each: its levels, and what is said behind it.
  function bars(dimension, counts, most, behind, byName) {
    let list = [...counts[dimension]];
    list.sort(byName ? (a, b) => b[0] - a[0] : (a, b) => sum(b[1]) - sum(a[1]) || a[0] - b[0]);
    const longest = list.reduce((m, [, n]) => Math.max(m, sum(n)), 1);
    const rest = list.length - most;
    list = list.slice(0, most);
    return el("div", { class: "bars", "data-dimension": dimension }, ...list.map(([v, n]) => {
      const track = el("span", { class: "track" }, ...[3, 2, 1].filter(l => n[l]).map(l => {
        const i = el("i", { class: levelNames[l] });
        i.style.width = n[l] * 100 / longest + "%";
        return i;
      }));
      const b = el("button", { type: "button", class: "bar", title: names[dimension](v), on: { click: () => toggle(dimension, v) } },
        el("span", { class: "what" }, names[dimension](v)), track, el("span", { class: "n" }, behind ? el("em", {}, behind(v)) : null, number.format(sum(n))));
      b.setAttribute("aria-pressed", chosen[dimension].has(v));
      return b;
    }), rest > 0 ? el("p", { class: "fine" }, say("more", { n: number.format(rest) })) : null);
  }

  // columnsChart draws stacked columns: each is a name and parts of [class, value].
  function columnsChart(list) {
    const W = 560, H = 176, bottom = 20, left = 44, top = 8;
    const most = Math.max(1, ...list.map(c => c.parts.reduce((s, p) => s + p[1], 0)));
    const step = (W - left) / Math.max(list.length, 1);
    const scale = (H - bottom - top) / most;
    const s = svg("svg", { viewBox: `0 0 ${W} ${H}`, role: "img" });
    for (const part of [0, .5, 1]) {
      const y = H - bottom - part * most * scale;
      s.append(svg("line", { class: "axis", x1: left, x2: W, y1: y, y2: y }), svg("text", { x: left - 6, y: y + 4, "text-anchor": "end" }, number.format(Math.round(part * most))));
    }
    const every = Math.ceil(list.length / 8);
    list.forEach((c, k) => {
      let y = H - bottom;
      const width = Math.min(34, step * .72), x = left + k * step + (step - width) / 2;
      for (const [kind, v] of c.parts) {
        if (!v) continue;
        y -= v * scale;
        s.append(svg("rect", { class: kind, x, y, width, height: v * scale, rx: 1.5 }, svg("title", {}, c.name + " · " + number.format(v))));
      }
      if (k % every === 0) s.append(svg("text", { x: x + width / 2, y: H - 5, "text-anchor": "middle" }, c.name));
    });
    return s;
  }

  function drawCharts(counts) {
    const card = (title, body, fine, wide) => el("section", { class: "card " + (wide ?? "") }, el("h2", {}, title, fine ? el("span", { class: "fine" }, fine) : ""), body);
    const levels = () => el("span", { class: "key fine" }, ...[3, 2, 1].map(l => el("span", { class: levelNames[l] }, data.levels[l])));
    const rateOf = d => v => { const r = rate({ [d]: new Set([v]) }); return decimal(r.value) + " (" + decimal(r.low) + "–" + decimal(r.high) + ")"; };
    const months = [...counts.month].filter(([m]) => m).sort((a, b) => a[0] - b[0]).slice(-36);
    const list = [];
    if (data.runs.length > 1) {
      list.push(card(say("trend"), columnsChart(data.runs.slice(-24).map(r => ({ name: r.started.slice(2, 10), parts: [["done", r.fixed], ["error", r.new]] }))),
        el("span", { class: "key" }, el("span", { class: "error" }, say("trend-new")), el("span", { class: "done" }, say("trend-fixed"))), "wide"));
    }
    list.push(card(say("by-month"), columnsChart(months.map(([m, n]) => ({ name: names.month(m), parts: [["info", n[1]], ["warning", n[2]], ["error", n[3]]] }))), levels(), data.runs.length > 1 ? "wide" : "full"));
    list.push(card(say("section"), bars("section", counts, 40, rateOf("section")), say("rate") + " " + say("rate-unit"), "wide"));
    list.push(card(say("unit"), bars("unit", counts, 40, rateOf("unit")), say("rate") + " " + say("rate-unit"), "wide"));
    list.push(card(say("category"), bars("category", counts, 20)));
    list.push(card(say("rule"), bars("rule", counts, 40)));
    list.push(card(say("year"), bars("year", counts, 40, null, true)));
    list.push(card(say("text"), bars("text", counts, 100), say("contexts"), "full"));
    charts.replaceChildren(...list);
  }

  // The list draws only the rows that are in view.
  const HEIGHT = 68;
  let shown = [], drawn = new Map();
  function context(i) {
    return [F.before[i], el("mark", { class: levelNames[F.level[i]] }, T.text[F.text[i]] || say("empty-text")), F.after[i]];
  }
  const badge = i => F.clause[i] === VETO ? el("span", { class: "badge veto" }, say("clause.veto")) : el("span", { class: "badge " + levelNames[F.level[i]] }, data.levels[F.level[i]]);
  const day = n => n ? String(n).replace(/(....)(..)(..)/, "$1-$2-$3") : "";
  function row(k) {
    const i = shown[k], d = F.doc[i];
    const suggest = T.suggest[F.suggest[i]];
    const e = el("div", { class: "row" + (F.state[i] === OPEN ? "" : " away"), tabIndex: 0, role: "button", on: { click: () => open(i), keydown: e => { if (e.key === "Enter") open(i); else if (e.key === "ArrowDown" || e.key === "ArrowUp") { e.preventDefault(); move(k + (e.key === "ArrowDown" ? 1 : -1)); } } } },
      el("p", { class: "said" }, badge(i), ...context(i), ...(suggest ? [" → ", el("ins", {}, suggest)] : [])),
      el("p", { class: "fine" }, [names.rule(F.rule[i]), D.title[d] || D.name[d], T.section[D.section[d]], T.unit[F.unit[i]], day(D.date[d]), data.states[F.state[i]]].filter(Boolean).join(" · ")));
    e.style.top = k * HEIGHT + "px";
    return e;
  }
  function move(k) {
    if (k < 0 || k >= shown.length) return;
    if ((k + 1) * HEIGHT > scroller.scrollTop + scroller.clientHeight) scroller.scrollTop = (k + 1) * HEIGHT - scroller.clientHeight;
    if (k * HEIGHT < scroller.scrollTop) scroller.scrollTop = k * HEIGHT;
    draw();
    drawn.get(k)?.focus();
  }
  function draw() {
    const from = Math.max(0, Math.floor(scroller.scrollTop / HEIGHT) - 6), to = Math.min(shown.length, from + Math.ceil(scroller.clientHeight / HEIGHT) + 12);
    for (const [k, e] of drawn) if (k < from || k >= to) { e.remove(); drawn.delete(k); }
    for (let k = from; k < to; k++) if (!drawn.has(k)) { const e = row(k); drawn.set(k, e); rows.append(e); }
  }
  function drawList(out, top) {
    shown = out;
    if (order === "level") shown = out.slice().sort((a, b) => (F.clause[b] === VETO) - (F.clause[a] === VETO) || F.level[b] - F.level[a] || a - b);
    if (order === "text") { const by = T.text; shown = out.slice().sort((a, b) => by[F.text[a]].localeCompare(by[F.text[b]], "zh") || a - b); }
    drawn = new Map();
    rows.replaceChildren(shown.length ? "" : el("p", { class: "empty" }, say("nothing")));
    rows.style.height = shown.length * HEIGHT + "px";
    if (top) scroller.scrollTop = 0;
    status.textContent = say("shown", { n: number.format(out.length), all: number.format(count) });
    draw();
  }

  // An article: its findings in the order of the text, with their contexts and what can be done.
  let ofDoc = null;
  function open(i) {
    if (!ofDoc) {
      ofDoc = new Map();
      for (let k = 0; k < count; k++) { const d = F.doc[k]; if (!ofDoc.has(d)) ofDoc.set(d, []); ofDoc.get(d).push(k); }
    }
    const d = F.doc[i], link = D.url[d];
    const list = ofDoc.get(d).slice().sort((a, b) => F.line[a] - F.line[b] || F.column[a] - F.column[b] || a - b);
    const heading = link ? el("a", { href: link, target: "_blank", rel: "noopener noreferrer" }, D.title[d] || D.name[d]) : D.title[d] || D.name[d];
    dialog.replaceChildren(
      el("div", { class: "top" }, el("h3", {}, heading), el("button", { type: "button", on: { click: () => dialog.close() } }, say("close")),
        el("p", { class: "fine" }, [D.name[d], T.section[D.section[d]], day(D.date[d]), say("article-rate", { rate: decimal(D.rate[d]) })].filter(Boolean).join(" · "))),
      el("div", { class: "items" }, ...list.map(k => item(k, k === i))));
    if (!dialog.open) dialog.showModal();
    dialog.querySelector(".here")?.scrollIntoView({ block: "center" });
  }
  function fragment(i) {
    const enc = s => encodeURIComponent(s).replace(/-/g, "%2D");
    const text = T.text[F.text[i]].trim(), before = F.before[i].trim().slice(-10), after = F.after[i].trim().slice(0, 10);
    if (!text) return before ? "#:~:text=" + enc(before) : "";
    return "#:~:text=" + (before ? enc(before) + "-," : "") + enc(text) + (after ? ",-" + enc(after) : "");
  }
  function item(i, here) {
    const link = D.url[F.doc[i]], suggest = T.suggest[F.suggest[i]];
    const place = F.line[i] ? say("place", { line: F.line[i], column: F.column[i] }) : "";
    return el("div", { class: "item" + (here ? " here" : "") },
      el("p", {}, badge(i), T.message[F.message[i]]),
      el("p", { class: "context" }, ...context(i)),
      suggest ? el("p", {}, say("suggestion") + " ", el("ins", {}, suggest)) : null,
      el("p", { class: "fine" }, [names.rule(F.rule[i]), T.standard[F.standard[i]], place, T.unit[F.unit[i]], data.states[F.state[i]], T.remark[F.remark[i]]].filter(Boolean).join(" · ")),
      link ? el("p", {}, el("a", { href: link + (link.includes("#") ? "" : fragment(i)), target: "_blank", rel: "noopener noreferrer" }, say("visit"))) : null,
      data.live ? act(i, here) : null);
  }

  // Setting a state. The revision that this page knows goes along; when somebody was quicker, what they
  // decided is shown and nothing is overwritten.
  function act(i, here) {
    const state = el("select", { name: "set-state" }, ...data.states.map((name, v) => el("option", { value: v, selected: v === F.state[i] }, name)));
    const remark = el("input", { type: "search", name: "set-remark", value: T.remark[F.remark[i]] || "", placeholder: say("remark"), maxLength: 1000 });
    const said = el("p", { class: "fine said", role: "status" });
    const form = el("form", { class: "act" }, state, remark, el("button", { class: "primary" }, say("save")), said);
    form.addEventListener("submit", async e => {
      e.preventDefault();
      try {
        const answer = await ask("states", { method: "POST", headers: { "Content-Type": "application/json" },
          body: JSON.stringify({ document: D.id[F.doc[i]], fingerprint: F.print[i], revision: F.revision[i], state: +state.value, remark: remark.value }) });
        const body = await answer.json();
        if (answer.ok || answer.status === 409) take(i, body);
        if (answer.ok) { const fresh = item(i, here); form.closest(".item").replaceWith(fresh); fresh.querySelector(".said").textContent = say("saved"); }
        else if (answer.status === 409) {
          said.className = "said conflict";
          said.textContent = say("conflict", { state: data.states[body.state], remark: body.remark ? "（" + body.remark + "）" : "" });
        } else throw new Error(body.detail ?? answer.status);
      } catch (e) {
        said.className = "said conflict";
        said.textContent = say("not-saved", { error: e.message });
      }
      update(true);
    });
    return form;
  }
  // take notes what the server says of a finding.
  function take(i, now) {
    F.state[i] = columns.state[i] = now.state;
    F.revision[i] = now.revision;
    let k = T.remark.indexOf(now.remark);
    if (k < 0) k = T.remark.push(now.remark) - 1;
    F.remark[i] = k;
  }

  // What others set is fetched now and then.
  if (data.live) {
    let since = data.now, where = null;
    setInterval(async () => {
      if (document.hidden) return;
      try {
        const answer = await ask("changes?since=" + since);
        if (!answer.ok) return;
        const body = await answer.json();
        since = body.now;
        where ??= new Map(Array.from({ length: count }, (_, i) => [D.id[F.doc[i]] + " " + F.print[i], i]));
        let changed = false;
        for (const c of body.changes) {
          const i = where.get(c.document + " " + c.fingerprint);
          if (i !== undefined && F.revision[i] < c.revision) { take(i, c); changed = true; }
        }
        if (changed) update(true);
      } catch { /* the next time */ }
    }, 10000);
  }

  function update(stay) {
    const { out, counts } = select();
    drawPanel(counts);
    drawFigures(out);
    drawCharts(counts);
    drawList(out, !stay);
  }
  addEventListener("resize", () => requestAnimationFrame(draw));
  addEventListener("keydown", e => {
    if (e.key === "/" && !e.target.closest("input, select, textarea") && !dialog.open) { e.preventDefault(); search.focus(); }
  });
  update();
  document.documentElement.dataset.ready = "1";
})();
