"""What holds of every value, whatever it was computed from."""

import json
import operator
import re
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import pypandoc
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from galleyproof.lineage import (
    CellRef,
    Condition,
    Constant,
    Counts,
    Kind,
    Status,
    Value,
    markup,
    notation,
)

whole = st.integers(min_value=0, max_value=10**6)
positive = st.integers(min_value=1, max_value=10**6)
ratios = st.fractions(min_value=-(10**6), max_value=10**6, max_denominator=10**4)
places = st.integers(min_value=0, max_value=6)


def count(number: int, row: str = "row") -> Value:
    cell = CellRef(
        table="counts", row=row, field="count", path="data/counts.csv", line=2, column=5
    )
    return Value(
        number=number,
        kind=Kind.COUNT,
        unit="tumours",
        status=Status.CONFIRMED,
        origin=cell,
    )


@st.composite
def computed(draw: st.DrawFn, depth: int = 3) -> Value:
    """Draw a value made of counts by arithmetic that keeps the unit."""
    if depth == 0 or draw(st.booleans()):
        return count(draw(positive))
    left = draw(computed(depth - 1))
    kind = draw(st.sampled_from("+-*k"))
    if kind == "*":
        return draw(st.integers(min_value=1, max_value=9)) * left
    if kind == "k":
        return left + draw(positive)
    right = draw(computed(depth - 1))
    # Like kinds only: a fraction of a count is a measurement.
    if left.kind is not right.kind:
        return left
    return left + right if kind == "+" else left - right


@given(computed())
def test_the_value_of_the_formula_is_the_value(value: Value) -> None:
    assert value.recompute() == value.number


@given(computed())
def test_every_leaf_is_a_cell_or_a_declared_constant(value: Value) -> None:
    assert value.leaves
    for leaf in value.leaves:
        assert isinstance(leaf.origin, CellRef | Constant)


@given(computed())
def test_what_was_computed_says_so(value: Value) -> None:
    expected = Status.DERIVED if value.operands else Status.CONFIRMED
    assert value.status is expected
    assert f"^{Status.DERIVED.mark}^" in str(value) or not value.operands


@given(whole, positive)
def test_a_percentage_is_the_exact_ratio(events: int, total: int) -> None:
    share = Counts(events=count(events), total=count(total)).percent
    assert share.number == Fraction(100 * events, total)
    assert share.recompute() == share.number
    assert abs(notation.parse(share.text) - share.number) <= Fraction(1, 20)


@given(ratios, places)
def test_rounding_is_that_of_decimal_arithmetic(number: Fraction, digits: int) -> None:
    # A product with the denominator's powers of ten is exact where the ratio is.
    exact = Fraction(round(number * 10**9), 10**9)
    decimal = Decimal(exact.numerator) / Decimal(exact.denominator)
    if Fraction(decimal) != exact:
        return
    expected = decimal.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)
    assert notation.rounded(exact, digits) == Fraction(expected)


@given(ratios, places)
def test_print_and_parse_round_trip(number: Fraction, digits: int) -> None:
    text = notation.fixed(number, digits)
    assert notation.parse(text) == notation.rounded(number, digits)
    assert notation.decimals_of(text) == digits
    assert re.fullmatch(r"−?\d{1,3}(,\d{3})*(\.\d+)?", text)
    assert not re.fullmatch(r"−[0.,]+", text)


@given(st.floats(min_value=0, max_value=1), st.none() | st.integers(2, 6))
def test_a_p_value_is_never_zero_and_never_flips(p: float, digits: int | None) -> None:
    relation, text = notation.p_value(p, digits).split()
    printed = notation.parse(text)
    assert printed > 0
    if relation == "<":
        assert p < printed
    elif relation == ">":
        assert p > printed
    else:
        assert abs(printed - notation.exact(p)) <= Fraction(1, 2 * 10 ** len(text[2:]))
        if digits is None and p != 0.05:
            # In two decimals 0.0517 would read 0.05; three are enough for its side.
            assert printed != Fraction(5, 100) or 0.0495 <= p < 0.0505


@given(st.integers(min_value=0, max_value=100))
def test_words_name_their_number(number: int) -> None:
    tens = {notation.words(n): n for n in range(20, 100, 10)}
    ones = {notation.words(n): n for n in range(20)}
    first, _, second = notation.words(number).partition("-")
    total = {"one hundred": 100, **ones, **tens}[first] + ones.get(second, 0)
    assert total == number


@given(whole, whole)
def test_comparison_agrees_with_the_numbers(a: int, b: int) -> None:
    left, right = count(a), count(b)
    assert bool(left < right) is (a < b)
    assert bool(left >= right) is (a >= b)
    assert bool(left == right) is (a == b)
    assert bool(~(left < right)) is (a >= b)


@st.composite
def statements(draw: st.DrawFn, depth: int = 4) -> tuple[Condition, bool, int]:
    """Draw a condition, what Python makes of the same numbers, and how many leaves."""
    if depth == 0 or draw(st.booleans()):
        a, b = draw(st.integers(0, 3)), draw(st.integers(0, 3))
        sign = draw(st.sampled_from(("<", "<=", ">", ">=", "==", "!=")))
        compared = getattr(operator, OPERATORS[sign])
        return compared(count(a), count(b)), compared(a, b), 2
    left, says_left, leaves = draw(statements(depth - 1))
    if draw(st.booleans()):
        return ~left, not says_left, leaves
    right, says_right, more = draw(statements(depth - 1))
    if draw(st.booleans()):
        return left & right, says_left and says_right, leaves + more
    return left | right, says_left or says_right, leaves + more


OPERATORS = {"<": "lt", "<=": "le", ">": "gt", ">=": "ge", "==": "eq", "!=": "ne"}
SIGNS = {"≤": "<=", "≥": ">=", "≠": "!=", " = ": " == "}


@given(statements())
def test_conditions_are_as_true_as_python_says(drawn: tuple[Condition, bool, int]):
    condition, truth, leaves = drawn
    assert bool(condition) is truth
    assert bool(~condition) is not truth
    assert bool(~~condition) is truth
    assert len(condition.values) == leaves
    assert bool(condition.failing) is not truth
    assert not any(condition.failing)


@given(statements())
def test_conditions_read_as_they_are(drawn: tuple[Condition, bool, int]):
    for condition in (drawn[0], ~drawn[0]):
        said = str(condition)
        for sign, code in SIGNS.items():
            said = said.replace(sign, code)
        assert eval(said) is bool(condition)


text = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cs",))
    | st.sampled_from(list(r"\`*_{}[]()#+-.!|<>~^$@\"'&=:1a ")),
    min_size=1,
    max_size=40,
)


# Each example starts pandoc, so few of them with many texts each.
@settings(max_examples=5, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(text, min_size=60, max_size=60))
def test_any_text_is_shown_as_text(samples: list[str]) -> None:
    shown = [markup.visible(sample) for sample in samples]
    kept = [(raw, seen) for raw, seen in zip(samples, shown, strict=True) if seen]
    source = "\n\n".join(
        markup.span("x" + markup.escape(raw) + "x", "value", title=raw)
        for raw, _ in kept
    )
    document = json.loads(pypandoc.convert_text(source, "json", format="markdown"))
    assert len(document["blocks"]) == len(kept)
    for block, (_, seen) in zip(document["blocks"], kept, strict=True):
        (span,) = block["c"]
        title = dict(span["c"][0][2]).get("title", "")
        assert title == seen.strip()
        inner = "".join(
            item["c"] if item["t"] == "Str" else " " for item in span["c"][1]
        )
        # An apostrophe within a word is set as such; everything else stays as it is.
        assert inner.replace("’", "'") == f"x{seen}x".replace("’", "'")
