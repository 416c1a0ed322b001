"""What a number in a text is, before anyone has judged it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Form(StrEnum):
    """How a number is written."""

    DIGITS = "digits"
    WORDS = "words"
    ROMAN = "Roman"


@dataclass(frozen=True, slots=True, kw_only=True)
class Numeral:
    """A number in a text: `96.1%`, `246/256`, `2–5`, `two thirds`, `one in four`."""

    form: Form
    start: int
    end: int
    """Behind the number and its per cent sign or word."""
