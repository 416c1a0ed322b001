"""Every rule of the audit, and their findings in order.

A rule is a pure function of an article: of its parts (`RULES`), of its sentences too
(`PROSE`), or of what the cited works report as well (`FACTUAL`). To add one, write it
in a module beside this and a line in one of the three.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from galleyproof.checks.articles import (
    citing,
    columns,
    course,
    design,
    factual,
    listing,
    names,
    originals,
    reporting,
    scope,
    sources,
    strata,
    style,
    sums,
    units,
    wholes,
)
from galleyproof.checks.articles.facts import Work
from galleyproof.checks.articles.model import Article, Finding, Kind
from galleyproof.checks.articles.prose import Sentence, sentences

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
    listing.forms,
    listing.repeated,
    reporting.phantom,
    reporting.tables,
    design.methods,
    design.analysis,
    columns.shares,
    strata.outside,
    units.rows,
    style.p_values,
    style.spellings,
    style.residues,
    style.captions,
    style.acronyms,
)
PROSE: tuple[Callable[[Article, Sequence[Sentence]], Iterable[Finding]], ...] = (
    sums.sexes,
    sums.means,
    sums.abstracts,
    wholes.impossible,
    wholes.compared,
    course.falling,
    course.mixtures,
    units.qualifiers,
    listing.documents,
    reporting.untabulated,
    design.contradicted,
    scope.mostly_others,
    scope.widened,
    scope.unkept,
    sources.p_values,
    sources.vague_sources,
    sources.outcomes,
    sources.advantages,
)
"""Rules that read sentences, which are taken apart once."""


FACTUAL: tuple[
    Callable[[Article, Sequence[Sentence], Sequence[Work]], Iterable[Finding]], ...
] = (
    originals.check,
    factual.denominators,
    factual.other_works,
    factual.largest,
    factual.times,
    factual.heterogeneity,
    factual.populations,
)
"""Rules that compare with what the cited works report."""


def audit(article: Article, works: Sequence[Work] = ()) -> tuple[Finding, ...]:
    """Run every rule; findings by kind, then by place, each once."""
    prose = tuple(sentences(article))
    found = dict.fromkeys(one for rule in RULES for one in rule(article))
    found |= dict.fromkeys(one for rule in PROSE for one in rule(article, prose))
    if works:
        found |= dict.fromkeys(
            f for rule in FACTUAL for f in rule(article, prose, works)
        )
    kinds = list(Kind)
    return tuple(sorted(found, key=lambda f: (kinds.index(f.kind), f.start, f.message)))
