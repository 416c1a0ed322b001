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


def distant(node, method=""):
    """Find the methods whose fits metafor gives otherwise, or not at all."""
    if isinstance(node, dict):
        method = node.get("method", method)
        gap = node.get("metafor_gap", 0.0)
        if gap == "failed" or gap > 1e-6:
            yield method
        # Without an intercept metafor fits another model (`test_differences`).
        if node.get("intercept", True):
            for value in node.values():
                yield from distant(value, method)
    elif isinstance(node, list):
        for value in node:
            yield from distant(value, method)


def test_metafor_bears_the_published_analyses_out(oracle_files):
    found = {
        (name, method)
        for name, file in oracle_files.items()
        if not name.startswith("extreme_")
        for method in distant(file)
        if method != "DLIT"  # another estimator (`test_differences`)
    }
    # What is left are fits on which metafor does not converge.
    assert found == {
        ("gibson2002", "ML"),
        ("nielweise2007", "REML"),
        ("nielweise2007", "SJIT"),
    }
