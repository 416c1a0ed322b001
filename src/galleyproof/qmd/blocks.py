"""Text -> blocks: whole lines, each in exactly one block, and the tree of divs.

One pass over the lines. Where Pandoc and Quarto disagree about what a line is, Quarto's
reading decides for cells, Pandoc's for everything else. What cannot be right (a fence
that nothing closes) becomes a diagnostic, and reading goes on.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from galleyproof.diagnostics import Code, Diagnostic
from galleyproof.qmd import grammar
from galleyproof.qmd.attributes import read_attributes
from galleyproof.qmd.builder import OpenDiv
from galleyproof.qmd.model import Attributes, Block, BlockKind, Div
from galleyproof.qmd.textblocks import TextReader
from galleyproof.qmd.yamltext import read_mapping
from galleyproof.spans import Source

_LONGEST_ATTRIBUTES = 20
"""Lines over which the attributes of a div may extend."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockTree:
    """What the block pass found."""

    blocks: tuple[Block, ...]
    divs: tuple[Div, ...]
    diagnostics: tuple[Diagnostic, ...]


def read_blocks(source: Source) -> BlockTree:
    """Divide a file into blocks."""
    return _Reader(source).run()


class _Reader(TextReader):
    """Reads any block: decides by the first character of a line what may begin."""

    def __init__(self, source: Source) -> None:
        super().__init__(source)
        self.openers: dict[str, Callable[[str, int], bool]] = {
            "`": self._fence,
            "~": self._fence,
            ":": self._colon,
            "#": self._heading,
            "<": self._markup,
            "{": self._shortcode,
            "[": self._bracket,
            "-": self._dash,
            "*": self._rule,
            "_": self._rule,
            "+": self._grid,
            ">": self._quote,
            "T": self._caption,
            "t": self._caption,
        }

    def run(self) -> BlockTree:
        self._front_matter()
        while self.at < len(self.lines):
            self._step()
        for div in self.open:
            self._report_open_div(div)
        while self.open:
            self._close_div(len(self.text), len(self.text))
        return BlockTree(
            blocks=tuple(self.blocks),
            divs=tuple(sorted(self.divs, key=lambda div: div.start)),
            diagnostics=tuple(self.diagnostics),
        )

    def _step(self) -> None:
        line = self.lines[self.at]
        body = line.lstrip(" \t")
        if not body:
            self._blank()
            return
        indent = len(line) - len(body)
        if indent == 0 and self.in_list and not grammar.LIST_MARKER.match(body):
            self.in_list = False
        if self._is_code(line, indent) and not self._is_cell(body):
            self._indented_code()
            return
        if self._table(line):
            return
        opener = self.openers.get(body[0])
        if opener is not None and opener(body, indent):
            return
        self._text(body, indent)

    def _front_matter(self) -> None:
        first = 0
        while first < len(self.lines) and not self.lines[first].strip(" \t"):
            first += 1
        if first + 1 >= len(self.lines):
            return
        if not grammar.YAML_OPEN.match(self.lines[first]):
            return
        if not self.lines[first + 1].strip():
            return
        if first:
            self._emit(BlockKind.BLANK, first)
        close = self._find(first + 1, grammar.YAML_CLOSE.match)
        if close is None:
            self._report_line(
                Code.BLOCK_CLOSED,
                first,
                "the front matter is not closed",
                "write `---` on a line of its own behind the last key",
            )
            close = self._find(first + 1, lambda line: not line.strip())
            close = len(self.lines) - 1 if close is None else close - 1
            content = (self.begins[first + 1], self._line_end(close))
        else:
            content = (self.begins[first + 1], self.starts[close])
        self._emit(BlockKind.FRONT_MATTER, close + 1, content=content)

    def _inner_yaml(self) -> bool:
        """Read a metadata block that does not stand at the top."""
        first = self.at
        if first + 1 >= len(self.lines) or not self.lines[first + 1].strip():
            return False
        close = self._find_yaml_close(first + 1)
        if close is None:
            return False
        content = (self.begins[first + 1], self.starts[close])
        if not read_mapping(self.text[slice(*content)]).values:
            return False
        self._report_line(
            Code.FEATURE_SUPPORTED,
            first,
            "metadata in the middle of a file is not supported",
            "move these keys to the front matter, or render with `--engine quarto`",
        )
        self._emit(BlockKind.FRONT_MATTER, close + 1, content=content)
        return True

    def _find_yaml_close(self, line: int) -> int | None:
        # A rule of dashes may follow any number of others: looking no further than the
        # next blank line keeps reading linear, and metadata seldom has blank lines.
        for i in range(line, len(self.lines)):
            if not self.lines[i].strip(" \t"):
                return None
            if grammar.YAML_CLOSE.match(self.lines[i]):
                return i
        return None

    def _dash(self, body: str, indent: int) -> bool:
        is_yaml = indent == 0 and grammar.YAML_OPEN.match(body)
        return bool(is_yaml and self._inner_yaml()) or self._rule(body, indent)

    def _rule(self, body: str, indent: int) -> bool:
        if not grammar.RULE.match(body):
            return False
        self._emit(BlockKind.RULE, self.at + 1)
        return True

    def _blank(self) -> None:
        until = self.at
        while until < len(self.lines) and not self.lines[until].strip(" \t"):
            until += 1
        self._emit(BlockKind.BLANK, until)

    def _is_code(self, line: str, indent: int) -> bool:
        deep = indent >= 4 or "\t" in line[:indent]
        return deep and not self.in_list

    def _is_cell(self, body: str) -> bool:
        match = grammar.FENCE.match(body) if body[0] == "`" else None
        return match is not None and bool(grammar.CELL_INFO.match(match["info"]))

    def _indented_code(self) -> None:
        until = last = self.at
        while until < len(self.lines):
            line = self.lines[until]
            body = line.lstrip(" \t")
            if body:
                if not self._is_code(line, len(line) - len(body)):
                    break
                last = until
            until += 1
        self._emit(BlockKind.CODE, last + 1)

    def _shortcode(self, body: str, indent: int) -> bool:
        if not grammar.SHORTCODE_LINE.match(body):
            return False
        self._emit(BlockKind.SHORTCODE, self.at + 1)
        return True

    def _fence(self, body: str, indent: int) -> bool:
        match = grammar.FENCE.match(body)
        if match is None or (match["marks"][0] == "`" and "`" in match["info"]):
            return False
        cell = match["marks"][0] == "`" and grammar.CELL_INFO.match(match["info"])
        close = self._find_fence_close(match["marks"], is_cell=bool(cell))
        if close is None:
            self._report_open_fence(cell["language"] if cell else "", match["marks"])
        info_start = self.begins[self.at] + indent + match.start("info")
        attributes = (
            None
            if cell
            else read_attributes(self.text, info_start, self._line_end(self.at))
        )
        kind = BlockKind.CELL if cell else BlockKind.CODE
        if attributes is not None and attributes.raw_format:
            kind = BlockKind.RAW
        until = len(self.lines) if close is None else close + 1
        content_end = self.ends[-1] if close is None else self.starts[close]
        self._emit(
            kind,
            until,
            content=(min(self.ends[self.at], content_end), content_end),
            attributes=attributes,
        )
        return True

    def _find_fence_close(self, marks: str, *, is_cell: bool) -> int | None:
        if is_cell:
            return self._find(self.at + 1, grammar.CELL_CLOSE.match)

        def closes(line: str) -> bool:
            body = line.strip(" \t")
            return body.startswith(marks) and not body.strip(marks[0])

        return self._find(self.at + 1, closes)

    def _report_open_fence(self, language: str, marks: str) -> None:
        what = f"the cell `{{{language}}}`" if language else "the code block"
        self._report_line(
            Code.BLOCK_CLOSED,
            self.at,
            f"{what} is not closed",
            f"write `{marks}` on a line of its own behind its last line",
        )

    def _colon(self, body: str, indent: int) -> bool:
        match = grammar.DIV.match(body)
        if match is None:
            return self._caption(body, indent)
        start = self.begins[self.at] + indent
        if match["info"]:
            self._open_div(start, start + match.start("info"))
            return True
        if not self.open:
            self._report_line(
                Code.BLOCK_CLOSED,
                self.at,
                f"`{match['colons']}` closes no div",
                "remove it, or open a div above it, such as `::: {.callout-note}`",
            )
            self._emit(BlockKind.DIV_CLOSE, self.at + 1)
            return True
        self._close_div(self.starts[self.at], self.ends[self.at])
        self._emit(BlockKind.DIV_CLOSE, self.at + 1)
        return True

    def _open_div(self, start: int, info: int) -> None:
        self._report_div_in_paragraph()
        last = min(self.at + _LONGEST_ATTRIBUTES, len(self.lines)) - 1
        attributes = read_attributes(self.text, info, self.ends[last])
        until = self.at + 1
        if attributes is not None:
            while self.ends[until - 1] < attributes.end:
                until += 1
        line_end = self._line_end(until - 1)
        if attributes is None:
            attributes = self._div_word(info, line_end)
        elif (
            grammar.TRAILING_COLONS.match(self.text[attributes.end : line_end]) is None
        ):
            self._report_div_attributes()
        block = self._emit(BlockKind.DIV_OPEN, until, attributes=attributes)
        self.open.append(OpenDiv(attributes, start, line_end, block.end))

    def _div_word(self, info: int, end: int) -> Attributes:
        match = grammar.DIV_WORD.match(self.text[info:end].rstrip())
        if match is None:
            self._report_div_attributes()
            return Attributes(start=info, end=info)
        return Attributes(
            classes=(match["word"],), start=info, end=info + match.end("word")
        )

    def _report_div_attributes(self) -> None:
        self._report_line(
            Code.BLOCK_CLOSED,
            self.at,
            "what follows `:::` is neither one class nor attributes",
            'write it as `::: {#id .class key="value"}`; the line holds nothing else',
        )

    def _report_div_in_paragraph(self) -> None:
        before = self.blocks[-1].kind if self.blocks else BlockKind.BLANK
        if before in {BlockKind.PARAGRAPH, BlockKind.LIST_ITEM, BlockKind.QUOTE}:
            self._report_line(
                Code.BLOCK_CLOSED,
                self.at,
                "a div cannot open inside a paragraph",
                "put an empty line before it; Pandoc prints these colons otherwise",
            )

    def _close_div(self, content_end: int, end: int) -> None:
        div = self.open.pop()
        self.divs.append(
            Div(
                attributes=div.attributes,
                span=self.source.span(div.start, div.line_end),
                start=div.start,
                end=end,
                content_start=min(div.content_start, content_end),
                content_end=content_end,
                depth=len(self.open),
            )
        )

    def _report_open_div(self, div: OpenDiv) -> None:
        self._report(
            Code.BLOCK_CLOSED,
            div.start,
            div.line_end,
            "the div is not closed",
            "write `:::` on a line of its own where it ends",
        )
