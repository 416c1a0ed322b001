"""R's values, by section, and the comparison with them.

`metafor/*.json` is what `metafor.R` wrote. A test says which section of it it reads,
`@pytest.mark.section("effects.pools")`, and gets one `case` for each that there is;
`test_sections.py` fails if a section has no test.
"""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from galleyproof import stats

HERE = Path(__file__).parent
GROUPS = ("effects", "moderators", "subgroups")
"""Keys of a file whose elements are sets of effects with sections of their own."""
CLOSED = ("CE", "DL", "DL2", "HE", "HS", "HSk", "SJ")
WORST: dict[str, tuple[float, str]] = defaultdict(lambda: (0.0, ""))
"""By kind, the largest relative error so far and where it was; shown under `-v`."""


@cache
def files() -> dict[str, dict]:
    """Return the parsed files by their names."""
    paths = sorted((HERE / "metafor").glob("*.json"))
    return {path.stem: json.loads(path.read_text()) for path in paths}


@dataclass(frozen=True, slots=True)
class Case:
    """One section of one file."""

    place: str
    file: dict
    group: dict
    """The element of `effects`, `moderators` or `subgroups`; the file otherwise."""
    section: object

    def effects(self) -> stats.Effects:
        """Return the effects exactly as R had them."""
        return stats.Effects(
            estimate=np.array(self.group["yi"]),
            variance=np.array(self.group["vi"]),
            measure=self.group["measure"],
            totals=np.array(self.group["ni"]) if "ni" in self.group else None,
        )


def cases(section: str) -> list[Case]:
    """List a section's cases in all files."""
    group, _, name = section.partition(".")
    if not name:
        return [
            Case(stem, file, file, file[group])
            for stem, file in files().items()
            if group in file
        ]
    return [
        Case(f"{stem}-{each['measure']}-{i}", file, each, each[name])
        for stem, file in files().items()
        for i, each in enumerate(file.get(group, []))
        if name in each
    ]


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "section(name): of R's values; gives a `case`")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    marker = metafunc.definition.get_closest_marker("section")
    if marker is not None:
        found = cases(marker.args[0])
        metafunc.parametrize("case", found, ids=[case.place for case in found])


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if terminalreporter.verbosity > 0:
        for family, (error, where) in sorted(WORST.items()):
            terminalreporter.write_line(f"{family:16} {error:8.1e}  {where}")


class Agreement:
    """Compares numbers and remembers the worst."""

    def __init__(self, place: str) -> None:
        self.place = place

    def __call__(
        self,
        family: str,
        ours: object,
        theirs: object,
        bound: float,
        *,
        rounding: float = 0.0,
    ) -> None:
        """Assert a relative error.

        `rounding` is the size of what is 0 but for rounding: an absolute allowance,
        to be given with its reason.
        """
        found = np.array(ours, dtype=float, ndmin=1)
        expected = np.array(theirs, dtype=float, ndmin=1)
        assert found.shape == expected.shape, (self.place, family)
        assert not np.isnan(found).any(), (self.place, family)
        with np.errstate(divide="ignore", invalid="ignore"):
            off = np.maximum(np.abs(found - expected) - rounding, 0.0)
            relative = off / np.abs(expected)
        relative[(found == expected) | (off == 0)] = 0.0
        error = float(relative.max(initial=0.0))
        kind = family.split(maxsplit=1)[0]
        if error > WORST[kind][0]:
            WORST[kind] = (error, f"{family}, {self.place}")
        assert error <= bound, (
            f"{self.place}: {family} off by {error:.1e}: {found} for {expected}"
        )


@pytest.fixture(scope="session")
def oracle_files() -> dict[str, dict]:
    return files()


@pytest.fixture
def agree(request: pytest.FixtureRequest) -> Agreement:
    return Agreement(request.node.name)


@pytest.fixture
def compare(agree: Agreement):
    """Compare the attributes of a result with the entry of a JSON, none left out."""

    def check(
        family: str,
        result: object,
        expected: dict,
        names: dict[str, str],
        *,
        given: tuple[str, ...],
        bound: float,
        **rounding: float,
    ) -> None:
        for name, value in expected.items():
            if name in given or name == "metafor_gap":
                continue
            found = getattr(result, names.get(name, name))
            if value is None:
                assert name == "tau2_se", name  # R's NA: there is no tau2
                assert found == 0
                continue
            # R calls a probability of less than some 1e-300 zero.
            least = 1e-300 if name in ("p", "q_p", "qm_p") else 0.0
            allowed = rounding.get(name, least)
            agree(f"{family} {name}", found, value, bound, rounding=allowed)

    return check


@pytest.fixture
def bound():
    """Return the bound for a method: closed form, or iterated."""

    def of(method: str) -> float:
        return 1e-10 if method in CLOSED else 1e-9

    return of
