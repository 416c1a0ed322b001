// Elements of our own. What is said comes from sources and data, so it becomes text.

export function h(tag, attributes, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes || {})) {
    if (typeof value === "function") made.addEventListener(name, value);
    else if (value !== undefined && value !== "") made.setAttribute(name, value);
  }
  made.append(...children.flat().filter((child) => child !== undefined && child !== ""));
  return made;
}

export const own = (node) => node.nodeType === 1
  && (node.classList.contains("galley-ui") || node.id === "galley-live");

export const plural = (n, word) => `${n.toLocaleString("en")} ${word}${n === 1 ? "" : "s"}`;

// What is in view stays where it is while `change` rebuilds what is around it.
export function steadily(change) {
  const root = document.documentElement;
  const kept = inView().map((element) => [element, element.getBoundingClientRect().top]);
  const at = scrollY;
  root.style.overflowAnchor = "none"; // the browser would correct what we correct
  change();
  const still = kept.find(([element]) => element.isConnected);
  if (at > 0 && still) {
    const moved = still[0].getBoundingClientRect().top - still[1];
    if (moved) scrollBy({ top: moved, behavior: "instant" });
  }
  requestAnimationFrame(() => { root.style.overflowAnchor = ""; });
}

function inView() {
  const main = document.querySelector("main") || document.body;
  const found = [];
  for (const element of main.querySelectorAll("p, h1, h2, h3, h4, li, figure, table, pre")) {
    if (element.closest(".galley-ui")) continue;
    const { top, bottom } = element.getBoundingClientRect();
    if (bottom > 0 && top < innerHeight) found.push(element);
    else if (top >= innerHeight && found.length) break;
  }
  return found;
}
