"""A comparison of values: true or false, and able to say why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from galleyproof.lineage.value import Value

_OPPOSITE = {"<": ">=", ">=": "<", ">": "<=", "<=": ">", "=": "!=", "!=": "="}


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """A relation between two values, or between two conditions."""

    holds: bool
    relation: str
    operands: tuple[Value | Condition, ...]

    def __bool__(self) -> bool:
        return self.holds

    def __str__(self) -> str:
        shown = [
            f"({item})" if isinstance(item, Condition) else item.in_formula
            for item in self.operands
        ]
        return f" {self.relation} ".join(shown)

    @property
    def values(self) -> tuple[Value, ...]:
        """The values that decide it, from left to right."""
        found: list[Value] = []
        for item in self.operands:
            found += item.values if isinstance(item, Condition) else [item]
        return tuple(found)

    @property
    def negated(self) -> Condition:
        """The opposite statement about the same values."""
        if self.relation not in _OPPOSITE:
            return Condition(holds=not self.holds, relation="not", operands=(self,))
        return Condition(
            holds=not self.holds,
            relation=_OPPOSITE[self.relation],
            operands=self.operands,
        )

    def __invert__(self) -> Condition:
        return self.negated

    def __and__(self, other: Condition) -> Condition:
        return Condition(
            holds=self.holds and other.holds, relation="and", operands=(self, other)
        )

    def __or__(self, other: Condition) -> Condition:
        return Condition(
            holds=self.holds or other.holds, relation="or", operands=(self, other)
        )
