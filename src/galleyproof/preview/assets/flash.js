// Changed numbers: marked where they stand, with what stood there before.

import { h, plural } from "./elements.js";

const SHOWN_MS = 6000, MOST_SHOWN = 40, MOST_SAID = 4;
const MARKS = /[†‡§]+\s*$/;
export const printed = (element) => element.textContent.replace(/\s+/g, " ").replace(MARKS, "").trim();

const said = h("div", { class: "galley-ui galley-live-said", role: "status", "aria-live": "polite" });
let shown = [], timer = 0;

export function prepare() {
  document.body.append(said);
}

// `changes`: elements with the texts that they had and have.
export function flash(changes) {
  clear();
  for (const { element, old, now } of changes) {
    element.classList.add("galley-live-changed");
    shown.push(element);
    if (shown.length <= MOST_SHOWN) note(element, old, now);
  }
  if (changes.length) timer = setTimeout(clear, SHOWN_MS);
  speak(changes);
}

// Above the number, in the page, so that it moves with it.
function note(element, old, now) {
  const box = h("span", { class: "galley-ui galley-live-note", "aria-hidden": "true" },
    h("s", null, old), " → ", h("b", null, now));
  document.body.append(box);
  shown.push(box);
  const at = element.getClientRects()[0];
  if (!at) { box.remove(); return; }
  const width = document.documentElement.clientWidth;
  const left = Math.max(8, Math.min(at.left, width - box.offsetWidth - 8));
  box.style.left = `${left + scrollX}px`;
  box.style.top = `${at.top + scrollY - box.offsetHeight - 3}px`;
}

function clear() {
  clearTimeout(timer);
  for (const each of shown) {
    if (each.classList.contains("galley-live-note")) each.remove();
    else each.classList.remove("galley-live-changed");
  }
  shown = [];
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
