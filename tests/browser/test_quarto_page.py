"""The same script and style in a page of Quarto's shape, from the extension's files.

The page is written out here after what Quarto 1.10 makes; no Quarto runs.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

EXTENSION = Path(__file__).resolve().parents[2] / "_extensions" / "galleyproof"
PAGE = """\
<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>Quarto</title>
<script src="{extension}/cards.js"></script>
<link href="{extension}/cards.css" rel="stylesheet">
<style>
h2 {{ border-bottom: 1px solid; opacity: .9; margin-top: 2rem; padding-bottom: .5rem; }}
main {{ max-width: 600px; margin: 0 auto; }} dd {{ margin-left: 2rem; }}
</style></head>
<body class="quarto-{mode}"><div id="quarto-content"><main class="content">
<header id="title-block-header"><h1 class="title">Title</h1></header>
<section id="results" class="level2"><h2>Results</h2>
<p>Success was <span id="n1" class="value" data-galley="n1">96.1%</span> in
<span id="n2" class="value" data-galley="n2 n3">246/256</span>.</p>
<div id="tbl-size" class="quarto-float anchored">
<figure class="quarto-float quarto-float-tbl figure">
<figcaption id="tbl-size-caption-0ceaefa1" class="quarto-float-caption">
Table&nbsp;1: Outcomes of <span id="n6" data-galley="n6">84.6%</span></figcaption>
<div aria-describedby="tbl-size-caption-0ceaefa1"><table class="table">
<thead><tr class="header"><th>Outcome</th><th>Rate</th></tr></thead>
<tbody><tr><td>Success</td><td><span id="n9" data-galley="n9">84.6%</span></td></tr>
</tbody></table></div></figure></div>
<div id="fig-size" class="quarto-float quarto-figure anchored">
<figure class="quarto-float quarto-float-fig figure">
<div aria-describedby="fig-size-caption-0ceaefa1">
<img src="data:image/gif;base64,R0lGODlhAQABAAAAACw=" width="300" height="100"
 alt="A rate." data-galley="n11"></div>
<figcaption id="fig-size-caption-0ceaefa1">Figure&nbsp;1: Success</figcaption>
</figure></div></section></main></div>
{ledger}
</body></html>
"""


@pytest.fixture(params=["light", "dark"])
def page(request, open_page, small_page, tmp_path):
    """The small ledger as the filter writes it: without places of its own."""
    text = small_page.read_text("utf-8")
    found = re.search(r'(<script [^>]*id="galley-ledger">)(.*?)</script>', text, re.S)
    ledger = json.loads(found[2])
    shown = ("n1", "n2", "n3", "n6", "n9", "n11")
    ledger["claims"] = []
    ledger["numbers"] = [
        {key: number[key] for key in ("id", "text", "value")}
        | ({"part": "figure"} if number["id"] == "n11" else {})
        for number in ledger["numbers"]
        if number["id"] in shown
    ]
    payload = json.dumps(ledger).replace("<", "\\u003c")
    path = tmp_path / "index.html"
    path.write_text(
        PAGE.format(
            extension=EXTENSION.as_uri(),
            mode=request.param,
            ledger=f"{found[1]}{payload}</script>",
        ),
        encoding="utf-8",
    )
    return open_page(path).page


def test_a_card_opens(page):
    page.hover("#n1")
    expect(page.locator(".galley-card")).to_contain_text("246 of 256 tumours")
    page.click("#n2")
    expect(page.locator("#galley-title")).to_have_text("246/256")


def test_the_page_says_where_its_numbers_stand(page):
    page.click(".galley-opener")
    places = page.locator(".galley-line > small").all_inner_texts()
    said = [place.replace("\u00a0", " ").split("·")[1].strip() for place in places]
    assert said == [
        *("Results", "Results", "Results"),
        *("Table 1, caption", "Table 1", "Figure 1, drawn"),
    ]
    page.locator(".galley-line").nth(5).click()
    expect(page.locator("#galley-title")).to_have_text("96.1%")
    page.get_by_role("button", name="1 number drawn").click()
    expect(page.locator(".galley-line b")).to_have_text(["96.1%"])


def test_the_card_is_readable_in_both_modes(page):
    page.click("#n1")
    style = page.evaluate(
        """() => {
          const of = getComputedStyle(document.querySelector(".galley-card"));
          return [of.color, of.backgroundColor];
        }"""
    )
    dark = page.locator("body.quarto-dark").count() == 1
    assert style == (
        ["rgb(228, 230, 233)", "rgb(21, 24, 28)"]
        if dark
        else ["rgb(27, 29, 32)", "rgb(253, 253, 252)"]
    )
