// The cards of the numbers and the panel that lists them: made by galleyproof from
// its src/galleyproof/render/assets. Reads <script id="galley-ledger">.
(() => {
"use strict";
// Text and elements: data may hold anything, so it becomes text nodes and nothing else,
// with invisible and direction characters spelt out.

const UNSEEN = /(?![\u200d\u00ad])[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}]/gu;
const hex = (c) => c.codePointAt(0).toString(16).toUpperCase().padStart(4, "0");
const visible = (text) => String(text)
  .replace(/[ \t\r\n\f\v]+/g, " ").replace(UNSEEN, (c) => `⟨U+${hex(c)}⟩`);

// An element; functions among its attributes listen to events.
function h(tag, attributes, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes || {})) {
    if (typeof value === "function") made.addEventListener(name, value);
    else if (value !== undefined) made.setAttribute(name, value);
  }
  for (const child of children.flat(9)) {
    if (child instanceof Node) made.append(child);
    else if (child !== undefined && child !== "") made.append(visible(child));
  }
  return made;
}

const data = (text) => h("bdi", null, text); // its direction stays its own
const button = (name, label, click, more) =>
  h("button", { type: "button", class: name, click, ...more }, label);
const closer = (close) => button("galley-close", "×", close, { "aria-label": "Close" });
const titled = (id, title, close) =>
  h("div", { class: "galley-head" }, h("h2", { id }, title), closer(close));

const digits = (n) => n.toLocaleString("en");
const plural = (n, word) => `${digits(n)} ${word}${n === 1 ? "" : "s"}`;
const unique = (items) => [...new Set(items)];

// A list that shows its first items; a button brings the rest.
const FEW = 8;
function few(items, word) {
  const list = h("ul", null, items.slice(0, FEW));
  const rest = items.slice(FEW);
  if (rest.length) {
    const more = button("galley-link", plural(rest.length, `more ${word}`),
      () => more.parentNode.replaceWith(...rest));
    list.append(h("li", null, more));
  }
  return list;
}

// The ledger, read when something is first asked of it. Maps throughout: a row may be
// called `constructor`.

const spans = new Map(); // name of a number or claim -> the element that prints it
const pictures = new Map(); // name of a number -> the picture that shows it
const source = () => document.getElementById("galley-ledger");
let known;

function ledger() {
  if (known) return known;
  const raw = JSON.parse(source().textContent);
  const map = (of) => new Map(Object.entries(of || {}));
  known = {
    values: map(raw.values), cells: map(raw.cells), studies: map(raw.studies),
    statuses: map(raw.statuses), tables: map(raw.rows), entries: new Map(), leaves: new Map(),
  };
  for (const [name, table] of known.tables) {
    known.tables.set(name, { ...table, rows: map(table.rows) });
  }
  for (const entry of inOrder(raw.numbers || [], raw.claims || [])) {
    known.entries.set(entry.id, located(entry));
  }
  return known;
}

// Where a number stands, if the ledger does not say: under Quarto the page knows best.
function located(entry) {
  const element = spans.get(entry.id) || pictures.get(entry.id);
  if (!element || (entry.part && !pictures.has(entry.id))) return entry;
  const float = element.closest(":is(div, figure):is([id^='tbl-'], [id^='fig-'])");
  const inside = (tags, part) => element.closest(tags) && part;
  const part = inside("figcaption, caption", "caption") || inside("td, th", "table")
    || inside("h1, h2, h3, h4, h5, h6", "heading") || "prose";
  return { part, float: float ? float.id : undefined, ...entry };
}

// Numbers come in the order of the page; claims are put where they stand among them.
function inOrder(numbers, claims) {
  const order = new Map([...spans.keys()].map((name, i) => [name, i]));
  const at = (entry) => (order.has(entry.id) ? order.get(entry.id) : -1);
  const waiting = [...claims].sort((a, b) => at(a) - at(b));
  const merged = [];
  for (const number of numbers) {
    while (waiting.length && at(waiting[0]) < at(number)) merged.push(waiting.shift());
    merged.push(number);
  }
  return merged.concat(waiting);
}

// An entry is a number, which has a `value`, or a claim, which has `values`.
const valuesOf = (entry) => entry.values || [entry.value];
const valueOf = (name) => ledger().values.get(name) || {};
const studyLabel = (key) => (ledger().studies.get(key) || {}).label || key;
const elementOf = (entry) => spans.get(entry.id)
  || document.getElementById(entry.anchor || entry.float || entry.id) || pictures.get(entry.id);
const statusesOf = (entry) =>
  unique(valuesOf(entry).map((name) => valueOf(name).status)).filter(Boolean);
const studiesIn = (cells) => unique(cells.map((cell) => cell.study).filter(Boolean));
const rowsIn = (cells) => unique(cells.map((cell) => `${cell.table}:${cell.row}`));

// Keys of the cells that a value rests on.
function leavesOf(name) {
  const { leaves } = ledger();
  if (!leaves.has(name)) {
    leaves.set(name, []); // a ledger with a circle must not hang the page
    const { cell, formula, printed_in: printed } = valueOf(name);
    const below = formula ? formula.operands.map(leavesOf).flat() : [];
    leaves.set(name, unique([...below, cell, printed].filter(Boolean)));
  }
  return leaves.get(name);
}
const cellsOf = (names) => unique(names.map(leavesOf).flat())
  .map((key) => ledger().cells.get(key)).filter(Boolean);

function rowOf(cell) {
  const table = ledger().tables.get(cell.table);
  const row = table && table.rows.get(cell.row);
  return row && { line: row.line, fields: table.fields.map((name, i) => [name, row.cells[i]]) };
}
function contentOf(cell) {
  const row = cell && rowOf(cell);
  const found = row && row.fields.find(([name]) => name === cell.field);
  return found ? found[1] : "";
}

// What a value is and what it was made of, down to the cells of the data.

const minus = (text) => text.replace(/-/g, "−");
const inFull = (number) => minus(Number.isInteger(number) ? digits(number) : String(number));

function fullValue({ number, text, kind, unit, relation, exact }) {
  if (kind === "text") return data(text);
  if (number === null) return "not estimable";
  const named = { percent: unit ? `% of ${unit}` : "%", "percentage points": " percentage points",
    count: ` ${unit}`, measurement: ` ${unit}` }[kind] || "";
  const shown = inFull(number);
  const endless = exact && shown.length > 12 ? small(`exactly ${minus(exact)}`) : "";
  return [data(`${relation ? `${relation} ` : ""}${shown}${named.trimEnd()}`), endless];
}
const small = (text) => h("small", null, data(text));

function between({ low, high }, kind) {
  const places = Math.max(Math.abs(low), Math.abs(high)) < 1 ? 4 : 2;
  const [from, to] = [low, high].map((limit) =>
    minus(limit.toFixed(places)) + (kind === "percent" ? "%" : ""));
  return data(`${from} to ${to}`);
}

function status(word, inWords) {
  const { mark, meaning } = ledger().statuses.get(word) || {};
  return h("span", { class: `galley-status galley-is-${word.replace(/ /g, "-")}` },
    h("span", { class: "galley-mark", "aria-hidden": "true" }, mark || "✓"),
    inWords && meaning ? `${word}: ${meaning}` : word);
}

const shownFormula = ({ name, shown }) =>
  !shown || shown.includes(name) ? shown || name : `${name}: ${shown}`;

const fact = (term, ...said) => h("div", null, h("dt", null, term), h("dd", null, said));
const statusFact = (word) => fact("Status", status(word, true));
const operandFact = (names) => fact("From", few(names.map(operandLine), "value"));
const operandsOf = ({ formula }) => (formula ? formula.operands : []);

// The facts of one value, as a list of terms; `shared` are said elsewhere.
function facts(name, shared = {}) {
  const value = valueOf(name);
  const { formula, interval, cell, constant, printed_in: printed } = value;
  const operands = operandsOf(value);
  const list = h("dl");
  const add = (...said) => list.append(fact(...said));
  add(value.kind === "text" ? "Words" : "Value", fullValue(value));
  if (value.status && !shared.status) list.append(statusFact(value.status));
  if (formula) add("Formula", data(shownFormula(formula)), counts(value));
  if (interval) {
    const { level, method } = interval;
    add("Interval", between(interval, value.kind),
      small(method.includes("%") ? method : `${level}% ${method}`));
  }
  if (printed) add("As printed", data(contentOf(ledger().cells.get(printed))), small(printed));
  if (cell) add("Data cell", data(contentOf(ledger().cells.get(cell))), small(cell));
  if (constant !== undefined) add("Given", data(constant || "a number that the formula has"));
  if (operands.length && !shared.operands) list.append(operandFact(operands));
  return list;
}

// `246 of 256 tumours`, where a percentage is a share of a count.
function counts({ formula, kind, unit }) {
  const operands = formula.operands.map(valueOf);
  const share = formula.name === "/" && kind === "percent" && operands.length === 2
    && operands.every((operand) => operand.kind === "count");
  return share ? small(`${operands[0].text} of ${operands[1].text} ${unit}`) : "";
}

// One operand: a line that opens to the operand's own facts.
function operandLine(name) {
  const { text, number, unit, kind, status: known } = valueOf(name);
  const words = text || inFull(number);
  const named = kind === "count" && unit ? `${words} ${unit}` : words;
  const rows = unique(cellsOf([name]).map((cell) => cell.row));
  const details = h("details", {
    toggle: () => { if (details.children.length === 1) details.append(facts(name)); },
  }, h("summary", null, data(named), known ? status(known) : "",
    rows.length === 1 ? small(rows[0]) : ""));
  return h("li", null, details);
}

// A study as the page cites it, with a link to its reference where there is one.
function cited(study) {
  const reference = document.getElementById(`ref-${study}`);
  if (!reference) return data(studyLabel(study));
  const margin = reference.querySelector(".csl-left-margin");
  const number = margin && margin.textContent.replace(/[^\p{L}\p{N}]/gu, "");
  return [h("a", { href: `#${reference.id}`, click: () => hide() }, data(studyLabel(study))),
    number ? ` [${number}]` : ""];
}

// Study and table or page of each cell; of a single study the reference as well.
function sources(cells) {
  const places = new Map(cells.filter((cell) => cell.study || cell.locator)
    .map((cell) => [`${cell.study}\n${cell.locator}`, cell]));
  const lines = [...places.values()].map(({ study, locator }) => h("li", null,
    study ? cited(study) : "", study && locator ? ", " : "", data(locator || "")));
  const studies = studiesIn(cells);
  const reference = studies.length === 1 && document.getElementById(`ref-${studies[0]}`);
  const words = reference && (reference.querySelector(".csl-right-inline") || reference);
  return lines.length ? h("section", null, h("h2", null, "Source"), few(lines, "place"),
    words ? h("p", { class: "galley-reference" }, data(words.textContent.trim())) : "") : "";
}

// The card: shown at a number, pinned there by a click, a tap or the Enter key.

const MARKS = /[†‡§]+$/;
const narrow = matchMedia("(max-width: 40rem)");
const cardTitle = h("p", { class: "galley-title", id: "galley-title" });
const gist = h("p", { class: "galley-gist", id: "galley-gist" });
const cardBody = h("div", { class: "galley-body" });
const cardFoot = h("footer");
const card = h("div", {
  class: "galley-ui galley-card", id: "galley-card", role: "dialog", tabindex: "-1",
  "aria-labelledby": "galley-title", hidden: "",
}, h("div", { class: "galley-head" }, cardTitle, closer(() => hide(true))),
gist, cardBody, cardFoot);
card.addEventListener("toggle", () => { if (shownAt) place(shownAt); }, true);

let shownAt = null, pinned = false, above = false, goBack = null;

// Show the card of an element. `entries`: other numbers than it prints itself; `back`:
// where the keyboard returns to.
function show(element, { pin = false, entries, back = element } = {}) {
  if (shownAt !== element || entries) {
    hide();
    fill(element, entries || named(element));
    shownAt = element;
    element.classList.add("galley-open");
    element.setAttribute("aria-describedby", "galley-gist");
    if (element.matches(".galley-number")) element.setAttribute("aria-expanded", "true");
    card.hidden = false;
    above = false;
    place(element, true);
  }
  if (!pin) return;
  pinned = true;
  goBack = back;
  card.classList.add("galley-pinned");
  uncover(element);
  card.focus({ preventScroll: true });
}

function hide(returning = false) {
  if (!shownAt) return;
  const [element, back] = [shownAt, goBack];
  element.classList.remove("galley-open");
  element.removeAttribute("aria-describedby");
  if (element.matches(".galley-number")) element.setAttribute("aria-expanded", "false");
  shownAt = goBack = null;
  pinned = false;
  card.classList.remove("galley-pinned");
  card.hidden = true;
  if (returning && back) silently(back);
}

let silent = false; // focus that comes back opens no card
function silently(element) {
  silent = true;
  element.focus({ preventScroll: true });
  silent = false;
}

const named = (element) => element.dataset.galley.split(/\s+/)
  .map((name) => ledger().entries.get(name)).filter(Boolean);

function fill(element, entries) {
  const cells = cellsOf(unique(entries.map(valuesOf).flat()));
  const studies = studiesIn(cells).map(studyLabel);
  const more = studies.length > 3 ? ` and ${studies.length - 3} more` : "";
  cardTitle.replaceChildren(data(entries.length === 1 ? entries[0].text
    : element.textContent.trim().replace(MARKS, "")));
  gist.replaceChildren(unique(entries.map(statusesOf).flat()).join(", "),
    studies.length ? "; " : "", data(studies.slice(0, 3).join("; ") + more));
  cardBody.replaceChildren(...(entries.length > 1 ? together(entries) : [section(entries[0])]),
    sources(cells));
  cardFoot.replaceChildren(...footer(entries, cells));
  cardBody.scrollTop = 0;
}

const section = (entry) => h("section", null, entry.values
  ? h("dl", null, fact("Because", data(entry.condition)), operandFact(entry.values))
  : facts(entry.value));

// Numbers that print together, such as the limits of an interval: what they have in
// common is said once.
function together(entries) {
  const values = entries.map((entry) => valueOf(entry.value));
  const same = (of) => unique(values.map((value) => String(of(value)))).length === 1;
  const shared = { status: same((value) => value.status), operands: same(operandsOf) };
  const operands = shared.operands ? operandsOf(values[0]) : [];
  const common = h("dl", null, shared.status ? statusFact(values[0].status) : "",
    operands.length ? operandFact(operands) : "");
  return [
    ...entries.map((entry) => h("section", null, h("h2", null, data(entry.text)),
      facts(entry.value, shared))),
    common.children.length ? h("section", null,
      h("h2", null, entries.length === 2 ? "Both" : "All"), common) : "",
  ];
}

function footer(entries, cells) {
  const count = rowsIn(cells).length;
  const label = count === 1 ? "Row of data behind it" : `${digits(count)} rows of data behind it`;
  const place = entries.map((entry) => entry.place).find(Boolean) || "";
  const names = entries.map((entry) => entry.id).join(", ");
  return [
    count ? button("galley-action", label, () => openRows(cells), { "aria-haspopup": "dialog" }) : "",
    h("small", null, data(place ? `${place} · ${names}` : names)),
  ];
}

// Below the element, or above it where there is more room; beside an open panel. On a
// narrow screen the style makes it a sheet at the bottom.
function place(element, choose = false) {
  card.style.cssText = narrow.matches ? "" : "top:0;left:0";
  if (narrow.matches) return;
  const at = element.getBoundingClientRect();
  const lines = element.getClientRects(); // a number may be broken over two
  const from = card.getBoundingClientRect();
  const under = innerHeight - at.bottom - 14, over = at.top - 14;
  if (choose) above = from.height > under && over > 1.3 * under;
  const height = Math.min(from.height, Math.max(above ? over : under, 200));
  const top = clamp(above ? at.top - 6 - height : at.bottom + 6, 8, innerHeight - height - 8);
  const [first, last] = margins();
  const start = (lines[above ? 0 : lines.length - 1] || at).left;
  const left = clamp(start - 16, first, last - from.width);
  card.style.cssText =
    `top:${top - from.top}px;left:${left - from.left}px;max-height:${Math.ceil(height)}px`;
}
const clamp = (n, low, high) => Math.max(Math.min(n, high), low);

// A sheet at the bottom must not cover the number that it belongs to.
function uncover(element) {
  const covered = element.getBoundingClientRect().bottom + 16 - card.getBoundingClientRect().top;
  if (narrow.matches && covered > 0) scrollBy({ top: covered, behavior: "instant" });
}

// The rows of data behind a number, with the cells that it rests on.

const rowsBody = h("div", { class: "galley-body" });
const rowsDialog = h("dialog", {
  class: "galley-ui galley-rows", "aria-labelledby": "galley-rows-title",
  click: (event) => { if (event.target === rowsDialog) rowsDialog.close(); },
}, h("div", { class: "galley-inner" },
  titled("galley-rows-title", "Rows of data", () => rowsDialog.close()), rowsBody));

function openRows(cells) {
  const byRow = new Map(rowsIn(cells).map((row) => [row, []]));
  for (const cell of cells) byRow.get(`${cell.table}:${cell.row}`).push(cell);
  const open = byRow.size <= 3;
  rowsBody.replaceChildren(...[...byRow.values()].map((used) => rowView(used, open)));
  rowsDialog.showModal();
  rowsBody.scrollTop = 0;
}

function rowView(used, open) {
  const { table, row: name, address } = used[0];
  const row = rowOf(used[0]);
  const path = address.replace(/#.*/, "");
  const cells = new Map(used.map((cell) => [cell.field, cell]));
  const line = ([field, text]) => {
    const cell = cells.get(field);
    const where = cell ? h("code", null, data(cell.address.replace(/^[^#]*/, ""))) : "";
    return h("tr", { class: cell && "galley-used" }, h("th", { scope: "row" }, data(field)),
      h("td", null, where, text ? data(text) : "–"));
  };
  const fields = row ? row.fields : used.map((cell) => [cell.field, ""]);
  return h("details", { open: open ? "" : undefined },
    h("summary", null, h("strong", null, data(`${table}: ${name}`)),
      h("code", null, data(row ? `${path}#row=${row.line}` : path))),
    h("table", null, h("tbody", null, fields.map(line))));
}

// The list of the panel. Only the lines in view are in the page, so that 20,000 numbers
// cost no more than twenty.

const LINE_PX = 62; // as in the style
let found = [], active = -1, first = -1;

const space = h("div", { role: "presentation" });
const list = h("div", {
  class: "galley-list", role: "listbox", tabindex: "0", "aria-label": "Numbers",
  scroll: () => draw(), keydown: (event) => walk(event),
  focus: () => { if (active < 0 && found.length && list.matches(":focus-visible")) activate(0); },
}, space);

function fillList(entries) {
  found = entries;
  space.style.height = `${entries.length * LINE_PX}px`;
  list.scrollTop = 0;
  first = -1;
  activate(-1);
}

function redraw() {
  first = -1;
  draw();
}

// A line stays the same element while it is in view: it may be being clicked.
function draw() {
  const from = Math.max(Math.floor(list.scrollTop / LINE_PX) - 4, 0);
  const count = Math.ceil(list.clientHeight / LINE_PX) + 8;
  if (from !== first) {
    first = from;
    space.replaceChildren(...found.slice(first, first + count)
      .map((entry, i) => line(entry, first + i)));
  }
  for (const shown of space.children) {
    const chosen = shown.id === `galley-line-${active}`;
    shown.setAttribute("aria-selected", String(chosen));
  }
}

function line(entry, index) {
  const [before, after] = around(entry);
  const studies = studiesIn(cellsOf(valuesOf(entry))).map(studyLabel);
  const more = studies.length > 2 ? `${studies.length - 2} more` : "";
  const where = [partOf(entry), ...studies.slice(0, 2), more].filter(Boolean).join(" · ");
  return h("div", {
    role: "option", id: `galley-line-${index}`, class: "galley-line",
    style: `top:${index * LINE_PX}px`, "aria-setsize": found.length, "aria-posinset": index + 1,
    click: () => { activate(index); jump(entry, list); },
  }, h("div", null, before ? data(before) : "", h("b", null, data(entry.text)),
    after ? data(after) : ""),
  h("small", null, entry.values ? "claim" : statusesOf(entry).map((word) => status(word)),
    " · ", data(where)));
}

// The words around a number in the text; the headings of its row and column in a table.
function around(entry) {
  const element = spans.get(entry.id);
  const block = element && element.closest(BLOCKS);
  if (!block) return ["", ` ${rowsIn(cellsOf(valuesOf(entry))).slice(0, 2).join(", ")}`];
  const cell = element.closest("td, th");
  if (cell) {
    const head = cell.closest("table").querySelector("thead tr:last-child");
    const names = [cell.parentNode.cells[0], head && head.cells[cell.cellIndex]]
      .filter((other) => other && other !== cell).map((other) => other.textContent.trim());
    return ["", ` ${visible(names.join(", "))}`];
  }
  const words = (edge) => {
    const range = document.createRange();
    range.selectNodeContents(block);
    range[edge](element);
    return range.toString();
  };
  const [start, end] = within(entry, element);
  const before = visible(words("setEndBefore") + start), after = end + words("setStartAfter");
  const short = before.length > 26 ? before.slice(-26).replace(/^\S*\s?/, "… ") : before;
  return [short, visible(after.slice(0, 90))];
}

// An element may print several numbers: what of its text stands before and behind one.
function within(entry, element) {
  const text = element.textContent.replace(MARKS, "");
  let from = 0, to = 0;
  for (const { id, text: printed } of named(element)) {
    from = text.indexOf(printed, to);
    if (from < 0) return ["", ""];
    to = from + printed.length;
    if (id === entry.id) break;
  }
  return [text.slice(0, from), text.slice(to)];
}

function partOf({ id, part, float, anchor }) {
  if (float) {
    const said = { figure: ", drawn", alt: ", alternative text", caption: ", caption" }[part];
    return floatLabel(float) + (said || "");
  }
  const element = spans.get(id) || document.getElementById(anchor);
  const section = element && element.closest("section");
  const heading = section && section.querySelector("h1, h2, h3, h4, h5, h6");
  return heading ? heading.textContent.trim() : part;
}

function floatLabel(id) {
  const box = document.getElementById(id);
  const caption = box && box.querySelector("figcaption, caption");
  const label = caption && /^\s*([^:.]{1,24})[:.]/.exec(caption.textContent);
  return label ? label[1].trim() : id;
}

function activate(index) {
  active = index;
  if (index >= 0) {
    const top = index * LINE_PX;
    list.scrollTop = clamp(list.scrollTop, top + LINE_PX - list.clientHeight, top);
    list.setAttribute("aria-activedescendant", `galley-line-${index}`);
  } else list.removeAttribute("aria-activedescendant");
  draw();
}

function walk(event) {
  const page = Math.max(Math.floor(list.clientHeight / LINE_PX) - 1, 1);
  const last = found.length - 1;
  const to = { ArrowDown: active + 1, ArrowUp: active - 1, PageDown: active + page,
    PageUp: active - page, Home: 0, End: last }[event.key];
  if (to !== undefined && last >= 0) activate(clamp(to, 0, last));
  else if (found[active] && [" ", "Enter"].includes(event.key)) jump(found[active], list);
  else return;
  event.preventDefault();
}

// The panel: all numbers and claims of the page, to search and to filter.

const nothing = () => ({ words: [], study: "", where: "", kinds: new Set() });
let wanted = nothing();

const search = h("input", {
  type: "search", placeholder: "Search text, study, row or formula", "aria-label": "Search",
  input: () => { wanted.words = visible(search.value).toLowerCase().split(" "); sift(); },
  keydown: (event) => {
    if (event.key !== "ArrowDown") return;
    event.preventDefault();
    list.focus();
  },
});
const select = (name, label) => h("select", {
  "aria-label": label, change: (event) => { wanted[name] = event.target.value; sift(); },
});
const studySelect = select("study", "Study"), whereSelect = select("where", "Where it stands");
const chips = h("div", { class: "galley-chips", role: "group", "aria-label": "Status" });
const tally = h("span", { role: "status" });
const clear = button("galley-link", "Show all", () => { reset(); search.focus(); });
const panel = h("dialog", {
  class: "galley-ui galley-panel", "aria-labelledby": "galley-panel-title",
  click: (event) => { if (event.target === panel) panel.close(); },
  close: () => opener.setAttribute("aria-expanded", String(panel.open)),
}, h("div", { class: "galley-inner" },
  titled("galley-panel-title", "Numbers on this page", () => closePanel()), search,
  h("div", { class: "galley-selects" }, studySelect, whereSelect), chips,
  h("p", { class: "galley-tally" }, tally, clear), list,
  h("p", { class: "galley-help" }, "In the text the Tab key stops at the first number of each",
    " paragraph and table; arrow keys go on, Enter opens a card, Escape closes it.")));
const opener = button("galley-ui galley-opener", "Numbers",
  () => { if (panel.open) closePanel(); else openPanel(); },
  { "aria-expanded": "false", "aria-haspopup": "dialog" });
const beside = () => panel.open && !panel.matches(":modal");

function closePanel() {
  panel.close();
  silently(opener);
}

// In the wider margin beside the text; over the page where both margins are too narrow.
function openPanel(where) {
  hide();
  prepare();
  if (where) { wanted = nothing(); wanted.where = where; }
  const text = (document.querySelector("main") || document.body).getBoundingClientRect();
  const right = document.documentElement.clientWidth - text.right;
  const room = Math.max(text.left, right) - 12;
  panel.style.width = room >= 300 ? `${Math.min(room, 420)}px` : "";
  panel.classList.toggle("galley-right", room < 300 || right > text.left);
  if (panel.open) panel.close();
  if (room >= 300) panel.show(); else panel.showModal();
  opener.setAttribute("aria-expanded", "true");
  reset(wanted);
  search.focus();
}

// The edges between which a card may stand.
function margins() {
  const width = document.documentElement.clientWidth;
  const box = beside() ? panel.getBoundingClientRect() : null;
  if (!box) return [8, width - 8];
  return box.left > 0 ? [8, box.left - 8] : [box.right + 8, width - 8];
}

const kindsOf = (entry) => (entry.values ? ["claim"] : statusesOf(entry));
const whereOf = (entry) => entry.float || "-";

// Once: what there is to filter by, with counts.
function prepare() {
  if (studySelect.options.length) return;
  const studies = new Map(), places = new Map(), kinds = new Map();
  const count = (map, key) => map.set(key, (map.get(key) || 0) + 1);
  for (const entry of ledger().entries.values()) {
    entry.studies = studiesIn(cellsOf(valuesOf(entry)));
    entry.studies.forEach((key) => count(studies, key));
    count(places, whereOf(entry));
    kindsOf(entry).forEach((key) => count(kinds, key));
  }
  const option = (value, label, n) => h("option", { value }, label, n ? ` (${digits(n)})` : "");
  const sorted = [...studies].map(([key, n]) => [studyLabel(key), key, n]).sort();
  studySelect.append(option("", "All studies"),
    ...sorted.map(([label, key, n]) => option(key, label, n)));
  whereSelect.append(option("", "Anywhere"), ...[...places].map(([key, n]) =>
    option(key, key === "-" ? "Running text" : floatLabel(key), n)));
  for (const key of [...ledger().statuses.keys(), "claim"]) {
    if (kinds.has(key)) chips.append(kindChip(key, kinds.get(key)));
  }
}

function kindChip(key, n) {
  const toggle = () => {
    if (!wanted.kinds.delete(key)) wanted.kinds.add(key);
    sift();
  };
  return button("galley-chip", [key === "claim" ? "claims" : status(key),
    h("small", null, digits(n))], toggle, { "data-kind": key });
}

function haystack(entry) {
  if (entry.haystack === undefined) {
    const values = valuesOf(entry), cells = cellsOf(values);
    const formulas = values.map((name) => valueOf(name).formula).filter(Boolean);
    entry.haystack = visible([entry.text, entry.id, entry.part, entry.float, entry.condition,
      ...formulas.map(shownFormula), ...entry.studies, ...entry.studies.map(studyLabel),
      ...rowsIn(cells)].filter(Boolean).join(" ")).toLowerCase();
  }
  return entry.haystack;
}

const fits = ({ words, study, where, kinds }) => (entry) =>
  (!kinds.size || kindsOf(entry).some((kind) => kinds.has(kind)))
  && (!where || whereOf(entry) === where)
  && (!study || entry.studies.includes(study))
  && words.every((word) => haystack(entry).includes(word));

function sift() {
  const all = [...ledger().entries.values()];
  const fitting = all.filter(fits(wanted));
  tally.textContent = fitting.length === all.length ? `${digits(all.length)} in all`
    : `${digits(fitting.length)} of ${digits(all.length)}`;
  clear.hidden = fitting.length === all.length;
  for (const chip of chips.children) {
    chip.setAttribute("aria-pressed", String(wanted.kinds.has(chip.dataset.kind)));
  }
  fillList(fitting);
}

function reset(to = nothing()) {
  wanted = to;
  search.value = wanted.words.join(" ");
  studySelect.value = wanted.study;
  whereSelect.value = wanted.where;
  sift();
}

// Go to a number and open its card; Escape leads back to the panel beside the text.
function jump(entry, back) {
  const element = elementOf(entry);
  if (!element) return;
  if (panel.open && !beside()) panel.close();
  for (let box = element.closest("details"); box; box = box.parentNode.closest("details")) {
    box.open = true;
  }
  element.scrollIntoView({ block: "center", behavior: "instant" });
  hide();
  show(element, { pin: true, entries: spans.has(entry.id) ? undefined : [entry],
    back: beside() ? back : element });
}

// The numbers in the text: what the pointer, a finger and the keyboard do to them.

const BLOCKS = "figcaption, p, li, dt, dd, h1, h2, h3, h4, h5, h6, td, th";
const SHOW_MS = 220, HIDE_MS = 320;
const numbers = [];
const numberAt = (target) => target instanceof Element && target.closest(".galley-number");
const blockOf = (element) =>
  element.closest("table") || element.closest(BLOCKS) || element.parentNode;

// The Tab key stops once a paragraph or table, not a thousand times: arrow keys go on
// from there. What stands in a link stays a link; a picture's numbers are in the panel.
function attach() {
  const stops = new Set();
  for (const element of document.querySelectorAll("[data-galley]")) {
    const names = element.dataset.galley.split(/\s+/);
    if (element.matches("img")) names.forEach((name) => pictures.set(name, element));
    if (element.closest("nav, a, button, summary, img")) continue;
    names.forEach((name) => spans.set(name, element));
    const block = blockOf(element);
    element.classList.add("galley-number");
    element.setAttribute("role", "button");
    element.setAttribute("aria-haspopup", "dialog");
    element.setAttribute("aria-expanded", String(element === shownAt));
    element.tabIndex = stops.has(block) ? -1 : 0;
    element.removeAttribute("title");
    stops.add(block);
    numbers.push(element);
  }
}

function rove(element) {
  const block = blockOf(element);
  for (const other of block.querySelectorAll('.galley-number[tabindex="0"]')) {
    if (blockOf(other) === block) other.tabIndex = -1;
  }
  element.tabIndex = 0;
}

let showing = 0, hiding = 0;
const stay = () => {
  clearTimeout(showing);
  clearTimeout(hiding);
  showing = hiding = 0;
};

// The pointer may cross from the number into its card.
function hover(event) {
  if (event.pointerType !== "mouse" || pinned) return;
  const element = numberAt(event.target);
  if (card.contains(event.target) || (element && element === shownAt)) stay();
  else if (element) {
    clearTimeout(showing);
    showing = setTimeout(() => { stay(); show(element); }, SHOW_MS);
  } else {
    clearTimeout(showing);
    if (!card.hidden && !hiding) hiding = setTimeout(() => { stay(); hide(); }, HIDE_MS);
  }
}

function click(event) {
  if (String(getSelection())) return; // the reader selects text
  const element = numberAt(event.target);
  const ours = [card, panel, rowsDialog, opener].some((box) => box.contains(event.target));
  stay();
  if (element && pinned && element === shownAt) hide(true);
  else if (element) show(element, { pin: true });
  else if (!ours && event.target.isConnected) hide();
}

function keys(event) {
  const element = numberAt(event.target);
  const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  const plain = !event.altKey && !event.ctrlKey && !event.metaKey;
  if (event.key === "Escape") escape();
  else if (event.key === "Tab" && card.contains(event.target)) leaveCard(event);
  else if (element && plain && [" ", "Enter"].includes(event.key)) {
    event.preventDefault();
    stay();
    show(element, { pin: true });
  } else if (element && plain && step && numbers[numbers.indexOf(element) + step]) {
    event.preventDefault();
    numbers[numbers.indexOf(element) + step].focus();
  }
}

function escape() {
  if (document.querySelector(".galley-ui:modal")) return; // which closes by itself
  if (document.activeElement === search && search.value) return; // which it empties
  stay();
  if (!card.hidden) hide(true);
  else if (panel.open) closePanel();
}

// The card is at the end of the page; the Tab key goes on behind its number.
function leaveCard(event) {
  const stops = [...card.querySelectorAll("a, button, summary")]
    .filter((stop) => stop.getClientRects().length);
  const here = document.activeElement;
  if (event.shiftKey && here === card) event.preventDefault();
  else if (event.shiftKey || here !== stops[stops.length - 1]) return;
  hide(true);
}

function focusIn(event) {
  const element = numberAt(event.target);
  if (!element) return;
  rove(element);
  if (silent || pinned || !element.matches(":focus-visible")) return;
  stay();
  showing = setTimeout(() => show(element), SHOW_MS);
}

function focusOut(event) {
  if (!numberAt(event.target) || pinned || card.contains(event.relatedTarget)) return;
  stay();
  hide();
}

// A picture hides its numbers from the pointer; its caption leads to them.
function captions() {
  const counts = new Map();
  for (const { part, float } of ledger().entries.values()) {
    if (part === "figure") counts.set(float, (counts.get(float) || 0) + 1);
  }
  for (const [float, n] of counts) {
    const figure = document.getElementById(float);
    const caption = figure && figure.querySelector("figcaption");
    const there = caption && caption.querySelector(".galley-drawn");
    if (there) there.textContent = `${plural(n, "number")} drawn`;
    else if (caption) {
      caption.append(" ", button("galley-ui galley-drawn", `${plural(n, "number")} drawn`,
        () => openPanel(float), { "aria-haspopup": "dialog" }));
    }
  }
}

// A live preview has made the page agree with a newer one: read everything anew, and
// keep open what is open.
function renewed() {
  known = undefined;
  [spans, pictures].forEach((map) => map.clear());
  numbers.length = 0;
  attach();
  later(captions);
  const [element, pin, back] = [shownAt, pinned, goBack];
  if (element) {
    const focused = card.contains(document.activeElement);
    hide();
    if (element.isConnected && element.dataset.galley) {
      show(element, { pin: pin && focused, back });
      if (pin && !focused) { pinned = true; goBack = back; card.classList.add("galley-pinned"); }
    }
  }
  [studySelect, whereSelect, chips].forEach((box) => box.replaceChildren());
  if (panel.open) { prepare(); reset(wanted); }
}

function fromAddress() {
  const name = location.hash.slice(1);
  const entry = /^[nc]\d+$/.test(name) && ledger().entries.get(name);
  if (entry) jump(entry);
}

const later = window.requestIdleCallback || setTimeout;

function start() {
  if (!source()) return;
  attach();
  const skip = document.querySelector("a.skip");
  if (skip) skip.after(opener, panel);
  else document.body.prepend(opener, panel);
  document.body.append(card, rowsDialog);
  const listeners = { pointerover: hover, click, keydown: keys, focusin: focusIn, focusout: focusOut };
  for (const [name, listener] of Object.entries(listeners)) {
    document.addEventListener(name, listener);
  }
  addEventListener("resize", () => {
    if (shownAt) place(shownAt, true);
    if (panel.open) redraw();
  });
  addEventListener("hashchange", fromAddress);
  document.addEventListener("galley:renewed", renewed);
  fromAddress();
  later(captions);
}

if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
else start();
})();
