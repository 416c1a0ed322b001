"""Programs: found or clearly missing, ended well or clearly not."""

from __future__ import annotations

import sys

import pytest

from galleyproof import tools
from galleyproof.errors import ToolError, ToolMissingError


def test_output_and_warnings_are_kept():
    code = "import sys; print('out'); print('careful', file=sys.stderr)"
    done = tools.run([sys.executable, "-c", code])
    assert done.stdout.decode().strip() == "out"
    assert done.warnings == ("careful",)


def test_standard_input_and_variables_are_passed():
    code = "import os, sys; print(sys.stdin.read() + os.environ['GALLEY_X'])"
    done = tools.run(
        [sys.executable, "-c", code], stdin=b"a", environment={"GALLEY_X": "b"}
    )
    assert done.stdout.decode().strip() == "ab"


def test_a_missing_program_is_named():
    with pytest.raises(ToolMissingError, match="no-such-program"):
        tools.run(["no-such-program"])


def test_a_failure_shows_command_status_and_message():
    code = "import sys; sys.exit('it broke')"
    with pytest.raises(ToolError, match="status 1: it broke") as caught:
        tools.run([sys.executable, "-c", code], version="9.9")
    assert "9.9" in caught.value.message
    assert "-c" in caught.value.hint


def test_a_program_that_hangs_is_ended():
    with pytest.raises(ToolError, match=r"within 0\.2 s"):
        tools.run([sys.executable, "-c", "import time; time.sleep(60)"], timeout_s=0.2)


def test_pandoc_is_the_one_of_the_wheel():
    assert tools.pandoc_path().parent.parent.name == "pypandoc"
    assert tools.pandoc_version()[0].isdigit()


def test_pandocs_failure_names_its_version():
    with pytest.raises(ToolError) as caught:
        tools.pandoc(["--to", "nosuchformat"])
    assert f"`pandoc` {tools.pandoc_version()} ended" in caught.value.message
    assert "nosuchformat" in caught.value.message


def test_typst_compiles_and_says_what_is_wrong(tmp_path):
    source = tmp_path / "x.typ"
    source.write_text("Hello")
    done = tools.compile_pdf(source, root=tmp_path, timestamp=0)
    assert done.pdf.startswith(b"%PDF")
    source.write_text("#unknown-name")
    with pytest.raises(ToolError, match="unknown variable"):
        tools.compile_pdf(source, root=tmp_path, timestamp=0)


def test_a_missing_quarto_says_how_to_get_it(tmp_path, monkeypatch):
    monkeypatch.setattr(tools, "quarto_path", lambda: None)
    with pytest.raises(ToolMissingError) as caught:
        tools.quarto(["render"], cwd=tmp_path)
    assert "galleyproof[quarto]" in caught.value.hint
