"""Small data packages, written inline: a table is its CSV text."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from galleyproof import datapackage
from galleyproof.checks import data

_INTEGERS = ("events", "total", "count", "decimals")
_TERMS = ("outcome", "stratum", "arm", "group", "unit")
Findings = Callable[..., list[str]]


def descriptor(tables: dict[str, str]) -> dict[str, object]:
    resources = []
    for name, text in tables.items():
        header = next(csv.reader(io.StringIO(text)))
        fields = [
            {
                "name": c,
                "type": "integer" if c in _INTEGERS else "string",
                "galley:kinds": [c] if c in _TERMS else [],
            }
            for c in header
        ]
        keys = [
            {"fields": c, "reference": {"resource": "terms", "fields": "id"}}
            for c in ("outcome", "whole")
            if c in header and "terms" in tables
        ]
        schema = {"fields": fields, "primaryKey": "id", "foreignKeys": keys}
        resources.append({"name": name, "path": f"{name}.csv", "schema": schema})
    return {"name": "small", "resources": resources}


@pytest.fixture
def findings(tmp_path: Path) -> Findings:
    """Check a package of tables; findings as `line:column severity code: message`."""

    def check(**tables: str) -> list[str]:
        directory = tmp_path / "data"
        directory.mkdir(exist_ok=True)
        written = descriptor(tables)
        (directory / "datapackage.json").write_text(json.dumps(written))
        for name, text in tables.items():
            (directory / f"{name}.csv").write_text(text, encoding="utf-8")
        found = data.check(datapackage.load(tmp_path))
        assert all(one.hint for one in found)
        return [
            f"{Path(one.span.path).stem}:{one.span.line}:{one.span.column} "
            f"{one.severity.value} {one.code.code}: {one.message}"
            for one in found
        ]

    return check
