import pytest

from galleyproof.lineage import (
    Counts,
    Interval,
    Kind,
    Proxy,
    Status,
    Text,
    UnitError,
    journal,
    legend,
)

NBSP = "\u00a0"


@pytest.mark.parametrize(
    ("number", "print_as", "text", "bare"),
    [
        (299, (Kind.COUNT, "tumours", None), "299", "299"),
        (4029, (Kind.COUNT, "patients", None), "4,029", "4,029"),
        ("96.1", (Kind.PERCENT, "tumours", 1), "96.1%", "96.1"),
        ("68", (Kind.PERCENT, "patients", 0), "68%", "68"),
        ("11.5", (Kind.POINTS, "tumours", 1), f"11.5{NBSP}percentage points", "11.5"),
        ("2.5", (Kind.MEASUREMENT, "cm", 1), f"2.5{NBSP}cm", "2.5"),
        ("1", (Kind.MEASUREMENT, "months", 0), f"1{NBSP}month", "1"),
        (2017, (Kind.PLAIN, "", None), "2017", "2017"),
        ("1.137", (Kind.RATIO, "", None), "1.14", "1.14"),
        ("0.003", (Kind.P, "", 3), "p = 0.003", "0.003"),
        (1.9e-8, (Kind.P, "", None), "p < 0.0001", "<0.0001"),
    ],
)
def test_each_kind_prints_by_its_own_rules(make, number, print_as, text, bare):
    value = make(number, *print_as)
    assert value.text == text
    assert value.bare.text == bare


def test_a_printed_bound_stays_a_bound(make):
    value = make("0.0001", Kind.P, "", 4, relation="<")
    assert value.markdown().startswith("[*p* \\< 0.0001]{")


def test_words(make):
    assert make(56).words.text == "fifty-six"
    assert make(56).Words.text == "Fifty-six"
    assert make(4029).Words.text == "4,029"
    assert make("3", Kind.MEASUREMENT, "months", 0).words.text == f"three{NBSP}months"
    assert make("96.1", Kind.PERCENT, decimals=1).words.text == "96.1%"


def test_span_carries_status_source_and_mark(make):
    printed = str(make(56))
    (token,) = journal.tokens(printed)
    assert printed == (
        f'[56]{{.value .confirmed data-galley="{token}" title="Glazer 2017, Table 2"}}'
    )
    doubtful = make(56, status=Status.SOURCE_ARTICLE_ONLY)
    assert str(doubtful).startswith("[56^†^]{.value .source-article-only ")
    assert doubtful.markdown(mark=False).startswith("[56]{")
    assert doubtful._repr_markdown_() == f"{doubtful}"


def test_a_format_specification_is_refused(make):
    with pytest.raises(ValueError, match=r"use `\.to\(decimals\)`"):
        f"{make(56):.2f}"


def test_no_more_decimals_than_were_printed(make):
    value = make("96.1", Kind.PERCENT, decimals=1)
    assert value.to(0).text == "96%"
    with pytest.raises(ValueError, match="would claim more than is known"):
        value.to(2)
    assert (make(246) / make(256)).to(3).text == "96.094%"


def test_like_counts_divide_to_a_percentage(make):
    share = make(246) / make(256)
    assert (share.text, share.unit, share.status) == (
        "96.1%",
        "tumours",
        Status.DERIVED,
    )
    assert share.title == "246 / 256; Glazer 2017, Table 2"


def test_unlike_counts_divide_to_a_rate(make):
    rate = make(299) / make(186, unit="patients")
    assert rate.text == f"1.6{NBSP}tumours per patient"


def test_percentages_subtract_to_percentage_points(make):
    low, high = (make(n, Kind.PERCENT, decimals=1) for n in ("84.6", "96.1"))
    assert (high - low).text == f"11.5{NBSP}percentage points"
    assert (100 - low).text == "15.4%"
    assert (low - high).bare.text == "−11.5"
    assert abs(low - high).bare.text == "11.5"


def test_sums_are_flat_and_start_from_nothing(make):
    total = sum([make(29), make(5), make(8)])
    assert total.number == 42
    assert str(total.origin) == "29 + 5 + 8"


def test_scaling(make):
    assert (2 * make(21)).text == "42"
    assert (make(21) / 2).text == f"10.5{NBSP}tumours"
    assert (make(21) * 0.5).text == f"10.5{NBSP}tumours"


def test_units_must_agree(make):
    share = make("5", Kind.PERCENT, "tumours", 0)
    other = make("5", Kind.PERCENT, "procedures", 0)
    with pytest.raises(UnitError, match=r"5 % of tumours.*5 % of procedures"):
        share + other
    with pytest.raises(UnitError, match="cannot compare"):
        _ = share < other
    with pytest.raises(UnitError):
        share + make(5)
    with pytest.raises(UnitError, match="pure number"):
        make(2) * make(3)
    with pytest.raises(TypeError, match="neither a value nor a number"):
        make(2) + "3"


def test_division_by_zero_names_the_divisor(make):
    with pytest.raises(ZeroDivisionError, match="divided by zero"):
        make(2) / make(0)


def test_sorting_works_through_conditions(make):
    assert [v.number for v in sorted([make(3), make(1), make(2)])] == [1, 2, 3]


def test_nothing_compares_with_what_cannot_be_estimated(make):
    assert not make(float("nan"), Kind.RATIO) < make(1, Kind.RATIO)


def test_leaves_and_recomputation(make):
    share = (make(246) + make(33)) / (make(256) + make(39))
    assert share.text == "94.6%"
    assert [leaf.number for leaf in share.leaves] == [246, 33, 256, 39]
    assert share.recompute() == share.number
    assert share.cells[0].address == "data/proportions.csv#cell=3,9"
    assert share.cells[0].key == "proportions:glazer-ts-lt4.events"


def test_counts(make):
    counts = Counts(events=make(1163), total=make(1197))
    assert counts.text == "1,163/1,197"
    assert counts.of.text == f"1,163{NBSP}of{NBSP}1,197"
    assert counts.percent.text == "97.2%"
    assert counts.others.text == "34"
    assert 'title="Glazer 2017, Table 2; tumours"' in str(counts)


def test_interval(make):
    low, high = (make(n, Kind.PERCENT, decimals=1) for n in ("93", "97.9"))
    interval = Interval(low=low, high=high)
    assert interval.text == "93.0% to 97.9%"
    assert interval.bare.text == "93.0 to 97.9"
    assert interval.to(0).text == "93% to 98%"
    assert 95 in interval
    assert 93 in interval
    assert 98 not in interval
    sizes = [make(n, Kind.MEASUREMENT, "cm", 1) for n in ("0.3", "7.8")]
    assert Interval(low=sizes[0], high=sizes[1]).text == f"0.3 to 7.8{NBSP}cm"


def test_words_from_data_print_as_they_are(make):
    text = Text(content="≥ 4 cm | <b>", cell=make(1).origin)
    printed = str(text)
    (token,) = journal.tokens(printed)
    assert printed == f'[≥ 4 cm \\| \\<b\\>]{{.words data-galley="{token}"}}'
    assert text == "≥ 4 cm | <b>"
    assert "4 cm" in text


@pytest.mark.parametrize(
    ("content", "lower"),
    [
        ("Technical success", "technical success"),
        ("HCC", "HCC"),
        ("CT guidance", "CT guidance"),
        ("X", "X"),
    ],
)
def test_words_within_a_sentence(make, content, lower):
    assert Text(content=content, cell=make(1).origin).lower.text == lower


def test_a_proxy_prints_and_computes_as_its_value(make):
    class Half(Proxy):
        value = make(50)

    assert (Half() + make(1)).number == 51
    assert Half().words.text == "fifty"
    assert str(Half()) == str(make(50))


def test_legend_and_status():
    assert Status.parse("derived") is Status.DERIVED
    assert legend([Status.DERIVED, Status.CONFIRMED, Status.SOURCE_ARTICLE_ONLY]) == (
        "† stands only in the source article; § computed in this edition"
    )
    with pytest.raises(ValueError, match="known are `confirmed`"):
        Status.parse("certain")
