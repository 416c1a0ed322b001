"""Time `reconstruct` on ten linked percentages with totals up to 5,000.

Run with `python benchmarks/reconstruct.py`; prints the median of five runs of each
problem, what was found, and how many candidates were examined.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable, Iterator
from decimal import ROUND_HALF_UP, Decimal

from galleyproof.stats.reconstruction import (
    Known,
    Percentage,
    PrintedP,
    Reconstruction,
    Statement,
    Strata,
    Sum,
    reconstruct,
)

AT_MOST = 5000
RUNS = 5


def printed(events: int, total: int, decimals: int) -> str:
    """Round half up, as a journal does."""
    percent = Decimal(100) * events / total
    return str(percent.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP))


def outcomes(decimals: int, misprint: int = 0) -> Iterator[Statement]:
    """Three outcomes, overall and in the same two strata, and a tenth percentage."""
    a, b = 1203, 1511
    for i, (x, y) in enumerate([(311, 907), (1002, 13), (600, 755)]):
        overall = Decimal(printed(x + y, a + b, decimals))
        overall += (misprint if i == 0 else 0) * Decimal(1).scaleb(-decimals)
        yield Percentage(name=f"all{i}", printed=str(overall), total="n")
        yield Percentage(name=f"a{i}", printed=printed(x, a, decimals), total="n_a")
        yield Percentage(name=f"b{i}", printed=printed(y, b, decimals), total="n_b")
        yield Strata(whole=f"all{i}", parts=[f"a{i}", f"b{i}"])
    yield Percentage(name="tenth", printed=printed(77, a, decimals), total="n_a")


def categories(decimals: int) -> Iterator[Statement]:
    """Ten categories that make up one unknown total."""
    events = [401, 17, 620, 333, 512, 90, 256, 711, 444, 937]
    for i, x in enumerate(events):
        text = printed(x, sum(events), decimals)
        yield Percentage(name=f"c{i}", printed=text, total="n")
    yield Sum(whole="n", parts=[f"c{i}.events" for i in range(10)])


def strata(decimals: int) -> Iterator[Statement]:
    """State an overall percentage and nine strata, all totals unknown."""
    parts = [(6, 13), (15, 42), (130, 190), (60, 150), (80, 200)]
    parts += [(3, 20), (4, 8), (5, 51), (80, 140)]
    overall = printed(sum(x for x, _ in parts), sum(n for _, n in parts), decimals)
    yield Percentage(name="all", printed=overall)
    for i, (x, n) in enumerate(parts):
        yield Percentage(name=f"s{i}", printed=printed(x, n, decimals))
    yield Strata(whole="all", parts=[f"s{i}" for i in range(9)])


def three(overall: str, first: str, second: str) -> Iterator[Statement]:
    """State an overall percentage and two strata."""
    for name, text in zip("abc", (overall, first, second), strict=True):
        yield Percentage(name=name, printed=text)
    yield Strata(whole="a", parts=["b", "c"])


def with_p() -> Iterator[Statement]:
    """Add the p of the difference between two strata, by any usual test."""
    yield from three("94.6", "96.1", "84.6")
    yield PrintedP(printed="0.003", first="b", second="c")


def known_total() -> Iterator[Statement]:
    """Add the number of patients to the outcomes."""
    yield from outcomes(1)
    yield Known(quantity="n", value=2714)


PROBLEMS: dict[str, Callable[[], Iterator[Statement]]] = {
    "3 outcomes x 3 + 1, one decimal": lambda: outcomes(1),
    "3 outcomes x 3 + 1, two decimals": lambda: outcomes(2),
    "3 outcomes x 3 + 1, one decimal, total known": known_total,
    "3 outcomes x 3 + 1, one misprint": lambda: outcomes(2, misprint=3),
    "overall beyond both strata by rounding": lambda: three("50.1", "50.0", "50.0"),
    "2 strata and their p": with_p,
    "10 categories, one decimal": lambda: categories(1),
    "10 categories, two decimals": lambda: categories(2),
    "overall and 9 strata, one decimal": lambda: strata(1),
    "overall and 9 strata, two decimals": lambda: strata(2),
}


def timed(problem: Callable[[], Iterator[Statement]]) -> tuple[float, Reconstruction]:
    """Solve one problem several times; give the median time and the result."""
    times = []
    for _ in range(RUNS):
        start = time.perf_counter()
        result = reconstruct(*problem(), at_most=AT_MOST)
        times.append(time.perf_counter() - start)
    return statistics.median(times), result


def main() -> None:
    """Print one line per problem."""
    for name, problem in PROBLEMS.items():
        seconds, result = timed(problem)
        number = result.count if result.count is not None else "over 1,000"
        sys.stdout.write(
            f"{name:46} {seconds * 1000:7.1f} ms  {result.verdict:10} "
            f"{number!s:>10} solutions  {result.searched.work:>7} examined\n"
        )


if __name__ == "__main__":
    main()
