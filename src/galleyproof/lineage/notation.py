"""Numbers as a journal prints them: rounding, grouping, words, p values.

Works on exact numbers (`int`, `Fraction`); a float is taken at its shortest decimal
form, so that 0.285 rounds as the reader of "0.285" expects. Rounding is half up, away
from zero.
"""

from __future__ import annotations

import math
import re
from fractions import Fraction

MINUS = "\u2212"
NO_BREAK_SPACE = "\u00a0"
NOT_ESTIMABLE = "not estimable"

_SMALLEST_P = Fraction(1, 10_000)
_ONES = (  # noqa: SIM905 - a list of words reads as words
    "zero one two three four five six seven eight nine ten eleven twelve thirteen "
    "fourteen fifteen sixteen seventeen eighteen nineteen"
).split()
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()  # noqa: SIM905
_LARGEST_WORD = 100


def exact(number: int | float | Fraction) -> Fraction:
    """Return `number` as the ratio that its shortest decimal form denotes."""
    return Fraction(repr(number)) if isinstance(number, float) else Fraction(number)


def is_finite(number: int | float | Fraction) -> bool:
    """Say whether there is a number to print."""
    return not isinstance(number, float) or math.isfinite(number)


def rounded(number: int | float | Fraction, decimals: int) -> Fraction:
    """Round half up (away from zero) to `decimals` places."""
    scaled = abs(exact(number)) * 10**decimals
    units = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    return Fraction(units if number >= 0 else -units, 10**decimals)


def fixed(
    number: int | float | Fraction, decimals: int, *, grouped: bool = True
) -> str:
    """Print with a fixed number of decimals; thousands are grouped by commas.

    A negative number that rounds to zero prints without a sign.
    """
    if not is_finite(number):
        return NOT_ESTIMABLE
    value = rounded(number, decimals)
    whole, part = divmod(
        abs(value.numerator) * 10**decimals // value.denominator, 10**decimals
    )
    text = f"{whole:,}" if grouped else str(whole)
    if decimals:
        text += f".{part:0{decimals}d}"
    return MINUS + text if value < 0 else text


def p_value(p: int | float | Fraction, decimals: int | None = None) -> str:
    """Print a p value with its relation: `= 0.003`, `< 0.0001`, `> 0.99`.

    Without `decimals`: two, three below 0.01, four below 0.001; three also where two
    would hide the side of 0.05 on which it lies (the rule of the AMA Manual of Style).
    Never `0.000`, and never `1.00` unless it is exactly one.
    """
    if not is_finite(p):
        return NOT_ESTIMABLE
    value = exact(p)
    places = _p_decimals(value) if decimals is None else decimals
    smallest = _SMALLEST_P if decimals is None else Fraction(1, 10**places)
    below_any = decimals is None and value < _SMALLEST_P
    if below_any or rounded(value, places) == 0:
        return f"< {fixed(smallest, places)}"
    if value < 1 and rounded(value, places) == 1:
        return f"> {fixed(1 - Fraction(1, 10**places), places)}"
    return f"= {fixed(value, places)}"


def _p_decimals(p: Fraction) -> int:
    if p < Fraction(1, 1000):
        return 4
    if p < Fraction(1, 100):
        return 3
    near = rounded(p, 2) == Fraction(5, 100) and p != Fraction(5, 100)
    return 3 if near else 2


def words(number: int | float | Fraction) -> str:
    """Spell out a whole number up to one hundred; empty for any other.

    A whole number above one hundred is grouped digits.
    """
    value = exact(number)
    if value.denominator != 1 or value < 0:
        return ""
    if value > _LARGEST_WORD:
        return fixed(value, 0)
    whole = int(value)
    if whole == _LARGEST_WORD:
        return "one hundred"
    if whole < len(_ONES):
        return _ONES[whole]
    tens, ones = divmod(whole, 10)
    return _TENS[tens - 2] + (f"-{_ONES[ones]}" if ones else "")


def decimals_of(printed: str) -> int:
    """Count the decimals of a number as it was printed."""
    match = re.search(r"\.(\d+)", printed)
    return len(match[1]) if match else 0


def singular(unit: str) -> str:
    """Return the unit of exactly one: `month` for `months`; symbols stay."""
    if unit == "series" or len(unit) < 4 or not unit.endswith("s"):
        return unit
    return unit[:-3] + "y" if unit.endswith("ies") else unit[:-1]


def lowered(words: str) -> str:
    """Return words as they stand within a sentence: first letter small.

    An abbreviation (`HCC`) or a word with a capital behind the first keeps it.
    """
    first, rest = words[:1], words[1:]
    word = rest.split(" ")[0]
    if word != word.lower() or (not word and first.isupper()):
        return words
    return first.lower() + rest


def parse(printed: str) -> Fraction:
    """Return the number that a source printed: `4,029`, `.039`, `96.1%`."""
    cleaned = printed.strip().rstrip("%").replace(",", "").replace(MINUS, "-").strip()
    try:
        return Fraction(cleaned)
    except (ValueError, ZeroDivisionError):
        raise ValueError(f"`{printed}` is not a number") from None
