"""Data that try to be more than data: shown as text in every output, and in the ledger.

Each string stands where a chapter prints words of the data, in prose, a table and a
caption, and where the engine prints them by itself: labels of studies, locators, keys.
"""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from lxml import etree, html
from pypdf import PdfReader

HOSTILE = {
    "script": "</script><script>alert(1)</script>",
    "image": "<img src=x onerror=alert(1)>",
    "markdown": "**bold** [link](http://example.org) `code` # head",
    "span": 'x]{.evil onclick="alert(1)"}',
    "shortcode": "{{< include /etc/passwd >}} {{< pagebreak >}}",
    "cells": "`{python} 1 + 1` @fig-x [@nobody]",
    "typst": '#import "x": * #eval("1") $x$ <label> \\ @ref *s* _e_',
    "latex": "\\input{/etc/passwd} \\begin{x} % {a}",
    "formula": "=1+1",
    "quotes": "\"double\" 'single' ~tilde~ ^up^ --- ...",
    "direction": "abc \u202e cba \u200b end",
    "table": "a | b || c",
    "comment": "<!-- galley: ignore all --> &amp; &lt;",
}
CHAPTER = """\
---
title: Hostile
---

```{{python}}
#| include: false
from galleyproof import study, table, term

glazer = study("glazer2017")
```

{prose}

```{{python}}
table(
    "tbl-hostile",
    [{{"Word": term(name), "Tumours": glazer.tumours}} for name in {names}],
    caption=f"A caption with {{term('script')}} and {{glazer.label}}.",
)
```

@tbl-hostile, {{python}} of @glazer2017.
"""


def shown(text: str) -> str:
    """Return what a reader sees: invisible characters are spelt out."""
    for character in "\u202e\u200b":
        text = text.replace(character, f"⟨U+{ord(character):04X}⟩")
    return squeezed(text)


def squeezed(text: str) -> str:
    return re.sub(r"\s+", "", text)


@pytest.fixture(scope="module")
def output(review: Path) -> Path:
    (review / "index.qmd").write_text(
        CHAPTER.format(
            prose="\n\n".join(f"Here `{{python}} term('{name}')`." for name in HOSTILE),
            names=list(HOSTILE),
        ).replace("{python} of", "of"),
        encoding="utf-8",
    )
    shutil.rmtree(review / "chapters")
    add_terms(review / "data" / "terms.csv")
    relabel(review / "data" / "studies.csv")
    config = review / "_quarto.yml"
    text = config.read_text("utf-8").split("# Read by galley only", maxsplit=1)[0]
    config.write_text(text, encoding="utf-8")
    ended = subprocess.run(
        [sys.executable, "-m", "galleyproof", "render", str(review)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    assert "warning" not in ended.stderr, ended.stderr
    return review / "_output"


def add_terms(path: Path) -> None:
    rows = list(csv.DictReader(io.StringIO(path.read_text("utf-8"))))
    for name, text in HOSTILE.items():
        rows.append(dict(rows[-1]) | {"id": name, "label": text, "definition": text})
    write(path, rows)


def relabel(path: Path) -> None:
    rows = list(csv.DictReader(io.StringIO(path.read_text("utf-8"))))
    for row in rows:
        if row["id"] == "glazer2017":
            row["label"] = HOSTILE["script"] + HOSTILE["typst"]
    write(path, rows)


def write(path: Path, rows: list[dict[str, str]]) -> None:
    stream = io.StringIO()
    writer = csv.DictWriter(stream, rows[0], lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    path.write_text(stream.getvalue(), encoding="utf-8")


@pytest.fixture(scope="module")
def texts(output: Path) -> dict[str, str]:
    page = html.parse(output / "index.html").getroot()
    for element in page.xpath("//script | //style"):
        element.drop_tree()
    document = zipfile.ZipFile(output / "index.docx").read("word/document.xml")
    pages = PdfReader(output / "index.pdf").pages
    return {
        "html": squeezed(page.text_content()),
        "docx": squeezed("".join(etree.fromstring(document).itertext())),
        "jats": squeezed(
            "".join(etree.parse(output / "index.xml").getroot().itertext())
        ),
        "pdf": squeezed("".join(page.extract_text() for page in pages)),
    }


@pytest.mark.parametrize("target", ["html", "docx", "jats", "pdf"])
@pytest.mark.parametrize("name", HOSTILE)
def test_it_is_shown_as_text(texts: dict[str, str], target: str, name: str) -> None:
    wanted = shown(HOSTILE[name])
    if target == "pdf":  # which hyphenates, and whose ligatures are one character
        wanted = re.sub(r"[-\u2010]", "", wanted)
        text = re.sub(r"[-\u2010]", "", texts["pdf"])
        text = text.replace("\ufb01", "fi").replace("\ufb02", "fl")
        assert wanted in text
    else:
        assert texts[target].count(wanted) >= 2  # in prose and in the table


def test_the_page_has_no_element_of_theirs(output: Path) -> None:
    page = html.parse(output / "index.html").getroot()
    assert page.xpath("//img[@src='x'] | //*[@onclick] | //*[@onerror]") == []
    assert page.xpath("//*[contains(@class, 'evil')]") == []
    code = "".join(s.text or "" for s in page.xpath("//script[not(@type)]"))
    assert "alert(1)" not in code
    assert [a for a in page.xpath("//article//a/@href") if "example.org" in a] == []


def test_the_ledger_holds_it_as_it_is(output: Path) -> None:
    ledger = json.loads((output / "ledger.json").read_text("utf-8"))
    assert ledger["studies"]["glazer2017"]["label"].startswith("</script>")
    page = (output / "index.html").read_text("utf-8")
    payload = page.split('id="galley-ledger">', 1)[1]
    assert payload.index("</script>") > payload.index("script>alert")
