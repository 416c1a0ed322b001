"""Blocks of running text: paragraphs, lists, headings, tables and their captions."""

from __future__ import annotations

from galleyproof.diagnostics import Code
from galleyproof.qmd import grammar
from galleyproof.qmd.builder import BlockBuilder
from galleyproof.qmd.model import BlockKind


class TextReader(BlockBuilder):
    """Reads what a reader of the manuscript will see as words.

    Methods that take a line's text and indent say whether they made a block of it.
    """

    def _text(self, body: str, indent: int) -> None:
        marker = grammar.LIST_MARKER.match(body)
        start = self.begins[self.at] + indent
        if marker:
            self.in_list = True
            self._paragraph(BlockKind.LIST_ITEM, start + marker.end())
        elif not self._setext(indent):
            self._paragraph(BlockKind.PARAGRAPH, start)

    def _paragraph(self, kind: BlockKind, start: int) -> None:
        until = self._paragraph_end()
        end = self._line_end(until - 1)
        if kind is BlockKind.PARAGRAPH:
            if self.text.startswith("$$", start):
                kind = BlockKind.EQUATION
            elif until < len(self.lines) or self.in_list:
                self.in_list = self.in_list or self._has_definition(until)
        self._emit(kind, until, content=(min(start, end), end))

    def _has_definition(self, until: int) -> bool:
        return any(
            grammar.DEFINITION.match(self.lines[i].lstrip(" \t"))
            for i in range(self.at, until)
        )

    def _paragraph_end(self) -> int:
        """Return the first line behind the running text that starts at this line."""
        until = self._behind_comments(self.at)
        while until < len(self.lines):
            body = self.lines[until].lstrip(" \t")
            if not body or self._interrupts(body):
                break
            until = self._behind_comments(until)
        return until

    def _interrupts(self, body: str) -> bool:
        first = body[0]
        if first in "`~" and body[:3] in {"```", "~~~"}:
            return "`" not in body.lstrip("`")
        if first == ":" and body.startswith(":::"):
            return True
        if first == "{" and grammar.SHORTCODE_LINE.match(body):
            return True
        return self.in_list and grammar.LIST_MARKER.match(body) is not None

    def _behind_comments(self, line: int) -> int:
        """Return the line behind `line`, or behind the comments that begin in it."""
        column, seen, ticks = self.lines[line].find("<!--"), 0, 0
        while column >= 0:
            ticks += self.lines[line].count("`", seen, column)
            if ticks % 2:  # it stands in a code span
                break
            close = self._comment_end(self.begins[line] + column)
            if close is None:
                break
            behind = self._line_of(close - 1)
            ticks = ticks if behind == line else 0
            line, seen = behind, close - self.begins[behind]
            column = self.lines[line].find("<!--", seen)
        return line + 1

    def _quote(self, body: str, indent: int) -> bool:
        self._paragraph(BlockKind.QUOTE, self.begins[self.at] + indent)
        return True

    def _bracket(self, body: str, indent: int) -> bool:
        start = self.begins[self.at] + indent
        note = grammar.FOOTNOTE.match(body)
        if note:
            self.in_list = True
            self._paragraph(BlockKind.FOOTNOTE, start + note.end())
            return True
        if grammar.LINK_DEFINITION.match(body):
            self._emit(BlockKind.LINK_DEFINITION, self.at + 1)
            return True
        return False

    def _markup(self, body: str, indent: int) -> bool:
        start = self.begins[self.at] + indent
        if body.startswith("<!--"):
            return self._comment(start)
        match = grammar.VERBATIM_HTML.match(body)
        if match is None:
            return False
        close = self.text.find(f"</{match['name']}", start)
        if close < 0:
            return False
        self._emit(BlockKind.RAW, self._line_of(close) + 1)
        return True

    def _comment(self, start: int) -> bool:
        close = self._comment_end(start)
        if close is None:
            self._report(
                Code.BLOCK_CLOSED,
                start,
                start + 4,
                "the comment is not closed",
                "write `-->` where it ends",
            )
            return False
        last = self._line_of(close - 1)
        if self.text[close : self._line_end(last)].strip():
            return False
        self._emit(BlockKind.COMMENT, last + 1)
        return True

    def _heading(self, body: str, indent: int) -> bool:
        match = grammar.ATX.match(body)
        if match is None or indent > 3:
            return False
        start = self.begins[self.at] + indent + match.end()
        end = self._line_end(self.at)
        attributes, end = self._attributes_at_end(start, end)
        closing = grammar.ATX_CLOSE.search(self.text[start:end])
        if closing:
            end = start + closing.start()
        self._emit(
            BlockKind.HEADING,
            self.at + 1,
            content=(start, end),
            attributes=attributes,
            level=len(match["hashes"]),
        )
        return True

    def _setext(self, indent: int) -> bool:
        below = self.at + 1
        if below >= len(self.lines) or indent > 3:
            return False
        match = grammar.SETEXT.match(self.lines[below])
        if match is None:
            return False
        start = self.begins[self.at] + indent
        attributes, end = self._attributes_at_end(start, self._line_end(self.at))
        self._emit(
            BlockKind.HEADING,
            below + 1,
            content=(start, end),
            attributes=attributes,
            level=1 if match["mark"][0] == "=" else 2,
        )
        return True

    def _table(self, line: str) -> bool:
        if not self._starts_table(self.at):
            return False
        until = self.at + 1
        while until < len(self.lines):
            body = self.lines[until].lstrip(" \t")
            if not body or grammar.CAPTION.match(body) or body.startswith(":::"):
                break
            until += 1
        self._emit(BlockKind.TABLE, until)
        return True

    def _starts_table(self, line: int) -> bool:
        if line + 1 >= len(self.lines):
            return False
        below = self.lines[line + 1]
        if below[:1] not in {"|", ":", "-", " ", "+", "\t"} or "-" not in below:
            return False
        if "|" in self.lines[line]:
            has_bar = "|" in below or "+" in below
            return has_bar and bool(grammar.PIPE_DELIMITER.match(below))
        is_text = self.lines[line][:1] not in {"#", "-", ":", "`", "<"}
        return is_text and bool(grammar.SIMPLE_DELIMITER.match(below))

    def _grid(self, body: str, indent: int) -> bool:
        if not grammar.GRID_BORDER.match(body):
            return False
        until = self.at
        while until < len(self.lines) and self.lines[until].strip(" \t"):
            until += 1
        self._emit(BlockKind.TABLE, until)
        return True

    def _caption(self, body: str, indent: int) -> bool:
        match = grammar.CAPTION.match(body)
        if match is None:
            return False
        until = self._paragraph_end()
        start = self.begins[self.at] + indent + match.end()
        attributes, end = self._attributes_at_end(start, self._line_end(until - 1))
        labelled = attributes is not None and attributes.id.startswith("tbl-")
        if not (labelled or self._follows_table() or self._precedes_table(until)):
            return False
        self._emit(
            BlockKind.CAPTION, until, content=(start, end), attributes=attributes
        )
        return True

    def _follows_table(self) -> bool:
        before = self.blocks[-1:] if self.blocks else []
        if before and before[0].kind is BlockKind.BLANK:
            before = self.blocks[-2:-1]
        return bool(before) and before[0].kind is BlockKind.TABLE

    def _precedes_table(self, line: int) -> bool:
        while line < len(self.lines) and not self.lines[line].strip(" \t"):
            line += 1
        return line < len(self.lines) and self._starts_table(line)
