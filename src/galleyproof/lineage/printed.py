"""What everything has in common that the page may print: text, Markdown, status."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING

from galleyproof.lineage import journal, markup
from galleyproof.lineage.status import Status

if TYPE_CHECKING:
    from galleyproof.lineage.value import Value


class Printed(ABC):
    """A thing with a plain text, a Markdown form, a status and an explanation."""

    __slots__ = ()

    @property
    @abstractmethod
    def text(self) -> str:
        """The plain text, as the reader sees it, without the mark."""

    @property
    @abstractmethod
    def status(self) -> Status:
        """How it is known."""

    @property
    @abstractmethod
    def title(self) -> str:
        """Where it comes from, for the reader who points at it."""

    @property
    def parts(self) -> tuple[tuple[str, Value], ...]:
        """Each number that it prints: its text, and the value."""
        return ()

    def _token(self) -> str:
        """Write it into the journal of what is printed."""
        return journal.print_values(self.parts)

    @property
    def _inner_markdown(self) -> str:
        return markup.escape(self.text)

    def markdown(self, *, mark: bool = True) -> str:
        """Return the Markdown span; without its mark where a heading carries it."""
        inner = self._inner_markdown
        if mark and self.status.mark:
            inner += f"^{self.status.mark}^"
        return markup.span(
            inner,
            "value",
            self.status.css_class,
            title=self.title,
            token=self._token(),
        )

    def __str__(self) -> str:
        return self.markdown()

    def __format__(self, specification: str) -> str:
        if specification:
            raise ValueError(
                f"`{self.text}` prints by its own rules; instead of the format "
                f"`{specification}` use `.to(decimals)`, `.bare` or `.words`"
            )
        return self.markdown()

    def _repr_markdown_(self) -> str:
        return self.markdown()
