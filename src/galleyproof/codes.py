"""What each code means, as text: for `galley explain`, and for `docs/checks.md`."""

from __future__ import annotations

import textwrap

from galleyproof.diagnostics import Code

_WIDTH = 80


def explanation(code: Code) -> str:
    """Return what a code means, why it matters and how to mend what breaks it."""
    parts = (("means", code.description), ("why", code.why), ("to mend", code.mend))
    lines = [code.code]
    for name, text in parts:
        lines += textwrap.wrap(
            text,
            _WIDTH,
            initial_indent=f"  {name:<8} ",
            subsequent_indent=" " * 11,
            break_on_hyphens=False,
        )
    return "\n".join(lines)


def overview() -> str:
    """Return every code with its rule, one a line."""
    width = max(len(code.code) for code in Code)
    return "\n".join(f"{code.code:<{width}}  {code.description}" for code in Code)


def page() -> str:
    """Return the part of `docs/checks.md` that is made of the list of codes."""
    return "\n".join(
        f"### `{code.code}`\n\n{code.description} {code.why}\n\n"
        f"*To mend:* {code.mend}\n"
        for code in Code
    )
