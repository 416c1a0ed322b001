"""Linear inequalities in whole numbers, and what follows from them.

Owns the exact arithmetic: an inequality is `sum(c * v) + constant >= 0` with integer
coefficients. Eliminating a variable (Fourier-Motzkin) leaves inequalities that hold for
the others alone. They add nothing to the set of solutions; they let the search see from
the totals alone, before it has chosen any events, that a choice cannot work.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import gcd

MAX_DERIVED = 160
"""Elimination stops where it would leave more inequalities than are worth checking."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Inequality:
    """`sum(coefficient * variable) + constant >= 0`."""

    terms: tuple[tuple[int, int], ...]
    """Pairs of variable and nonzero coefficient, by variable."""
    constant: int

    def coefficient(self, variable: int) -> int:
        """Give the coefficient of a variable, 0 where it is absent."""
        return next((c for v, c in self.terms if v == variable), 0)

    def negated_terms(self) -> tuple[tuple[int, int], ...]:
        """Give the terms with the opposite sign."""
        return tuple((v, -c) for v, c in self.terms)


def inequality(terms: Iterable[tuple[int, int]], constant: int) -> Inequality:
    """Collect terms and divide by their common factor.

    The constant is rounded down with the division: the sum is a multiple of the factor,
    so that nothing is lost.
    """
    collected: dict[int, int] = {}
    for variable, coefficient in terms:
        collected[variable] = collected.get(variable, 0) + coefficient
    kept = {v: c for v, c in sorted(collected.items()) if c}
    factor = gcd(*kept.values()) if kept else 1
    return Inequality(
        terms=tuple((v, c // factor) for v, c in kept.items()),
        constant=constant // factor,
    )


def equation(terms: Sequence[tuple[int, int]], constant: int) -> list[Inequality]:
    """State `sum(c * v) + constant = 0` as two inequalities."""
    return [
        inequality(terms, constant),
        inequality([(v, -c) for v, c in terms], -constant),
    ]


def shadow(
    inequalities: Sequence[Inequality], variables: Sequence[int]
) -> list[Inequality]:
    """Derive what follows for the other variables alone, eliminating these.

    Parameters
    ----------
    inequalities: over variables that are at least 0.
    variables: those to eliminate.

    Returns
    -------
    Inequalities that were not among those given and do not hold of themselves; where an
    equation ties the other variables, also with each of these substituted. Where they
    leave no value to some sum, a single one without terms that is false. Weaker than
    possible where elimination would leave more than `MAX_DERIVED`: it then stops, which
    costs speed, never solutions.

    Source
    ------
    Fourier-Motzkin elimination: Schrijver A (1986), Theory of Linear and Integer
    Programming.
    """
    given = _tightest(inequalities)
    system = given
    for variable in variables:
        remaining = _eliminate(system, variable)
        if len(remaining) > MAX_DERIVED:
            break
        system = remaining
    derived = dict(system)
    for rare in (True, False):
        for terms, constant in _substituted(system, rare=rare).items():
            derived[terms] = min(constant, derived.get(terms, constant))
    if _contradictory(derived):
        return [Inequality(terms=(), constant=-1)]
    return [
        Inequality(terms=terms, constant=constant)
        for terms, constant in derived.items()
        if given.get(terms, constant + 1) > constant
    ]


def _contradictory(system: _System) -> bool:
    """Whether a sum is to be at least, and at most, what leaves it no value.

    A bound that elimination tightened is half of an equation no more, so that
    substitution passes it by.
    """
    return any(
        constant + system.get(tuple((v, -c) for v, c in terms), -constant) < 0
        for terms, constant in system.items()
    )


def _substituted(system: _System, *, rare: bool) -> _System:
    """Use up the equations of a system, one after the other; keep every stage."""
    stages: _System = {}
    while (tied := _tied(system, rare=rare)) is not None:
        system = _eliminate(system, tied)
        stages |= system
    return stages


def _tied(system: _System, *, rare: bool) -> int | None:
    """Find the rarest or commonest variable that an equation gives without a factor.

    With rare ones first, what two equations have in common cancels between them; with
    common ones first, a whole gives way to its parts.
    """
    tied = {
        v
        for terms, constant in system.items()
        if system.get(tuple((v, -c) for v, c in terms)) == -constant
        for v, c in terms
        if abs(c) == 1
    }
    uses = Counter(v for terms in system for v, _ in terms)
    return min(tied, key=lambda v: (uses[v] if rare else -uses[v], v), default=None)


_System = dict[tuple[tuple[int, int], ...], int]
"""Left-hand side to the smallest, hence tightest, constant."""


def _tightest(inequalities: Iterable[Inequality]) -> _System:
    system: _System = {}
    for one in inequalities:
        if not _trivial(one):
            system[one.terms] = min(system.get(one.terms, one.constant), one.constant)
    return system


def _trivial(one: Inequality) -> bool:
    """Whether it holds for any non-negative numbers."""
    return one.constant >= 0 and all(c > 0 for _, c in one.terms)


def _eliminate(system: _System, variable: int) -> _System:
    """Give the system that follows for all variables but one."""
    every = [Inequality(terms=t, constant=k) for t, k in system.items()]
    with_it = [one for one in every if one.coefficient(variable)]
    without = [one for one in every if not one.coefficient(variable)]
    pairs = _pairs(with_it, system, variable)
    return _tightest(
        [*without, *(_combine(low, high, variable) for low, high in pairs)]
    )


def _pairs(
    with_it: list[Inequality], system: _System, variable: int
) -> list[tuple[Inequality, Inequality]]:
    """Pair inequalities in which the variable has opposite signs.

    Where an equation fixes the variable, pairing it with each of the others is enough.
    """
    lows = [one for one in with_it if one.coefficient(variable) > 0]
    highs = [one for one in with_it if one.coefficient(variable) < 0]
    for low in lows:
        constant = system.get(low.negated_terms())
        if constant == -low.constant:
            high = Inequality(terms=low.negated_terms(), constant=constant)
            return [(low, other) for other in highs if other != high] + [
                (other, high) for other in lows if other != low
            ]
    return [(low, high) for low in lows for high in highs]


def _combine(low: Inequality, high: Inequality, variable: int) -> Inequality:
    """Add multiples of two inequalities so that the variable cancels."""
    a, b = low.coefficient(variable), -high.coefficient(variable)
    factor = gcd(a, b)
    a, b = a // factor, b // factor
    terms = [(v, c * b) for v, c in low.terms] + [(v, c * a) for v, c in high.terms]
    return inequality(terms, low.constant * b + high.constant * a)
