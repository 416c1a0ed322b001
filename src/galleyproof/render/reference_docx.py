"""The reference document of the Word file: pandoc's own, with our styles.

Made at every build from what the installed pandoc brings, so that it always fits that
pandoc, and no binary file has to be kept.
"""

from __future__ import annotations

import io
import re
import time
import zipfile
from dataclasses import dataclass
from functools import cache
from xml.sax.saxutils import quoteattr

from galleyproof import tools

_SERIF = "Times New Roman"
_SANS = "Arial"
_INK = "1A1A1A"
_MUTED = "595F66"
_ACCENT = "1F4E79"
CALLOUTS = {
    "note": ("1F6FEB", "EDF4FE"),
    "tip": ("1A7F4B", "EBF6F0"),
    "warning": ("B35900", "FBF3EB"),
    "caution": ("B42318", "FBEEED"),
    "important": ("7A3EA1", "F5F0F8"),
}
"""Colours of bar and ground, by kind."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Style:
    """A paragraph style; sizes in points, spacing before and after in points."""

    name: str
    based_on: str = "Normal"
    next_: str = ""
    font: str = ""
    size: float = 0
    bold: bool | None = None
    italic: bool | None = None
    colour: str = ""
    before: float | None = None
    after: float | None = None
    keep_next: bool = False
    keep_lines: bool = False
    align: str = ""
    hanging: float = 0
    indent: float = 0
    level: int | None = None
    extra: str = ""
    """Further paragraph properties (borders, shading)."""
    id_: str = ""

    @property
    def identifier(self) -> str:
        return self.id_ or self.name.replace(" ", "")

    @property
    def xml(self) -> str:
        """The style as WordprocessingML."""
        following = f"<w:next w:val={quoteattr(self.next_)}/>" if self.next_ else ""
        default = ' w:default="1"' if self.name == "Normal" else ""
        based = "" if default else f"<w:basedOn w:val={quoteattr(self.based_on)}/>"
        return (
            f'<w:style w:type="paragraph"{default} w:styleId="{self.identifier}">'
            f"<w:name w:val={quoteattr(self.name)}/>{based}{following}<w:qFormat/>"
            f"<w:pPr>{self._paragraph()}</w:pPr><w:rPr>{self._run()}</w:rPr></w:style>"
        )

    def _paragraph(self) -> str:
        """Paragraph properties, in the order that the schema asks for."""
        parts = [
            "<w:keepNext/>" if self.keep_next else "",
            "<w:keepLines/>" if self.keep_lines else "",
            self.extra,
        ]
        if self.before is not None or self.after is not None:
            before, after = int((self.before or 0) * 20), int((self.after or 0) * 20)
            parts.append(f'<w:spacing w:before="{before}" w:after="{after}"/>')
        if self.hanging:
            width = int(self.hanging * 20)
            parts.append(f'<w:ind w:left="{width}" w:hanging="{width}"/>')
        if self.indent:
            parts.append(f'<w:ind w:left="{int(self.indent * 20)}"/>')
        parts.append(f'<w:jc w:val="{self.align}"/>' if self.align else "")
        if self.level is not None:
            parts.append(f'<w:outlineLvl w:val="{self.level}"/>')
        return "".join(parts)

    def _run(self) -> str:
        parts: list[str] = []
        if self.font:
            parts.append(
                f'<w:rFonts w:ascii="{self.font}" w:hAnsi="{self.font}" '
                f'w:cs="{self.font}" w:eastAsia="{self.font}"/>'
            )
        for tag, value in (("b", self.bold), ("i", self.italic)):
            if value is not None:
                parts.append(f'<w:{tag} w:val="{int(value)}"/>')
        if self.colour:
            parts.append(f'<w:color w:val="{self.colour}"/>')
        if self.size:
            half = int(self.size * 2)
            parts.append(f'<w:sz w:val="{half}"/><w:szCs w:val="{half}"/>')
        return "".join(parts)


def _heading(level: int, size: float, before: float, *, italic: bool = False) -> _Style:
    return _Style(
        name=f"heading {level}",
        id_=f"Heading{level}",
        next_="BodyText",
        font=_SANS,
        size=size,
        bold=True,
        italic=italic,
        colour=_ACCENT,
        before=before,
        after=4,
        keep_next=True,
        keep_lines=True,
        level=level - 1,
    )


def _callout(kind: str) -> _Style:
    return _Style(
        name=f"Callout {kind.capitalize()}",
        font=_SANS,
        size=10.5,
        bold=True,
        colour=CALLOUTS[kind][0],
        after=3,
        keep_next=True,
    )


_STYLES = (
    _Style(name="Normal", font=_SERIF, size=11, colour=_INK),
    _Style(name="Body Text", before=0, after=7),
    _Style(name="First Paragraph", based_on="BodyText", next_="BodyText"),
    _Style(name="Compact", based_on="BodyText", before=1, after=1),
    _Style(
        name="Title",
        next_="BodyText",
        font=_SANS,
        size=22,
        bold=True,
        colour=_INK,
        before=0,
        after=6,
        keep_next=True,
    ),
    _Style(
        name="Subtitle",
        next_="BodyText",
        font=_SANS,
        size=14,
        bold=False,
        colour=_MUTED,
        after=8,
        keep_next=True,
    ),
    _Style(name="Author", next_="BodyText", size=12, after=4, keep_next=True),
    _Style(name="Date", next_="BodyText", size=10, colour=_MUTED, after=4),
    _Style(name="Front Matter", size=9.5, colour=_MUTED, after=4),
    _Style(
        name="Abstract Title",
        next_="Abstract",
        font=_SANS,
        size=13,
        bold=True,
        colour=_ACCENT,
        before=12,
        after=4,
        keep_next=True,
    ),
    _Style(name="Abstract", size=10.5, after=7),
    _Style(name="Bibliography", size=10, after=4, hanging=22),
    _heading(1, 16, 20),
    _heading(2, 13, 14),
    _heading(3, 11.5, 12, italic=True),
    _heading(4, 11, 10),
    _Style(name="footnote text", id_="FootnoteText", size=9, after=2),
    _Style(name="caption", id_="Caption", font=_SANS, size=9.5, after=6),
    _Style(
        name="Table Caption",
        based_on="Caption",
        before=12,
        after=4,
        keep_next=True,
        keep_lines=True,
    ),
    _Style(name="Image Caption", based_on="Caption", before=4, after=14),
    _Style(name="Captioned Figure", keep_next=True, align="center", before=10),
    _Style(name="Figure", align="center"),
    _Style(name="Table Text", font=_SANS, size=9, before=1.5, after=1.5),
    _Style(name="Table Text Small", based_on="TableText", size=7.5),
    _Style(name="Table Heading", based_on="TableText", bold=True, keep_next=True),
    _Style(name="Table Heading Small", based_on="TableHeading", size=7.5),
    _Style(
        name="TOC Heading",
        id_="TOCHeading",
        font=_SANS,
        size=13,
        bold=True,
        colour=_ACCENT,
        before=12,
        after=4,
        keep_next=True,
    ),
    _Style(name="Table Gap", size=5),
    *(
        _Style(
            name=f"toc {level}",
            id_=f"TOC{level}",
            size=10.5,
            before=3 if level == 1 else 0,
            after=1,
            indent=14 * (level - 1),
        )
        for level in (1, 2, 3)
    ),
    *(_callout(kind) for kind in CALLOUTS),
    _Style(name="Source", size=7.5, before=0, after=1.5, hanging=8),
    _Style(
        name="Source Group",
        next_="Source",
        font=_SANS,
        size=8.5,
        bold=True,
        colour=_ACCENT,
        before=8,
        after=2,
        keep_next=True,
        keep_lines=True,
        level=1,
    ),
)
_CHARACTERS = {"Number": "", "SourceAddress": f'<w:color w:val="{_MUTED}"/>'}
"""Character styles: a number that leads to its source looks like the text around it."""
_TABLE = (
    '<w:style w:type="table" w:default="1" w:styleId="Table"><w:name w:val="Table"/>'
    '<w:qFormat/><w:tblPr><w:tblBorders><w:top w:val="single" w:sz="8" w:space="0" '
    f'w:color="{_INK}"/><w:bottom w:val="single" w:sz="8" w:space="0" '
    f'w:color="{_INK}"/></w:tblBorders><w:tblCellMar><w:left w:w="70" '
    'w:type="dxa"/><w:right w:w="70" w:type="dxa"/></w:tblCellMar></w:tblPr>'
    '<w:tblStylePr w:type="firstRow"><w:tcPr><w:tcBorders><w:bottom w:val="single" '
    f'w:sz="4" w:space="0" w:color="{_INK}"/></w:tcBorders>'
    '<w:vAlign w:val="bottom"/></w:tcPr></w:tblStylePr></w:style>'
)
_FOOTER = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    '<w:ftr xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
    '<w:p><w:pPr><w:jc w:val="center"/></w:pPr><w:r><w:rPr><w:sz w:val="18"/></w:rPr>'
    '<w:fldChar w:fldCharType="begin"/></w:r><w:r><w:rPr><w:sz w:val="18"/></w:rPr>'
    '<w:instrText xml:space="preserve"> PAGE </w:instrText></w:r><w:r><w:rPr>'
    '<w:sz w:val="18"/></w:rPr><w:fldChar w:fldCharType="separate"/></w:r><w:r>'
    '<w:rPr><w:sz w:val="18"/></w:rPr><w:t>1</w:t></w:r><w:r>'
    '<w:fldChar w:fldCharType="end"/></w:r></w:p></w:ftr>'
)
_SECTION = (
    '<w:sectPr><w:footerReference w:type="default" r:id="rIdGalleyFooter"/>{begins}'
    '<w:pgSz w:w="11906" w:h="16838"/><w:pgMar w:top="1440" w:right="1360" '
    'w:bottom="1360" w:left="1360" w:header="708" w:footer="708" w:gutter="0"/>'
    "{columns}</w:sectPr>"
)


def section(*, columns: int = 1) -> str:
    """Return the properties of a section; one of columns begins on the same page."""
    if columns == 1:
        return _SECTION.format(begins="", columns="")
    return _SECTION.format(
        begins='<w:type w:val="continuous"/>',
        columns=f'<w:cols w:num="{columns}" w:space="400"/>',
    )


_FOOTER_TYPE = (
    "application/vnd.openxmlformats-officedocument.wordprocessingml.footer+xml"
)
_FOOTER_RELATION = (
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships/footer"
)
_RELATIONS_NAMESPACE = (
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
)


@cache
def _default() -> bytes:
    return tools.pandoc(["--print-default-data-file", "reference.docx"]).stdout


def reference_docx(timestamp: int, *, columns: int = 1) -> bytes:
    """Return the reference document; `columns` are those of its last section."""
    edits = {
        "word/styles.xml": _with_styles,
        "word/document.xml": lambda xml: _with_section(xml, columns),
        "[Content_Types].xml": _with_footer_type,
        "word/_rels/document.xml.rels": _with_footer_relation,
    }
    parts = _read(_default())
    for name, edit in edits.items():
        parts[name] = edit(parts[name].decode("utf-8")).encode("utf-8")
    parts["word/footer1.xml"] = _FOOTER.encode("utf-8")
    return pack(parts, timestamp)


def without_custom_properties(archive: bytes, timestamp: int) -> bytes:
    """Return a Word file without the properties that pandoc makes of metadata.

    They hold the whole metadata, paths of bibliography and style on this machine
    included. Title, authors and keywords are core properties and stay.
    """
    parts = _read(archive)
    parts["docProps/custom.xml"] = _NO_PROPERTIES.encode("utf-8")
    return pack(parts, timestamp)


_NO_PROPERTIES = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<Properties xmlns='
    '"http://schemas.openxmlformats.org/officeDocument/2006/custom-properties"/>'
)


def _read(archive: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(archive)) as opened:
        return {name: opened.read(name) for name in opened.namelist()}


def pack(parts: dict[str, bytes], timestamp: int) -> bytes:
    """Return a ZIP archive whose bytes depend on its contents and `timestamp` only."""
    # ZIP knows no time before 1980.
    moment = time.gmtime(max(timestamp, 315_532_800))[:6]
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in parts.items():
            entry = zipfile.ZipInfo(name, moment)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 3
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, content)
    return buffer.getvalue()


def _with_styles(xml: str) -> str:
    ours = {style.identifier: style.xml for style in _STYLES} | {"Table": _TABLE}
    ours |= {name: _character(name, run) for name, run in _CHARACTERS.items()}
    for identifier, style in ours.items():
        xml = re.sub(
            rf'\s*<w:style\b[^>]*w:styleId="{identifier}".*?</w:style>',
            "",
            xml,
            flags=re.DOTALL,
        )
        xml = xml.replace("</w:styles>", f"{style}\n</w:styles>")
    return xml.replace('<w:sz w:val="24" />', '<w:sz w:val="22" />', 1)


def _character(identifier: str, run: str) -> str:
    name = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", identifier)
    return (
        f'<w:style w:type="character" w:customStyle="1" w:styleId="{identifier}">'
        f'<w:name w:val="{name}"/><w:basedOn w:val="DefaultParagraphFont"/>'
        f"<w:rPr>{run}</w:rPr></w:style>"
    )


def _with_section(xml: str, columns: int) -> str:
    xml = re.sub(r"<w:sectPr\b.*?</w:sectPr>", "", xml, flags=re.DOTALL)
    xml = re.sub(r"<w:sectPr\s*/>", "", xml)
    if "xmlns:r=" not in xml:
        xml = xml.replace(
            "<w:document ", f'<w:document xmlns:r="{_RELATIONS_NAMESPACE}" ', 1
        )
    return xml.replace("</w:body>", f"{section(columns=columns)}</w:body>")


def _with_footer_type(xml: str) -> str:
    override = f'<Override PartName="/word/footer1.xml" ContentType="{_FOOTER_TYPE}"/>'
    return xml.replace("</Types>", f"{override}</Types>")


def _with_footer_relation(xml: str) -> str:
    relation = (
        f'<Relationship Id="rIdGalleyFooter" Type="{_FOOTER_RELATION}" '
        'Target="footer1.xml"/>'
    )
    return xml.replace("</Relationships>", f"{relation}</Relationships>")
