"""Words whose truth depends on data, bound to the condition that decides it."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

from galleyproof.lineage import journal, markup
from galleyproof.lineage.condition import Condition, joined
from galleyproof.lineage.printed import Printed
from galleyproof.lineage.status import Status

_PARTS_SHOWN = 4
_ATTRIBUTES = re.compile(r"\]\{[^{}]*\}")
_MARKS = re.compile(r"\^[†‡§]\^|(?<!\\)[*\[\]`]|(?<!\w)_|_(?!\w)|\\(?=[^\w\s])")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Claim(Printed):
    """Words and their condition; it prints the words."""

    words: str
    """The author's own Markdown."""
    condition: Condition

    @property
    def text(self) -> str:
        """The words without their markup."""
        return _MARKS.sub("", _ATTRIBUTES.sub("", self.words))

    @property
    def status(self) -> Status:
        """Words carry no mark."""
        return Status.CONFIRMED

    @property
    def title(self) -> str:
        """The condition with the values as they are; of many parts, the first ones."""
        parts = self.condition.parts
        if len(parts) <= _PARTS_SHOWN:
            return str(self.condition)
        shown = joined(self.condition.relation, parts[:_PARTS_SHOWN])
        return f"{shown} … {len(parts)} conditions"

    def markdown(self, *, mark: bool = True) -> str:
        """Return the words in a span that names the condition."""
        del mark
        token = journal.print_claim(self.text, self.condition)
        return markup.span(self.words, "claim", title=self.title, token=token)

    @property
    def refutation(self) -> str:
        """Why it does not hold; empty where it does."""
        unknown = [v for v in self.condition.values if _is_unknown(v.number)]
        if unknown:
            return f"{unknown[0].title} is not estimable"
        return " and ".join(map(_why, self.condition.failing))


def _why(false: Condition) -> str:
    # One that reads in words has words for its opposite, which is what is true.
    return str(~false) if false.reading[0] else f"{false} is false"


def _is_unknown(number: object) -> bool:
    return isinstance(number, float) and math.isnan(number)
