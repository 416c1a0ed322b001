"""What stands in the text in the place of an inline expression."""

from __future__ import annotations

import re
from collections.abc import Mapping

_SPECIAL = re.compile(r"([\\`*_{}\[\]()<>#+\-.!@$^~|&])")


def inline_markdown(data: Mapping[str, str]) -> str:
    """Return what stands in the text: Markdown as it is, all else to the letter.

    As with Quarto, Markdown that an object offers is markup, while a string prints the
    characters that it consists of. The text of any other object is treated as a string.
    """
    if "text/markdown" in data:
        return data["text/markdown"].strip("\n")
    latex = data.get("text/latex", "").strip()
    if latex.startswith("$") and latex.endswith("$"):
        return latex
    text = " ".join(data.get("text/plain", "").split("\n"))
    return _SPECIAL.sub(r"\\\1", text)
