"""Words bound to data: a claim stops the build when its condition no longer holds.

Beside `claim`, conditions that read as the sentence does: a comparison with `<` and its
like says what two values are to each other, these what several are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import pairwise

from galleyproof import refutation
from galleyproof.lineage import (
    Claim,
    Condition,
    ConditionError,
    Constant,
    Value,
    wording,
)
from galleyproof.lineage.arithmetic import value_of
from galleyproof.lineage.condition import AND, OR, condition, joined
from galleyproof.lineage.operators import Operators

Number = Operators
"""A value, or evidence that stands for one."""


def claim(words: str, *, when: Condition) -> Claim:
    """Bind words to the condition that makes them true.

    The words are Markdown and print as they are. A condition that does not hold stops
    the build at this line. Raises ConditionError where `when` knows no values of the
    data.
    """
    said = " ".join(words.split()) if isinstance(words, str) else ""
    if not said:
        raise ConditionError('a claim needs words: `claim("lower", when=a < b)`')
    made = Claim(words=said, condition=_founded(condition(when)))
    if made.refutation:
        refutation.refute(
            refutation.Refutation(words=made.text, reason=made.refutation)
        )
    return made


def _founded(given: Condition) -> Condition:
    """Refuse a condition in which no value comes from the data."""
    leaves = (leaf for value in given.values for leaf in value.leaves)
    if all(isinstance(leaf.origin, Constant) for leaf in leaves):
        raise ConditionError(f"`{given}` compares typed numbers, and no data")
    return given


# Joining --------------------------------------------------------------------------


def all_of(*conditions: Condition | Iterable[Condition]) -> Condition:
    """Return the condition that all of them hold."""
    return joined(AND, _flat(conditions))


def any_of(*conditions: Condition | Iterable[Condition]) -> Condition:
    """Return the condition that at least one of them holds."""
    return joined(OR, _flat(conditions))


def _flat(given: Iterable[Condition | Iterable[Condition]]) -> Iterator[Condition]:
    for item in given:
        if isinstance(item, Condition) or not isinstance(item, Iterable):
            yield condition(item)
        else:
            yield from item


# Of several values ----------------------------------------------------------------


def largest(item: Number, among: Iterable[Number]) -> Condition:
    """Return the condition that `item` is larger than all the others `among`.

    It may be among them itself. A tie is no largest.
    """
    return _extreme(item, among, "largest", max, lambda a, b: a > b)


def smallest(item: Number, among: Iterable[Number]) -> Condition:
    """Return the condition that `item` is smaller than all the others `among`."""
    return _extreme(item, among, "smallest", min, lambda a, b: a < b)


def _extreme(
    item: Number,
    among: Iterable[Number],
    what: str,
    pick: Callable[..., Value],
    beats: Callable[[Value, Value], Condition],
) -> Condition:
    value = value_of(item)
    others = [v for v in map(value_of, among) if not _same(v, value)]
    if not others:
        raise ConditionError(f"`{value.text}` is compared with nothing else")
    each = joined(AND, [beats(value, other) for other in others])
    rival = beats(value, pick(others, key=lambda other: other.number))
    if len(others) == 1:
        return each
    rest = f", the {what} of {len(others)} others"
    return each.reads(f"{rival}{rest}", f"{~rival}{rest}")


def _same(one: Value, other: Value) -> bool:
    return one.number == other.number and one.cells == other.cells


def majority(part: Number, *, of: Number) -> Condition:
    """Return the condition that `part` is more than half of a whole of its unit."""
    some, whole = value_of(part), value_of(of)
    said = " of ".join(wording.named([some, whole]))
    return (2 * some > whole).reads(
        f"{said} are more than half", f"{said} are not more than half"
    )


def rising(*items: Number) -> Condition:
    """Return the condition that each value is larger than the one before."""
    return _monotone(items, "<", lambda a, b: a < b)


def falling(*items: Number) -> Condition:
    """Return the condition that each value is smaller than the one before."""
    return _monotone(items, ">", lambda a, b: a > b)


def _monotone(
    items: Sequence[Number], sign: str, steps: Callable[[Value, Value], Condition]
) -> Condition:
    values = [value_of(item) for item in items]
    if len(values) < 2:
        raise ConditionError("a course needs two values at least")
    each = joined(AND, [steps(a, b) for a, b in pairwise(values)])
    said = wording.chain(values, sign)
    return each if len(values) == 2 else each.reads(said, f"{said} is not so")


def alike(one: Number, other: Number, *, within: float) -> Condition:
    """Return the condition that two values differ by `within` at most.

    The margin is the author's, in the unit of the values; percentages differ by
    percentage points. It is no test: two proportions that no test tells apart are told
    so by their p value, `p > 0.05`.
    """
    left, right = value_of(one), value_of(other)
    near = abs(left - right) <= within
    margin = wording.texts(near.values)[1]
    both = " and ".join(wording.texts([left, right]))
    return near.reads(
        f"{both} differ by at most {margin}", f"{both} differ by more than {margin}"
    )
