"""Transcripts: `tests/cases/*.md` are commands with their files and all they print.

A case is a Markdown file with blocks fenced by `~~~`:

    ~~~ file PATH [ENCODING]     a file of the project
    ~~~ command                  one line, beginning with `galley`
    ~~~ stdout / ~~~ stderr      what it prints; durations are written as `*`
    ~~~ exit N                   its exit code

`pytest tests/test_cases.py --accept` rewrites the last three; read the diff. Whatever a
case is about, when it fails nothing in the project may have changed: each begins with
the output of an earlier build.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from galleyproof.diagnostics import Code

CASES = sorted((Path(__file__).parent / "cases").glob("*.md"))
BLOCK = re.compile(r"^~~~ (?P<head>[^\n]+)\n(?P<body>.*?)^~~~$", re.M | re.S)
EARLIER = {"_output/index.html": b"an earlier build\n", "_output/index.pdf": b"%PDF\n"}


@dataclass(frozen=True)
class Case:
    """One transcript."""

    path: Path
    files: dict[str, bytes]
    command: list[str]
    expected: dict[str, str]


def read_case(path: Path) -> Case:
    files, expected, command = {}, {}, list[str]()
    for block in BLOCK.finditer(path.read_text(encoding="utf-8")):
        kind, *rest = block["head"].split()
        if kind == "file":
            encoding = rest[1] if len(rest) > 1 else "utf-8"
            files[rest[0]] = block["body"].encode(encoding)
        elif kind == "command":
            command = block["body"].split()
        elif kind == "exit":
            expected["exit"] = rest[0]
        else:
            expected[kind] = block["body"]
    return Case(path=path, files=files, command=command, expected=expected)


CACHES = {"__pycache__", ".galley"}
"""Where a command may leave something though it fails."""


def content(directory: Path) -> dict[str, bytes]:
    return {
        path.relative_to(directory).as_posix(): path.read_bytes()
        for path in sorted(directory.rglob("*"))
        if path.is_file() and CACHES.isdisjoint(path.relative_to(directory).parts)
    }


def run(case: Case, directory: Path) -> dict[str, str]:
    environment = {k: v for k, v in os.environ.items() if k != "NO_COLOR"}
    ended = subprocess.run(
        [sys.executable, "-m", "galleyproof", *case.command[1:]],
        cwd=directory,
        env={**environment, "SOURCE_DATE_EPOCH": "1700000000"},
        capture_output=True,
        timeout=60,
        check=False,
    )
    return {
        "stdout": settled(ended.stdout.decode(), directory),
        "stderr": settled(ended.stderr.decode(), directory),
        "exit": str(ended.returncode),
    }


def settled(text: str, directory: Path) -> str:
    """Leave out what differs from run to run."""
    text = text.replace(str(directory), "DIRECTORY")
    text = re.sub(r" +\d+\.\d\d s", " * s", text)
    text = re.sub(r"[\d.]+ (k|M)?B\b", "* B", text)
    return "\n".join(line.rstrip() for line in text.split("\n"))


def accept(case: Case, seen: dict[str, str]) -> None:
    def rewrite(block: re.Match[str]) -> str:
        kind = block["head"].split()[0]
        if kind == "exit":
            return f"~~~ exit {seen['exit']}\n~~~"
        body = seen.get(kind, block["body"])
        return f"~~~ {block['head']}\n{body}~~~"

    text = case.path.read_text(encoding="utf-8")
    case.path.write_text(BLOCK.sub(rewrite, text), encoding="utf-8")


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_case(path: Path, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    case = read_case(path)
    directory = tmp_path / "project"
    for name, data in {**EARLIER, **case.files}.items():
        (directory / name).parent.mkdir(parents=True, exist_ok=True)
        (directory / name).write_bytes(data)
    before = content(directory)
    seen = run(case, directory)
    if request.config.getoption("--accept"):
        accept(case, seen)
        return
    assert seen == case.expected
    assert "galleyproof/" not in seen["stderr"], "our own frames are shown"
    if seen["exit"] != "0":
        assert content(directory) == before, "a failed build changed something"
        left = {path.name for path in (directory / ".galley").glob("*")}
        assert left <= {"cache"}, "a failed build left what it was making"


def test_each_diagnostic_code_has_a_case() -> None:
    told = "\n".join(path.read_text(encoding="utf-8") for path in CASES)
    missing = [c.code for c in Code if f"[{c.code}]" not in told]
    assert not missing
