// Changed numbers: marked where they stand, with what stood there before.

import { h, plural } from "./elements.js";

const SHOWN_MS = 6000, MOST_SHOWN = 40, MOST_SAID = 4;
const MARKS = /[†‡§]+\s*$/;
export const printed = (text) => text.replace(/\s+/g, " ").replace(MARKS, "").trim();

const said = h("div", { class: "galley-ui galley-live-said", role: "status", "aria-live": "polite" });
let marked = [], noted = [], timer = 0;
let taken = []; // where notes stand

export function prepare() {
  document.body.append(said);
  addEventListener("resize", follow);
  document.addEventListener("toggle", follow, true);
}

// `changes`: elements with the texts that they had and have.
export function flash(changes) {
  clear();
  mark(changes);
  const near = changes.filter(({ element }) => {
    const { top, bottom } = element.getBoundingClientRect();
    return bottom > -innerHeight && top < 2 * innerHeight;
  });
  near.slice(0, MOST_SHOWN).forEach(note);
  if (changes.length) timer = setTimeout(clear, SHOWN_MS);
  speak(changes);
}

function mark(changes) {
  marked = changes.map(({ element }) => element);
  marked.forEach((element) => element.classList.add("galley-live-changed"));
}

// Mark one of them once more: the reader has come to it.
export function again(change) {
  clear();
  mark([change]);
  note(change);
  timer = setTimeout(clear, SHOWN_MS);
}

function note({ element, old, now }) {
  const box = h("span", { class: "galley-ui galley-live-note", "aria-hidden": "true" },
    h("s", null, old), " → ", h("b", null, now));
  document.body.append(box);
  noted.push({ box, element });
  place(box, element);
}

// Where the page has moved, the notes follow.
export function follow() {
  taken = [];
  for (const { box, element } of noted) place(box, element);
}

// Above the number, in the page, so that it moves with it; below it where another note
// is in the way. What is folded away, or scrolled out of its table, shows none.
function place(box, element) {
  const at = element.getClientRects()[0];
  const around = element.closest(".scroll");
  const frame = around && around.getBoundingClientRect();
  box.hidden = !at || Boolean(frame && (at.right < frame.left || at.left > frame.right));
  if (box.hidden) return;
  const { offsetWidth: width, offsetHeight: height } = box;
  const end = element.getBoundingClientRect().bottom;
  const left = Math.max(8, Math.min(at.left, document.documentElement.clientWidth - width - 8));
  const tops = [at.top - height - 3, end + 3, at.top - 2 * height - 5, end + height + 5];
  const free = (top) => !taken.some((other) => left < other.right && other.left < left + width
    && top < other.bottom && other.top < top + height);
  const top = tops.find(free) ?? tops[0];
  taken.push({ left, right: left + width, top, bottom: top + height });
  box.style.left = `${left + scrollX}px`;
  box.style.top = `${top + scrollY}px`;
}

function clear() {
  clearTimeout(timer);
  marked.forEach((element) => element.classList.remove("galley-live-changed"));
  noted.forEach(({ box }) => box.remove());
  marked = [];
  noted = [];
  taken = [];
}

function speak(changes) {
  const words = changes.slice(0, MOST_SAID).map(({ old, now }) => `${old} is now ${now}`);
  const more = changes.length - words.length;
  if (more) words.push(`and ${more} more`);
  say(changes.length ? `${plural(changes.length, "number")} changed: ${words.join("; ")}` : "");
}

export function say(text) {
  if (text) said.textContent = text;
}
