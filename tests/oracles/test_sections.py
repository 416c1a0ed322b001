"""Nothing that R computed is left untested, and R's own doubles bear it out."""

import re
from pathlib import Path

HERE = Path(__file__).parent
GROUPS = ("effects", "moderators", "subgroups")
DESCRIPTION = {"title", "source", "page", "versions", "data"}
INPUTS = {"measure", "yi", "vi", "ni", "x", "intercept", "new", "groups"}


def sections(files):
    """List every section that some file has, as the markers name it."""
    for file in files.values():
        for key, value in file.items():
            if key in GROUPS:
                for group in value:
                    yield from (f"{key}.{name}" for name in group.keys() - INPUTS)
            elif key not in DESCRIPTION:
                yield key


def test_every_section_is_tested(oracle_files):
    text = "".join(path.read_text() for path in sorted(HERE.glob("test_*.py")))
    tested = set(re.findall(r'pytest\.mark\.section\("([\w.]+)"\)', text))
    assert tested == set(sections(oracle_files))
