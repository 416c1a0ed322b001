"""The measurement of the statistics: what it says of what is not there."""

import importlib.util
import json
import sys
from pathlib import Path

import pytest

FILE = Path(__file__).parents[2] / "benchmarks" / "stats.py"


@pytest.fixture
def bench(monkeypatch):
    spec = importlib.util.spec_from_file_location("benchmark_of_stats", FILE)
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, spec.name, module)  # dataclasses look there
    spec.loader.exec_module(module)
    monkeypatch.setattr(module, "BATCHES", 2)
    monkeypatch.setattr(module, "BATCH_S", 1e-4)
    monkeypatch.setattr(module, "_FOUND", (None, []))
    return module


def test_what_is_not_installed_is_said_to_be_so(bench, monkeypatch):
    def missing(name):
        raise bench.PackageNotFoundError(name)

    monkeypatch.setattr(bench, "version", missing)
    found = bench.installed()
    assert set(found) > {"PyMARE", "statsmodels", "metafor", "R"}
    assert set(found.values()) == {"not installed"}


def test_one_task_is_measured_shown_and_recorded(bench, monkeypatch, capsys):
    monkeypatch.setattr(bench, "module", lambda name: None)
    task = bench.pooling("REML", 10, 3600.0)
    times = bench.measure(task)
    assert set(times) == {"galleyproof"}
    ours = times["galleyproof"]
    assert 0 < ours.least <= ours.median <= ours.most
    bench.show(task, times)
    line = capsys.readouterr().out
    assert line.startswith("pool, REML")
    assert "3.6e+03 s met" in line
    row = bench.record(task, times)
    assert json.loads(json.dumps(row))["seconds_a_study"] == ours.median / 10


def test_others_are_beside_ours_as_multiples(bench):
    one = bench.Timing(median=2e-3, least=1e-3, most=3e-3, batches=3, value=0.0)
    two = bench.Timing(median=9e-3, least=1e-3, most=3e-3, batches=3, value=0.0)
    assert bench.other("metafor", {"metafor": two}, one) == "9 ms (4.5x)"
    assert bench.other("PyMARE", {"metafor": two}, one) == "-"


@pytest.mark.parametrize(
    ("seconds", "text"), [(2e-6, "2 us"), (0.0123, "12.3 ms"), (2.0, "2 s")]
)
def test_durations_have_three_digits(bench, seconds, text):
    assert bench.span(seconds) == text


def test_every_task_can_be_done(bench, monkeypatch):
    monkeypatch.setattr(bench, "module", lambda name: None)
    for task in bench.tasks():
        if task.studies <= 100:
            assert task.ours() == pytest.approx(task.ours(), rel=1e-15)
            assert task.r is None or "EXPRESSION" in bench.R
            assert len({column.size for column in task.columns.values()}) == 1
