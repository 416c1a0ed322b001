"""What stands for one value and prints as it does."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING

from galleyproof.lineage.operators import Operators
from galleyproof.lineage.printed import Printed

if TYPE_CHECKING:
    from galleyproof.lineage.status import Status
    from galleyproof.lineage.value import Value


class Proxy(Operators, Printed):
    """Something with a `value`: it prints, adds and compares as that value."""

    __slots__ = ()

    @property
    @abstractmethod
    def value(self) -> Value:
        """The number that it stands for."""

    @property
    def text(self) -> str:
        """The number's text."""
        return self.value.text

    @property
    def title(self) -> str:
        """Where the number comes from."""
        return self.value.title

    @property
    def status(self) -> Status:
        """How the number is known."""
        return self.value.status

    @property
    def parts(self) -> tuple[tuple[str, Value], ...]:
        """The number."""
        return self.value.parts

    def markdown(self, *, mark: bool = True) -> str:
        """Return the number's Markdown span."""
        return self.value.markdown(mark=mark)

    @property
    def bare(self) -> Proxy | Value:
        """The number without unit or per cent sign."""
        return self.value.bare

    @property
    def words(self) -> Value:
        """The number in words."""
        return self.value.words

    @property
    def Words(self) -> Value:  # noqa: N802 - the capital is what it prints
        """The number in words, capitalised."""
        return self.value.Words

    def to(self, decimals: int) -> Proxy | Value:
        """Return the number with `decimals` decimals."""
        return self.value.to(decimals)
