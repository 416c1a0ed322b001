// Make the page in front of the reader equal to a newer one, touching only what differs.
//
// Two pages as the server sent them are compared, never the one that its own script has
// changed since; what differs is done to the living page. An element that has a partner
// stays the same element: with its focus, its place and the card that is open at it.

import { own } from "./elements.js";

const living = new WeakMap(); // a node of a page as it was sent -> the node in the page
const NAME = /^[nc]\d+$/; // of a number or claim: counted anew in every build

// Remember which nodes in the page are those of its copy; to be called before any other
// script has changed it.
export function known(copy, live) {
  living.set(copy, live);
  const children = [...live.childNodes].filter((node) => !own(node));
  [...copy.childNodes].filter((node) => !own(node))
    .forEach((child, i) => known(child, children[i]));
}

// `changed(before, after, element)` is told of each element that prints a number. What is
// equal in both is moved over from the older page, which is used up: so nothing of it
// has to be looked at, however much it is.
export function morph(before, after, changed) {
  if (before.isEqualNode(after)) {
    after.replaceWith(before);
    return before;
  }
  const live = living.get(before);
  living.set(after, live);
  if (after.nodeType === 1) {
    const told = after.dataset && after.dataset.galley && [before, after].map((it) => it.textContent);
    attributes(before, after, live);
    children(before, after, live, changed);
    if (told) changed(...told, live);
  } else if (before.data !== after.data) live.data = after.data;
  return after;
}

function attributes(before, after, live) {
  for (const { name } of [...before.attributes]) {
    if (!after.hasAttribute(name) && name !== "open") live.removeAttribute(name);
  }
  for (const { name, value } of [...after.attributes]) {
    const old = before.getAttribute(name);
    if (old === value || name === "open") continue; // what is unfolded is the reader's
    if (name === "class") {
      const words = (text) => (text || "").split(/\s+/).filter(Boolean);
      live.classList.remove(...words(old));
      live.classList.add(...words(value));
    } else live.setAttribute(name, value);
  }
}

function children(before, after, live, changed) {
  const old = [...before.childNodes].filter((node) => !own(node));
  const young = [...after.childNodes].filter((node) => !own(node));
  const pairs = paired(old, young);
  const stays = new Set(pairs.values());
  for (const node of old) if (!stays.has(node)) living.get(node).remove();
  // Where scripts have put something at the end, what is new goes before that.
  const last = old.filter((node) => stays.has(node)).pop();
  let next = last ? living.get(last).nextSibling : null;
  for (const node of young.reverse()) {
    const partner = pairs.get(node);
    if (partner) next = living.get(morph(partner, node, changed));
    else {
      const made = document.importNode(node, true);
      known(node, made);
      live.insertBefore(made, next);
      next = made;
    }
  }
}

// Which old node each young one continues. Those that say the same are paired first, in
// order; between two such pairs, what is of the same kind continues each other.
function paired(old, young) {
  const pairs = new Map();
  let start = 0, end = old.length, ending = young.length;
  while (start < end && start < ending && old[start].isEqualNode(young[start])) {
    pairs.set(young[start], old[start]);
    start += 1;
  }
  while (end > start && ending > start && old[end - 1].isEqualNode(young[ending - 1])) {
    end -= 1;
    ending -= 1;
    pairs.set(young[ending], old[end]);
  }
  if (end - start === 1 && ending - start === 1) {
    alike(old.slice(start, end), young.slice(start, ending), pairs);
    return pairs;
  }
  const keys = [old.slice(0, end).map(key), young.slice(0, ending).map(key)];
  let from = start, since = start;
  for (const [i, j] of [...common(...keys, start), [end, ending]]) {
    alike(old.slice(from, i), young.slice(since, j), pairs);
    if (i < end) pairs.set(young[j], old[i]);
    [from, since] = [i + 1, j + 1];
  }
  return pairs;
}

function alike(old, young, pairs) {
  let from = 0;
  for (const node of young) {
    const at = old.findIndex((other, i) => i >= from && kin(other, node));
    if (at < 0) continue;
    pairs.set(node, old[at]);
    from = at + 1;
  }
}

function kin(one, other) {
  if (one.nodeName !== other.nodeName) return false;
  if (one.nodeType !== 1 || NAME.test(one.id) || NAME.test(other.id)) return true;
  return one.id === other.id;
}

// The text of a node without the names that are counted anew in every build.
const key = (node) => (node.nodeType === 1
  ? node.outerHTML.replace(/\b(id|data-galley|href)="#?[nc]\d+(?: [nc]\d+)*"/g, "$1")
  : `${node.nodeName}${node.data}`);

// The longest common subsequence from `start` on, as pairs of indices; of very many, those
// that occur once are enough.
function common(a, b, start) {
  const [m, n] = [a.length - start, b.length - start];
  if (m <= 0 || n <= 0) return [];
  if (m * n > 1e6) return rare(a, b, start);
  const lengths = Array.from({ length: m + 1 }, () => new Uint16Array(n + 1));
  for (let i = m - 1; i >= 0; i -= 1) {
    for (let j = n - 1; j >= 0; j -= 1) {
      lengths[i][j] = a[start + i] === b[start + j] ? lengths[i + 1][j + 1] + 1
        : Math.max(lengths[i + 1][j], lengths[i][j + 1]);
    }
  }
  const found = [];
  for (let i = 0, j = 0; i < m && j < n;) {
    if (a[start + i] === b[start + j]) {
      found.push([start + i, start + j]);
      i += 1;
      j += 1;
    } else if (lengths[i + 1][j] >= lengths[i][j + 1]) i += 1;
    else j += 1;
  }
  return found;
}

function rare(a, b, start) {
  const where = new Map();
  for (let i = start; i < a.length; i += 1) where.set(a[i], where.has(a[i]) ? -1 : i);
  const found = [];
  let last = -1;
  for (let j = start; j < b.length; j += 1) {
    const i = where.has(b[j]) ? where.get(b[j]) : -1;
    if (i > last) {
      found.push([i, j]);
      last = i;
    }
  }
  return found;
}
