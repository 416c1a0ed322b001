"""What a list of sources says of values: each in a few words.

Values that differ only in how they print are one fact, and so are the two limits of an
interval.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from galleyproof.lineage import notation
from galleyproof.lineage.entries import CellEntry, FormulaEntry, ValueEntry

INFIX = frozenset("+-*/×−")
_DIGITS = 7
"""Significant digits of a number at full precision; the ledger has all of them."""
_LOWER, _UPPER = ", lower limit", ", upper limit"
_LONGEST = 44
"""Characters of a cell's words; the reader comes from where they all stand."""
_NOT_STATED = "not_stated"
_SUPERSCRIPT = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One thing that is known: a cell, a result, or words and their condition."""

    text: str
    """As printed; several texts of one number are joined by "or"."""
    name: str = ""
    """The field of a cell, or the method of a result."""
    formula: str = ""
    """What the text is equal to: `246 / 256`."""
    full: str = ""
    """At full precision, where that says more than the text."""
    unit: str = ""
    """What is counted, as it follows the text: `tumours`, `of tumours`."""
    status: str = ""


def facts_of(
    values: Iterable[ValueEntry], cells: Mapping[str, CellEntry]
) -> tuple[Fact, ...]:
    """Return the facts of one entry: shares, cells, then other results."""
    gathered: dict[tuple[object, ...], list[ValueEntry]] = {}
    for value in values:
        gathered.setdefault(_same(value), []).append(value)
    ordered = sorted(gathered.values(), key=lambda alike: _rank(alike[0], cells))
    return tuple(map(_fact, ordered))


def operands(formula: FormulaEntry) -> str:
    """Return what a formula is of, as a reader writes it, without its name."""
    return formula.shown.removeprefix(f"{formula.name} of ")


def full(value: ValueEntry) -> str:
    """Return a number to seven digits; nothing where its text says as much."""
    number = value.number
    if number is None or notation.rounded(number, value.decimals) == notation.exact(
        number
    ):
        return ""
    said = f"{number:.{_DIGITS}g}"
    digits, exponential, power = said.partition("e")
    if exponential:
        digits += f" × 10{str(int(power)).translate(_SUPERSCRIPT)}"
    sign = "%" if value.kind == "percent" else ""
    return digits.replace("-", notation.MINUS) + sign


def _same(value: ValueEntry) -> tuple[object, ...]:
    """Return what values must share to be one fact: both limits are of an interval."""
    if value.formula is None:
        return (value.cell, value.constant)
    name = _method(value.formula.name)
    number = value.number if name == value.formula.name else None
    return (name, value.formula.operands, number)


def _method(name: str) -> str:
    return name.removesuffix(_LOWER).removesuffix(_UPPER)


def _rank(value: ValueEntry, cells: Mapping[str, CellEntry]) -> tuple[int, int]:
    if value.formula is None:
        return (1, cells[value.cell].column if value.cell else 0)
    return (0 if value.formula.name == "/" else 2, 0)


def _fact(alike: Sequence[ValueEntry]) -> Fact:
    first = alike[0]
    limits = [
        [v for v in alike if v.formula and v.formula.name.endswith(which)]
        for which in (_LOWER, _UPPER)
    ]
    is_interval = all(limits)
    said = limits if is_interval else [alike]
    text = _to(*map(_texts, said))
    precise = [full(each[0]) for each in said]
    return Fact(
        text=text,
        name=_name(first, is_interval=is_interval),
        formula=_formula(first),
        full=" to ".join(precise) if all(precise) else "",
        unit=_unit(first),
        status=first.status,
    )


def _to(low: str, *high: str) -> str:
    """Return limits as they print: a unit behind a blank stands once, at the end."""
    _, blank, unit = low.rpartition(notation.NO_BREAK_SPACE)
    if high and blank and high[0].endswith(blank + unit):
        low = low.removesuffix(blank + unit)
    return " to ".join((low, *high))


def _unit(value: ValueEntry) -> str:
    """Return what is counted; other kinds of number print their unit themselves."""
    if value.kind not in ("count", "percent") or value.unit in ("", _NOT_STATED):
        return ""
    unit = value.unit.replace("_", " ")
    if value.formula is not None and unit in value.formula.name:
        return ""
    if value.kind == "percent":
        return f"of {unit}"
    return notation.singular(unit) if value.number == 1 else unit


def _name(value: ValueEntry, *, is_interval: bool) -> str:
    if value.formula is not None:
        name = "" if value.formula.name in INFIX else value.formula.name
        return _method(name) if is_interval else name
    if value.cell is not None:
        return value.cell.rpartition(".")[2]
    return value.constant or ""


def _formula(value: ValueEntry) -> str:
    formula = value.formula
    return formula.shown if formula and formula.name in INFIX else ""


def _texts(alike: Sequence[ValueEntry]) -> str:
    return " or ".join(dict.fromkeys(map(_text, alike)))


def _text(value: ValueEntry) -> str:
    if value.kind != "text":
        return value.text
    text = value.text
    if len(text) > _LONGEST:
        text = text[:_LONGEST].rpartition(" ")[0] or text[:_LONGEST]
        text = f"{text.rstrip(' ,;:.')} …"
    return text if "“" in text else f"“{text}”"
