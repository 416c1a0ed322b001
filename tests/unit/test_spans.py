import time

import pytest

from galleyproof.spans import Source, Span

TEXT = "one\r\ntwo\rthree\n\nlast"


@pytest.mark.parametrize(
    ("offset", "place"),
    [
        (0, (1, 1)),
        (2, (1, 3)),
        (3, (1, 4)),
        (5, (2, 1)),
        (9, (3, 1)),
        (15, (4, 1)),
        (16, (5, 1)),
        (20, (5, 5)),
    ],
)
def test_every_line_ending_ends_a_line(offset, place):
    span = Source("a.qmd", TEXT).span(offset)
    assert (span.line, span.column) == place


def test_a_span_ends_behind_its_last_character():
    source = Source("a.qmd", "ab\ncd\n")
    span = source.span(1, 5)
    assert span == Span(path="a.qmd", line=1, column=2, end_line=2, end_column=3)


def test_a_byte_order_mark_is_no_character_of_the_line():
    source = Source("a.qmd", "\ufeffab\n\ufeffc")
    assert source.span(1).column == 1
    assert source.span(0).column == 1
    assert source.line(1) == "ab"
    assert source.line(2) == "\ufeffc"


def test_combining_characters_count_as_code_points():
    source = Source("a.qmd", "e\u0301x")
    assert source.span(2).column == 3


def test_lines_come_without_their_endings():
    source = Source("a.qmd", TEXT)
    assert [source.line(n) for n in range(7)] == [
        "",
        "one",
        "two",
        "three",
        "",
        "last",
        "",
    ]


def test_line_starts():
    assert Source("a.qmd", TEXT).line_starts == [0, 5, 9, 15, 16]
    assert Source("a.qmd", "").line_starts == [0]


def test_the_first_place_of_a_long_file_comes_quickly():
    source = Source("a.qmd", "word word word\n" * 200_000)
    begin = time.process_time()
    assert source.span(len(source.text)).line == 200_001
    # Ten times what it takes here; a loop over characters took seconds.
    assert time.process_time() - begin < 1.0


@pytest.mark.parametrize("text", [TEXT, "", "\ufeffa\r\ne\u0301\tb", "\ufeff", "a\n"])
def test_offsets_are_the_inverse_of_span(text):
    source = Source("a.qmd", text)
    first = 1 if text.startswith("\ufeff") else 0
    for start in range(first, len(text) + 1):
        for end in range(start, len(text) + 1):
            span = source.span(start, end)
            assert source.offsets(span) == (start, end)
            assert source.marked(span) == text[start:end]


def test_a_place_that_is_not_there_becomes_the_nearest():
    source = Source("a.qmd", "ab\ncd")
    assert source.offsets(Span(path="a.qmd", line=9, column=9)) == (5, 5)
    assert source.offsets(Span(path="a.qmd", line=0)) == (0, 0)
    assert source.marked(Span(path="a.qmd", line=1, column=1)) == ""
