"""The layers of docs/architecture.md, read from the imports."""

import ast
import sys
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

import galleyproof

ROOT = Path(galleyproof.__file__).parent

# A module may import from the lines above its own, and leftwards in the same line.
LAYERS = (
    (
        "spans",
        "nearest",
        "memory",
        "refutation",
        "consulted",
        "diagnostics",
        "fingerprint",
        "errors",
    ),
    ("names", "numerals", "qmd", "stats", "lineage", "config"),
    (
        "interruption",
        "files",
        "store",
        "release",
        "tools",
        "history",
        "identity",
        "outputs",
        "observing",
        "guest",
        "kernel",
        "bibliography",
        "shelf",
        "datapackage",
        "rendered",
    ),
    (
        "authoring",
        "workers",
        "execute",
        "render",
        "checks",
        "project",
        "tracing",
        "quarto",
    ),
    (
        "manifest",
        "receipts",
        "record",
        "verdicts",
        "inspection",
        "baseline",
        "sieve",
        "mending",
        "build",
    ),
    (
        "doctor",
        "codes",
        "report",
        "preview",
        "proofs",
        "pytest_plugin",
        "cli",
        "__main__",
    ),
)
ORDER = {name: i for i, name in enumerate(n for layer in LAYERS for n in layer)}


def modules() -> list[Path]:
    return sorted(ROOT.rglob("*.py"))


def top(path: Path) -> str:
    return path.relative_to(ROOT).with_suffix("").parts[0]


def imported(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = "." * node.level + (node.module or "")
            yield from (f"{base}.{alias.name}" for alias in node.names)


def upward(path: Path, text: str) -> list[str]:
    """Return the imports of a module that break the order."""
    wrong = []
    for name in imported(ast.parse(text)):
        parts = name.split(".")
        if parts[0] != "galleyproof" or len(parts) < 2:
            continue
        if parts[1] not in ORDER:  # `__version__` and other names of the package
            continue
        if parts[1] != top(path) and ORDER[parts[1]] > ORDER[top(path)]:
            wrong.append(f"{top(path)} -> {name}")
    return wrong


def test_every_module_has_a_layer():
    tops = {top(path) for path in modules()} - {"__init__"}
    assert tops == set(ORDER)


@pytest.mark.parametrize("path", modules(), ids=lambda p: str(p.relative_to(ROOT)))
def test_no_module_imports_upwards(path):
    text = path.read_text(encoding="utf-8")
    if path == ROOT / "__init__.py":  # the public API, looked up lazily
        return
    assert upward(path, text) == []


@pytest.mark.parametrize("path", modules(), ids=lambda p: str(p.relative_to(ROOT)))
def test_imports_are_absolute(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    assert [name for name in imported(tree) if name.startswith(".")] == []


def test_an_upward_import_is_noticed():
    text = "def late():\n    from galleyproof import build\n"
    assert upward(ROOT / "qmd" / "x.py", text) == ["qmd -> galleyproof.build"]


def test_an_import_to_the_right_is_noticed():
    text = "import galleyproof.config\n"
    assert upward(ROOT / "qmd" / "x.py", text) == ["qmd -> galleyproof.config"]
    assert upward(ROOT / "config" / "x.py", "import galleyproof.qmd\n") == []


def test_statistics_stand_alone():
    allowed = {"numpy", "scipy", *sys.stdlib_module_names}
    for path in sorted((ROOT / "stats").rglob("*.py")):
        for name in imported(ast.parse(path.read_text(encoding="utf-8"))):
            own = name.startswith("galleyproof.stats")
            assert own or name.split(".")[0] in allowed, f"{path}: {name}"


def test_the_document_draws_the_same_layers():
    text = (ROOT.parents[1] / "docs" / "architecture.md").read_text(encoding="utf-8")
    places = [text.find(f"| {number} |") for number in range(len(LAYERS))]
    assert all(a < b for a, b in pairwise(places))
    for number, place in enumerate(places):
        row = text[place : text.index("\n", place)]
        for name in LAYERS[number]:
            if not name.startswith("__"):
                assert f"`{name}" in row, f"{name} is missing in row {number}"
