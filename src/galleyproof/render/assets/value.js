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
