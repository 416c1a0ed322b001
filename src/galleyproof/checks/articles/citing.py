"""Brackets and the reference list: whether each leads to the other."""

from __future__ import annotations

import re
from collections.abc import Iterator

from galleyproof.checks.articles.model import (
    Article,
    Bracket,
    Finding,
    Kind,
)
from galleyproof.checks.articles.naming import (
    at_bracket,
    at_reference,
    named_by,
)


def unlisted_numbers(article: Article) -> Iterator[Finding]:
    """Find numbers in brackets that the list does not reach."""
    last = len(article.references)
    if not article.numbered:
        return
    for bracket in article.brackets:
        beyond = [str(n) for n in bracket.numbers if n > last]
        # Far beyond it, a bracket is an interval or a year and no citation.
        if _is_cell(article, bracket):
            continue
        if beyond and max(bracket.numbers) <= 1.25 * last + _SLIP:
            yield at_bracket(
                bracket,
                Kind.CITED_NOT_LISTED,
                f"the list ends at {last}; it has no {', '.join(beyond)}",
                "correct the number, or add the reference",
            )


def _is_cell(article: Article, bracket: Bracket) -> bool:
    """Whether it is all of a cell and has two numbers: an interval of a table."""
    text = article.source.text
    alone = text[bracket.start - 1 : bracket.start] in {"\t", "\n", "|"}
    return alone and text[bracket.end : bracket.end + 1] in {"\t", "|"}


def order(article: Article) -> Iterator[Finding]:
    """Find brackets whose numbers do not ascend."""
    for bracket in article.brackets:
        if list(bracket.numbers) != sorted(set(bracket.numbers)):
            yield at_bracket(
                bracket,
                Kind.ORDER,
                "numbers of one bracket stand in ascending order, each once",
                f"[{','.join(str(n) for n in sorted(set(bracket.numbers)))}], if these"
                " are the ones that are meant",
            )


def uncited(article: Article) -> Iterator[Finding]:
    """Find references that the text cites neither by number nor by name."""
    if not article.references or not (article.brackets or not article.numbered):
        return
    if article.numbered and _are_glued(article):
        return
    cited = {n for bracket in article.brackets for n in bracket.numbers}
    named = {r.number for p in article.paragraphs for r in named_by(article, p)}
    for one in article.references:
        if (one.number in cited and article.numbered) or not one.authors:
            continue
        if one.number not in named:
            yield at_reference(
                one, Kind.UNCITED, "neither its number nor its first author is in the"
                " text", "cite it where it supports a statement, or take it out",
            )  # fmt: skip
        elif article.numbered:
            yield at_reference(
                one, Kind.NAMED_ONLY, "the text names its author and never cites its"
                " number", f"put [{one.number}] behind the name",
            )  # fmt: skip


_SLIP = 5


_GLUED = re.compile(r"[a-z)%][.,;]?(\d{1,3}(?:[,–-]\d{1,3})*)(?=[\s.,;:)]|$)")


def _are_glued(article: Article) -> bool:
    """Whether raised numbers were glued to the words before them: `springs.1,3`.

    Extraction often loses what raised them; the text then cites, and cannot be read.
    """
    last = len(article.references)
    reached = {
        int(number)
        for match in _GLUED.finditer(article.body)
        for number in re.findall(r"\d+", match[1])
    }
    read = {n for bracket in article.brackets for n in bracket.numbers}
    lost = len([n for n in reached - read if 1 <= n <= last])
    return lost * 2 >= last
