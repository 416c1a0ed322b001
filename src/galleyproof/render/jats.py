"""JATS: what a journal's system reads, from pandoc's JATS made whole.

`lower` marks labels in the tree where pandoc's writer knows none; `finish` puts them
where the Journal Archiving tag set has them, and gives each cross-reference its type.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any
from xml.etree import ElementTree as ET
from xml.sax.saxutils import escape, quoteattr

from galleyproof.render.callouts import Callout
from galleyproof.render.callouts import lower as lower_callouts
from galleyproof.render.crossref import CAPTION_LABEL, NUMBER, REFERENCE
from galleyproof.render.floats import EQUATION
from galleyproof.render.tree import (
    Attributes,
    Node,
    Nodes,
    attributes,
    link,
    para,
    plain,
    raw_block,
    raw_inline,
    rewrite,
    span,
    text,
)

DOCTYPE = (
    '<!DOCTYPE article PUBLIC "-//NLM//DTD JATS (Z39.96) Journal Archiving and '
    'Interchange DTD v1.2 20190208//EN" "JATS-archivearticle1.dtd">'
)
_XLINK = "http://www.w3.org/1999/xlink"
_MML = "http://www.w3.org/1998/Math/MathML"
_ALI = "http://www.niso.org/schemas/ali/1.0/"
_XREF_TYPES = {
    "fig": "fig",
    "tbl": "table",
    "sec": "sec",
    "eq": "disp-formula",
    "ref": "bibr",
    "fn": "fn",
}


def lower(blocks: Nodes) -> Nodes:
    """Return the tree in the shapes that `finish` turns into JATS."""
    drawn = lower_callouts(blocks, _callout)
    result: Nodes = rewrite(drawn, _visit)
    return result


def _visit(node: Node) -> Nodes | None:
    kind = node["t"]
    if kind == "Span":
        return _span(node)
    if kind == "Link" and REFERENCE in node["c"][0][1]:
        return [link(node["c"][1], node["c"][2][0])]
    if kind == "Div":
        return _div(node)
    if kind == "Image":
        # Pandoc 3.9 writes the alternative text without escaping it.
        raw, alt, target = node["c"]
        return [{"t": "Image", "c": [raw, text(escape(plain(alt))), target]}]
    return None


def _span(node: Node) -> Nodes | None:
    attr = attributes(node["c"][0])
    if NUMBER in attr.classes or CAPTION_LABEL in attr.classes:
        return [_label(plain(node["c"][1]).rstrip(":."))]
    if EQUATION in attr.classes:
        number = _label(f"({attr.get('number')})")
        frame = Attributes(id=attr.id, classes=(EQUATION,))
        return [span([number, *node["c"][1]], frame)]
    return None


def _label(words: str) -> Node:
    return raw_inline("jats", f"<label>{escape(words)}</label>")


def _div(node: Node) -> Nodes | None:
    """Unwrap a div, which means nothing here; not the list of references."""
    attr = attributes(node["c"][0])
    if attr.id == "refs":
        return None
    if "pagebreak" in attr.classes:
        return []
    blocks: Nodes = node["c"][1]
    return blocks


def _callout(callout: Callout) -> Nodes:
    own_id = f" id={quoteattr(callout.id)}" if callout.id else ""
    title = [
        raw_inline("jats", "<title>"),
        *callout.title,
        raw_inline("jats", "</title>"),
    ]
    return [
        raw_block("jats", f'<boxed-text content-type="{callout.kind}"{own_id}>'),
        para(title),
        *callout.blocks,
        raw_block("jats", "</boxed-text>"),
    ]


def finish(xml: str, notes: Mapping[str, str] | None = None) -> str:
    """Return pandoc's JATS with labels, identifiers and reference types in place.

    `notes` are the bibliography's, by key: pandoc leaves them out of its citations,
    and they may say what is not confirmed about a source.
    """
    for prefix, uri in (("xlink", _XLINK), ("mml", _MML), ("ali", _ALI)):
        ET.register_namespace(prefix, uri)
    root = ET.fromstring(xml)
    for parent in list(root.iter()):
        _finish_children(parent)
    for element in root.iter("xref"):
        _type(element)
    for reference in root.iter("ref"):
        _finish_reference(reference, notes or {})
    _drop_empty_paragraphs(root)
    body = ET.tostring(root, encoding="unicode", short_empty_elements=True)
    return f'<?xml version="1.0" encoding="utf-8"?>\n{DOCTYPE}\n{body}\n'


def _finish_children(parent: ET.Element) -> None:
    if parent.tag == "title":
        return
    title = parent.find("title")
    if title is not None and parent.tag == "sec":
        _move_label(parent, title)
    caption = parent.find("caption")
    if caption is not None and parent.tag in ("fig", "table-wrap"):
        paragraph = caption.find("p")
        if paragraph is not None:
            _move_label(parent, paragraph)
            if not len(paragraph) and not (paragraph.text or "").strip():
                parent.remove(caption)
    if parent.tag == "table-wrap":
        _lift_id(parent)
    if parent.tag == "boxed-text":
        _title_box(parent)
    for index, child in enumerate(list(parent)):
        if child.get("content-type") == EQUATION:
            parent[index] = _equation(child)


def _move_label(parent: ET.Element, holder: ET.Element) -> None:
    """Take a label out of a title or caption and put it first in its parent."""
    label = holder.find("label")
    if label is None:
        return
    index = list(holder).index(label)
    rest = (label.tail or "").lstrip()
    if index == 0:
        holder.text = (holder.text or "").rstrip() + rest
    else:
        before = holder[index - 1]
        before.tail = (before.tail or "") + rest
    holder.remove(label)
    label.tail = "\n"
    parent.insert(0, label)


def _lift_id(wrap: ET.Element) -> None:
    table = wrap.find("table")
    if table is not None and table.get("id"):
        wrap.set("id", table.attrib.pop("id"))


def _title_box(box: ET.Element) -> None:
    first = box.find("p")
    title = None if first is None else first.find("title")
    if first is None or title is None:
        return
    box.remove(first)
    caption = ET.Element("caption")
    title.tail = None
    caption.append(title)
    caption.tail = "\n"
    box.insert(0, caption)


def _equation(wrapper: ET.Element) -> ET.Element:
    """Turn the marked wrapper of a formula into a formula with label and id."""
    formula = wrapper.find("disp-formula")
    label = wrapper.find("label")
    if formula is None or label is None:
        return wrapper
    label.tail = None
    formula.insert(0, label)
    formula.set("id", wrapper.get("id", ""))
    formula.tail = wrapper.tail
    return formula


def _type(xref: ET.Element) -> None:
    """Say what kind of thing a cross-reference leads to."""
    kind = xref.get("rid", "").partition("-")[0]
    if "ref-type" not in xref.attrib:
        xref.set("ref-type", _XREF_TYPES.get(kind, "other"))
    xref.attrib.pop("alt", None)


def _finish_reference(reference: ET.Element, notes: Mapping[str, str]) -> None:
    citation = reference.find("element-citation")
    if citation is None:
        return
    for child in list(citation):
        if not len(child) and not (child.text or "").strip():
            citation.remove(child)
    note = notes.get(reference.get("id", "").removeprefix("ref-"))
    if note:
        comment = ET.SubElement(citation, "comment")
        comment.text = note


def notes(csl: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """Return the notes of a bibliography in CSL JSON, without markup."""
    return {
        str(item["id"]): re.sub(r"<[^>]+>", "", str(item["note"]))
        for item in csl
        if item.get("note")
    }


def _drop_empty_paragraphs(root: ET.Element) -> None:
    for parent in root.iter():
        for child in list(parent):
            if child.tag == "p" and not len(child) and not (child.text or "").strip():
                parent.remove(child)
