"""What a foreign kernel prints is written down for its engine."""

import json
import os
import subprocess
import sys

from galleyproof.authoring import diary
from galleyproof.lineage.entries import read_entries

KERNEL = """
import sys
from jupyter_client.manager import start_new_kernel
manager, client = start_new_kernel(kernel_name="python3", cwd=sys.argv[1])
try:
    for code in sys.argv[2:]:
        reply = client.execute_interactive(code, timeout=60)
        assert reply["content"]["status"] == "ok", reply["content"]
finally:
    client.stop_channels()
    manager.shutdown_kernel(now=True)
"""
PRINT = """
from galleyproof import study
f"{study('smith2017').technical_success.lt4} of {study('smith2017').patients}"
"""


def run(project, *codes):
    subprocess.run([sys.executable, "-c", KERNEL, str(project), *codes], check=True)


def lines(project):
    text = (project / diary.FILE).read_text("utf-8")
    return [json.loads(line) for line in text.splitlines()]


def test_each_printout_is_a_line_that_stands_by_itself(project):
    run(project, PRINT)
    said = lines(project)
    texts = []
    for line in said:
        entries = read_entries(line)
        (part,) = entries.printouts[line["token"]].parts
        texts.append(part.text)
        for value in entries.values.values():
            assert value.cell is None or value.cell in entries.cells
    assert texts[0] == "96.1%"
    run(project, PRINT)
    assert lines(project) == said  # a second run adds nothing


def test_a_line_that_was_cut_off_does_no_harm(project):
    run(project, PRINT)
    first = lines(project)
    path = project / diary.FILE
    path.write_text(path.read_text("utf-8")[:-40] + "\n", "utf-8")
    run(project, PRINT)
    tokens = [line["token"] for line in first]
    text = path.read_text("utf-8")
    assert all(f'"token": "{token}"' in text for token in tokens)


def test_nothing_is_written_outside_a_kernel(project):
    environment = {**os.environ, "PYTHONWARNINGS": "error"}
    subprocess.run(
        [sys.executable, "-c", PRINT], cwd=project, check=True, env=environment
    )
    assert not (project / diary.FILE).exists()
