"""Whatever two pages are, the older one becomes the newer one, by what differs."""

from __future__ import annotations

import pytest

from galleyproof.preview.serving import Site, serve
from galleyproof.preview.state import Board, State

pytestmark = pytest.mark.browser

PAGE = "<!DOCTYPE html><html><head><title>A</title></head><body></body></html>"
FUZZ = """async ([seed, rounds]) => {
  const { known, morph } = await import("/.galley/morph.js");
  let state = seed;
  const random = (n) => {
    state = (state * 1103515245 + 12345) % 2147483648;
    return Math.floor(state / 65536) % n;
  };
  const pick = (items) => items[random(items.length)];
  const word = () => pick(["one", "two", "three", "four", "five", "six"]);
  const make = (tag, ...children) => {
    const made = document.createElement(tag);
    made.append(...children);
    return made;
  };
  const number = () => {
    const made = make("span", String(random(90)));
    made.dataset.galley = made.id = "n0";
    return made;
  };
  const line = () => Array.from({ length: 1 + random(4) },
    () => pick([() => `${word()} `, () => `${word()} `, number,
      () => make("em", word())])());
  const block = (depth) => pick([
    () => make("p", ...line()), () => make("p", ...line()), () => make("h2", word()),
    () => make("ul", ...Array.from({ length: random(4) }, () => make("li", ...line()))),
    () => make("table", make("tr", make("td", ...line()), make("td", number()))),
    () => document.createComment(word()),
    () => (depth ? make("section", ...blocks(depth - 1)) : make("pre", word())),
  ])();
  const blocks = (depth) => Array.from({ length: random(6) }, () => block(depth));
  const change = (root) => {
    for (let n = random(6); n >= 0; n -= 1) {
      const node = pick([...root.querySelectorAll("*")]);
      if (!node) { root.append(block(1)); continue; }
      pick([
        () => node.remove(), () => node.before(block(1)), () => node.after(...line()),
        () => { node.textContent = word(); },
        () => node.setAttribute("class", pick(["a", "b", "a b"])),
        () => node.removeAttribute("class"),
        () => root.append(node), () => node.after(node.cloneNode(true)),
      ])();
    }
    [...root.querySelectorAll("[data-galley]")].forEach((it, i) => {
      it.dataset.galley = it.id = `n${i + 1}`;
    });
  };
  // What scripts of the page do to it: boxes of their own, roles, classes.
  const disturb = (live) => {
    for (const node of live.querySelectorAll("*")) {
      if (!random(5)) node.setAttribute("role", "button");
      if (!random(9)) node.classList.add("galley-number");
      if (!random(9)) pick([(b) => node.before(b), (b) => node.append(b)])(
        Object.assign(make("aside", word()), { className: "galley-ui" }));
    }
  };
  const undisturbed = (live) => {
    const copy = live.cloneNode(true);
    copy.querySelectorAll(".galley-ui").forEach((box) => box.remove());
    for (const node of copy.querySelectorAll("*")) {
      node.removeAttribute("role");
      node.classList.remove("galley-number");
      if (!node.className) node.removeAttribute("class");
    }
    return copy;
  };
  for (let round = 0; round < rounds; round += 1) {
    let sent = make("main", ...blocks(2));
    change(sent);
    const live = sent.cloneNode(true);
    known(sent, live);
    for (let step = 0; step < 4; step += 1) {
      disturb(live);
      const next = sent.cloneNode(true);
      change(next);
      const wanted = next.outerHTML;
      let told = [];
      sent = morph(sent, next, (...change) => told.push(change));
      const got = undisturbed(live).outerHTML;
      if (got !== wanted) return { round, step, wanted, got };
      const kept = sent.outerHTML;
      if (kept !== wanted) return { round, step, wanted, kept };
      if (told.some(([, , element]) => !live.contains(element))) return { round, told };
    }
  }
  return null;
}"""
KEPT = """async () => {
  const { known, morph } = await import("/.galley/morph.js");
  const parse = (html) => new DOMParser().parseFromString(html, "text/html").body;
  const page = (...lines) => parse(lines.map((line) => `<p>${line}</p>`).join(""));
  const n = (i, text) => `<span id="n${i}" data-galley="n${i}">${text}</span>`;
  const sent = page("a", `of ${n(1, 5)} and ${n(2, 6)}`, "b", `then ${n(3, 7)}`);
  const live = sent.cloneNode(true);
  known(sent, live);
  const [, second, , fourth] = live.children;
  const [five, six] = second.children, told = [];
  // A number is new before all others, one has changed, one paragraph is gone.
  morph(sent, page(`now ${n(1, 1)}`, "a", `of ${n(2, 5)} and ${n(3, 66)}`,
    `then ${n(4, 7)}`), (old, now, element) => told.push([old, now, element.id]));
  return {
    told: told.filter(([old, now]) => old !== now),
    same: [live.children[2] === second, live.children[3] === fourth,
      five.id, six.id, six.textContent, fourth.lastChild.id],
  };
}"""


@pytest.fixture
def page(browser, tmp_path):
    (tmp_path / "index.html").write_text(PAGE)
    board = Board()
    board.put(State(version="v", pages=["index.html"]))
    site = Site(pages=tmp_path, beside=tmp_path, board=board, looking=set())
    with serve(site, 0) as server:
        page = browser.new_page()
        page.goto(server.address)
        yield page
        page.close()


def test_any_page_becomes_any_other(page):
    assert page.evaluate(FUZZ, [20261124, 400]) is None


def test_what_goes_on_stays_the_same_element(page):
    found = page.evaluate(KEPT)
    assert found["told"] == [["6", "66", "n3"]]
    assert found["same"] == [True, True, "n2", "n3", "66", "n4"]
