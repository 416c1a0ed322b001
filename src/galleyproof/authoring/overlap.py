"""Whether two rows of evidence count the same patients, as far as the data say.

A pool of a whole and its part, or of two cohorts that are declared to overlap, looks
surer than it is. What is neither equal nor declared is taken to be apart.
"""

from __future__ import annotations

from galleyproof.authoring.library import Library, Record

_ALL = ("", "all")


def overlap(library: Library, first: Record, second: Record) -> str:
    """Say why two rows share patients; empty where nothing says that they do."""
    studies = first.get("study"), second.get("study")
    if studies[0] != studies[1]:
        return _declared(library, *studies)
    for facet in ("arm", "stratum"):
        terms = first.get(facet), second.get(facet)
        if not _nested(library, studies[0], *terms):
            return ""
    if first.key == second.key:
        return f"`{first.key}` stands in it twice"
    return f"`{first.key}` and `{second.key}` count patients of `{studies[0]}` twice"


def _declared(library: Library, one: str, other: str) -> str:
    for this, that in ((one, other), (other, one)):
        row = library.find("studies", this)
        if row is not None and that in row.get("overlaps").split():
            return f"`{this}` and `{that}` are declared to overlap"
    return ""


def _nested(library: Library, study: str, one: str, other: str) -> bool:
    if one == other or one in _ALL or other in _ALL:
        return True
    return one in _wholes(library, study, other) or other in _wholes(
        library, study, one
    )


def _wholes(library: Library, study: str, part: str) -> set[str]:
    """Return every term that a term is declared to be a part of."""
    known = library.select("partitions", study=("", study))
    found: set[str] = set()
    waiting = [part]
    while waiting:
        term = waiting.pop()
        above = {r["whole"] for r in known if term in r["parts"].split()} - found
        found |= above
        waiting += above
    return found
