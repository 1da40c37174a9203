"use strict";
// Elements are made, never parsed: what pages said stays text.
function el(name, props, ...children) {
  const e = document.createElement(name);
  for (const [k, v] of Object.entries(props ?? {})) {
    if (k === "class") e.className = v;
    else if (k === "on") for (const [type, f] of Object.entries(v)) e.addEventListener(type, f);
    else if (k in e && k !== "list") e[k] = v;
    else e.setAttribute(k, v);
  }
  e.append(...children.filter(c => c !== null && c !== undefined && c !== ""));
  return e;
}
function svg(name, attributes, ...children) {
  const e = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [k, v] of Object.entries(attributes ?? {})) e.setAttribute(k, v);
  e.append(...children);
  return e;
}
