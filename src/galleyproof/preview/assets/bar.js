// The bar at the edge of the window: how the last build went, and what to do about it.

import { h, plural } from "./elements.js";

const dot = h("span", { class: "galley-live-dot", "aria-hidden": "true" });
const words = h("span", { class: "galley-live-words" });
const more = h("button", { type: "button", hidden: "hidden", click: () => next() });
const beside = h("a", { href: "/.galley/beside.html", target: "galley-beside" }, "PDF");
const bar = h("div", { class: "galley-ui galley-live-bar", role: "region", "aria-label": "Preview" },
  dot, words, more, beside);
let stops = [], at = -1, arrived = () => {};

export function prepare(shown = { beside: true }) {
  beside.hidden = !shown.beside;
  document.body.append(bar);
}

// `kind`: good, busy, bad, or lost.
export function tell(kind, text) {
  bar.dataset.kind = kind;
  words.textContent = text;
}

// A button that leads from one element to the next, in the order of the page; `arrive`
// is told of each.
export function lead(elements, word, arrive = () => {}) {
  stops = elements;
  arrived = arrive;
  at = -1;
  more.hidden = !stops.length;
  more.textContent = stops.length ? plural(stops.length, word) : "";
  more.setAttribute("aria-label", stops.length ? `Go to the ${plural(stops.length, word)}` : "");
}

function next() {
  for (let tries = stops.length; tries > 0; tries -= 1) {
    at = (at + 1) % stops.length;
    const element = stops[at];
    if (!element.isConnected) continue;
    for (let box = element.closest("details"); box; box = box.parentNode.closest("details")) box.open = true;
    element.scrollIntoView({ block: "center", behavior: "instant" });
    element.focus({ preventScroll: true });
    arrived(at);
    return;
  }
  more.hidden = true;
}

export const link = (page) => {
  beside.href = `/.galley/beside.html?${encodeURIComponent(page.replace(/\.html$/, ".pdf"))}`;
};
