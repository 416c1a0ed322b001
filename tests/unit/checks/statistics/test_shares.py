"""Percentages beside a count without its total; all numbers are made up."""

import pytest

from galleyproof.checks.statistics import recompute


def found(text):
    return [(text[one.start : one.end], one.message) for one in recompute(text)]


@pytest.mark.parametrize(
    "text",
    [
        "seen in n = 12 (21.1%)",  # of 57
        "seen in 12 patients (20.7%)",  # of 58
        "seen in 12 patients (20.6%)",  # of 58, cut off
        "an accuracy of 85.5% (n = 20)",  # a mean
        "an ejection fraction of 55.3% (12 patients)",
        "16.7%, n = 12",
        "(n = 12, 21.1%)",
        "12 (21.1%) women",
        "0 patients (0%), 57 patients (100%)",
        "n = 0 (0.0%)",
        "n = 1,204 (20.8%)",
        "Of 57 patients, 12 (21.1%) were ill",
        "Of 57 patients, 12 (22.6%) were ill",  # of the 53 who came back
        "Among the 57 treated men, 12 (21%) were ill",
        "weighted shares: n = 12 (20.8%)",
        "in 2019 (20.8%)",
        "Table 2 (20.8%)",
        "in 12 months (20.8%)",
        "n = 12 (20.8% more)",
        "n = 12 (20.8-22%)",
        "-12 patients (20.8%)",
        "3.12 patients (20.8%)",
        "n = 12 (about 20.8%)",
        "Of 57 patients, 12 (20.7%) of 58 nodules grew",
    ],
)
def test_in_order(text):
    assert found(text) == []


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("seen in n = 12 (20.8%)", "12 of any number is never 20.8%"),
        ("seen in 12 patients (20.8%)", "12 of any number"),
        ("(n = 12; 20.8%)", "12 of any number"),
        ("12 (20.8%) women", "12 of any number"),
        ("*n* = 12 (20.8%)", "12 of any number"),
        ("n = 12 (61%)", "12 of any number is never 61%"),
        ("Of 57 patients, 12 (22.8%) were ill", "12 of 57, or of fewer, is never"),
        ("Of 57 patients, 12 (20.7%) were ill", "12 of 57, or of fewer, is never"),
    ],
)
def test_trouble(text, words):
    ((where, message),) = found(text)
    assert where.endswith("%")
    assert words in message


def test_every_share_of_every_total_is_in_order():
    for total in range(1, 120):
        for events in range(1, total + 1):
            share = 100 * events / total
            for text in (f"{share:.1f}", f"{share:.0f}", f"{int(share * 10) / 10}"):
                assert found(f"n = {events} ({text}%)") == [], (events, total)
                one = f"Of {total} patients, {events} ({text}%) were ill"
                assert found(one) == [], one
