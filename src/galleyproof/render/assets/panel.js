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
