"""How the lines of each kind of block begin: the patterns of Quarto's dialect."""

from __future__ import annotations

import re

FENCE = re.compile(r"(?P<marks>`{3,}|~{3,})[ \t]*(?P<info>.*?)[ \t]*$")
CELL_INFO = re.compile(r"\{(?P<language>[A-Za-z][\w+-]*)(?P<rest>[ \t,].*)?\}$")
"""The information of an executed fence. `{.python}` and `{{python}}` only show code."""

CELL_CLOSE = re.compile(r"[ \t]*`{3,}[ \t]*$")
"""Quarto closes a cell at any fence, however long the opening one was."""

DIV = re.compile(r"(?P<colons>:{3,})[ \t]*(?P<info>.*?)[ \t]*$")
DIV_WORD = re.compile(r"(?P<word>[^\s{}:]+)[ \t]*:*$")
TRAILING_COLONS = re.compile(r"[ \t]*:*[ \t]*$")

ATX = re.compile(r"(?P<hashes>#{1,6})(?:[ \t]+|$)")
ATX_CLOSE = re.compile(r"(?:^|[ \t]+)#+[ \t]*$")
SETEXT = re.compile(r"(?P<mark>=+|-+)[ \t]*$")
ATTRIBUTES_AT_END = re.compile(r"\{[^{}]*\}[ \t]*$")

RULE = re.compile(r"(?P<mark>[-*_])[ \t]*(?:(?P=mark)[ \t]*){2,}$")
YAML_OPEN = re.compile(r"---[ \t]*$")
YAML_CLOSE = re.compile(r"(?:---|\.\.\.)[ \t]*$")

LIST_MARKER = re.compile(
    r"""(?: [-*+]
          | \(? (?: \d{1,9} | \# | [ivx]{1,5} | [IVX]{2,5} | [a-z] ) [.)]
          | \( @[\w-]* \) (?=[ \t])
          | \( [A-Z] \) | [A-Z] (?: \) | \.[ ](?=[ ]) )
        ) (?: [ \t]+ | $ )""",
    re.VERBOSE,
)
EXAMPLE_LABEL = re.compile(r"\(@(?P<label>[\w-]+)\)")

FOOTNOTE = re.compile(r"\[\^(?P<id>[^\]\s]+)\]:[ \t]*")
LINK_DEFINITION = re.compile(r"\[(?!\^)[^\]\n]+\]:[ \t]*\S+")
CAPTION = re.compile(r"(?::|[Tt]able:)[ \t]+")
DEFINITION = re.compile(r"[:~][ \t]+")

PIPE_DELIMITER = re.compile(
    r"[ \t]*\|?[ \t]*:?-+:?[ \t]*(?:[|+][ \t]*:?-+:?[ \t]*)*\|?[ \t]*$"
)
GRID_BORDER = re.compile(r"\+(?:[-=:]+\+)+[ \t]*$")
SIMPLE_DELIMITER = re.compile(r"[ ]*-{2,}(?:[ ]+-{2,})+[ ]*$")

SHORTCODE_LINE = re.compile(r"\{\{<(?:(?!>\}\}).)*>\}\}[ \t]*$")
VERBATIM_HTML = re.compile(r"<(?P<name>script|style|pre|textarea)\b", re.IGNORECASE)
