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
