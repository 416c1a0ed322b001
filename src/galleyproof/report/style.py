"""Colours, and words with their number: what every text for a terminal is made of."""

from __future__ import annotations

from dataclasses import dataclass

_COLOURS = {"bold": "1", "red": "31", "green": "32", "yellow": "33", "cyan": "36"}


@dataclass(frozen=True, slots=True)
class Style:
    """Whether words may be coloured."""

    colour: bool = False

    def __call__(self, text: str, *names: str) -> str:
        """Return the text in the named colours."""
        if not self.colour or not text:
            return text
        codes = ";".join(_COLOURS[name] for name in names)
        return f"\x1b[{codes}m{text}\x1b[0m"


PLAIN = Style()


def counted(number: int, what: str, plural: str = "") -> str:
    """Return `1 file`, `2 files`; `2 entries` where the plural is given."""
    return f"{number} {what if number == 1 else plural or what + 's'}"
