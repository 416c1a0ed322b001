"""The option by which CI refuses skipped tests."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SKIPPED = "import pytest\n\ndef test_it():\n    pytest.skip('no reason')\n"


@pytest.mark.parametrize(("arguments", "code"), [([], 0), (["--fail-on-skip"], 1)])
def test_a_skipped_test_fails_only_where_asked(
    tmp_path: Path, arguments: list[str], code: int
) -> None:
    (tmp_path / "test_it.py").write_text(SKIPPED, encoding="utf-8")
    (tmp_path / "conftest.py").write_text(
        (ROOT / "tests" / "conftest.py").read_text(encoding="utf-8"), encoding="utf-8"
    )
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
    ended = subprocess.run(
        [*command, *arguments, "--rootdir", str(tmp_path), str(tmp_path)],
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
    )
    assert ended.returncode == code, ended.stdout
    assert "1 skipped" in ended.stdout
