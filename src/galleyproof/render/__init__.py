"""Typesetting of the embedded engine: one executed text in, four files out.

Pandoc reads the text once; pure transforms over its tree number and link what Quarto
would; one pandoc run a format, and one Typst compilation, write the files.
"""

from galleyproof.render.assemble import assemble
from galleyproof.render.model import Artefact, Manuscript, Options
from galleyproof.render.typeset import typeset

__all__ = ["Artefact", "Manuscript", "Options", "assemble", "typeset"]
