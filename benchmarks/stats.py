"""Time `galleyproof.stats` beside metafor, PyMARE and statsmodels.

Run with `python benchmarks/stats.py`; prints a table and writes `stats.json` beside it.
The others are no dependencies: what is not installed is said to be so. All get the same
data and are warm. Batches of galleyproof and of the other Python packages alternate in
this process, so that a busy machine slows all of them; metafor follows at once in a
process of its own, timed within R, so that neither starting R nor reading the data
counts. A time is the median over batches of the mean over the calls of a batch.

What is timed is the whole call, from effects and variances (or counts, where the task
says so) to estimate, interval, test and heterogeneity, with two exceptions, both to the
others' advantage: metafor's GLMM is run without its heterogeneity tests (`skiphet`),
which galleyproof's includes; PyMARE and statsmodels do not give all that `pool` does.
The `value` of the JSON is the estimate, to see that the same was computed.
"""

from __future__ import annotations

import gc
import json
import math
import os
import platform
import shutil
import statistics
import subprocess  # noqa: TID251 - R is another program
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from galleyproof import stats

RESULT = Path(__file__).with_name("stats.json")
BATCHES = 15
BATCH_S = 0.04
OTHERS = ("metafor", "PyMARE", "statsmodels")
Work = Callable[[], float]

R = """\
suppressMessages(library(metafor))
given <- commandArgs(TRUE)
d <- read.csv(given[1])
work <- function() {EXPRESSION}
value <- work()
once <- system.time(work())[["elapsed"]]
few <- once > 1
if (!few) for (i in 1:3) work()  # R compiles a function when it is called again
number <- max(1, ceiling(0.2 / max(once, 1e-3)))
for (batch in seq_len(if (few) 3 else 7)) {
  began <- proc.time()[["elapsed"]]
  for (i in seq_len(number)) work()
  cat((proc.time()[["elapsed"]] - began) / number, "\\n")
}
cat(format(value, digits = 15), "\\n")
"""
R_VERSIONS = """\
cat(as.character(getRversion()), as.character(packageVersion("metafor")),
    basename(extSoftVersion()["BLAS"]))
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One analysis of one data set, by each package that can do it."""

    name: str
    studies: int
    ours: Work
    target_s: float | None = None
    others: dict[str, Work] = field(default_factory=dict)
    """Of this process."""
    columns: dict[str, np.ndarray] = field(default_factory=dict)
    """The data for R."""
    r: str | None = None
    """Expression over `d`, the data frame; None where R would take minutes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """Seconds a call."""

    median: float
    least: float
    most: float
    batches: int
    value: float


# The data -------------------------------------------------------------------------


def effects_of(k: int) -> stats.Effects:
    """Draw effects with variances over two orders of magnitude and tau2 = 0.3.

    None of the sets drawn ends at a tau2 of 0, where there is less to do.
    """
    chance = np.random.default_rng(k)
    variance = np.exp(chance.normal(-2.5, 0.8, k))
    effect = 0.3 + chance.normal(size=k) * np.sqrt(variance + 0.3)
    return stats.Effects(estimate=effect, variance=variance, measure="GEN")


def counts_of(k: int) -> tuple[np.ndarray, np.ndarray]:
    """Draw events of 10 to 200 persons, log odds -1.5 with standard deviation 0.7."""
    chance = np.random.default_rng(k)
    total = chance.integers(10, 200, k)
    odds = np.exp(-1.5 + 0.7 * chance.normal(size=k))
    return chance.binomial(total, odds / (1 + odds)), total


def tables_of(k: int) -> dict[str, np.ndarray]:
    """Draw 2 x 2 tables of 20 to 300 persons a group."""
    chance = np.random.default_rng(k)
    size = chance.integers(20, 300, k)
    return {
        "a_events": chance.binomial(size, 0.2),
        "a_total": size,
        "b_events": chance.binomial(size, 0.3),
        "b_total": size,
    }


# The tasks ------------------------------------------------------------------------


def tasks() -> Iterator[Task]:
    """List what is timed."""
    for k, target in ((10, 150e-6), (100, None), (1000, None), (10_000, 2e-3)):
        yield pooling("REML", k, target)
    for k in (10, 10_000):
        yield pooling("PM", k, None)
    yield from_tables(10)
    for k, target in ((10, None), (100, 10e-3), (1000, 40e-3)):
        yield proportions(k, target)
    for k in (100, 1000, 10_000):
        yield series("leave one out", k, stats.leave_one_out, "leave1out")
    for k in (100, 1000, 10_000):
        yield series("cumulative", k, stats.cumulative, "cumul")
    for k in (100, 1000):
        yield influences(k)


def pooling(method: str, k: int, target: float | None) -> Task:
    """Pool effects by random effects."""
    effects = effects_of(k)
    y, v = effects.estimate, effects.variance
    return Task(
        name=f"pool, {method}",
        studies=k,
        ours=lambda: stats.pool(effects, method=method).estimate,
        target_s=target,
        others=pymare_reml(y, v) if method == "REML" else statsmodels_pm(y, v),
        columns={"yi": y, "vi": v},
        r=f'c(coef(rma(yi, vi, data = d, method = "{method}")))' if k <= 1000 else None,
    )


def pymare_reml(y: np.ndarray, v: np.ndarray) -> dict[str, Work]:
    """Fit by PyMARE, with the coefficient's interval and test."""
    estimators = module("pymare.estimators")
    if estimators is None:
        return {}
    y, v, x = y[:, None], v[:, None], np.ones((y.size, 1))

    def work() -> float:
        fitted = estimators.VarianceBasedLikelihoodEstimator("reml").fit(y, v, x)
        return float(fitted.summary().get_fe_stats()["est"].item())

    return {"PyMARE": work}


def statsmodels_pm(y: np.ndarray, v: np.ndarray) -> dict[str, Work]:
    """Pool by statsmodels, which has Paule and Mandel's estimator, no likelihood."""
    analysis = module("statsmodels.stats.meta_analysis")
    if analysis is None:
        return {}

    def work() -> float:
        pooled = analysis.combine_effects(y, v, method_re="iterated")
        return float(pooled.mean_effect_re)

    return {"statsmodels": work}


def from_tables(k: int) -> Task:
    """Pool from counts, effect sizes included."""
    tables = tables_of(k)
    return Task(
        name="escalc OR, then pool, REML",
        studies=k,
        ours=lambda: stats.pool(stats.escalc("OR", **tables)).estimate,
        columns=tables,
        r="c(coef(rma(measure = 'OR', ai = a_events, n1i = a_total, "
        "ci = b_events, n2i = b_total, data = d)))",
    )


def proportions(k: int, target: float | None) -> Task:
    """Pool proportions by a one-stage model."""
    events, total = counts_of(k)
    return Task(
        name="GLMM of proportions",
        studies=k,
        ours=lambda: stats.pool_proportions(events=events, total=total).estimate,
        target_s=target,
        columns={"xi": events, "ni": total},
        r="c(coef(rma.glmm(measure = 'PLO', xi = xi, ni = ni, data = d, "
        "skiphet = TRUE)))",
    )


def series(
    name: str, k: int, ours: Callable[[stats.Effects], Any], theirs: str
) -> Task:
    """Pool subsets; metafor refits each, so only for few studies."""
    effects = effects_of(k)
    return Task(
        name=f"{name}, REML",
        studies=k,
        ours=lambda: float(ours(effects).estimate[-1]),
        columns={"yi": effects.estimate, "vi": effects.variance},
        r=f"tail({theirs}(rma(yi, vi, data = d))$estimate, 1)" if k <= 100 else None,
    )


def influences(k: int) -> Task:
    """Diagnose a meta-regression with two moderators."""
    effects = effects_of(k)
    x = np.random.default_rng(k + 1).normal(size=(k, 2))
    return Task(
        name="influence, two moderators",
        studies=k,
        ours=lambda: float(stats.influence(effects, moderators=x).cook[-1]),
        columns={
            "yi": effects.estimate,
            "vi": effects.variance,
            "a": x[:, 0],
            "b": x[:, 1],
        },
        r="tail(influence(rma(yi, vi, mods = ~ a + b, data = d))$inf$cook.d, 1)"
        if k <= 100
        else None,
    )


def module(name: str) -> ModuleType | None:
    """Import what may not be there."""
    try:
        return import_module(name)
    except ImportError:
        return None


# Timing ---------------------------------------------------------------------------


def measure(task: Task) -> dict[str, Timing]:
    """Time ours and the others in turn, then R."""
    works = {"galleyproof": task.ours, **task.others}
    values = {name: work() for name, work in works.items()}
    numbers = {name: calls(work) for name, work in works.items()}
    seconds: dict[str, list[float]] = {name: [] for name in works}
    gc.disable()
    for _ in range(BATCHES):
        for name, work in works.items():
            seconds[name].append(batch(work, numbers[name]))
    gc.enable()
    result = {name: timing(seconds[name], values[name]) for name in works}
    if task.r is not None and rscript() is not None:
        result["metafor"] = in_r(task)
    return result


def calls(work: Work) -> int:
    """Find how many calls make a batch long enough for the clock."""
    once = min(batch(work, 1) for _ in range(3))
    return max(1, math.ceil(BATCH_S / once))


def batch(work: Work, number: int) -> float:
    """Return the mean seconds of some calls."""
    began = time.perf_counter()
    for _ in range(number):
        work()
    return (time.perf_counter() - began) / number


def timing(seconds: list[float], value: float) -> Timing:
    """Sum up batches."""
    return Timing(
        median=statistics.median(seconds),
        least=min(seconds),
        most=max(seconds),
        batches=len(seconds),
        value=value,
    )


def in_r(task: Task) -> Timing:
    """Time metafor within R, many calls each batch."""
    with tempfile.TemporaryDirectory() as directory:
        data, program = Path(directory, "data.csv"), Path(directory, "time.R")
        table = np.column_stack(list(task.columns.values()))
        np.savetxt(
            data,
            table,
            fmt="%.17g",
            delimiter=",",
            header=",".join(task.columns),
            comments="",
        )
        program.write_text(R.replace("EXPRESSION", str(task.r)), encoding="utf-8")
        said = run_r(str(program), str(data)).split()
    *seconds, value = map(float, said)
    return timing(seconds, value)


def run_r(*arguments: str) -> str:
    """Run Rscript; its errors are ours to see."""
    ended = subprocess.run(
        [str(rscript()), "--vanilla", *arguments], stdout=subprocess.PIPE, check=True
    )
    return ended.stdout.decode()


def rscript() -> str | None:
    """Find Rscript with metafor in it; None without."""
    return _FOUND[0]


def _find_r() -> tuple[str | None, list[str]]:
    program = shutil.which("Rscript")
    if program is None:
        return None, []
    ended = subprocess.run(
        [program, "--vanilla", "-e", R_VERSIONS], capture_output=True, check=False
    )
    if ended.returncode:
        return None, []
    return program, ended.stdout.decode().split()


_FOUND = _find_r()


# What comes of it -----------------------------------------------------------------


def installed() -> dict[str, str]:
    """List versions, or say what is not there."""
    found = {
        name: _version(name) for name in ("numpy", "scipy", "PyMARE", "statsmodels")
    }
    labels = ("R", "metafor", "BLAS of R")
    versions = _FOUND[1] or ["not installed"] * len(labels)
    return found | dict(zip(labels, versions, strict=True))


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "not installed"


def show(task: Task, times: dict[str, Timing]) -> None:
    """Print one line: ours with its spread, the target, the others as multiples."""
    ours = times["galleyproof"]
    spread = f"{span(ours.least)} to {span(ours.most)}"
    verdict = ""
    if task.target_s is not None:
        verdict = f"{span(task.target_s)} {'met' if meets(task, ours) else 'MISSED'}"
    others = [other(name, times, ours) for name in OTHERS]
    columns = [
        f"{task.name:<28}{task.studies:>7,}",
        f"{span(ours.median):>8}  {spread:<18}",
        f"{span(ours.median / task.studies):>8}",
        f"{verdict:<14}",
        *(f"{each:>18}" for each in others),
    ]
    sys.stdout.write("  ".join(columns).rstrip() + "\n")


def meets(task: Task, ours: Timing) -> bool:
    """Whether the median is within the target."""
    return task.target_s is not None and ours.median < task.target_s


def other(name: str, times: dict[str, Timing], ours: Timing) -> str:
    """Say how long another package took, and how many times ours that is."""
    if name not in times:
        return "-"
    theirs = times[name].median
    return f"{span(theirs)} ({theirs / ours.median:.3g}x)"


def span(seconds: float) -> str:
    """Write a duration to three digits."""
    if seconds < 1e-3:
        return f"{seconds * 1e6:.3g} us"
    if seconds < 1:
        return f"{seconds * 1e3:.3g} ms"
    return f"{seconds:.3g} s"


def record(task: Task, times: dict[str, Timing]) -> dict[str, Any]:
    """Lay out one task for the JSON."""
    ours = times["galleyproof"].median
    return {
        "task": task.name,
        "studies": task.studies,
        "target_s": task.target_s,
        "seconds_a_study": ours / task.studies,
        "times": {
            name: {
                "median_s": one.median,
                "least_s": one.least,
                "most_s": one.most,
                "batches": one.batches,
                "value": one.value,
                "ratio": one.median / ours,
            }
            for name, one in times.items()
        },
    }


def machine() -> dict[str, Any]:
    """Say on what it was measured."""
    return {
        "system": f"{platform.system()} {platform.machine()}",
        "processors": len(os.sched_getaffinity(0)),
        "waiting for them": round(os.getloadavg()[0], 1),
        "python": platform.python_version(),
        **installed(),
    }


def main() -> None:
    """Measure, print and write."""
    about = machine()
    sys.stdout.write("Statistics: median of batches (least to most)\n")
    for name, what in about.items():
        sys.stdout.write(f"  {name}: {what}\n")
    heads = [f"{'task':<28}{'studies':>7}", f"{'time':>8}  {'spread':<18}"]
    heads += [f"{'a study':>8}"]
    heads += [f"{'target':<14}", *(f"{name:>18}" for name in OTHERS)]
    sys.stdout.write("\n" + "  ".join(heads) + "\n")
    rows = []
    for task in tasks():
        times = measure(task)
        show(task, times)
        rows.append(record(task, times))
    result = {"machine": about, "tasks": rows}
    RESULT.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")
    sys.stdout.write(f"\nWritten to {RESULT.parent.name}/{RESULT.name}\n")


if __name__ == "__main__":
    main()
