"""Where on the page a finding belongs."""

from __future__ import annotations

import pytest

from galleyproof.lineage.ledger import Ledger, OutputPlace, PrintedNumber
from galleyproof.preview.placing import earlier, page_map
from galleyproof.spans import Span

SOURCE = """\
# Results {#sec-results}

Ablation of small tumours was nearly always complete.

It was `{python} rate` in all.

```{python}
#| label: fig-rates
draw()

more()
```

Larger tumours fared rather worse than small ones did,
and the same is true of old patients.
"""
PAGE = """<body><nav><p>Contents</p></nav><main>
<section id="sec-results"><h2>Results</h2>
<p>Ablation of small tumours was nearly always complete.</p>
<p>It was <span id="n1" data-galley="n1">96%</span> in all.</p>
<figure id="fig-rates"><img><figcaption>Rates</figcaption></figure>
<p>Larger tumours fared rather worse than small ones did, and the same is true of
old patients.</p></section>
</main><p>behind</p></body>"""
H2, SMALL, NUMBER, FIGURE, LARGE = 0, 1, 2, 3, 5


@pytest.fixture
def known():
    number = PrintedNumber(
        id="n1",
        text="96%",
        value="v",
        part="prose",
        place=Span(path="a.qmd", line=5),
        outputs={"html": OutputPlace(anchor="n1")},
    )
    ledger = Ledger(generator="", numbers=(number,))
    return page_map(PAGE, ledger, {"a.qmd": SOURCE})


@pytest.mark.parametrize(
    ("line", "block"),
    [
        (1, H2),
        (3, SMALL),
        (5, NUMBER),
        (8, FIGURE),
        (9, FIGURE),
        (11, FIGURE),
        (14, LARGE),
        (15, LARGE),
        (16, LARGE),
        (99, LARGE),
        (2, H2),
    ],
)
def test_a_line_belongs_to_its_block(known, line, block):
    assert known.spot("a.qmd", line, SOURCE).block == block


def test_what_shows_nothing_is_below_what_is_above_it(known):
    below = {line: known.spot("a.qmd", line, SOURCE).below for line in range(1, 17)}
    # The end of the cell has no block of its own: the figure is what stands above it.
    assert [line for line, behind in below.items() if behind] == [11, 12]


def test_lines_that_moved_are_led_back(known):
    now = "New words at the top of everything.\n\n" + SOURCE
    assert known.spot("a.qmd", 5, now).block == SMALL
    assert known.spot("a.qmd", 16, now).block == LARGE


def test_a_new_paragraph_belongs_where_it_stands(known):
    now = SOURCE.replace("It was", "Entirely new [@nobody].\n\nIt was")
    assert known.spot("a.qmd", 5, now).block in {SMALL, NUMBER}


@pytest.mark.parametrize(("path", "line"), [("b.qmd", 1), ("a.qmd", 0)])
def test_what_is_not_known_has_no_place(known, path, line):
    assert known.spot(path, line, SOURCE) is None


def test_an_empty_page_has_no_places():
    assert page_map("", None, {"a.qmd": SOURCE}).spot("a.qmd", 3, SOURCE) is None


@pytest.mark.parametrize(
    ("now", "line", "before"),
    [("abc", 2, 2), ("xabc", 3, 2), ("bc", 1, 2), ("axc", 2, 2), ("abcx", 4, 3)],
)
def test_earlier_lines(now, line, before):
    assert earlier("abc", now, line) == before
