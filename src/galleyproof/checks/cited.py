"""Which works a project cites, as far as can be known without running its code."""

from __future__ import annotations

import re
from collections.abc import Sequence

from galleyproof.config import Config
from galleyproof.datapackage import DataPackage
from galleyproof.qmd.model import Chapter

_EVERYTHING = "*"
_TOKEN = re.compile(r"\w(?:[\w:.#$%&+?<>~/-]*\w)?")
_CODE_CITES = re.compile(r"\.cite\b")


def keys(
    chapters: Sequence[Chapter], config: Config, data: DataPackage
) -> frozenset[str] | None:
    """Return the keys that a project cites or may cite; None where it cites all.

    Beside citations these are `nocite`, every word of the sources (raw LaTeX and code
    cite by key), and the studies of the data package where code prints citations.
    """
    cited = {citation.key for chapter in chapters for citation in chapter.citations}
    cited |= {text.lstrip("@") for text in _nocite(config)}
    if _EVERYTHING in cited:
        return None
    for chapter in chapters:
        cited.update(_TOKEN.findall(chapter.source.text))
    studies = data.tables.get("studies")
    if studies and any(_CODE_CITES.search(c.source.text) for c in chapters):
        cited.update(row.id for row in studies.rows)
    return frozenset(cited)


def _nocite(config: Config) -> Sequence[str]:
    written = config.metadata.get("nocite")
    listed = written if isinstance(written, list) else [written or ""]
    return [key for one in listed for key in re.split(r"[\s,;]+", str(one))]
