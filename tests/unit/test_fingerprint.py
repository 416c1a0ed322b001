"""A finding stays the same one while the text around it moves."""

from __future__ import annotations

from galleyproof.diagnostics import Code, Diagnostic
from galleyproof.fingerprint import fingerprint
from galleyproof.spans import Source, Span

LONG = "It was seen in many places, of which some were looked at, that "


def mark(text: str, path: str = "a.qmd", **changes: object) -> str:
    """Return the fingerprint of a finding at `12`."""
    source = Source(path, text)
    place = source.span(text.index("12"), text.index("12") + 2)
    values = {"code": Code.NUMBER_COMPUTED, "span": place, "message": "`12` is typed"}
    return fingerprint(Diagnostic(**{**values, **changes}), source)  # type: ignore[arg-type]


ONE = mark(f"{LONG}of all 12 died in {LONG}.\n")


def test_what_moves_or_is_filled_anew_is_the_same() -> None:
    assert mark(f"# New\n\n{LONG}of all 12 died in {LONG}.\n") == ONE
    assert mark(f"{LONG}of\r\nall 12\r\ndied in {LONG}.\r\n") == ONE
    assert mark(f"\ufeff{LONG}of all 12 died in {LONG}.\n") == ONE
    assert mark(f"Other words. {LONG}of all 12 died in {LONG}, then.\n") == ONE
    assert mark(f"{LONG}of all 12 died in {LONG}.\n", message="other") == ONE


def test_what_is_another_finding_is_another() -> None:
    assert mark(f"{LONG}of all 12 lived in {LONG}.\n") != ONE
    assert mark(f"{LONG}of all 12 died in {LONG}.\n", path="b.qmd") != ONE
    assert mark(f"{LONG}of all 12 died in {LONG}.\n", code=Code.LABEL_UNIQUE) != ONE


def test_paragraphs_and_rows_around_it_do_not_count() -> None:
    assert mark("a\n\n12 b\n\nc\n") == mark("d\n\n12 b\n \ne\n") == mark("12 b")
    assert mark("x\n12,b\ny\n", "a.csv") == mark("z\n12,b\n", "a.csv")
    assert mark("x\n12 b\ny\n") != mark("z\n12 b\n")


def test_without_a_line_the_message_stands_in_without_its_numbers() -> None:
    def of(message: str, line: int = 0) -> str:
        span = Span(path="a.qmd", line=line)
        found = Diagnostic(code=Code.BLOCK_CLOSED, span=span, message=message)
        return fingerprint(found, Source("a.qmd", "\n\n"))

    assert of("see line 3") == of("see line 14") == of("see line 3", line=2)
    assert of("see line 3") != of("look at line 3")
    found = Diagnostic(code=Code.BLOCK_CLOSED, span=Span(path="a"), message="m")
    assert fingerprint(found, None)
