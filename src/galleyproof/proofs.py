"""What `pytest` runs in a galley project: the collector, its items, what each judges.

Loaded by `pytest_plugin` where there is such a project.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import NoReturn, Protocol

import pytest

from galleyproof import config, inspection, project, report, sieve, tracing
from galleyproof.checks import conditions, reproduction
from galleyproof.checks.freshness import changed_cells
from galleyproof.checks.registry import CHECKS, EXECUTED, said_of
from galleyproof.datapackage import DataPackage, Row, reading
from galleyproof.diagnostics import Code, Diagnostic
from galleyproof.errors import ConfigError, GalleyError
from galleyproof.inspection import Inspection
from galleyproof.lineage.ledger import Ledger, PrintedClaim
from galleyproof.project import SourceFiles
from galleyproof.qmd.model import Chapter
from galleyproof.spans import Span

_LONGEST = 60
"""Characters of a claim that its item's name shows."""


class NotAsItShouldBeError(Exception):
    """What an item found, in the words that a person should read."""


class Facts:
    """What the items of one project need, read when the first of them asks."""

    def __init__(self, path: Path, *, executed: bool) -> None:
        self.path = path
        self.executed = executed
        """Whether the outputs of the last build are looked at."""
        self.directory = path.parent
        self.sources = SourceFiles(path.parent)

    @cached_property
    def data(self) -> DataPackage:
        """The data package; empty where there is none."""
        try:
            text = self.path.read_text(encoding="utf-8")
        except UnicodeDecodeError:  # the checks say so
            text = ""
        settings, _ = config.parse(text, self.path.name)
        return reading.read(self.directory, settings.galley.data)[0]

    @cached_property
    def chapters(self) -> tuple[Chapter, ...]:
        """Every file of the manuscript; none where nothing is to be rendered."""
        try:
            found = project.survey(self.directory)
        except ConfigError:
            return ()
        texts = [project.read_text(found, name) for name in found.sources]
        chapters = {c.path: c for text in texts for c in text.document.chapters}
        return tuple(chapters.values())

    @cached_property
    def ledger(self) -> Ledger | None:
        """That of the last build, if there was one."""
        try:
            return tracing.last_ledger(self.directory)
        except GalleyError:
            return None

    @cached_property
    def inspection(self) -> Inspection:
        """What `galley check` finds, without what the project's baseline knows."""
        done = inspection.inspect(self.directory, executed=self.executed)
        file = sieve.baseline_of(done, self.sources, None, update=False)
        return sieve.sieved(done, self.sources, file=file)


class GalleyProject(pytest.File):
    """A project: what it printed, what it claims, what it is checked for."""

    @cached_property
    def facts(self) -> Facts:
        """What the items share."""
        executed = self.config.getoption("--galley-executed")
        return Facts(self.path, executed=bool(executed))

    def collect(self) -> Iterator[pytest.Item]:
        """Yield the items; nothing is judged yet."""
        yield from self._reported()
        yield from self._claims()
        for check in CHECKS:
            if check.name == EXECUTED and not self.facts.executed:
                continue
            proof = Checked(facts=self.facts, name=check.name)
            yield self._item(f"check[{check.name}]", proof, (self.path, 1))

    def _item(self, name: str, proof: Proof, at: tuple[Path, int]) -> pytest.Item:
        return GalleyItem.from_parent(self, name=name, proof=proof, at=at)

    def _reported(self) -> Iterator[pytest.Item]:
        table = reproduction.reported(self.facts.data)
        for row in table.rows if table else ():
            proof = Reported(facts=self.facts, row=row)
            at = (self.facts.directory / row.path, row.line)
            yield self._item(f"reported[{row.id}]", proof, at)

    def _claims(self) -> Iterator[pytest.Item]:
        ledger = self.facts.ledger
        printed = defaultdict[tuple[str, str], list[PrintedClaim]](list)
        for claim in ledger.claims if ledger else ():
            if claim.place is not None:
                printed[claim.place.path, claim.text].append(claim)
        names = _Names()
        for place, words in conditions.claims(self.facts.chapters):
            judged = printed[place.path, " ".join(words.split())]
            proof: Proof = Bound(facts=self.facts, place=place)
            if ledger and judged:
                proof = Judged(facts=self.facts, ledger=ledger, claim=judged.pop(0))
            kind = "claim" if isinstance(proof, Judged) else "claim-bound"
            at = (self.facts.directory / place.path, place.line)
            yield self._item(names.of(kind, place, words), proof, at)


class _Names:
    """Names that a person can read and `-k` can find; no two are the same."""

    def __init__(self) -> None:
        self._seen: dict[str, int] = {}

    def of(self, kind: str, place: Span, words: str) -> str:
        """Return the name of a claim."""
        said = " ".join(words.split())
        if len(said) > _LONGEST:
            said = f"{said[: _LONGEST - 1]}\u2026"
        # pytest takes `::` for a border between names.
        name = f"{kind}[{place.path}:{place.line} {said}]".replace("::", ":")
        self._seen[name] = self._seen.get(name, 0) + 1
        if self._seen[name] > 1:
            return f"{name[:-1]} #{self._seen[name]}]"
        return name


class GalleyItem(pytest.Item):
    """One thing that must hold."""

    def __init__(
        self, *, proof: Proof, at: tuple[Path, int], name: str, parent: GalleyProject
    ) -> None:
        super().__init__(name, parent)
        self._proof = proof
        self._at = at

    @property
    def strict(self) -> bool:
        """Whether warnings fail."""
        return bool(self.config.getoption("--galley-strict"))

    def runtest(self) -> None:
        """Judge it."""
        self._proof.judge(self)

    def undecided(self, reason: str) -> NoReturn:
        """Say that nothing can be said; a failure where it is strict."""
        if self.strict:
            raise NotAsItShouldBeError(reason)
        pytest.skip(reason)

    def repr_failure(  # type: ignore[override]
        self, excinfo: pytest.ExceptionInfo[BaseException]
    ) -> object:
        """Show what was found; a traceback only where something is wrong with us."""
        error = excinfo.value
        if isinstance(error, NotAsItShouldBeError):
            return str(error)
        if isinstance(error, GalleyError):
            return f"{error.message}\n{error.hint}".rstrip()
        return super().repr_failure(excinfo)

    def reportinfo(self) -> tuple[Path, int, str]:
        """Return where it stands: file, line from 0, name."""
        path, line = self._at
        return path, line - 1, self.name


# What is judged -------------------------------------------------------------------


class Proof(Protocol):
    """One thing that can be judged."""

    def judge(self, item: GalleyItem) -> None:
        """Raise where it is not as it should be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reported:
    """A row of `reported`: the data give the number that was printed."""

    facts: Facts
    row: Row

    def judge(self, item: GalleyItem) -> None:
        """Compare the number."""
        del item
        fault = reproduction.fault(self.facts.data, self.row)
        if fault:
            raise NotAsItShouldBeError(f"{self.row.address()}: {fault}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A claim that the last build found true, by the data as they were then."""

    facts: Facts
    ledger: Ledger
    claim: PrintedClaim

    def judge(self, item: GalleyItem) -> None:
        """Compare the cells that it rests on."""
        cells = changed_cells(self.ledger, self.facts.data, self.claim.values)
        changed = "; ".join(cells)
        if changed:
            item.undecided(
                "the data have changed since the last build, and `galley render` has"
                f" to judge the claim anew: {changed}"
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Bound:
    """A claim that no build has judged: its condition keeps all that decides it."""

    facts: Facts
    place: Span

    def judge(self, item: GalleyItem) -> None:
        """Look for what was found at its place."""
        del item
        place = self.place
        _raise(
            [
                found
                for found in self.facts.inspection.findings
                if found.code is Code.CLAIM_BOUND
                and found.span.path == place.path
                and place.line <= found.span.line <= max(place.line, place.end_line)
            ],
            self.facts,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """A check of `galley check`."""

    facts: Facts
    name: str

    def judge(self, item: GalleyItem) -> None:
        """Look for what was found in its codes."""
        done = self.facts.inspection
        family = next((f for f in done.families if f.name == self.name), None)
        if family is None:
            pytest.skip("its rules do not concern this project")
        if unrun := said_of(self.name, done.findings):
            item.undecided(unrun.message)
        found = [one for one in done.findings if one.code in family.codes]
        if report.fails(found, strict=item.strict):
            _raise(found, self.facts)
        if found:
            said = report.findings(found, self.facts.sources)
            item.add_report_section("call", "warnings", said)


def _raise(found: Sequence[Diagnostic], facts: Facts) -> None:
    if found:
        raise NotAsItShouldBeError(report.findings(found, facts.sources))
