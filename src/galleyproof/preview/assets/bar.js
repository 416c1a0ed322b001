// The bar at the edge of the window: how the last build went, and what to do about it.

import { h, plural } from "./elements.js";

const dot = h("span", { class: "galley-live-dot", "aria-hidden": "true" });
const words = h("span", { class: "galley-live-words" });
const more = h("button", { type: "button", hidden: "hidden", click: () => next() });
const beside = h("a", { href: "/.galley/beside.html", target: "galley-beside" }, "PDF");
const bar = h("div", { class: "galley-ui galley-live-bar", role: "region", "aria-label": "Preview" },
  dot, words, more, beside);
let stops = [], at = -1;

export function prepare(shown = { beside: true }) {
  beside.hidden = !shown.beside;
  document.body.append(bar);
}

// `kind`: good, busy, bad, or lost.
export function tell(kind, text) {
  bar.dataset.kind = kind;
  words.textContent = text;
}

// A button that leads from one element to the next, in the order of the page.
export function lead(elements, word) {
  stops = elements.filter((element) => element.isConnected);
  at = -1;
  more.hidden = !stops.length;
  more.textContent = stops.length ? plural(stops.length, word) : "";
  more.setAttribute("aria-label", stops.length ? `Go to the ${plural(stops.length, word)}` : "");
}

function next() {
  stops = stops.filter((element) => element.isConnected);
  if (!stops.length) { more.hidden = true; return; }
  at = (at + 1) % stops.length;
  for (let box = stops[at].closest("details"); box; box = box.parentNode.closest("details")) box.open = true;
  stops[at].scrollIntoView({ block: "center" });
  stops[at].focus({ preventScroll: true });
}

export const link = (page) => {
  beside.href = `/.galley/beside.html?${encodeURIComponent(page.replace(/\.html$/, ".pdf"))}`;
};
