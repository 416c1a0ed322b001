"""What everything has in common that the page may print: text, Markdown, status."""

from __future__ import annotations

from abc import ABC, abstractmethod

from galleyproof.lineage import markup
from galleyproof.lineage.status import Status


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
    def _inner_markdown(self) -> str:
        return markup.escape(self.text)

    def markdown(self, *, mark: bool = True) -> str:
        """Return the Markdown span; without its mark where a heading carries it."""
        inner = self._inner_markdown
        if mark and self.status.mark:
            inner += f"^{self.status.mark}^"
        return markup.span(inner, "value", self.status.css_class, title=self.title)

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
