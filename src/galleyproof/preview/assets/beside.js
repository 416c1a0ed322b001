// The PDF, beside the page: asked for by being open, and renewed whenever it is built.

import { h } from "./elements.js";
import * as bar from "./bar.js";

const main = document.querySelector("main");
let version = "";

function take(state) {
  const asked = decodeURIComponent(location.search.slice(1));
  const file = state.besides.includes(asked) ? asked : state.besides[0];
  const notes = [...state.notes, ...state.beside_notes];
  if (state.building) bar.tell("busy", "Building …");
  else if (notes.some(({ severity }) => severity === "error")) bar.tell("bad", state.beside ? "The PDF is the last good one" : "Not built yet");
  else bar.tell("good", "Up to date");
  if (!file || version === state.beside) return;
  version = state.beside;
  document.title = file;
  const frame = h("iframe", { src: `/.galley/pdf/${encodeURI(file)}?${version}`, title: file });
  // The old one stays in sight until the new one is there.
  frame.addEventListener("load", () => {
    for (const other of [...main.children]) if (other !== frame) other.remove();
  });
  main.append(frame);
}

function connect() {
  const stream = new EventSource("/.galley/events?pdf");
  stream.onmessage = ({ data }) => take(JSON.parse(data));
  stream.onerror = () => {
    stream.close();
    bar.tell("lost", "Connection lost; trying again …");
    setTimeout(connect, 1000);
  };
}

bar.prepare({ beside: false });
bar.tell("busy", "Building …");
connect();
