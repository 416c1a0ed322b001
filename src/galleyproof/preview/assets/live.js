// The live page: hears of builds, and makes the page agree with the last good one.

import { steadily } from "./elements.js";
import { known, morph } from "./morph.js";
import * as bar from "./bar.js";
import * as flash from "./flash.js";
import * as notes from "./notes.js";

const RETRY_MS = 1000, BUSY_MS = 200;
const path = decodeURIComponent(location.pathname).slice(1);
// The page as it was sent: this script runs before those of the page have changed it.
let sent = document.cloneNode(true);
let version = document.getElementById("galley-live").dataset.version;
let pictures = null;
let stream = null, busy = 0, waiting = null, working = false;
let changes = []; // the numbers that the last build changed
let spoken = "";
known(sent.body, document.body);

const pageOf = (state) => path || (state.pages.includes("index.html") ? "index.html" : state.pages[0] || "");

// One state after the other; of those that come meanwhile, the last one counts.
async function take(state) {
  waiting = state;
  if (working) return;
  working = true;
  while (waiting) {
    const next = waiting;
    waiting = null;
    try {
      await agree(next);
    } catch (error) {
      console.error(error);
      bar.tell("lost", "The page could not be renewed; reload it");
    }
  }
  working = false;
}

async function agree(state) {
  clearTimeout(busy);
  if (state.building) {
    const words = state.building === "pdf" ? "Building the PDF …" : "Building …";
    busy = setTimeout(() => bar.tell("busy", words), BUSY_MS);
    if (state.building === "page" && state.version === version) return;
  }
  const page = pageOf(state);
  bar.link(page);
  if (state.version !== version && !(await renew(state.version))) return;
  refreshPictures(state.pictures);
  const found = [...state.notes, ...state.beside_notes];
  let boxes = [];
  steadily(() => { boxes = notes.show(found, page, state.untold, Boolean(version)); });
  flash.follow();
  lead(boxes);
  speak(found);
  if (!state.building) judge(state);
}

function judge({ good, seconds, beside_notes: beside }) {
  if (!good) bar.tell("bad", version ? "The page is the last good one" : "Not built yet");
  else if (beside.length) bar.tell("bad", "The PDF is the last good one");
  else bar.tell("good", seconds === null ? "Built" : `Built in ${seconds.toFixed(1)} s`);
}

// To the findings; where there are none, to the numbers that changed last.
function lead(boxes) {
  if (boxes.length) bar.lead(boxes, "finding");
  else {
    bar.lead(changes.map(({ element }) => element), "changed number",
      (at) => flash.again(changes[at]));
  }
}

function speak(found) {
  const words = found.map(({ severity, message, place }) => `${severity}: ${message}, ${place}`);
  const now = words.slice(0, 2).join("; ");
  if (now !== spoken) flash.say(now || "Nothing is wrong any more");
  spoken = now;
}

// The newer page ---------------------------------------------------------------------

// Return whether the page agrees; it does not where it has to be loaded anew.
async function renew(wanted) {
  const answer = await fetch(location.pathname, { cache: "no-store" });
  if (!answer.ok) { version = wanted; return true; } // this page is built no more
  const text = await answer.text();
  const page = new DOMParser().parseFromString(text, "text/html");
  const tag = page.getElementById("galley-live");
  if (!tag || !version || scripts(page) !== scripts(sent)) {
    location.reload();
    return false;
  }
  changes = [];
  steadily(() => {
    const focused = document.activeElement;
    document.title = page.title;
    styles(page);
    morph(sent.body, page.body, (before, after, element) => {
      const [old, now] = [flash.printed(before), flash.printed(after)];
      if (old !== now && !element.closest("nav")) changes.push({ element, old, now });
    });
    sent = page;
    version = tag.dataset.version;
    document.dispatchEvent(new CustomEvent("galley:renewed"));
    if (!focused.isConnected && focused.id) {
      const again = document.getElementById(focused.id);
      if (again) again.focus({ preventScroll: true });
    }
  });
  changes.reverse(); // they were found from the end
  flash.flash(changes);
  return true;
}

// What the page runs; where that changes, it has to run from the beginning.
const scripts = (page) => [...page.querySelectorAll("script")]
  .filter(({ id }) => id !== "galley-live" && id !== "galley-ledger")
  .map(({ src, textContent }) => src + textContent).join("\n")
  + Boolean(page.getElementById("galley-ledger"));

function styles(page) {
  const [old, young] = [sent, page].map((one) => [...one.head.querySelectorAll("style")]);
  const live = [...document.head.querySelectorAll("style")];
  young.forEach((style, i) => {
    if (old[i] && live[i]) {
      if (old[i].textContent !== style.textContent) live[i].textContent = style.textContent;
    } else document.head.append(document.importNode(style, true));
  });
}

// A picture that was drawn anew has the address that it had.
function refreshPictures(now) {
  const before = pictures || now;
  pictures = now;
  const base = new URL(".", new URL(pageOf({ pages: ["index.html"] }), location.origin + "/"));
  for (const picture of document.querySelectorAll("main img[src], main object[data]")) {
    const name = picture.matches("img") ? "src" : "data";
    const address = new URL(picture.getAttribute(name).replace(/[?#].*/, ""), base);
    const file = decodeURIComponent(address.pathname).slice(1);
    if (now[file] && now[file] !== before[file]) {
      picture.setAttribute(name, `${picture.getAttribute(name).replace(/[?#].*/, "")}?${now[file]}`);
      picture.classList.add("galley-live-drawn");
      setTimeout(() => picture.classList.remove("galley-live-drawn"), 6000);
    }
  }
}

// The stream -------------------------------------------------------------------------

function connect() {
  if (stream) stream.close();
  stream = new EventSource("/.galley/events");
  stream.onmessage = ({ data }) => take(JSON.parse(data));
  stream.onerror = () => {
    stream.close();
    stream = null;
    clearTimeout(busy);
    bar.tell("lost", "Connection lost; trying again …");
    setTimeout(() => { if (!document.hidden) connect(); }, RETRY_MS);
  };
}

function start() {
  bar.prepare();
  flash.prepare();
  bar.tell("busy", "Connecting …");
  connect();
  // A browser opens few connections to one server: those out of sight leave theirs.
  document.addEventListener("visibilitychange", () => {
    if (document.hidden && stream) { stream.close(); stream = null; }
    else if (!document.hidden && !stream) connect();
  });
}

if (document.readyState === "complete") start();
else addEventListener("DOMContentLoaded", () => setTimeout(start));
