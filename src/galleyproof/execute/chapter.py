"""One chapter: what of it must run runs, the rest is remembered.

The units are walked in order. Where a unit's inputs (its code, the variables that it
reads, the settings of libraries) are those of a run that is remembered, and what that
run saw of the world is still so, its results are taken over. Else it runs, after those
units that made its variables, if they have not run in this kernel yet. What it turns
out to change decides about the units that follow.

Where units would have to run in another order than theirs, or one that is repeated does
not give what it gave before, the chapter begins anew and runs whole. *Invariant: the
results are those of a run from the beginning.*
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from galleyproof import files
from galleyproof.diagnostics import Diagnostic
from galleyproof.execute import findings
from galleyproof.execute.inline import inline_markdown
from galleyproof.execute.memory import ChapterMemory
from galleyproof.execute.model import CellResult, InlineResult, Limits, Reason
from galleyproof.execute.present import Present, observed
from galleyproof.execute.reasons import labels, reason
from galleyproof.execute.records import Account, Inputs, Record, account_of
from galleyproof.execute.units import Code, Unit, read_code, units
from galleyproof.execute.variables import Variables
from galleyproof.kernel import Kernel
from galleyproof.lineage.entries import Entries
from galleyproof.names import HISTORY
from galleyproof.outputs import BARE_TYPE, Failure, Output, Run, read_account
from galleyproof.qmd.model import Chapter
from galleyproof.qmd.options import CellOptions, CellSettings

GetKernel = Callable[[], Kernel]
_ADDRESS = re.compile(r" at 0x[0-9A-Fa-f]{6,}")
_GUESS_S = 0.2
"""What a cell may take that never ran."""
_LARGEST_FILE = 50_000_000
"""Bytes of a file that is remembered; a unit that writes a larger one runs again."""


@dataclass(slots=True, kw_only=True)
class Seen:
    """What the units of a chapter saw of the world, and did to it, all together."""

    files: dict[str, str | None] = field(default_factory=dict)
    """Files that they opened, or that were not there, with their digests then."""
    listed: dict[str, str | None] = field(default_factory=dict)
    stated: dict[str, str | None] = field(default_factory=dict)
    environment: dict[str, str | None] = field(default_factory=dict)
    read: dict[str, int] = field(default_factory=dict)
    """Files that they opened, with the line of the first that did."""
    written: dict[str, None] = field(default_factory=dict)
    repeatable: bool = True

    def add(self, records: Iterable[Record]) -> None:
        """Add what units tell."""
        for record in records:
            account = record.account
            self.files.update(observed(account))
            self.listed.update(account.listed)
            self.stated.update(account.stated)
            self.environment.update(account.environment)
            for path in account.files:
                self.read.setdefault(path, record.line)
            self.written.update(dict.fromkeys(account.written))
            self.repeatable &= not account.unrepeatable


class _Anew(Exception):  # noqa: N818 - a turn, not a mistake
    """The chapter has to run whole."""


class _KernelWanted(Exception):  # noqa: N818
    """Nothing more is remembered."""


@dataclass(slots=True, kw_only=True)
class Results:
    """What came of a chapter."""

    cells: dict[int, CellResult] = field(default_factory=dict)
    inlines: dict[int, InlineResult] = field(default_factory=dict)
    diagnostics: list[Diagnostic] = field(default_factory=list)
    notes: list[Diagnostic] = field(default_factory=list)
    reasons: list[Reason] = field(default_factory=list)
    records: list[tuple[str, Record]] = field(default_factory=list)
    """Of the units that came to their end, with their keys, in order; until the end
    of the chapter, for they are many."""
    seen: Seen = field(default_factory=Seen)
    """What they saw and did."""
    entries: Entries = field(default_factory=Entries)


@dataclass(slots=True, kw_only=True)
class ChapterRun:
    """A chapter on its way to its results."""

    chapter: Chapter
    defaults: CellOptions
    limits: Limits
    memory: ChapterMemory
    present: Present
    directory: Path
    results: Results = field(default_factory=Results)
    cost_s: float = 0.0
    """What is left to run takes about this long."""
    _units: list[Unit] = field(default_factory=list)
    _variables: Variables = field(default_factory=Variables)
    _ran: list[int] = field(default_factory=list)
    _wanted: set[int] = field(default_factory=set)
    """Units to run though they are remembered: others need what they make."""
    _evaluated: dict[int, tuple[dict[str, str] | Failure, float]] = field(
        default_factory=dict
    )
    """Results of inline expressions that were asked for ahead of their turn."""
    _refuted: set[int] = field(default_factory=set)
    """Expressions of which one makes a claim that does not hold."""
    _whole: bool = False
    """Whether every unit runs, in order."""
    _singly: bool = False
    """Whether expressions are evaluated one by one."""

    def __post_init__(self) -> None:
        """List what the chapter consists of."""
        self._units = list(units(self.chapter, self.defaults))
        # What IPython keeps of earlier cells is right only where all of them ran.
        self._whole = any(
            HISTORY & (self._code(unit).names.read or frozenset())
            for unit in self._units
        )
        self.results = self._no_results()

    @property
    def defined(self) -> set[str]:
        """The names that its cells bind."""
        codes = [read_code(u.text, is_cell=u.cell is not None) for u in self._units]
        return {name for code in codes for name in code.names.bound}

    # From outside --------------------------------------------------------------------

    def remember(self) -> bool:
        """Take over all that is remembered; say whether nothing has to run."""
        try:
            self._walk(None)
        except _KernelWanted:
            self._suppose()
            return False
        self._end(None)
        return True

    def run(self, get_kernel: GetKernel) -> None:
        """Run what has to run."""
        kernel = get_kernel()
        while True:
            self._begin(kernel)
            try:
                self._walk(kernel)
            except _Anew:
                # Whole, and then one by one: nothing is left that could raise it.
                self._singly |= self._whole
                self._whole = True
            else:
                break
        self._end(kernel)

    def _begin(self, kernel: Kernel | None) -> None:
        if kernel is not None:
            kernel.reset()
        self.results = self._no_results()
        self._variables = Variables()
        self._ran.clear()
        self._evaluated.clear()

    def _no_results(self) -> Results:
        """Return the results before anything ran: of cells that never do."""
        running = {unit.index for unit in self._units if unit.cell is not None}
        idle = [c.index for c in self.chapter.cells if c.language == "python"]
        cells = {i: CellResult(evaluated=False) for i in idle if i not in running}
        return Results(cells=cells)

    def _end(self, kernel: Kernel | None) -> None:
        """Gather what was printed, and remember the run."""
        if kernel is not None and self._ran:
            self.memory.hear(kernel.printed())
        records = self.results.records
        self.results.entries = self.memory.said_by(record for _, record in records)
        if self._ran and self.present.data != self.present.data_now():
            self.memory.doubt_data()
        complete = len(records) == len(self._units)
        self.memory.save([key for key, _ in records], complete=complete)
        self.results.seen.add(record for _, record in records)
        records.clear()
        self._variables = Variables()
        self.memory.close()

    # The walk ------------------------------------------------------------------------

    def _walk(self, kernel: Kernel | None) -> None:
        for unit in self._units:
            if not self._step(unit, kernel):
                return

    def _step(self, unit: Unit, kernel: Kernel | None) -> bool:
        """Go past one unit; say whether the chapter can go on."""
        code = self._code(unit)
        inputs = self._variables.inputs(code, _options(unit))
        found = None if self._whole else self._remembered(unit, inputs)
        if found is None:
            if kernel is None:
                raise _KernelWanted
            return self._run(unit, code, inputs, kernel)
        if kernel is not None and unit.number in self._wanted:
            self._repeat(unit, found, kernel)
        self._take(unit, code, inputs.key, found, ran=False, why=())
        return True

    def _code(self, unit: Unit) -> Code:
        code = self.memory.code(unit.text, is_cell=unit.cell is not None)
        if unit.may_fail:
            return replace(code, names=code.names.if_it_may_stop)
        return code

    def _remembered(self, unit: Unit, inputs: Inputs) -> Record | None:
        """Return a run whose results hold, with its files in their places."""
        for record in self.memory.records(inputs.key):
            if self._holds(unit, record) and self._restore(record.account):
                self.memory.use(inputs.key, record)
                return record
        return None

    def _holds(self, unit: Unit, record: Record) -> bool:
        if record.account.unrepeatable:
            return False
        if record.is_placed and record.line != unit.place.line:
            return False
        if record.failed and not unit.may_fail:
            return False
        return not self.present.changed(record)

    def _restore(self, account: Account) -> bool:
        """Write the files again that a unit left; say whether that is possible."""
        for path, digest in account.written.items():
            if self.present.file(path) == digest:
                continue
            data = self.memory.file(digest)
            if data is None:
                return False
            files.write(self.directory / path, data)
            self.present.forget(path)
        return True

    def _suppose(self) -> None:
        """Estimate what will have to run, and what that needs."""
        variables, doubtful = self._variables, set[int]()
        first = len(self.results.records)
        for unit in self._units[first:]:
            code = self._code(unit)
            makers = variables.makers(code)
            last = self.memory.last(unit.name, code.digest)
            known = last is not None and last.inputs.code == code.digest
            if not known or last is None or not self._holds(unit, last):
                doubtful.add(unit.number)
                self.cost_s += last.seconds if last is not None else _GUESS_S
            if not known or makers & doubtful:
                self._wanted |= variables.all_makers(makers)
            if unit.number in doubtful:
                self._wanted |= variables.all_makers(makers)
            if last is not None and known:
                is_cell = unit.cell is not None
                variables.apply(
                    unit.number, code, last.inputs.key, last.account, is_cell=is_cell
                )
            else:
                variables.suppose(unit.number, code)

    # Running --------------------------------------------------------------------------

    def _prepare(self, number: int, code: Code, kernel: Kernel) -> None:
        """Run what made the variables that a unit reads."""
        if self._whole:
            return
        makers = self._variables.all_makers(self._variables.makers(code))
        missing = sorted(makers - set(self._ran))
        latest = max(self._ran, default=-1)
        if latest > number or (missing and missing[0] < latest):
            raise _Anew
        for one in missing:
            _, record = self.results.records[one]
            self._repeat(self._units[one], record, kernel)

    def _repeat(self, unit: Unit, record: Record, kernel: Kernel) -> None:
        """Run a unit again for what it makes; that must be what it made before."""
        if unit.number in self._ran:
            return
        if max(self._ran, default=-1) > unit.number:
            raise _Anew
        account = self._again(unit, kernel)
        self._ran.append(unit.number)
        if account is None or account.writes != record.account.writes:
            raise _Anew

    def _again(self, unit: Unit, kernel: Kernel) -> Account | None:
        if unit.cell is not None:
            told = self._execute(unit, kernel).account
        else:
            result, _ = self._evaluate([unit], kernel)[0]
            told = read_account(result)
        return None if told is None else account_of(told)

    def _run(self, unit: Unit, code: Code, inputs: Inputs, kernel: Kernel) -> bool:
        before = self._why(unit, inputs)
        if unit.number not in self._evaluated:
            self._prepare(unit.number, code, kernel)
        if unit.cell is not None:
            return self._run_cell(unit, code, inputs, kernel, before)
        return self._run_inline(unit, code, inputs, kernel, before)

    def _why(self, unit: Unit, inputs: Inputs) -> tuple[str, ...]:
        last = self.memory.last(unit.name, inputs.code)
        return tuple(reason(unit, inputs, last, self.present))

    def _run_cell(
        self,
        unit: Unit,
        code: Code,
        inputs: Inputs,
        kernel: Kernel,
        why: tuple[str, ...],
    ) -> bool:
        ended = self._execute(unit, kernel)
        self._ran.append(unit.number)
        self.results.diagnostics += findings.refuted(ended, unit, self.chapter)
        allowed = ended.end == "done" or (ended.end == "failed" and unit.may_fail)
        if not allowed:
            self._tell(unit, ran=True, why=why, record=None)
            self.results.diagnostics.append(
                findings.ended(ended, unit, self.chapter, self.limits)
            )
            if not kernel.alive:
                kernel.restart()
            return False
        account = account_of(ended.account or _NOTHING)
        if not self.limits.bare_numbers:
            self.results.diagnostics += findings.bare_lettering(
                self.chapter, account.bare
            )
        record = Record(
            name=unit.name,
            inputs=inputs,
            account=self._checked(account, ended.outputs),
            line=unit.place.line,
            is_placed=_is_placed(ended.outputs, self.chapter.path),
            seconds=ended.seconds,
            data=self.present.data,
            outputs=ended.outputs,
            failed=ended.end == "failed",
        )
        if not ended.refuted and (self.limits.bare_numbers or not account.bare):
            self._remember(inputs.key, record)
        self._take(unit, code, inputs.key, record, ran=True, why=why)
        return True

    def _execute(self, unit: Unit, kernel: Kernel) -> Run:
        return kernel.execute(
            unit.text,
            place=unit.place,
            timeout_s=self.limits.timeout_s,
            output_limit=self.limits.output_limit,
            figure_size=unit.figure_size,
        )

    def _run_inline(
        self,
        unit: Unit,
        code: Code,
        inputs: Inputs,
        kernel: Kernel,
        why: tuple[str, ...],
    ) -> bool:
        if unit.number not in self._evaluated:
            group = [unit, *self._next_to_run(unit)]
            for one, ended in zip(group, self._evaluate(group, kernel), strict=True):
                self._evaluated[one.number] = ended
                self._ran.append(one.number)
        result, seconds = self._evaluated.pop(unit.number)
        if isinstance(result, Failure):
            self._tell(unit, ran=True, why=why, record=None)
            self.results.diagnostics.append(
                findings.failed_inline(result, unit, self.chapter, self.limits)
            )
            return self._alive(kernel)
        account = account_of(read_account(result) or _NOTHING)
        shown = {k: v for k, v in result.items() if "galleyproof.account" not in k}
        record = Record(
            name=unit.name,
            inputs=inputs,
            account=self._checked(account, ()),
            line=unit.place.line,
            is_placed=False,
            seconds=seconds,
            data=self.present.data,
            shown=shown,
        )
        if account.writes and self._evaluated:
            # Those behind it were evaluated as if it changed nothing.
            raise _Anew
        if unit.number not in self._refuted:
            self._remember(inputs.key, record)
        self._take(unit, code, inputs.key, record, ran=True, why=why)
        return True

    def _alive(self, kernel: Kernel) -> bool:
        if kernel.alive:
            return True
        kernel.restart()
        return False

    def _next_to_run(self, unit: Unit) -> list[Unit]:
        """Return the expressions up to the next cell that have to run as well."""
        found: list[Unit] = []
        for one in self._units[unit.number + 1 :]:
            if one.cell is not None or self._singly:
                break
            code = self._code(one)
            inputs = self._variables.inputs(code, _options(one))
            if not self._whole and self._remembered(one, inputs) is not None:
                continue
            makers = self._variables.all_makers(self._variables.makers(code))
            if not self._whole and makers - set(self._ran):
                break
            found.append(one)
        return found

    def _evaluate(
        self, group: Sequence[Unit], kernel: Kernel
    ) -> list[tuple[dict[str, str] | Failure, float]]:
        """Evaluate expressions in one round trip, one by one where that fails."""
        evaluation = kernel.evaluate(
            [unit.expression for unit in group],
            timeout_s=self.limits.timeout_s,
            output_limit=self.limits.output_limit,
        )
        run = evaluation.run
        if run.end != "done" and len(group) > 1:
            # One by one, to find out which of them it was.
            if not kernel.alive:
                kernel.restart()
            self._singly = True
            raise _Anew
        if run.end != "done":
            return [(findings.stopped(run), run.seconds)]
        if run.refuted:
            self._refuted |= {unit.number for unit in group}
        for refuted in run.refuted:
            self.results.diagnostics.append(
                findings.refuted_inline(refuted, group, self.chapter)
            )
        each = run.seconds / len(group)
        return [
            (r if isinstance(r, Failure) else dict(r), each) for r in evaluation.results
        ]

    # Results --------------------------------------------------------------------------

    def _checked(self, account: Account, outputs: Iterable[Output]) -> Account:
        """Add what the outputs themselves tell of chance."""
        shown = any(_ADDRESS.search(text) for o in outputs for text in _texts(o))
        large = [
            path
            for path in account.written
            if (self.directory / path).stat().st_size > _LARGEST_FILE
        ]
        said = ["it shows an address in memory"] * shown
        said += [f"it writes a large file (`{path}`)" for path in large]
        if not said:
            return account
        return replace(account, unrepeatable=(*account.unrepeatable, *said))

    def _remember(self, key: str, record: Record) -> None:
        for path, digest in record.account.written.items():
            self.present.forget(path)
            if not record.account.unrepeatable:
                data = (self.directory / path).read_bytes()
                self.memory.keep_file(digest, data)
        self.memory.add(key, record)

    def _take(
        self,
        unit: Unit,
        code: Code,
        key: str,
        record: Record,
        *,
        ran: bool,
        why: tuple[str, ...],
    ) -> None:
        """Make the results of a run those of the chapter."""
        is_cell = unit.cell is not None
        self._variables.apply(unit.number, code, key, record.account, is_cell=is_cell)
        self.results.records.append((key, record))
        if unit.settings is not None:
            self.results.cells[unit.index] = CellResult(
                outputs=_shown(record.outputs, unit.settings), seconds=record.seconds
            )
        else:
            self._take_inline(unit, record)
        if record.account.unrepeatable:
            self.results.notes.append(
                findings.unrepeatable(unit, record.account.unrepeatable)
            )
        self._tell(unit, ran=ran, why=why, record=record)

    def _tell(
        self, unit: Unit, *, ran: bool, why: tuple[str, ...], record: Record | None
    ) -> None:
        """Write down why a unit ran, or did not."""
        self.results.reasons.append(
            Reason(
                path=self.chapter.path,
                line=unit.place.line,
                name=unit.name,
                is_cell=unit.cell is not None,
                labels=() if record is None else labels(record),
                ran=ran,
                why=why,
                key="" if record is None else record.inputs.key,
                seconds=0.0 if record is None else record.seconds,
            )
        )

    def _take_inline(self, unit: Unit, record: Record) -> None:
        if BARE_TYPE in record.shown and not self.limits.bare_numbers:
            self.results.diagnostics.append(findings.untraced(unit, record.shown))
        self.results.inlines[unit.index] = InlineResult(
            markdown=inline_markdown(record.shown)
        )


_NOTHING: dict[str, object] = {
    "reads": None,
    "bound": [],
    "writes": {},
    "deleted": [],
    "files": {},
    "listed": {},
    "stated": {},
    "environment": {},
    "facts": [],
    "written": {},
    "ambient": {},
    "unrepeatable": ["nothing was observed of it"],
    "said": [],
}
"""Of a unit that tells nothing of itself."""


def _options(unit: Unit) -> str:
    return repr((unit.figure_size, unit.cell is not None))


def _texts(output: Output) -> Iterable[str]:
    yield output.text
    yield from (each for each in output.data.values() if isinstance(each, str))


def _is_placed(outputs: Iterable[Output], path: str) -> bool:
    """Say whether a cell shows where it stands, as warnings and errors do."""
    return any(path in text for output in outputs for text in _texts(output))


def _shown(outputs: Sequence[Output], settings: CellSettings) -> tuple[Output, ...]:
    """Leave out what the cell printed to stderr where it wants no warnings."""
    if settings.warning:
        return tuple(outputs)
    return tuple(o for o in outputs if not (o.kind == "stream" and o.name == "stderr"))
