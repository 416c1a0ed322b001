"""Findings that are not to be told: where that is written, why, whether it is needed.

A suppression names codes and gives a reason, in the text (`remarks`) or under
`galley: ignore:`. One without a reason, or with a code that does not exist, is itself a
finding and suppresses nothing; so is one that has nothing to suppress.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from galleyproof.checks.remarks import Remark, remarks, settings_remarks
from galleyproof.config import Config, Ignored
from galleyproof.diagnostics import Code, Diagnostic, Severity
from galleyproof.nearest import nearest
from galleyproof.qmd.model import Chapter
from galleyproof.spans import Source, Span

OWN = (
    Code.SUPPRESSION_REASONED,
    Code.SUPPRESSION_RESOLVES,
    Code.SUPPRESSION_USED,
)

NEEDED = frozenset(
    {
        Code.CONFIG_VALID,
        Code.SOURCE_READABLE,
        Code.BLOCK_CLOSED,
        Code.FEATURE_SUPPORTED,
        Code.OPTION_VALID,
        Code.LABEL_UNIQUE,
        Code.REFERENCE_RESOLVES,
        Code.CITATION_RESOLVES,
        Code.BIBLIOGRAPHY_READABLE,
        Code.DATA_VALID,
    }
)
"""Codes whose errors stop a build whatever is suppressed: it could not go on."""

LineOf = Callable[[str, int], str]
"""The text of a line, by path and number."""

_WILDCARD = re.compile(r"\*\*/|\*\*|\*|\?")
_WILDCARDS = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Suppression:
    """One suppression, as it was written."""

    codes: tuple[str, ...]
    reason: str
    span: Span
    """Where it is written."""
    path: str
    """The file that it is about; of configuration, a pattern."""
    lines: tuple[int, int] | None = None
    """The lines that it is about; None: all, by configuration."""
    text: str = ""
    """What the line of a finding must hold."""

    @property
    def holds(self) -> bool:
        """Whether a reason is given."""
        return any(character.isalpha() for character in self.reason)


def written(
    chapters: Iterable[Chapter], settings: Iterable[Source], config: Config
) -> tuple[Suppression, ...]:
    """Return every suppression of a project, in the order of the files."""
    found = [_of_remark(r) for chapter in chapters for r in remarks(chapter)]
    found += [_of_remark(r) for source in settings for r in settings_remarks(source)]
    found += [_of_configuration(one) for one in config.galley.ignored]
    return tuple(found)


def _of_remark(remark: Remark) -> Suppression:
    codes, reason = _divided(remark.words)
    return Suppression(
        codes=codes,
        reason=reason,
        span=remark.span,
        path=remark.span.path,
        lines=(remark.first, remark.last),
    )


def _of_configuration(entry: Ignored) -> Suppression:
    return Suppression(
        codes=entry.codes,
        reason=entry.reason,
        span=entry.span,
        path=entry.path or "**",
        text=entry.text,
    )


def _divided(words: str) -> tuple[tuple[str, ...], str]:
    """Return codes, which commas join, and the reason behind them."""
    waiting, codes, more = words.split(), list[str](), True
    while waiting and more:
        word = waiting.pop(0)
        more = word.endswith(",")
        codes += [code for code in word.strip(":").split(",") if code]
    return tuple(codes), " ".join(waiting).lstrip(":-\u2013\u2014 ")


# What is wrong with them ----------------------------------------------------------


def problems(
    suppressions: Iterable[Suppression], known: Collection[Code]
) -> Iterator[Diagnostic]:
    """Find suppressions without a reason, or of codes that cannot be suppressed."""
    for one in suppressions:
        if not one.codes:
            yield _unresolved(one, "no code is named", "name it: `ignore CODE reason`")
        for name in one.codes:
            code = Code.named(name)
            if code is None:
                near = nearest(name, (code.code for code in known))
                hint = f"did you mean `{near}`?" if near else _HOW
                yield _unresolved(one, f"there is no code `{name}`", hint)
            elif code not in known:
                yield _unresolved(
                    one,
                    f"`{name}` cannot be suppressed",
                    "mend what the finding names, and remove this",
                )
        if one.codes and not one.holds:
            yield Diagnostic(
                code=Code.SUPPRESSION_REASONED,
                span=one.span,
                message=f"`{'`, `'.join(one.codes)}` is to be ignored without a reason",
                hint="say why, behind the code; until then, nothing is ignored"
                if one.lines
                else "say why, as `reason:`; until then, nothing is ignored",
            )


_HOW = "`galley explain` lists the codes; a reason stands behind them, without a comma"


def _unresolved(one: Suppression, message: str, hint: str) -> Diagnostic:
    return Diagnostic(
        code=Code.SUPPRESSION_RESOLVES, span=one.span, message=message, hint=hint
    )


# What they do ---------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Suppressed:
    """A finding that is not told, and why."""

    finding: Diagnostic
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sifted:
    """Findings, divided by suppressions."""

    kept: tuple[Diagnostic, ...]
    suppressed: tuple[Suppressed, ...]
    used: frozenset[tuple[Suppression, Code]] = field(default_factory=frozenset)


def sift(
    found: Sequence[Diagnostic], suppressions: Iterable[Suppression], line_of: LineOf
) -> Sifted:
    """Divide findings into those to tell and those that some suppression is about."""
    by_code = _by_code(suppressions)
    kept, suppressed, used = [], [], set()
    for finding in found:
        about = [
            one
            for one, path in by_code.get(finding.code, ())
            if _covers(one, path, finding, line_of)
        ]
        if about:
            suppressed.append(Suppressed(finding=finding, reason=about[0].reason))
            used |= {(one, finding.code) for one in about}
        else:
            kept.append(finding)
    return Sifted(kept=tuple(kept), suppressed=tuple(suppressed), used=frozenset(used))


def told_by_a_build(
    found: Sequence[Diagnostic], suppressions: Sequence[Suppression], line_of: LineOf
) -> list[Diagnostic]:
    """Return the findings that a build tells: those it cannot go on with, always."""
    sifted = sift(found, suppressions, line_of)
    stopping = (
        one.finding
        for one in sifted.suppressed
        if one.finding.code in NEEDED and one.finding.severity is Severity.ERROR
    )
    return [*sifted.kept, *stopping]


def _by_code(
    suppressions: Iterable[Suppression],
) -> dict[Code, list[tuple[Suppression, re.Pattern[str]]]]:
    by_code: dict[Code, list[tuple[Suppression, re.Pattern[str]]]] = {}
    for one in suppressions:
        path = _pattern(one.path) if one.lines is None else re.compile("")
        for name in one.codes if one.holds else ():
            code = Code.named(name)
            if code is not None and code is not Code.CHECK_RUNS and code not in OWN:
                by_code.setdefault(code, []).append((one, path))
    return by_code


def _covers(
    one: Suppression, path: re.Pattern[str], finding: Diagnostic, line_of: LineOf
) -> bool:
    span = finding.span
    if one.lines is not None:
        first, last = one.lines
        return span.path == one.path and first <= span.line <= last
    if not path.fullmatch(span.path):
        return False
    return not one.text or one.text in line_of(span.path, span.line)


def _pattern(glob: str) -> re.Pattern[str]:
    """Return a pattern for paths: `*` within a name, `**` across directories."""
    glob = glob.removeprefix("./")
    if glob.endswith("/"):
        glob += "**"
    parts, behind = [], 0
    for match in _WILDCARD.finditer(glob):
        parts += [re.escape(glob[behind : match.start()]), _WILDCARDS[match[0]]]
        behind = match.end()
    return re.compile("".join([*parts, re.escape(glob[behind:])]))


def unused(
    suppressions: Iterable[Suppression],
    sifted: Sifted,
    checked: Collection[Code],
    *,
    whole: bool,
) -> Iterator[Diagnostic]:
    """Find suppressions of nothing, as far as their codes were checked.

    Of those in configuration that can be said only when the whole project was.
    """
    for one in suppressions:
        if not one.holds or (one.lines is None and not whole):
            continue
        for name in dict.fromkeys(one.codes):
            code = Code.named(name)
            if code in checked and code not in OWN and (one, code) not in sifted.used:
                yield Diagnostic(
                    code=Code.SUPPRESSION_USED,
                    span=one.span,
                    message=f"there is no `{name}` here to ignore",
                    hint=_hint(one),
                    severity=Severity.WARNING,
                )


def _hint(one: Suppression) -> str:
    if one.lines is None:
        return "remove it, or correct `path:` or `text:`"
    first, last = one.lines
    if last < first:
        return "it stands above nothing; write it on the line, or above the block"
    lines = f"line {first}" if first == last else f"lines {first} to {last}"
    return f"remove it; it is about {lines}"
