"""How a number is known, and the mark by which the reader sees it."""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum


class Status(Enum):
    """How a number is known: the word in the data, its mark, and its meaning."""

    CONFIRMED = ("confirmed", "", "read in the original publication")
    SOURCE_ARTICLE_ONLY = (
        "source article only",
        "†",
        "stands only in the source article",
    )
    RECONSTRUCTED = (
        "reconstructed",
        "‡",
        "unique whole numbers behind the printed percentages",
    )
    DERIVED = ("derived", "§", "computed in this edition")

    def __init__(self, word: str, mark: str, meaning: str) -> None:
        self.word = word
        self.mark = mark
        self.meaning = meaning

    @classmethod
    def parse(cls, word: str) -> Status:
        """Return the status that the data call `word`."""
        for status in cls:
            if status.word == word:
                return status
        known = ", ".join(f"`{status.word}`" for status in cls)
        raise ValueError(f"unknown status `{word}`; known are {known}")

    @property
    def css_class(self) -> str:
        """The class that carries the status in HTML."""
        return self.word.replace(" ", "-")


def legend(statuses: Iterable[Status]) -> str:
    """Return the line that explains the marks of `statuses`, in fixed order."""
    wanted = set(statuses)
    return "; ".join(
        f"{status.mark} {status.meaning}"
        for status in Status
        if status.mark and status in wanted
    )
