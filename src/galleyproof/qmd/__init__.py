"""Quarto's Markdown, read without loss and without running it.

`parse` reads one file; `expand` a file with all that it includes. Nothing here touches
a disk, and nothing raises: findings stand beside the result.
"""

from galleyproof.qmd.expand import expand
from galleyproof.qmd.model import Chapter, Document, Piece
from galleyproof.qmd.parse import parse
from galleyproof.qmd.shortcodes import resolve

__all__ = ["Chapter", "Document", "Piece", "expand", "parse", "resolve"]
