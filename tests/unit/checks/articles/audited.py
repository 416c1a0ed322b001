"""How the tests of the audit write an article: invented, of hills and springs."""

from galleyproof.checks.articles import audit, read
from galleyproof.checks.articles.facts import of_table
from galleyproof.spans import Source

FILLER = "Water runs down and is wet. " * 300
"""Long enough for a full text."""
LIST = """
References

1. Aldermoor Q, Brask T. Warm springs. Journal of Springs. 2011;4(1):11-19.
2. Corvane L. Cold springs. Journal of Springs. 2012;5(2):20-31.
3. Dunmarrow P. Dry springs. Journal of Springs. 2013;6(3):40-44.
"""


def found(body, *kinds):
    """Return the kind, quote and message of the findings of some kinds."""
    article = read(Source("a.txt", body))
    text = article.source.text
    return [
        (text[one.start : one.end], one.message)
        for one in audit(article)
        if one.kind in kinds
    ]


def quoted(body, *kinds):
    """Return what the findings of some kinds quote."""
    return [quote for quote, _ in found(body, *kinds)]


def beside(body, facts, *kinds):
    """Return quotes and messages of the findings of some kinds, beside facts."""
    article = read(Source("a.txt", body))
    text = article.source.text
    works = tuple(of_table(Source("facts.csv", facts)))
    return [
        (text[one.start : one.end], one.message)
        for one in audit(article, works)
        if one.kind in kinds
    ]
