"""The project's configuration: `_quarto.yml` as a frozen value, with findings.

`parse` reads the file, `merge` lays a document's front matter over it. Keys of Quarto's
that galleyproof need not act on stay in `Config.metadata`, untouched.
"""

from galleyproof.config.model import (
    Config,
    Crossref,
    Format,
    GalleySettings,
    Ignored,
    Literal,
    Numbers,
    ProjectType,
    Target,
)
from galleyproof.config.parse import merge, parse

__all__ = [
    "Config",
    "Crossref",
    "Format",
    "GalleySettings",
    "Ignored",
    "Literal",
    "Numbers",
    "ProjectType",
    "Target",
    "merge",
    "parse",
]
