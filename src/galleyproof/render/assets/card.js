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
