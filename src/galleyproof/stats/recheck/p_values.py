"""Which tests give the p-value that was printed.

Owns the comparison of a printed p with what the four counts of a 2 x 2 table give; the
tests themselves are those of `contingency`. Says nothing about which test would have
been the right one.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from galleyproof.stats import _validate as check
from galleyproof.stats.contingency import (
    fisher_exact,
    minimum_expected_count,
    pearson_chi_square,
)
from galleyproof.stats.errors import ArgumentError
from galleyproof.stats.printed import Rounding, RoundingChoice, read_printed
from galleyproof.stats.results import TestResult
from galleyproof.stats.unconditional import barnard_exact, boschloo_exact


class Association(StrEnum):
    """A two-sided test of two independent proportions."""

    PEARSON = "pearson"
    YATES = "pearson-yates"
    FISHER = "fisher"
    FISHER_MID_P = "fisher-mid-p"
    BARNARD = "barnard"
    """Seconds where totals exceed a thousand, as `boschloo`: ask for it by name."""
    BOSCHLOO = "boschloo"


USUAL_TESTS = (
    Association.PEARSON,
    Association.YATES,
    Association.FISHER,
    Association.FISHER_MID_P,
)
"""Those that papers use and that cost microseconds."""
UNCONDITIONAL = (Association.BARNARD, Association.BOSCHLOO)
"""Those that list every table of two totals."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TestedP:
    """What one test gives, beside what was printed."""

    __test__ = False  # not a test class, whatever pytest thinks of the name

    test: Association
    p: float | None
    """None where the test is undefined: Pearson's without events or non-events."""
    reproduces: bool
    """Whether it would have been printed like this."""
    significant: bool
    """Whether p is below alpha; an undefined test is not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PCheck:
    """A printed p-value against the tests of its table."""

    printed: str
    alpha: float
    results: tuple[TestedP, ...]
    """One per test, in the order asked for."""
    minimum_expected: float
    """Smallest expected count of the table under no association."""

    @property
    def reproduced_by(self) -> tuple[Association, ...]:
        """The tests that give the printed p."""
        return tuple(result.test for result in self.results if result.reproduces)

    @property
    def verdict_depends(self) -> bool:
        """Whether some tests are below alpha and others are not."""
        return len({r.significant for r in self.results if r.p is not None}) > 1


def recheck_p(
    printed: str,
    *,
    a_events: int,
    a_total: int,
    b_events: int,
    b_total: int,
    tests: Collection[Association | str] = USUAL_TESTS,
    rounding: RoundingChoice = Rounding.HALF_UP,
    alpha: float = 0.05,
) -> PCheck:
    """Find the tests that reproduce a printed p-value.

    Parameters
    ----------
    printed: the p as printed: `0.003`, `=.039`, `<0.0001`.
    a_events, a_total, b_events, b_total: the counts, totals at least 1.
    tests: at least one `Association`, by member or by name.
    rounding: convention by which p was shortened, or several.
    alpha: threshold of the significance verdict, strictly between 0 and 1; a test is
        significant where p < alpha.

    Returns
    -------
    PCheck. A p within 1e-9 (relative) of a rounding boundary counts as on either side
    of it, since the p itself is a floating-point result.

    Raises
    ------
    ArgumentError: p unreadable or outside 0 to 1, a count impossible, no or an unknown
        test, alpha out of range.

    Source
    ------
    Recomputation after Nuijten MB et al. (2016), Behav Res Methods 48:1205-1226
    (statcheck), here from counts instead of test statistics.
    """
    number = read_printed("printed", printed)
    if not 0 <= number.value <= 1:
        raise ArgumentError("printed", value=repr(printed), allowed="between 0 and 1")
    chosen = association_tests(tests)
    check.number("alpha", alpha, low=0, high=1, open_low=True, open_high=True)
    expected = minimum_expected_count(
        a_events=a_events, a_total=a_total, b_events=b_events, b_total=b_total
    )
    range_ = number.range(rounding)
    results = []
    for test in chosen:
        p = p_value(test, int(a_events), int(a_total), int(b_events), int(b_total))
        results.append(
            TestedP(
                test=test,
                p=p,
                reproduces=p is not None and range_.near(p),
                significant=p is not None and p < alpha,
            )
        )
    return PCheck(
        printed=printed,
        alpha=alpha,
        results=tuple(results),
        minimum_expected=expected,
    )


def association_tests(tests: Collection[Association | str]) -> tuple[Association, ...]:
    """Check the names of tests; at least one, each once."""
    if isinstance(tests, str) or not isinstance(tests, Collection):
        wanted = [tests]
    else:
        wanted = list(tests)
    if not wanted:
        raise ArgumentError("tests", value="empty", allowed="at least one test")
    for i, name in enumerate(wanted):
        if name not in tuple(Association):
            names = ", ".join(f"`{one}`" for one in Association)
            raise ArgumentError(
                "tests", index=i, value=repr(name), allowed=f"one of {names}"
            )
    return tuple(dict.fromkeys(Association(name) for name in wanted))


@lru_cache(maxsize=100_000)
def p_value(
    test: Association, a_events: int, a_total: int, b_events: int, b_total: int
) -> float | None:
    """Compute one two-sided p; None where the test is undefined for the table.

    All tests but Fisher's need an event and a non-event somewhere. The counts must
    have been checked.
    """
    events = a_events + b_events
    if events in (0, a_total + b_total) and test not in _FISHER:
        return None
    return _TESTS[test](a_events, a_total, b_events, b_total).p


_FISHER = (Association.FISHER, Association.FISHER_MID_P)


def _pearson(a: int, n_a: int, b: int, n_b: int) -> TestResult:
    return pearson_chi_square(a_events=a, a_total=n_a, b_events=b, b_total=n_b)


def _yates(a: int, n_a: int, b: int, n_b: int) -> TestResult:
    return pearson_chi_square(
        a_events=a, a_total=n_a, b_events=b, b_total=n_b, correction=True
    )


def _fisher(a: int, n_a: int, b: int, n_b: int) -> TestResult:
    return fisher_exact(a_events=a, a_total=n_a, b_events=b, b_total=n_b)


def _fisher_mid_p(a: int, n_a: int, b: int, n_b: int) -> TestResult:
    return fisher_exact(a_events=a, a_total=n_a, b_events=b, b_total=n_b, mid_p=True)


def _barnard(a: int, n_a: int, b: int, n_b: int) -> TestResult:
    return barnard_exact(a_events=a, a_total=n_a, b_events=b, b_total=n_b)


def _boschloo(a: int, n_a: int, b: int, n_b: int) -> TestResult:
    return boschloo_exact(a_events=a, a_total=n_a, b_events=b, b_total=n_b)


_TESTS: dict[Association, Callable[[int, int, int, int], TestResult]] = {
    Association.PEARSON: _pearson,
    Association.YATES: _yates,
    Association.FISHER: _fisher,
    Association.FISHER_MID_P: _fisher_mid_p,
    Association.BARNARD: _barnard,
    Association.BOSCHLOO: _boschloo,
}
