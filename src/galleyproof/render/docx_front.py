"""The first page of the Word file: facts of publication, and the contents.

Pandoc leaves the contents for Word to fill in when somebody asks it to; here they are
written out, as links, so that every reader's program shows them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from galleyproof.render.crossref import NUMBER
from galleyproof.render.tree import (
    Attributes,
    Nodes,
    div,
    link,
    meta_blocks,
    meta_inlines,
    meta_list,
    para,
    plain,
    raw_block,
    strong,
    text,
)

_DOI = "https://doi.org/"


def facts(meta: Mapping[str, Any]) -> Nodes:
    """Return date, edition, source, licence and keywords as small paragraphs."""
    lines = [
        meta_inlines(meta, "date", "shown"),
        meta_inlines(meta, "edition"),
        _labelled("Source.", _source(meta)),
        _labelled("Licence.", _licence(meta)),
        _labelled("Keywords.", _keywords(meta)),
    ]
    style = Attributes(pairs=(("custom-style", "Front Matter"),))
    return [div([para(line) for line in lines if line], style)]


def _labelled(label: str, content: Nodes) -> Nodes:
    return [strong(text(label)), {"t": "Space"}, *content] if content else []


def _source(meta: Mapping[str, Any]) -> Nodes:
    shown = meta_inlines(meta, "source", "text")
    doi = plain(meta_inlines(meta, "source", "doi"))
    if doi:
        shown += [{"t": "Space"}, link(text(f"doi:{doi}"), f"{_DOI}{doi}")]
    licence = meta_inlines(meta, "source", "license", "short") or meta_inlines(
        meta, "source", "license", "text"
    )
    if licence:
        shown += [*text(" (licence: "), *licence, {"t": "Str", "c": ")"}]
    return shown


def _licence(meta: Mapping[str, Any]) -> Nodes:
    shown = meta_inlines(meta, "license", "text")
    url = plain(meta_inlines(meta, "license", "url"))
    linked: Nodes = [link(shown, url)] if shown and url else shown
    statement = meta_inlines(meta, "copyright", "statement")
    return [*linked, *text(". "), *statement] if linked and statement else linked


def _keywords(meta: Mapping[str, Any]) -> Nodes:
    words: Nodes = []
    for keyword in meta_list(meta, "keywords"):
        words += [*text("; "), *keyword] if words else keyword
    return words


def _authors(meta: Mapping[str, Any]) -> dict[str, Any]:
    """Return the names as pandoc's own `author`, for title page and properties."""
    entries = meta.get("authors", {"c": []})["c"]
    names = [meta_inlines(entry["c"], "name") for entry in entries]
    return {"t": "MetaList", "c": [{"t": "MetaInlines", "c": name} for name in names]}


def front(meta: Mapping[str, Any], body: Nodes, depth: int) -> dict[str, Any]:
    """Return what the template prints before the text."""
    result: dict[str, Any] = {"front-matter": meta_blocks(facts(meta))}
    if "authors" in meta:
        result["author"] = _authors(meta)
    if depth:
        result["contents"] = meta_blocks(contents(body, depth))
    return result


def contents(blocks: Nodes, depth: int) -> Nodes:
    """Return a table of contents, written out, that Word can also bring up to date."""
    entries = list(_entries(blocks, depth))
    if not entries:
        return []
    field = f'TOC \\o "1-{depth}" \\h \\z \\n'
    begin = (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText '
        f'xml:space="preserve">{field}</w:instrText></w:r>'
        '<w:r><w:fldChar w:fldCharType="separate"/></w:r>'
    )
    end = '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    last = len(entries) - 1
    lines = [
        _entry(level, label, words, begin if i == 0 else "", end if i == last else "")
        for i, (level, label, words) in enumerate(entries)
    ]
    return [raw_block("openxml", _FRAME.format(lines="".join(lines)))]


def _entries(blocks: Nodes, depth: int) -> Iterator[tuple[int, str, str]]:
    headers = [block for block in blocks if block["t"] == "Header"]
    top = min((header["c"][0] for header in headers), default=1)
    for header in headers:
        level = header["c"][0] - top + 1
        if level <= depth:
            yield level, header["c"][1][0], _title(header["c"][2])


def _title(words: Nodes) -> str:
    numbered = words and words[0]["t"] == "Span" and NUMBER in words[0]["c"][0][1]
    if not numbered:
        return plain(words)
    return f"{plain(words[:1])}\u2002{plain(words[1:])}"


def _entry(level: int, label: str, words: str, before: str, after: str) -> str:
    shown = f'<w:r><w:t xml:space="preserve">{escape(words)}</w:t></w:r>'
    linked = f"<w:hyperlink w:anchor={quoteattr(label)}>{shown}</w:hyperlink>"
    return (
        f'<w:p><w:pPr><w:pStyle w:val="TOC{min(level, 3)}"/></w:pPr>'
        f"{before}{linked if label else shown}{after}</w:p>"
    )


_FRAME = (
    '<w:sdt><w:sdtPr><w:docPartObj><w:docPartGallery w:val="Table of Contents"/>'
    "<w:docPartUnique/></w:docPartObj></w:sdtPr><w:sdtContent><w:p><w:pPr>"
    '<w:pStyle w:val="TOCHeading"/></w:pPr><w:r><w:t>Contents</w:t></w:r></w:p>'
    "{lines}</w:sdtContent></w:sdt>"
    '<w:p><w:pPr><w:pStyle w:val="TableGap"/></w:pPr></w:p>'
)
