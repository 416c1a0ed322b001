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
