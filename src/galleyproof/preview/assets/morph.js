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

// `changed(before, after, element)` is told of each element that prints a number.
export function morph(before, after, changed) {
  const live = living.get(before);
  living.set(after, live);
  if (before.isEqualNode(after)) {
    same(before, after);
    return;
  }
  if (after.nodeType !== 1) {
    if (before.data !== after.data) live.data = after.data;
    return;
  }
  attributes(before, after, live);
  children(before, after, live, changed);
  if (after.dataset && after.dataset.galley) changed(before, after, live);
}

// Equal through and through: only what stands for them changes.
function same(before, after) {
  const [old, young] = [before.childNodes, after.childNodes];
  for (let i = 0; i < young.length; i += 1) {
    living.set(young[i], living.get(old[i]));
    same(old[i], young[i]);
  }
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
  // From the end, so that what comes next is there already.
  let next = null;
  for (const node of young.reverse()) {
    const partner = pairs.get(node);
    if (partner) morph(partner, node, changed);
    else insert(node, live, next, young, pairs);
    next = living.get(node);
  }
}

function insert(node, live, next, young, pairs) {
  const made = document.importNode(node, true);
  known(node, made);
  if (next) next.before(made);
  else {
    // The last one: behind what stood last, before what scripts have put at the end.
    const last = young.find((other) => pairs.has(other));
    if (last && living.get(pairs.get(last)).isConnected) living.get(pairs.get(last)).after(made);
    else live.append(made);
  }
}

// Which old node each young one continues. Those that say the same are paired first, in
// order; between two such pairs, what is of the same kind continues each other.
function paired(old, young) {
  const pairs = new Map();
  const keys = [old.map(key), young.map(key)];
  let start = 0;
  while (start < old.length && start < young.length && keys[0][start] === keys[1][start]) {
    pairs.set(young[start], old[start]);
    start += 1;
  }
  let [end, ending] = [old.length, young.length];
  while (end > start && ending > start && keys[0][end - 1] === keys[1][ending - 1]) {
    end -= 1;
    ending -= 1;
    pairs.set(young[ending], old[end]);
  }
  let from = start, since = start;
  const matches = common(keys[0], keys[1], [start, end], [start, ending]);
  for (const [i, j] of [...matches, [end, ending]]) {
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

// The longest common subsequence, as pairs of indices; of very many, those that occur
// once on either side are enough.
function common(a, b, [start, end], [since, ending]) {
  const [m, n] = [end - start, ending - since];
  if (!m || !n) return [];
  if (m * n > 4e6) return unique(a, b, [start, end], [since, ending]);
  const lengths = Array.from({ length: m + 1 }, () => new Uint16Array(n + 1));
  for (let i = m - 1; i >= 0; i -= 1) {
    for (let j = n - 1; j >= 0; j -= 1) {
      lengths[i][j] = a[start + i] === b[since + j] ? lengths[i + 1][j + 1] + 1
        : Math.max(lengths[i + 1][j], lengths[i][j + 1]);
    }
  }
  const found = [];
  for (let i = 0, j = 0; i < m && j < n;) {
    if (a[start + i] === b[since + j]) found.push([start + i++, since + j++]);
    else if (lengths[i + 1][j] >= lengths[i][j + 1]) i += 1;
    else j += 1;
  }
  return found;
}

function unique(a, b, [start, end], [since, ending]) {
  const where = new Map();
  for (let i = start; i < end; i += 1) where.set(a[i], where.has(a[i]) ? -1 : i);
  const found = [];
  let last = -1;
  for (let j = since; j < ending; j += 1) {
    const i = where.get(b[j]);
    if (i > last) found.push([i, j]);
    if (i > last) last = i;
  }
  return found;
}
