"""What stands in place of a cell: its code where it is echoed, then what it showed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from galleyproof.diagnostics import Code, Diagnostic
from galleyproof.outputs import Output
from galleyproof.qmd.model import Cell
from galleyproof.qmd.options import CellSettings

_ANSI = re.compile(r"\x1b\[[0-9;?]*[ -/]*[@-~]")
_UNSAFE = re.compile(r"[^A-Za-z0-9_-]+")
_PICTURES = {
    "image/svg+xml": "svg",
    "image/png": "png",
    "image/jpeg": "jpg",
}
"""Kinds of picture that we can print, the best first."""
_DIRECTORY = "figures/cells"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A cell as Markdown, with the pictures that the Markdown names."""

    markdown: str
    files: Mapping[str, bytes] = field(default_factory=dict)
    diagnostics: tuple[Diagnostic, ...] = ()


def show(
    cell: Cell, source: str, outputs: Sequence[Output], settings: CellSettings
) -> Shown:
    """Return what a reader sees of a cell.

    Parameters
    ----------
    source
        the cell as it stands in the file, for `echo: fenced`

    """
    if not settings.include:
        return Shown(markdown="")
    parts: list[str] = []
    if settings.echo:
        parts.append(_echo(cell, source, settings))
    stem = _stem(cell, settings)
    pieces = [] if settings.output is False else list(_pieces(outputs, settings, stem))
    parts.extend(_framed(pieces, settings))
    return Shown(
        markdown="\n\n".join(part for part in parts if part),
        files={path: data for piece in pieces for path, data in piece.files.items()},
        diagnostics=tuple(_unprintable(cell, pieces)),
    )


def _stem(cell: Cell, settings: CellSettings) -> str:
    """Name the pictures of a cell: by its label, or by its place."""
    chapter = cell.span.path.rpartition("/")[2].removesuffix(".qmd")
    name = settings.label or f"{chapter}-{cell.index + 1}"
    return f"{_DIRECTORY}/{_UNSAFE.sub('-', name)}"


def _echo(cell: Cell, source: str, settings: CellSettings) -> str:
    fenced = settings.echo == "fenced"
    code = source.strip("\n") if fenced else cell.code.strip("\n")
    if not code:
        return ""
    block = _code(code, "markdown" if fenced else cell.language)
    if not settings.code_fold:
        return block
    opened = " open" if settings.code_fold == "show" else ""
    start = f'<details class="code-fold"{opened}><summary>Code</summary>'
    return "\n\n".join([_raw("html", start), block, _raw("html", "</details>")])


def _code(text: str, *classes: str) -> str:
    """Return a code block whose fence is longer than any in the text."""
    longest = max((len(run) for run in re.findall(r"`{3,}", text)), default=2)
    fence = "`" * max(longest + 1, 3)
    names = " ".join(f".{name}" for name in classes)
    return f"{fence} {{{names}}}\n{text}\n{fence}"


def _raw(writer: str, code: str) -> str:
    return f"```{{={writer}}}\n{code}\n```"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Piece:
    """One output, ready to be put into the text."""

    markdown: str
    files: Mapping[str, bytes] = field(default_factory=dict)
    picture: str = ""
    """Path of the picture that it is."""
    unknown: str = ""
    """The kind of output, where none of its forms can be printed."""


def _pieces(
    outputs: Sequence[Output], settings: CellSettings, stem: str
) -> Iterator[_Piece]:
    count = 0
    for output in outputs:
        if output.kind == "stream":
            yield _stream(output, settings)
        elif output.kind == "error":
            text = _ANSI.sub("", output.text).strip("\n")
            yield _Piece(markdown=_code(text, "cell-output", "cell-error"))
        else:
            picture = _picture(output, stem, count, settings)
            count += picture is not None
            yield picture or _display(output, settings)


def _stream(output: Output, settings: CellSettings) -> _Piece:
    text = _ANSI.sub("", output.text).strip("\n")
    if settings.output == "asis" and output.name == "stdout":
        return _Piece(markdown=text)
    if not text.strip():
        return _Piece(markdown="")
    return _Piece(markdown=_code(text, "cell-output", f"cell-{output.name}"))


def _picture(
    output: Output, stem: str, count: int, settings: CellSettings
) -> _Piece | None:
    """Save every form of a picture; the text names the best, Word takes the PNG."""
    if "text/markdown" in output.data:
        return None
    base = f"{stem}-{count + 1}" if count else stem
    files = {
        f"{base}.{suffix}": content.encode() if isinstance(content, str) else content
        for kind, suffix in _PICTURES.items()
        if (content := output.data.get(kind)) is not None
    }
    if not files:
        return None
    path = next(iter(files))
    alt = settings.fig_alt or settings.fig_cap
    attributes = f'{{fig-alt="{_quoted(alt)}"}}' if alt else ""
    return _Piece(markdown=f"![]({path}){attributes}", files=files, picture=path)


def _quoted(text: str) -> str:
    flat = " ".join(text.split())
    return flat.replace("\\", "\\\\").replace('"', '\\"')


def _display(output: Output, settings: CellSettings) -> _Piece:
    data = {kind: _text(content) for kind, content in output.data.items()}
    if "text/markdown" in data:
        return _Piece(markdown=data["text/markdown"].strip("\n"))
    latex = data.get("text/latex", "").strip()
    if "text/html" in data:
        return _Piece(markdown=_html(data["text/html"], _fallback(data, settings)))
    if latex.startswith("$"):
        return _Piece(markdown=latex)
    if "text/plain" in data:
        return _Piece(markdown=_fallback(data, settings))
    return _Piece(markdown="", unknown=", ".join(sorted(data)) or "nothing")


def _text(content: str | bytes) -> str:
    return content.decode("utf-8", "replace") if isinstance(content, bytes) else content


def _fallback(data: Mapping[str, str], settings: CellSettings) -> str:
    text = _ANSI.sub("", data.get("text/plain", "")).strip("\n")
    if not text or settings.output == "asis":
        return text
    return _code(text, "cell-output", "cell-display")


def _html(html: str, fallback: str) -> str:
    """HTML for the page; what else the object offers for the other formats."""
    raw = _fence_raw(html)
    if not fallback:
        return raw
    return f'{raw}\n\n::: {{.content-hidden when-format="html"}}\n{fallback}\n:::'


def _fence_raw(html: str) -> str:
    longest = max((len(run) for run in re.findall(r"`{3,}", html)), default=2)
    fence = "`" * max(longest + 1, 3)
    return f"{fence}{{=html}}\n{html.strip()}\n{fence}"


def _framed(pieces: Sequence[_Piece], settings: CellSettings) -> list[str]:
    """Put label and caption around what a cell showed."""
    shown = [piece.markdown for piece in pieces if piece.markdown]
    kind = settings.label.partition("-")[0]
    if kind == "fig" or settings.fig_cap:
        return _figures(pieces, settings)
    if shown and (kind == "tbl" or settings.tbl_cap):
        label = f"#{settings.label} " if kind == "tbl" else ""
        caption = f'tbl-cap="{_quoted(settings.tbl_cap)}"' if not label else ""
        opening = f"::: {{{label}{caption}}}".replace(" }", "}")
        inner = [*shown, *([settings.tbl_cap] if label and settings.tbl_cap else [])]
        return [opening, *inner, ":::"]
    return shown


def _figures(pieces: Sequence[_Piece], settings: CellSettings) -> list[str]:
    """Frame the pictures of a cell as one figure; what it printed stays before it."""
    pictures = [piece.markdown for piece in pieces if piece.picture]
    rest = [p.markdown for p in pieces if p.markdown and not p.picture]
    if not pictures:
        return rest
    label = settings.label if settings.label.startswith("fig-") else ""
    name = f"#{label}" if label else ".galley-figure"
    caption = [settings.fig_cap] if settings.fig_cap else []
    return [*rest, f"::: {{{name}}}", *pictures, *caption, ":::"]


def _unprintable(cell: Cell, pieces: Sequence[_Piece]) -> Iterator[Diagnostic]:
    for piece in pieces:
        if piece.unknown:
            yield Diagnostic(
                code=Code.FEATURE_SUPPORTED,
                span=cell.span,
                message=f"the cell shows `{piece.unknown}`, which cannot be printed",
                hint="show Markdown, HTML, a picture or text, "
                "or render with `--engine quarto`",
            )
