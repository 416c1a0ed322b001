"""Every rule of the audit, and their findings in order.

A rule is a pure function of an article. To add one, write it in a module beside this
and a line in `RULES`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from galleyproof.checks.articles import citing, listing, names, reporting
from galleyproof.checks.articles.model import Article, Finding, Kind

RULES: tuple[Callable[[Article], Iterable[Finding]], ...] = (
    reporting.statistics,
    citing.unlisted_numbers,
    names.unlisted_names,
    names.unlisted_rows,
    names.beside_names,
    names.names_and_numbers,
    citing.order,
    citing.uncited,
    listing.pages,
    listing.names,
    listing.volumes,
    reporting.phantom,
    reporting.tables,
)


def audit(article: Article) -> tuple[Finding, ...]:
    """Run every rule; findings by kind, then by place, each once."""
    found = dict.fromkeys(one for rule in RULES for one in rule(article))
    kinds = list(Kind)
    return tuple(sorted(found, key=lambda f: (kinds.index(f.kind), f.start, f.message)))
