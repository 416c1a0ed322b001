"""The appendix "Sources of numbers" as a tree, and the links that lead into it.

Everything in it that comes from data is words of the tree, so that each format shows
it as text. What a format does with columns and small type is its own affair: lists,
group titles, links and addresses have classes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from pathlib import PurePosixPath

from galleyproof.lineage import markup
from galleyproof.lineage.facts import Fact
from galleyproof.lineage.sources import FloatData, Rows, Source, Sources
from galleyproof.lineage.status import Status, legend
from galleyproof.render.tree import (
    Attributes,
    Node,
    Nodes,
    div,
    link,
    para,
    span,
    strong,
    text,
)

TITLE = "Sources of numbers"
ID = "galley-sources"
BREAK = "galley-sources-break"
"""Class of the empty div in front of the appendix."""
LIST = "galley-sources"
"""Class of the div around all entries."""
GROUP = "galley-sources-group"
"""Class of the div that holds the title of a group; `level` is that of a heading."""
LINK = "galley-source"
"""Class of a link to an entry: it looks like the text around it."""
ADDRESS = "galley-source-address"
"""Class of the span that says where in the data something stands."""
PRINTED = "galley-source-printed"
"""Class of an empty span whose `anchors` say where an entry's numbers are printed."""
_INTRODUCTION = (
    "Every number of this article leads to its entry here. An entry says what was "
    "printed; what it was computed from, with the value at full precision in brackets; "
    "how it is known; the study and the place in it; and the file, the row and the "
    "cells (line and column) of the data. "
)
_MOST_ROWS = 12
"""Keys of counted rows that are listed; of more, the first and the last."""
_MARKS = {status.word: status.mark for status in Status}


def target(number: int) -> str:
    """Return the anchor of an entry, a name that Word takes as well."""
    return f"source_{number}"


def appendix(sources: Sources, titles: Mapping[str, str], level: int) -> Nodes:
    """Return the appendix.

    `titles` are the names of tables and figures by label ("Table 2"), in the order of
    the text; `level` is that of its heading.
    """
    attr = Attributes(id=ID, classes=("unnumbered",))
    introduction = _INTRODUCTION + legend(Status) + "."
    return [
        div([], Attributes(classes=(BREAK,))),
        {"t": "Header", "c": [level, attr.json, text(TITLE)]},
        para(text(introduction)),
        div(list(_blocks(sources, titles, level + 1)), Attributes(classes=(LIST,))),
    ]


def _blocks(sources: Sources, titles: Mapping[str, str], level: int) -> Iterator[Node]:
    floats = [sources.floats[label] for label in titles if label in sources.floats]
    if floats:
        yield _title("Tables and figures", level)
    for index, data in enumerate(floats, start=1):
        yield para(_joined(_float(data, titles[data.label], float_target(index))))
    for group in sources.groups:
        yield _title(group.title, level)
        for source in group.sources:
            yield para(_joined(_entry(source)))


def float_target(number: int) -> str:
    """Return the anchor of what stands behind a table or figure."""
    return f"source_f{number}"


def _title(words: str, level: int) -> Node:
    attr = Attributes(classes=(GROUP,), pairs=(("level", str(level)),))
    return div([para(_said(words))], attr)


def _words(words: str) -> Nodes:
    """Return words as one node, blanks included: there are thousands of them."""
    return [{"t": "Str", "c": words}]


def _joined(inlines: Nodes) -> Nodes:
    """Return inlines with neighbouring words and blanks in one node."""
    result: Nodes = []
    for node in inlines:
        word = " " if node["t"] == "Space" else node.get("c")
        if not isinstance(word, str):
            result.append(node)
        elif result and result[-1]["t"] == "Str":
            result[-1] = {"t": "Str", "c": result[-1]["c"] + word}
        else:
            result.append({"t": "Str", "c": word})
    return result


def _said(words: str) -> Nodes:
    """Return words of the data, with what would not show spelt out."""
    return _words(markup.visible(words))


def _head(words: str, anchor: str) -> Nodes:
    return [span([strong(_said(words))], Attributes(id=anchor)), {"t": "Space"}]


def to(anchor: str, shown: Nodes) -> Node:
    """Return a link into the appendix."""
    return link(shown, f"#{anchor}", Attributes(classes=(LINK,)))


# Entries ----------------------------------------------------------------------------


def _entry(source: Source) -> Nodes:
    """Return one entry: number, facts, what they rest on, where that stands."""
    shown = _head(f"S{source.number}", target(source.number))
    shown += _facts(source.facts)
    shown += _operands(source)
    origin = ", ".join(filter(None, (source.study, source.locator)))
    shown += _said(f". {origin}." if origin else ".")
    for rows in source.rows:
        shown += [{"t": "Space"}, _address(rows, source.cells)]
    if source.printed:
        shown.append(_printed(source.printed))
    return shown


def _printed(anchors: Sequence[str]) -> Node:
    pairs = (("anchors", " ".join(anchors)),)
    return span([], Attributes(classes=(PRINTED,), pairs=pairs))


def _facts(facts: Sequence[Fact]) -> Nodes:
    """Return facts in order; the status once for those in a row that share it."""
    shown: Nodes = []
    for status, alike in groupby(facts, lambda fact: fact.status):
        shown += _words("; ") if shown else []
        shown += _alike(list(alike))
        known = f"{status} {_MARKS.get(status, '')}".strip()
        shown += _words(f" ({known})") if known else []
    return shown


def _alike(facts: Sequence[Fact]) -> Nodes:
    """Return facts with a comma between them; name and unit once for neighbours."""
    shown: Nodes = []
    neighbours = zip((None, *facts[:-1]), facts, (*facts[1:], None), strict=True)
    for before, fact, after in neighbours:
        shown += _words(", ") if shown else []
        name = _name(fact, before)
        if name:
            shown += [{"t": "Emph", "c": _said(name)}, {"t": "Space"}]
        said = f"{fact.text} = {fact.formula}" if fact.formula else fact.text
        said += f" [{fact.full}]" if fact.full else ""
        if fact.unit and (after is None or fact.unit != after.unit):
            said += f" {fact.unit}"
        shown += _said(said)
    return shown


def _name(fact: Fact, before: Fact | None) -> str:
    """Return a name, or what it adds to that of the fact before."""
    if before is None or not before.name:
        return fact.name
    if fact.name == before.name:
        return ""
    return fact.name.removeprefix(f"{before.name}, ")


def _operands(source: Source) -> Nodes:
    if not source.operands and not source.rests_on:
        return []
    is_shown = any(fact.formula for fact in source.facts) or source.rows
    shown: Nodes = []
    if source.operands and not is_shown:
        shown = [{"t": "Space"}, *_said(f"of {source.operands}")]
    links = _links(source.rests_on)
    return [*shown, *_words(" ("), *links, *_words(")")] if links else shown


def _links(numbers: Sequence[int]) -> Nodes:
    """Return links to entries; three and more in a row as a range."""
    shown: Nodes = []
    for first, last in _runs(numbers):
        shown += _words(", ") if shown else []
        shown.append(to(target(first), _words(f"S{first}")))
        if last > first:
            shown += _words("–" if last - first > 1 else ", ")
            shown.append(to(target(last), _words(f"S{last}")))
    return shown


def _runs(numbers: Sequence[int]) -> list[tuple[int, int]]:
    runs: list[tuple[int, int]] = []
    for number in numbers:
        if runs and number == runs[-1][1] + 1:
            runs[-1] = (runs[-1][0], number)
        else:
            runs.append((number, number))
    return runs


def _address(rows: Rows, cells: Sequence[str]) -> Node:
    keys = rows.keys
    if len(keys) > _MOST_ROWS:
        said = f"{len(keys)} rows, {keys[0]} to {keys[-1]}"
    else:
        said = f"row{'s' * (len(keys) > 1)} {', '.join(keys)}"
    where = f" ({'; '.join(cells)})" if cells else ""
    return span(_said(f"{rows.path}, {said}{where}"), Attributes(classes=(ADDRESS,)))


# Tables and figures -----------------------------------------------------------------


def _float(data: FloatData, title: str, anchor: str) -> Nodes:
    shown = _head(title, anchor)
    for index, (path, numbers) in enumerate(data.files.items()):
        shown += [*(_words("; ") if index else []), *_said(path)]
        shown += [{"t": "Space"}, *_links(numbers)] if numbers else []
    if data.computed:
        shown += [*_words("; computed: "), *_links(data.computed)]
    return [*shown, *_words("."), _printed((data.label,))]


def data_line(data: FloatData, anchor: str) -> Nodes:
    """Return what a caption says of its data: the files, as a link to the rest."""
    names = ", ".join(PurePosixPath(path).name for path in data.files)
    return [{"t": "Space"}, to(anchor, _said(f"Data: {names}."))]
