"""Figures that render themselves: drawn in one style, saved, captioned, described.

A figure is drawn to `figures/<label>.svg` and `.png` of the project. The same drawing
gives the same bytes: nothing in a file depends on clock, machine or session, and a file
is touched only when its bytes change.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from galleyproof import consulted, files
from galleyproof.authoring import style
from galleyproof.authoring.failures import EvidenceError
from galleyproof.authoring.library import project_root
from galleyproof.authoring.plots.drawing import Drawing
from galleyproof.authoring.tables import one_line, with_legend
from galleyproof.lineage import Value, journal, markup
from galleyproof.lineage.entries import ALT, FIGURE
from galleyproof.lineage.lettering import Lettering, settle

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Canvas

DIRECTORY = "figures"
_LABEL = re.compile(r"fig-[A-Za-z0-9][\w-]*")
_METADATA: dict[str, dict[str, Any]] = {
    "svg": {"Date": None, "Creator": None},
    "png": {"Software": None},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A saved figure with caption and alt text; displaying it yields Markdown."""

    label: str
    caption: str
    width: str
    values: tuple[Value, ...] = ()
    """What is drawn."""
    lettering: tuple[str, ...] = ()
    """What is written in it, as Markdown whose spans know their values."""
    notes: str = ""
    """The words beside the points, whose marks the caption explains."""
    description: str = ""
    """The alt text as Markdown, whose spans know the values that it speaks of."""

    @property
    def alt(self) -> str:
        """The alt text as it is read out."""
        return markup.said(self.description)

    @property
    def path(self) -> str:
        """The file, relative to the project."""
        return f"{DIRECTORY}/{self.label}.svg"

    def markdown(self) -> str:
        """Return the image with its caption, label and alt text."""
        attributes = (
            f"#{self.label} fig-alt={markup.attribute(self.alt)} width={self.width}"
        )
        tokens = " ".join(filter(None, self._tokens()))
        if tokens:
            attributes += f' {journal.ATTRIBUTE}="{tokens}"'
        return (
            f"![{with_legend(self.caption, self.notes)}]({self.path}){{{attributes}}}\n"
        )

    def _tokens(self) -> Iterator[str]:
        """Write down what is drawn, and what the alt text says."""
        yield journal.print_again(self.lettering, role=FIGURE, also=self.values)
        yield journal.print_again([self.description], role=ALT)

    def _repr_markdown_(self) -> str:
        return self.markdown()

    def __str__(self) -> str:
        return self.markdown()


def figure(
    label: str,
    drawing: Drawing | Callable[[Axes], object],
    *,
    caption: str,
    alt: str = "",
    height: float = 3.2,
    width: str = "100%",
) -> Figure:
    """Draw, save and caption a figure.

    `drawing` is one of the package's plots, which describe themselves, or a function
    that draws on the axes that it is given; that one needs `alt`, and may have a
    `height` in inches.
    """
    if not _LABEL.fullmatch(label):
        raise ValueError(f"the label of a figure begins with `fig-`, unlike `{label}`")
    own = not isinstance(drawing, Drawing)
    if not isinstance(drawing, Drawing):
        drawing = _own(drawing, alt, height)
    directory = project_root() / DIRECTORY
    files_by_kind, lettering = rendered(drawing)
    if own and lettering.bare:
        raise EvidenceError(
            f"`{label}` is lettered `{lettering.bare[0]}`, with a number that knows no "
            "data; write a value into it, or declare it: `[12 mm]{.literal}`"
        )
    for kind, data in files_by_kind.items():
        write_if_changed(directory / f"{label}.{kind}", data)
    return Figure(
        label=label,
        caption=one_line(caption),
        width=width,
        values=drawing.values,
        lettering=lettering.markdown,
        notes=drawing.notes,
        description=one_line(alt) or drawing.description,
    )


def _own(draw: Callable[[Axes], object], alt: str, height: float) -> Drawing:
    if not alt:
        raise ValueError("a drawing of your own needs `alt`: say what it shows")

    def on_axes(canvas: Canvas) -> None:
        draw(canvas.add_subplot())

    return Drawing(draw=on_axes, description=alt, height=height)


def rendered(drawing: Drawing) -> tuple[dict[str, bytes], Lettering]:
    """Return the bytes of a drawing, by file type, and what is written in it."""
    from matplotlib import rc_context, rcParamsDefault  # noqa: PLC0415 - slow
    from matplotlib.figure import Figure as Canvas  # noqa: PLC0415

    found = {}
    # Whatever the chapter or a matplotlibrc has set, the style is this one.
    settings: dict[str, Any] = {
        name: setting
        for name, setting in rcParamsDefault.items()
        if not name.startswith("backend")
    }
    settings.update(style.SETTINGS)
    with rc_context(cast(Any, settings)):
        canvas = Canvas(figsize=(style.WIDTH, drawing.height), layout="constrained")
        drawing.draw(canvas)
        lettering = settle(canvas)
        for kind, metadata in _METADATA.items():
            stream = io.BytesIO()
            # It asks for the time of the build even where none is to be written.
            with consulted.serving():
                canvas.savefig(stream, format=kind, metadata=metadata)
            found[kind] = stream.getvalue()
    return found, lettering


def write_if_changed(path: Path, data: bytes) -> None:
    """Write a file unless it holds these bytes already."""
    consulted.produced.add(str(path))
    with consulted.serving():
        if not (path.is_file() and path.read_bytes() == data):
            files.write(path, data)
