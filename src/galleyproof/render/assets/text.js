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
