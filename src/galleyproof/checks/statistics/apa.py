"""Test statistics in APA form, and the p that is printed with them.

Reads what R's statcheck reads, `t(28) = 2.20, p = .036`, `F(2, 57)`, `χ2(1, N = 90)`,
`r(58)`, `z`, `Q(10)`, `ns`, and the same where it is written with emphasis, as
mathematics, with the degrees of freedom behind it or an effect size before the p. The
verdict is that of `recheck_statistic`. Where the text, or the code beside it, says that
p-values were corrected for how many there are, one that is larger than the statistic
gives is in order.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from galleyproof.checks.statistics.found import Trouble, shown

_SPACE = r"[\s\ufeff]*"
_VALUE = r"(?:\d{1,3}(?:,\d{3})+|\d{1,6})?(?:\.\d{1,8})|\d{1,3}(?:,\d{3})+|\d{1,6}"
_DEGREES = r"\d{1,6}(?:\.\d{1,4})?|\.\d{1,4}"
_CHI = r"(?:χ|Χ|X|x|\b[Cc]hi|\[CHI\])[- ]*(?:\^?[ ]*2[ ]*\^?|²|squared?)"
_FORM = rf"""
(?: (?P<one>(?<![\w.)-])[tr])
  | (?P<f>(?<![\w.)-])F)
  | (?P<chi>(?<![\w.)]){_CHI})
  | (?P<q>(?<![\w.)-])Q
      (?:\s?[-_]?\s?(?:[Ww]ithin|[Bb]etween|[wWbBmMeE])|[ ]\([A-Za-z]{{1,7}}\))?)
  | (?P<z>(?<![\w.)\]-])[zZ])
)
"""
_INSIDE = rf"""
(?: \s*\( \s* (?:df\s?=\s?)? (?P<df>(?:{_DEGREES})|[Il](?=\s*,))
    (?: \s*,\s* (?P<df2>{_DEGREES}) )?
    (?: \s*,\s* [Nn]\s?=\s?[\d,]{{1,9}} )? \s*\) )?
"""
_BEHIND = rf"""
(?: \s*[,;]\s* (?:df|d\.f\.)\s{{0,3}}=\s? (?P<behind>{_DEGREES})
    (?: \s*(?:,|and|/)\s* (?P<behind2>{_DEGREES}) (?=\s*[,;)]) )? )?
"""
_ITEM = r"""
(?: (?![pP]\b) [^\W\d_][^\s=<>(),;]{0,11} (?:[ ][^\W\d_]{1,10})? \s?=\s?
    [-−–]? (?:\d{1,6}(?:\.\d{1,6})?|\.\d{1,6}) %?
  | \d\d(?:\.\d)?\s?%\s?CI\s?[:=]?\s? [\[(] [^\])]{3,30} [\])] )
\s*[,;]\s*
"""
_STATISTIC = re.compile(
    rf"""
    {_FORM}{_INSIDE} {_SPACE} (?P<relation>[=<>])
    \s? (?P<sign>[^a-zA-Z\d.\ufffc]{{0,3}}?)
    \s? (?P<value>{_VALUE}) (?![\d%]|\.\d|,\d{{1,2}}\b|\s?[×x]\s?10)
    [*†‡§]{{0,3}} {_BEHIND}
    (?: \s*[,;]\s* | \s*\(\s* ) (?:{_ITEM}){{0,3}}
    (?: (?P<ns>[nN]\.?\s?[sS]\b\.?)
      | [pP]{_SPACE}(?:[- ]?val(?:ue)?s?)?{_SPACE} (?P<bound>[=<>≤≥]){_SPACE}
        (?P<p>\d?\.\d{{1,9}}|[01]\b)
        (?P<power>e[-−–]?\d{{1,3}})? (?![\d%/]|[.,]\d|\s?[×x]\s?10) )
    """,
    re.VERBOSE,
)
_NAMES = {"f": "F", "chi": "chi-square", "q": "Q", "z": "z"}
_ONE_TAILED = re.compile(r"one.?sided|one.?tailed|directional", re.IGNORECASE)
_CORRECTED = re.compile(
    r"bonferroni|\bholm\b|tukey|scheff|[sš]id[aá]k|dunnett|dunn['’]s|\bfdr\b|false.discovery"
    r"|benjamini|hochberg|multiple.(?:comparison|testing|test)|permut|bootstrap"
    r"|greenhouse|huynh|family.?wise|\badjust\s?=\s?[\"']|p\.adjust|post.?hoc|(?:adjusted|corrected).{0,12}\bp\b"
    r"|\bp\b.{0,30}(?:adjusted|corrected|adj)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reported:
    """A test statistic with its p, as it was printed."""

    kind: str
    degrees_of_freedom: tuple[float, ...]
    statistic: str
    """`2.20`, `-2.20`, `<1`."""
    p: str
    """`=.036`, `<.05`, `ns`."""
    head: str
    """The statistic as a person wrote it: `t(28) = 2.20`."""
    start: int
    end: int
    p_start: int


def read(text: str) -> Iterator[Reported]:
    """Yield the statistics of a plain text."""
    for match in _STATISTIC.finditer(text):
        one = _reported(match)
        if one is not None:
            yield one


def _reported(match: re.Match[str]) -> Reported | None:
    kind = match["one"] or next(_NAMES[name] for name in _NAMES if match[name])
    degrees = _degrees(match)
    if degrees is None or len(degrees) != {"F": 2, "z": 0}.get(kind, 1):
        return None
    if 0 in degrees:
        return None
    value = match["value"].replace(",", "")
    sign = "-" if match["sign"].strip(" \xa0(") else ""
    if kind == "r" and float(value) > 1:
        return None
    relation = "" if match["relation"] == "=" else match["relation"]
    p = _p(match)
    if p is None:
        return None
    return Reported(
        kind=kind,
        degrees_of_freedom=degrees,
        statistic=f"{relation}{sign}{value}",
        p=p,
        head=_head(match),
        start=match.start(),
        end=match.end(),
        p_start=match.start("ns" if match["ns"] else "bound"),
    )


def _head(match: re.Match[str]) -> str:
    """Return the statistic on one line, without the gaps that marks have left."""
    text = " ".join(match.string[match.start() : match.end("value")].split())
    return re.sub(r" (?=\()", "", text)


def _degrees(match: re.Match[str]) -> tuple[float, ...] | None:
    """Return the degrees of freedom; None where they stand twice."""
    inside = [match["df"], match["df2"]]
    behind = [match["behind"], match["behind2"]]
    if any(inside) and any(behind):
        return None
    # A scanned 1 may look like a small L, or a large I.
    return tuple(
        float(one.replace("I", "1").replace("l", "1"))
        for one in (*inside, *behind)
        if one
    )


def _p(match: re.Match[str]) -> str | None:
    if match["ns"]:
        return "ns"
    bound = {"≤": "<", "≥": ">"}.get(match["bound"], match["bound"])
    digits = match["p"]
    if match["power"]:
        power = int(re.sub("[−–]", "-", match["power"][1:]))
        decimals = len(digits.partition(".")[2]) - power
        if not 0 < decimals < _MOST_DECIMALS:
            return None
        digits = f"{float(digits) * 10.0**power:.{decimals}f}"
    return f"{bound}{digits}" if float(digits) <= 1 else None


_MOST_DECIMALS = 10


def check(text: str, around: str = "") -> Iterator[Trouble]:
    """Recompute the p of every test statistic in a plain text.

    What it stands in, `around`, may say how the tests were done.
    """
    found = list(read(text))
    if not found:
        return
    one_tailed, corrected = (
        any(pattern.search(one) for one in (text, around))
        for pattern in (_ONE_TAILED, _CORRECTED)
    )
    for one in found:
        yield from _judged(one, one_tailed=one_tailed, corrected=corrected)


def _judged(one: Reported, *, one_tailed: bool, corrected: bool) -> Iterator[Trouble]:
    from galleyproof.stats.recheck import (  # noqa: PLC0415 - costs SciPy
        recheck_statistic,
    )

    given = (one.kind, one.statistic, one.p)
    freedom = one.degrees_of_freedom
    result = recheck_statistic(*given, degrees_of_freedom=freedom)
    if result.consistent or (
        one_tailed
        and recheck_statistic(*given, degrees_of_freedom=freedom, tails=1).consistent
    ):
        return
    printed = float(one.p[1:]) if one.p != "ns" else 1.0
    if corrected and one.p[0] != "<" and printed > result.p:
        return
    turn = "; the verdict at 0.05 is another" if result.decision_error else ""
    said = {"<": "below ", ">": "above "}.get(one.p[0], "")
    yield Trouble(
        start=one.p_start,
        end=one.end,
        message=f"{one.head} gives p {shown(result.p)}, not"
        f" {said}{one.p.lstrip('=<>')}{turn}",
        hint="correct statistic, degrees of freedom or p; where p is one-tailed or"
        " corrected, say so",
        certain=False,
    )
