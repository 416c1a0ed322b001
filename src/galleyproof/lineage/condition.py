"""A comparison of values: true or false, and able to say why.

Conditions are joined by `&`, `|` and `~`. Python's own `and`, `or`, `not` and chains
(`a < b < c`) would keep the truth and lose the values, so what they leave behind, a
plain `bool` or half a condition, is refused wherever a condition is needed.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from galleyproof.lineage import wording

if TYPE_CHECKING:
    from galleyproof.lineage.value import Value

AND, OR = "and", "or"

_OPPOSITE = {
    "<": ">=",
    ">=": "<",
    ">": "<=",
    "<=": ">",
    "=": "!=",
    "!=": "=",
    AND: OR,
    OR: AND,
}
_SIGNS = {"<=": "≤", ">=": "≥", "!=": "≠"}


class ConditionError(TypeError):
    """Something that knows no values stands where a condition is needed."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Condition:
    """A relation between two values, or several conditions joined by one word."""

    holds: bool
    relation: str
    """`<`, `<=`, `>`, `>=`, `=`, `!=`, `and`, `or`."""
    operands: tuple[Value | Condition, ...]
    reading: tuple[str, str] = ("", "")
    """How it reads, and how its opposite does, where the operands say it badly."""

    def __bool__(self) -> bool:
        return self.holds

    def __str__(self) -> str:
        if self.reading[0]:
            return self.reading[0]
        if self.is_joined:
            said = dict.fromkeys(map(self._bracketed, self._conditions))
            return f" {self.relation} ".join(said)
        return wording.chain(self._compared, _SIGNS.get(self.relation, self.relation))

    def _bracketed(self, part: Condition) -> str:
        mixed = part.is_joined and part.relation != self.relation
        return f"({part})" if mixed and not part.reading[0] else str(part)

    # What it consists of --------------------------------------------------------------

    @property
    def is_joined(self) -> bool:
        """Whether it is made of conditions."""
        return self.relation in (AND, OR)

    @property
    def _conditions(self) -> tuple[Condition, ...]:
        return tuple(item for item in self.operands if isinstance(item, Condition))

    @property
    def parts(self) -> tuple[Condition, ...]:
        """The conditions that it joins; itself where it joins none."""
        return self._conditions if self.is_joined and not self.reading[0] else (self,)

    @property
    def _compared(self) -> tuple[Value, ...]:
        return tuple(i for i in self.operands if not isinstance(i, Condition))

    @property
    def values(self) -> tuple[Value, ...]:
        """The values that decide it, each once, from left to right."""
        if not self.is_joined:
            return tuple(dict.fromkeys(self._compared))
        found = (value for part in self._conditions for value in part.values)
        return tuple(dict.fromkeys(found))

    @property
    def failing(self) -> tuple[Condition, ...]:
        """The parts that make it false: as few as explain it, itself if need be."""
        if self.holds:
            return ()
        if self.relation != AND or self.reading[0]:
            return (self,)
        return tuple(part for item in self._conditions for part in item.failing)

    # Joining --------------------------------------------------------------------------

    @property
    def negated(self) -> Condition:
        """The opposite statement about the same values."""
        said, opposite = self.reading
        return Condition(
            holds=not self.holds,
            relation=_OPPOSITE[self.relation],
            operands=tuple(
                item.negated if isinstance(item, Condition) else item
                for item in self.operands
            ),
            reading=(opposite, said),
        )

    def reads(self, said: str, opposite: str) -> Condition:
        """Return the same condition in other words."""
        return replace(self, reading=(said, opposite))

    def __invert__(self) -> Condition:
        return self.negated

    def __and__(self, other: object) -> Condition:
        return joined(AND, (self, other))

    def __or__(self, other: object) -> Condition:
        return joined(OR, (self, other))

    def __rand__(self, other: object) -> Condition:
        return joined(AND, (other, self))

    def __ror__(self, other: object) -> Condition:
        return joined(OR, (other, self))


def joined(relation: str, parts: Iterable[object]) -> Condition:
    """Join conditions by `and` or `or`; of one, return it.

    Raises ConditionError for anything else and for no condition at all.
    """
    conditions = [condition(part) for part in parts]
    if not conditions:
        raise ConditionError("there is no condition to join")
    flat: list[Condition] = []
    for one in conditions:
        same = one.relation == relation and not one.reading[0]
        flat += one._conditions if same else [one]
    if len(flat) == 1:
        return flat[0]
    decide = all if relation == AND else any
    return Condition(
        holds=decide(one.holds for one in flat), relation=relation, operands=(*flat,)
    )


def condition(item: object) -> Condition:
    """Return what is a condition; say of anything else what to give instead."""
    if isinstance(item, Condition):
        return item
    shown = f"`{item!r}`" if len(repr(item)) < 60 else f"a `{type(item).__name__}`"
    if hasattr(type(item), "__float__") and not _is_truth(item):
        raise ConditionError(
            f"{shown} is a number and no condition: compare it, as in `when=a < b`"
        )
    raise ConditionError(
        f"{shown} knows no values: compare values of the data, as in `when=a < b`, "
        "and join comparisons with `&`, `|`, `~` instead of `and`, `or`, `not`"
    )


def _is_truth(item: object) -> bool:
    """Say whether it is a plain true or false, numpy's included."""
    return isinstance(item, bool) or type(item).__name__ in ("bool_", "bool")
