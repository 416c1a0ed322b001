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
