"""The lineage of a number as indented text, for a person at a terminal.

Downwards: what a printed number rests on. Upwards: what rests on a cell. Our own words
are ASCII; what was printed is shown as it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from galleyproof.lineage.entries import CellEntry, ValueEntry
from galleyproof.lineage.ledger import Ledger, PrintedClaim, PrintedNumber
from galleyproof.lineage.questions import Answer

_STEP = "  "
_MOST_PLACES = 6
_DEEPEST = 12


def downwards(ledger: Ledger, answer: Answer) -> str:
    """Return each number with everything that it rests on."""
    lines: list[str] = []
    for value, numbers in _by_value(answer.numbers).items():
        lines += [_head(numbers), *_places(numbers)]
        lines += _value(ledger, value, 1, set())
        lines.append("")
    for claim in answer.claims:
        lines += _claim(ledger, claim)
        lines.append("")
    return "\n".join(lines).rstrip()


def upwards(ledger: Ledger, answer: Answer) -> str:
    """Return the cells that were asked for, and all that is printed of them."""
    return "\n".join(
        [*_rows(ledger, answer.cells), "", *moved(ledger, answer)]
    ).rstrip()


def _rows(ledger: Ledger, keys: Sequence[str]) -> Iterator[str]:
    """Yield each row once, with the cells that something rests on."""
    rows: dict[str, list[CellEntry]] = {}
    for key in keys:
        cell = ledger.cells[key]
        rows.setdefault(f"{cell.table}:{cell.row}", []).append(cell)
    for row, cells in rows.items():
        ordered = sorted(cells, key=lambda cell: cell.column)
        first = ordered[0]
        names = ", ".join(f"{c.field} ({c.line},{c.column})" for c in ordered)
        yield f"{row}  {first.path}: {names}"
        source = [ledger.studies.get(first.study, first.study), first.locator]
        if any(source):
            yield _STEP + "; ".join(filter(None, source))


def moved(ledger: Ledger, answer: Answer) -> Iterator[str]:
    """Yield what would move with the cells: numbers, tables, figures, claims."""
    prose = [n for n in answer.numbers if not n.float]
    yield _counted(answer)
    if prose:
        yield "In the text:"
    for value, numbers in _by_value(prose).items():
        yield _STEP + f"{_head(numbers)}{_because(ledger, value)}"
        yield from _places(numbers, depth=2)
    for label in answer.floats:
        inside = [n for n in answer.numbers if n.float == label]
        if not inside:
            continue
        texts = list(dict.fromkeys(n.text for n in inside))
        page = next((p for n in inside if (p := _page(n))), None)
        yield f"In {label}{f' (page {page})' if page else ''}:"
        yield _STEP + _listed(texts, most=12)
    if answer.claims:
        yield "Claims that would be judged anew:"
    for claim in answer.claims:
        yield _STEP + f"{claim.text}: {claim.condition}"
        yield 2 * _STEP + _place(claim)


def _counted(answer: Answer) -> str:
    tables = sum(label.startswith("tbl-") for label in answer.floats)
    counts = (
        (len(answer.numbers), "printed number"),
        (tables, "table"),
        (len(answer.floats) - tables, "figure"),
        (len(answer.claims), "claim"),
    )
    said = [f"{n} {word}{'s' * (n != 1)}" for n, word in counts if n]
    return f"{', '.join(said)}." if said else "Nothing that is printed rests on it."


def _by_value(
    numbers: Iterable[PrintedNumber],
) -> dict[str, list[PrintedNumber]]:
    found: dict[str, list[PrintedNumber]] = {}
    for number in numbers:
        found.setdefault(number.value, []).append(number)
    return found


def _head(numbers: Sequence[PrintedNumber]) -> str:
    return _listed(list(dict.fromkeys(n.text for n in numbers)), most=4)


def _places(numbers: Sequence[PrintedNumber], depth: int = 1) -> Iterator[str]:
    shown = list(dict.fromkeys(map(_place, numbers)))
    for place in shown[:_MOST_PLACES]:
        yield _STEP * depth + place
    if len(shown) > _MOST_PLACES:
        yield _STEP * depth + f"and {len(shown) - _MOST_PLACES} more places"


def _place(each: PrintedNumber | PrintedClaim) -> str:
    where = str(each.place) if each.place else "place not known"
    details = [each.float or each.part]
    if page := _page(each):
        details.append(f"page {page}")
    return f"{where} ({', '.join(details)})"


def _page(each: PrintedNumber | PrintedClaim) -> int | None:
    return each.outputs["pdf"].page if "pdf" in each.outputs else None


def _value(ledger: Ledger, name: str, depth: int, seen: set[str]) -> Iterator[str]:
    entry = ledger.values[name]
    indent = _STEP * depth
    yield indent + _said(entry)
    if entry.interval:
        low, high = entry.interval.low, entry.interval.high
        yield indent + f"{entry.interval.method}: {low:.10g} to {high:.10g}"
    if entry.cell:
        yield from _cell(ledger, entry.cell, depth + 1)
    if entry.constant is not None:
        yield indent + f"a given{f': {entry.constant}' if entry.constant else ''}"
    if entry.formula:
        yield indent + f"= {entry.formula.shown}"
        if name in seen or depth >= _DEEPEST:
            yield indent + _STEP + "(as above)"
        else:
            seen.add(name)
            for operand in dict.fromkeys(entry.formula.operands):
                yield from _value(ledger, operand, depth + 1, seen)
    if entry.printed_in:
        yield indent + "which the source prints in"
        yield from _cell(ledger, entry.printed_in, depth + 1)


def _said(entry: ValueEntry) -> str:
    parts = [entry.text]
    exact = "" if entry.number is None else repr(entry.number)
    if exact and exact not in entry.text.replace(",", ""):
        parts.append(f"exactly {exact}" if _is_decimal(entry) else f"in full {exact}")
    if entry.unit and entry.unit not in entry.text:
        parts.append(f"of {entry.unit}" if entry.kind == "percent" else entry.unit)
    parts.append(entry.status)
    return ", ".join(parts)


def _is_decimal(entry: ValueEntry) -> bool:
    """Say whether the digits shown are all there are."""
    denominator = int((entry.exact.partition("/")[2] or "1") if entry.exact else 0)
    for prime in (2, 5):
        while denominator and denominator % prime == 0:
            denominator //= prime
    return denominator == 1


def _cell(ledger: Ledger, key: str, depth: int) -> Iterator[str]:
    cell = ledger.cells[key]
    yield _STEP * depth + f"{key}  {cell.address}"
    source = [ledger.studies.get(cell.study, cell.study), cell.locator]
    if any(source):
        yield _STEP * (depth + 1) + "; ".join(filter(None, source))


def _claim(ledger: Ledger, claim: PrintedClaim) -> Iterator[str]:
    yield f"{claim.text}: {claim.condition}"
    yield _STEP + _place(claim)
    for value in claim.values:
        yield from _value(ledger, value, 1, set())


def _because(ledger: Ledger, value: str) -> str:
    formula = ledger.values[value].formula
    return f" = {formula.shown}" if formula else ""


def _listed(texts: Sequence[str], *, most: int) -> str:
    more = f", … {len(texts)} in all" if len(texts) > most else ""
    return ", ".join(texts[:most]) + more.replace("…", "...")
