"""Test statistics in APA form; all numbers are made up."""

import pytest

from galleyproof.checks.statistics import chapters, recompute
from galleyproof.checks.statistics.apa import read
from galleyproof.checks.statistics.markup import plain
from galleyproof.qmd import expand
from galleyproof.spans import Source


def found(text):
    return [(text[one.start : one.end], one.message) for one in recompute(text)]


@pytest.mark.parametrize(
    "text",
    [
        "t(38) = 2.10, p = .043",
        "F(2, 57) = 3.4, p = .04",
        "χ²(1, N = 90) = 3.9, p = .048",
        "r(58) = .31, p = .016",
        "z = 2.1, p = .036",
        "Q(10) = 18.3, p = .05",
        "t(38) = 2.10, P = 0.043",
        "t(38) = 2.10, p < .05",
        "t(38) = 1.10, ns",
        "t(38) < 1, n.s.",
        "t(38) = 2.10, p = .021 (one-tailed)",
        "F(1, 38) = 4.41, p = .13 (Bonferroni-corrected)",
        "p-values were adjusted; t(38) = 2.10, p = .13",
    ],
)
def test_in_order(text):
    assert len(list(read(plain(text)))) == 1
    assert found(text) == []


@pytest.mark.parametrize(
    ("text", "place", "words"),
    [
        (
            "t(38) = 2.10, p = .034",
            "= .034",
            "t(38) = 2.10 gives p 0.042, not .034",
        ),
        ("t(38) = 1.10, p = .03", "= .03", "the verdict at 0.05 is another"),
        ("F(2, 57) = 3.4, p < .01", "< .01", "gives p 0.040, not below .01"),
        ("χ²(1) = 3.9, p > .05", "> .05", "not above .05; the verdict"),
        ("z = 2.1, ns.", "ns.", "not ns; the verdict"),
        ("z = 2.1, p = .018", "= .018", "not .018"),
        ("t(38) = 2.10, p = .000", "= .000", "not .000"),
        # A correction makes p larger, not smaller.
        ("t(38) = 2.10, p = .001 by Holm's method", "= .001", "not .001"),
        ("t(38) = 2.10, p = .001, two-tailed", "= .001", "not .001"),
    ],
)
def test_trouble(text, place, words):
    ((where, message),) = found(text)
    assert where == place
    assert words in message


@pytest.mark.parametrize(
    "text",
    [
        "*t*(38) = 2.10, *p* = .43",
        "_t_(38) = 2.10, _p_ = .43",
        "**t(38) = 2.10**, p = .43",
        "$t(38) = 2.10$, $p = .43$",
        "$t_{38} = 2.10, p = .43$",
        "t~38~ = 2.10, p = .43",
        "$F_{2, 57} = 3.4$; $p = .43$",
        r"$\chi^2(1, N = 90) = 3.9$, $p = .48$",
        r"$\chi^{2}_{1} = 3.9$, p = .48",
        r"$\textit{t}(38) = 2.10,\ \textit{p} = .43$",
        "χ^2^(1) = 3.9, p = .48",
        "χ2 (1, n = 1,090) = 3.9, p = .48",
        "Chi-squared(1) = 3.9, p-value = .48",
        "t = 2.10, df = 38, p = 0.43",
        "*t* = 2.10, *df* = 38, *p* = .43",
        "χ² = 3.9, df = 1, p = 0.48",
        "F = 3.4, df = 2, 57, p = 0.43",
        "t(df = 38) = 2.10 (p = .43)",
        "F(1, 30) = 4.17, MSE = 2.31, p = .5",
        "t(38) = 2.10, d = 0.66, 95% CI [0.02, 1.31], p = .43",
        "Q_M(3) = 12.1, p = .43",
        "$Q_{E}(3) = 12.1$, p = .43",
        "t(38) = −2.10, p = .43",
        "t(38)&nbsp;= 2.10, p = .43",
        r"t(38) = 2.10, p \> .43",
        r"$t(38) = 2.10$, $p \lt .001$",
        "t(38) = 2.10, p ≤ .001",
        "t(38) = 2.10, p = 1.2e-5",
        "t(38) = 2.10**, p = .43",
    ],
)
def test_ways_of_writing_it(text):
    assert len(found(text)) == 1


@pytest.mark.parametrize(
    "text",
    [
        "t(38) = 2.10, all ps > .43",
        "let(38) = 2.10, p = .43",
        "R(2) = 3.9, p = .48",
        "H(2) = 3.9, p = .48",
        "r(58) = 1.31, p = .016",
        "t(38, 2) = 2.10, p = .43",
        "t(0) = 2.10, p = .43",
        "F(2) = 2.10, p = .43",
        "χ² = 3.9, p = .8",
        "t(38) = 2.10, p = 1.2 × 10^-5^",
        r"$t(38) = 2.10, p = 1.2 \times 10^{-5}$",
        "t(38) = 2.1 × 10^3^, p = .43",
        "t(38) = 2.10. Then p = .43",
        "t(38) = 2.10, r(30) = .5",
        "t(38) = 2.10, p = .43/2",
        "t(38) = 2.10, $p_{adj}$ = .43",
        "t(38) = 20%, p = .43",
        "t(38) = 2,10; p = 0,43",  # decimal commas
        "t(38) = 2.10, p = 0,43",
    ],
)
def test_what_is_something_else(text):
    assert found(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "It was `t(38) = 2.10, p = .43`.",
        "It was t(38) = `{python} t`, p = .43.",
        "It was t(`{python} n`) = 2.10, p = .43.",
        "It was t(38) = 2.10, p = `{python} p`.",
    ],
)
def test_code_and_what_it_prints_are_not_judged(text):
    document = expand("a.qmd", lambda path: Source(path, text))
    assert list(chapters.check(document.chapters)) == []


def test_a_correction_may_be_named_elsewhere_in_the_chapter():
    def messages(text):
        document = expand("a.qmd", lambda path: Source(path, text))
        return list(chapters.check(document.chapters))

    larger, smaller = "It was z = 3.53, p = .003.\n", "It was z = 3.53, p < .0001.\n"
    code = '```{r}\ncontrast(means, adjust = "holm")\n```\n\n'
    assert len(messages(larger)) == 1
    assert messages("The family-wise error rate was controlled.\n\n" + larger) == []
    assert messages(code + larger) == []
    assert len(messages(code + smaller)) == 1


def test_a_chapter_says_where():
    text = "Slower,\n<i>t</i>(38) = 2.10, <i>p</i> = .43.\n"
    document = expand("a.qmd", lambda path: Source(path, text))
    (one,) = chapters.check(document.chapters)
    assert str(one.span) == "a.qmd:2:31"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a*b*c",
        r"$\chi^2_{1}$ and **b** _c_ \% x~1~ \lt {,} &nbsp;",
        "snake_case stays",
    ],
)
def test_plain_text_has_the_same_length(text):
    assert len(plain(text)) == len(text)


def test_plain_text_keeps_what_is_no_markup():
    assert plain("snake_case 3*4 ~ 5") == "snake_case 3*4 ~ 5"
