"""Which characters of a sentence are a number, and which are a name."""

from __future__ import annotations

import pytest

from galleyproof.numerals import Form, find


def found(text: str, *, words: bool = True, years: bool = False) -> list[str]:
    return [text[n.start : n.end] for n in find(text, words=words, years=years)]


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("Efficacy was 96.1% overall.", ["96.1%"]),
        (
            "1,234 and 1 234 and 1\u202f234 and 1'234",
            ["1,234", "1 234", "1\u202f234", "1'234"],
        ),
        ("about 3/4 of them, 246/256", ["3/4", "246/256"]),
        ("10^-3^ molar, 10⁻³ molar, 3 × 10^5^ cells", ["10^-3^", "10⁻³", "3 × 10^5^"]),
        ("2-5, 2–5 and 2--5 nodes", ["2-5", "2–5", "2--5"]),
        ("1e-3 is small", ["1e-3"]),
        ("p<0.05, *p* < .039, P = 0·04", ["0.05", ".039", "0·04"]),
        ("½ of them, 2½ weeks", ["½", "2½"]),
        ("١٢٪ of ６ patients", ["١٢٪", "６"]),
        ("(n=12), n = 12, N = 345", ["12", "12", "345"]),
        ("5 mg, 5mg, 3-cm tumours, 12-month", ["5", "5", "3", "12"]),
        ("a ratio of 2:1", ["2:1"]),
        (
            "95·1% and 12 per cent and 12 percent",
            ["95·1%", "12 per cent", "12 percent"],
        ),
        ("$12 a dose, -3 to +4", ["12", "-3", "+4"]),
        ("HR 0.45 (0.3 to 0.9)", ["0.45", "0.3", "0.9"]),
        ("In the treatment group 12 patients died", ["12"]),
        ("a total of 1800 patients, n = 2015", ["1800", "2015"]),
        ("levels 120 mg/dL", ["120"]),
        ("a 3-fold rise", ["3"]),
        ("12\\% of them", ["12\\%"]),
    ],
)
def test_digits(text: str, numbers: list[str]) -> None:
    assert found(text) == numbers


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("Three patients died; twelve per cent.", ["Three", "twelve per cent"]),
        ("half of them, twice as many, a dozen", ["half", "twice", "a dozen"]),
        (
            "two thirds, two-thirds, one-third",
            ["two thirds", "two-thirds", "one-third"],
        ),
        ("a twofold or three-fold rise", ["twofold", "three-fold"]),
        ("a third of them, nearly a quarter were", ["a third", "a quarter"]),
        ("one in four, one of every five", ["one in four", "one of every five"]),
        ("two hundred and fifty-six tumours", ["two hundred and fifty-six"]),
        ("hundreds of patients, a million", ["hundreds", "a million"]),
        ("one patient died, one further death", ["one", "one"]),
        ("only one study reported it", ["one"]),
        ("three cohorts and one trial", ["three", "one"]),
        ("at one year", ["one"]),
        ("twice daily in ten centres", ["twice", "ten"]),
    ],
)
def test_words(text: str, numbers: list[str]) -> None:
    assert found(text) == numbers


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("grade III events, grades III–V", ["III", "III–V"]),
        ("XII patients", ["XII"]),
        ("stage III, IV drug use, a CI, chapter IV", []),
    ],
)
def test_roman_numerals_count_and_grade(text: str, numbers: list[str]) -> None:
    assert found(text) == numbers
    assert all(n.form is Form.ROMAN for n in find(text, words=True, years=False))


@pytest.mark.parametrize(
    "text",
    [
        "CO2 and H2O, CO~2~, CD8+ T cells, p53, T2N0M0, PM2.5",
        "COVID-19, SARS-CoV-2, COVID 19, 2019-nCoV",
        "IL-6, PD-L1, Ki-67, ICD-10, SF-36, EQ-5D, GPT-4, omega-3, interleukin 6",
        "18F-FDG, 99mTc, 5-FU, 5-HT, 2,4-D, 25(OH)D, 17β-estradiol, 5-fluorouracil, 3D",
        "I2, *I*², I^2^, R², chi-squared, cm^2^, x~1~",
        "doi:10.1000/xyz123, 10.1234/abcd.5678, arXiv:2101.00001",
        "data/2019.csv, https://x.org/12, user12@x.org, a_12",
        "NCT01234567, PMID: 12345678, CRD42020123456, PMC123",
        "&#8239; and #12",
    ],
)
def test_identifiers_are_names(text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "See Table 2, Figures 3-5, Tables 1 and 2, Fig. 2b, Table S1, eqs. 3.4 and 3.5",
        "Section 2.1, p. 12, pp. 3-5, no. 4, line 61, reference 6",
        "phase 3 trials, type 2 diabetes, stage III disease, class 2",
        "Model 2 was better than Model 1; participant 3 said so",
        "we did (1) this thing and (2) that thing",
        "R 4.2.1, Python 3.11, version 2.1, v1.2, SPSS 26, PRISMA 2020, RoB 2",
        "CC BY 4.0",
        "repeated with the Model 5 covariates; membership between 0 and 1",
        "95% CI, 95 % CI, 95% confidence interval, 95% CrI, CI 95%",
        "a 2 × 2 table, 24/7",
        "[12], [3–5], patients^12^, others^1,2^",
        "IJCPR 2026;18(2):294 and 12(3):45–67",
    ],
)
def test_labels_and_conventions_are_names(text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "on 15 March 2021, March 15, 2021, March 2021, 2021-03-15, 12.03.2021",
        "in 2019, from 2010 to 2020, 2010–2015, the 2016 guideline, in the 1990s",
        "Smith et al. (2019), (Smith, 2019), at 10:30 am",
    ],
)
def test_dates_and_years_are_no_numbers(text: str) -> None:
    assert found(text) == []


def test_years_are_numbers_where_the_data_hold_them() -> None:
    assert found("treated from 1998 to 2014", years=True) == ["1998", "2014"]
    assert found("Smith et al. (2019), (Smith, 2019a)", years=True) == []
    assert found("on 15 March 2021", years=True) == []


@pytest.mark.parametrize(
    "text",
    [
        "the one that one would like; no one; this one; on the one hand",
        "one of the reasons, one approach, in one hospital, one study of it",
        "half-life, first half of the year, second half",
        "two-sided, one-way, two-tailed, non-zero, different from zero",
        "first and second, the third reviewer, 1st and 2nd, 75th percentile",
        "a third party, third world",
        "often, tenor, sixteenth-note, bone, weighty, someone",
    ],
)
def test_idioms_count_nothing(text: str) -> None:
    assert found(text) == []


def test_number_words_are_those_of_english() -> None:
    assert found("six patients, 6 %", words=False) == ["6 %"]


def test_an_interval_is_no_reference() -> None:
    assert found("a median of 5 [3, 8]") == ["5", "3", "8"]


def test_places_are_those_of_the_text() -> None:
    text = "e\u0301 \U0001f600 12\u00a0% of"
    (number,) = find(text, words=True, years=False)
    assert text[number.start : number.end] == "12\u00a0%"


def test_only_what_is_between_the_offsets_is_read() -> None:
    assert len(find("1 2 3", 2, 3, words=True, years=False)) == 1
