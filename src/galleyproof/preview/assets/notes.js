// Findings over the page: before the block that they are about, else at its top.

import { h, own } from "./elements.js";

// As in `placing.py`, which counts them.
const BLOCKS = "p, h1, h2, h3, h4, h5, h6, li, dt, dd, figure, table, pre, figcaption, blockquote";
let shown = new Map(); // what a finding says -> its box

const list = h("section", {
  class: "galley-ui galley-live-list", "aria-label": "Findings that belong to no place on this page",
});

// Show these, in place of those that are shown; return the boxes in the order of the page.
export function show(notes, page, untold, placed) {
  const wanted = new Map();
  for (const note of notes) {
    const text = JSON.stringify(note);
    wanted.set(text, shown.get(text) || box(note));
  }
  for (const [text, element] of shown) if (!wanted.has(text)) element.remove();
  shown = wanted;
  const main = document.querySelector("main") || document.body;
  const blocks = placed
    ? [...main.querySelectorAll(BLOCKS)].filter((block) => !block.closest(".galley-ui")) : [];
  const rest = [], groups = new Map(); // what stands before or below which block
  for (const note of notes) {
    const element = wanted.get(JSON.stringify(note));
    const block = note.page === page && blocks[note.block];
    const boxes = block ? group(groups, block, note.below) : rest;
    if (!boxes.includes(element)) boxes.push(element);
  }
  [...groups.values()].forEach(put);
  if (untold) rest.push(h("p", null, `and ${untold} more, at the terminal`));
  if ([...list.children].some((child, i) => child !== rest[i]) || list.children.length !== rest.length) {
    list.replaceChildren(...rest);
  }
  if (!rest.length) list.remove();
  else if (main.firstElementChild !== list) main.prepend(list);
  return [...document.querySelectorAll(".galley-live-finding")];
}

// The boxes at a block. A figure or table is not broken up; an item of a list holds its own.
function group(groups, block, below) {
  const outer = block.closest("figure, table, blockquote") || block;
  const node = outer.closest(".scroll") || outer;
  if (!groups.has(node)) groups.set(node, { node, above: [], below: [] });
  return groups.get(node)[below ? "below" : "above"];
}

// What stands there already is not moved: it may have the focus.
function put({ node, above, below }) {
  const inside = node.matches("li, dt, dd");
  const old = [...node.childNodes].filter((child) => !own(child));
  const [first, last] = inside && old.length ? [old[0], old[old.length - 1]] : [node, node];
  [...above].reverse().reduce((next, box) => {
    if (next.previousSibling !== box) next.before(box);
    return box;
  }, first);
  below.reduce((before, box) => {
    if (before.nextSibling !== box) before.after(box);
    return box;
  }, last);
}

function box({ severity, code, message, hint, detail, place, excerpt }) {
  const [first, ...more] = message.split("\n");
  const long = [...more, detail].filter(Boolean).join("\n");
  return h("aside", {
    class: `galley-ui galley-live-finding galley-live-${severity}`, tabindex: "-1",
    "aria-label": `${severity}: ${first}`,
  },
  h("p", { class: "galley-live-head" },
    h("strong", null, severity), place ? h("code", null, place) : "",
    code ? h("span", { class: "galley-live-code" }, code) : ""),
  h("p", { class: "galley-live-message" }, ...marked(first)),
  excerpt.some(Boolean) ? h("pre", null, excerpt[0], h("mark", null, excerpt[1]), excerpt[2]) : "",
  hint ? h("p", { class: "galley-live-hint" }, h("b", null, "Hint: "), ...marked(hint)) : "",
  long ? h("details", null, h("summary", null, "Details"), h("pre", null, long)) : "");
}

// Words in backticks are code.
function marked(text) {
  return text.split(/`([^`]*)`/).map((part, i) => (i % 2 ? h("code", null, part) : part));
}
