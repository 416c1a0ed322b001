"""Rates at several times: they cannot turn back, nor can a part outrun its whole.

A table with `time` and `printed` and without `events` holds cumulative rates. Whether
an outcome rises or falls stands in the column `course` of its term; where it does not,
either will do.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction

from galleyproof.checks.data import partitions
from galleyproof.checks.data.evidence import (
    Counts,
    Finding,
    Key,
    cohort_sizes,
    count_of,
    decimals_of,
    facets,
    grouped,
    has,
    having,
    printed_range,
    text_of,
)
from galleyproof.checks.data.partitions import Partitions
from galleyproof.datapackage import DataPackage, Row, Table, rounded
from galleyproof.diagnostics import Code, Severity

RISING, FALLING = "rising", "falling"
_DAYS = {
    "day": Fraction(1),
    "week": Fraction(7),
    "month": Fraction(1461, 48),
    "year": Fraction(1461, 4),
}
_SMALL_SHARE = Fraction(1, 5)
"""A named subgroup below this share would hardly have been reported by itself."""
_SAME = ("time", "time_unit", "unit")


def check(package: DataPackage) -> Iterator[Finding]:
    """Look at every series of rates, and at every part of one."""
    known, sizes = partitions.declared(package), cohort_sizes(package)
    for table in having(package, "study", "time", "printed"):
        if has(table, "events"):
            continue
        groups = _series(table)
        for rows in groups.values():
            yield from _monotone(package, table, rows)
        yield from _shares(package, table, groups, known, sizes)


def _series(table: Table) -> dict[Key, list[Row]]:
    names = [name for name in facets(table) if name not in _SAME]

    def key(row: Row) -> Key | None:
        if printed_range(row) is None or _days(row) is None:
            return None
        return tuple(text_of(row, name) for name in names)

    groups = grouped(table.rows, key)
    return {k: sorted(rows, key=lambda r: _days(r) or 0) for k, rows in groups.items()}


def _days(row: Row) -> Fraction | None:
    """Return the time in days, the unit being month where none is named."""
    scale = _DAYS.get((text_of(row, "time_unit") or "month").removesuffix("s"))
    text = text_of(row, "time")
    if "e" in text.lower():  # an exponent, which may be of any size
        return None
    try:
        time = Fraction(text)
    except (ValueError, ZeroDivisionError):
        return None
    return None if scale is None else time * scale


def _course(package: DataPackage, table: Table, row: Row) -> str:
    """Return the declared course of the outcome of a row."""
    for key in table.foreign_keys:
        if key.fields == ("outcome",):
            term = package.row(key.table or table.name, text_of(row, "outcome"))
            return "" if term is None else text_of(term, "course")
    return ""


def _monotone(
    package: DataPackage, table: Table, rows: Sequence[Row]
) -> Iterator[Finding]:
    course = _course(package, table, rows[0])
    turned = {RISING: _turned(rows, 1), FALLING: _turned(rows, -1)}
    if course not in turned and not all(turned.values()):
        return
    wanted = course if course in turned else RISING
    for earlier, later in turned[wanted]:
        word = "falls" if wanted == RISING else "rises"
        yield Finding(
            code=Code.RATES_MONOTONE,
            table=table,
            row=later,
            field="printed",
            message=f"a cumulative rate {word} from {earlier.texts['printed']}% at "
            f"{_time(earlier)} to {later.texts['printed']}% at {_time(later)}",
            hint="check both rates against the source"
            + (
                ""
                if course
                else "; say in the column `course` of its term whether "
                "the outcome is `rising` or `falling`"
            ),
            others=(earlier,),
        )


def _turned(rows: Sequence[Row], sign: int) -> list[tuple[Row, Row]]:
    """Return each row certainly beyond an earlier one on the wrong side."""
    found = []
    extreme: tuple[Fraction, Row] | None = None
    for row in rows:
        range_ = printed_range(row)
        if range_ is None or range_.low is None or range_.high is None:
            continue
        near, far = (range_.low, range_.high)[::sign]
        if extreme is not None and sign * far <= sign * extreme[0]:
            found.append((extreme[1], row))
        if extreme is None or sign * near > sign * extreme[0]:
            extreme = near, row
    return found


def _time(row: Row) -> str:
    return f"{row.texts['time']} {text_of(row, 'time_unit') or 'month'}"


def _shares(
    package: DataPackage,
    table: Table,
    groups: Mapping[Key, Sequence[Row]],
    known: Partitions,
    sizes: Counts,
) -> Iterator[Finding]:
    """Bound the share of a part by the rates of part and whole at the same times."""
    names = [name for name in facets(table) if name not in _SAME]
    if "stratum" not in names:
        return
    place = names.index("stratum")
    for key, rows in groups.items():
        study, stratum = text_of(rows[0], "study"), key[place]
        for whole in sorted(known.wholes(study, stratum)):
            of_whole = groups.get((*key[:place], whole, *key[place + 1 :]))
            if of_whole is not None:
                rising = _course(package, table, rows[0])
                yield from _share(table, rows, of_whole, rising, sizes)


def _share(
    table: Table, part: Sequence[Row], whole: Sequence[Row], course: str, sizes: Counts
) -> Iterator[Finding]:
    at = {_days(row): row for row in whole}
    pairs = [(row, at[_days(row)]) for row in part if _days(row) in at]
    if len(pairs) < 2 or course not in (RISING, FALLING):
        return
    # scipy comes with it: paid only where a part has a series of its own.
    from galleyproof.stats.recheck import share_bound  # noqa: PLC0415

    def incidence(row: Row) -> str:
        printed = row.texts["printed"]
        if course == RISING:
            return printed
        return str(rounded(100 - Fraction(printed), decimals_of(row)))

    try:
        bound = share_bound(
            whole=[incidence(w) for _, w in pairs],
            subgroup=[incidence(p) for p, _ in pairs],
        )
    except ValueError:
        return  # a rate that is no plain number
    most = bound.share_rounded
    share = _known_share(pairs[-1][0], pairs[-1][1], sizes)
    limit = _SMALL_SHARE if share is None else share
    if most is not None and most >= limit:
        return
    first, last = pairs[0], pairs[-1]
    rates = (
        f"{first[0].texts['printed']} to {last[0].texts['printed']}% in a part of "
        f"{first[1].texts['printed']} to {last[1].texts['printed']}%"
    )
    said = (
        "no share of the part is possible"
        if most is None
        else f"the part can be at most {float(100 * most):.1f}% of the whole"
    )
    if share is not None:
        said += f", and is {float(100 * share):.1f}%"
    yield Finding(
        code=Code.RATES_MONOTONE,
        table=table,
        row=last[0],
        field="printed",
        message=f"{rates} (`{first[1].id}`, `{last[1].id}`): {said}, or the rest "
        "would turn back",
        hint="check the rates of part and whole against the source; if it prints so, "
        "say why in the column `disputed`",
        severity=Severity.WARNING if most is not None else Severity.ERROR,
        others=tuple(row for pair in pairs for row in pair if row is not last[0]),
    )


def _known_share(part: Row, whole: Row, sizes: Counts) -> Fraction | None:
    found = [
        sizes.get((text_of(r, "study"), text_of(r, "unit"), text_of(r, "stratum")))
        for r in (part, whole)
    ]
    numbers = [None if row is None else count_of(row, "count") for row in found]
    if numbers[0] is None or not numbers[1]:
        return None
    return Fraction(numbers[0], numbers[1])
