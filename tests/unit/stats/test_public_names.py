"""The lazy package: its names, their types, and what importing it costs."""

import ast
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

import galleyproof
from galleyproof import stats

PACKAGE = Path(stats.__file__).parent
ROOT = Path(__file__).parents[3]
STUB = ast.parse((PACKAGE / "__init__.pyi").read_text(encoding="utf-8"))

USER = """\
from typing import assert_type

from galleyproof import stats
from galleyproof.stats import Effects, Interval, Pooled, escalc, pool, wilson_interval

effects = escalc("PLO", events=[1, 2], total=[10, 20])
assert_type(effects, Effects)
assert_type(pool(effects), Pooled)
assert_type(stats.pool(effects, method="DL").tau2, float)
assert_type(wilson_interval(events=1, total=2), Interval)
assert_type(stats.pool_proportions(events=[1], total=[3]).proportion, float)
stats.poool(effects)
stats.pool(effects, test="nonsense")
"""

COMMON = """\
import sys
import galleyproof.stats as stats
assert not {"numpy", "scipy"} & set(sys.modules), "import alone"
n = [20, 30, 25, 60, 40, 31]
effects = stats.escalc("OR", a_events=[1, 3, 0, 9, 5, 2], a_total=n,
                       b_events=[2, 5, 3, 8, 9, 7], b_total=n)
stats.pool(effects, test="knha")
stats.heterogeneity_interval(effects)
stats.regress(effects, n)
stats.subgroups(effects, list("aabbbb"))
stats.leave_one_out(effects)
stats.cumulative(effects)
stats.influence(effects, moderators=n)
stats.egger_test(effects)
stats.begg_test(effects)
stats.trim_and_fill(effects)
stats.funnel(effects)
stats.pool_proportions(events=[1, 3, 0, 9, 5, 2], total=n)
stats.mid_p_interval(events=3, total=20)
table = {"a_events": 3, "a_total": 20, "b_events": 9, "b_total": 21}
stats.fisher_exact(**table)
stats.odds_ratio(**table, method="conditional")
stats.risk_difference(**table, method="miettinen-nurminen")
stats.recheck_p("0.04", **table)
stats.reconstruct(stats.Percentage(name="a", printed="18.0"), at_most=300)
heavy = {"scipy.stats", "scipy.optimize", "scipy.linalg", "scipy.integrate"}
sys.exit(", ".join(sorted(heavy & set(sys.modules))) or 0)
"""


def imports_of_the_stub():
    return {
        alias.asname or alias.name: node.module
        for node in STUB.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }


def test_stub_names_what_is_public_and_where_it_lives():
    homes = {
        name: f"galleyproof.stats.{module}" for name, module in stats._MODULE_OF.items()
    }
    assert imports_of_the_stub() == homes


def test_stub_lists_what_is_public():
    (listed,) = (node.value for node in STUB.body if isinstance(node, ast.Assign))
    assert sorted(ast.literal_eval(listed)) == stats.__all__


def test_no_name_has_two_homes():
    every = [name for names in stats._HOME.values() for name in names]
    assert len(every) == len(set(every)) == len(stats.__all__)


@pytest.mark.parametrize("name", stats.__all__)
def test_each_name_is_where_the_table_says(name):
    home = import_module(f"galleyproof.stats.{stats._MODULE_OF[name]}")
    assert getattr(stats, name) is getattr(home, name)


def test_unknown_names_are_attribute_errors():
    with pytest.raises(AttributeError, match="poool"):
        stats.poool  # noqa: B018


def test_dir_lists_the_public_names():
    assert dir(stats) == stats.__all__


def test_package_says_it_is_typed():
    assert (Path(galleyproof.__file__).parent / "py.typed").is_file()


def test_types_reach_a_user(tmp_path):
    pytest.importorskip("mypy")
    program = tmp_path / "user.py"
    program.write_text(USER, encoding="utf-8")
    # With the project's settings, so that what `make lint` has cached serves here.
    mypy = subprocess.run(
        [sys.executable, "-m", "mypy", str(program)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    found = [line for line in mypy.stdout.splitlines() if "error:" in line]
    wrong = {number for number, _ in enumerate(USER.splitlines(), 1) if number > 11}
    assert {int(line.split(".py:")[1].split(":")[0]) for line in found} == wrong, found
    assert '"poool"; maybe "pool"?' in mypy.stdout
    assert "Literal['nonsense']" in mypy.stdout


def test_common_paths_leave_the_heavy_parts_of_scipy_alone():
    run = subprocess.run(
        [sys.executable, "-c", COMMON], capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stderr
