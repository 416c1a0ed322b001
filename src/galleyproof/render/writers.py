"""Write one format: lower the tree, run pandoc, finish what it wrote."""

from __future__ import annotations

import json
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from importlib import resources
from pathlib import Path
from typing import Any

from galleyproof import tools
from galleyproof.config import Target
from galleyproof.errors import OutputError, ToolError
from galleyproof.render import docx, docx_front, html, jats, pdf, printed
from galleyproof.render.model import Artefact, Options
from galleyproof.render.pictures import Pictures
from galleyproof.render.reference_docx import (
    reference_docx,
    without_custom_properties,
)
from galleyproof.render.tree import Document, Nodes, meta_string
from galleyproof.render.view import View

_WRITERS = {
    Target.HTML: "html5",
    Target.PDF: "typst-smart",
    Target.DOCX: "docx",
    Target.JATS: "jats_archiving+element_citations",
}
_TEMPLATES = {
    Target.HTML: "article.html",
    Target.PDF: "article.typ",
    Target.DOCX: "article.openxml",
    Target.JATS: "article.jats",
}


def template(name: str) -> Path:
    """Return the path of one of our templates."""
    return Path(str(resources.files("galleyproof.render"))) / "templates" / name


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What is known of a file once it is written."""

    warnings: tuple[str, ...] = ()
    pages: Mapping[str, int] = field(default_factory=dict)
    """Of the PDF: the page of each anchor."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One format to write."""

    target: Target
    view: View
    meta: Mapping[str, Any]
    options: Options
    into: Path
    pictures: Pictures
    siblings: tuple[str, ...] = ()
    """Files that the same build writes."""

    def write(self) -> Artefact:
        """Write the file and say how long it took."""
        start = time.perf_counter()
        path = self.into / f"{self.options.name}.{self.target.suffix}"
        write = {
            Target.HTML: self._html,
            Target.PDF: self._pdf,
            Target.DOCX: self._docx,
            Target.JATS: self._jats,
        }[self.target]
        try:
            written = write(path)
        except OSError as error:
            raise OutputError(
                f"`{path.name}` could not be written: {error.strerror or error}",
                hint="free space on the disk, or choose another output directory",
            ) from error
        return Artefact(
            target=self.target,
            path=path,
            seconds=time.perf_counter() - start,
            warnings=written.warnings,
            pages=written.pages,
            spots=self.view.spots,
        )

    def _html(self, path: Path) -> Written:
        arguments = ["--mathml", "--section-divs"]
        depth = self.options.toc.get(self.target, 0)
        if depth:
            arguments += ["--toc", "--toc-depth", str(depth + 1)]
        if self.options.embed_resources:
            arguments.append("--embed-resources")
        ended = self._pandoc(
            html.lower(self.view.body), html.lower(self.view.abstract), arguments
        )
        path.write_bytes(ended.stdout)
        return Written(warnings=ended.warnings)

    def _pdf(self, path: Path) -> Written:
        anchors = printed.anchors(self.view.spots)
        ended = self._pandoc(
            [*pdf.lower(self.view.body), *pdf.pages(anchors)],
            pdf.lower(self.view.abstract),
            ["--syntax-highlighting", "idiomatic"],
        )
        source = path.with_suffix(".typ")
        source.write_bytes(ended.stdout)
        try:
            compiled = self._compile(source)
        finally:
            source.unlink()
        path.write_bytes(compiled.pdf)
        return Written(
            warnings=(*ended.warnings, *compiled.warnings),
            pages=dict(compiled.answer or ()),
        )

    def _compile(self, source: Path) -> tools.Compiled:
        """Compile to PDF/UA-1; where the text does not allow that, say why not."""
        timestamp = self.options.timestamp
        try:
            return tools.compile_pdf(
                source,
                root=self.into,
                timestamp=timestamp,
                standards=["ua-1"],
                ask=pdf.PAGES,
            )
        except ToolError as error:
            if "PDF/UA-1" not in error.message:
                raise
            plain = tools.compile_pdf(
                source, root=self.into, timestamp=timestamp, ask=pdf.PAGES
            )
            reason = f"the PDF is tagged, but not PDF/UA-1: {error.message}"
            return replace(plain, warnings=(reason, *plain.warnings))

    def _docx(self, path: Path) -> Written:
        with tempfile.TemporaryDirectory() as scratch:
            reference = Path(scratch) / "reference.docx"
            columns = 2 if self.view.has_sources else 1
            reference.write_bytes(
                reference_docx(self.options.timestamp, columns=columns)
            )
            ended = self._pandoc(
                docx.lower(self.view.body, self.pictures.for_word),
                docx.lower(self.view.abstract, self.pictures.for_word),
                ["--reference-doc", str(reference), "--output", "-"],
            )
        file = without_custom_properties(ended.stdout, self.options.timestamp)
        path.write_bytes(file)
        return Written(warnings=ended.warnings)

    def _jats(self, path: Path) -> Written:
        ended = self._pandoc(
            jats.lower(self.view.body), jats.lower(self.view.abstract), []
        )
        xml = jats.finish(ended.stdout.decode("utf-8"), self._notes())
        path.write_text(xml, encoding="utf-8")
        return Written(warnings=ended.warnings)

    def _notes(self) -> dict[str, str]:
        """Return the notes of the bibliography, which JATS would lose."""
        files = [path for path in self.options.bibliography if path.suffix == ".bib"]
        if not files:
            return {}
        read = tools.pandoc(
            ["--from=biblatex", "--to=csljson", *files],
            timeout_s=self.options.timeout_s,
        )
        return jats.notes(json.loads(read.stdout))

    def _pandoc(
        self, body: Nodes, abstract: Nodes, arguments: list[str]
    ) -> tools.Completed:
        tree = Document(meta=self._metadata(abstract), blocks=body)
        common: list[str | Path] = [
            "--from=json",
            f"--to={_WRITERS[self.target]}",
            "--standalone",
            f"--template={template(_TEMPLATES[self.target])}",
            "--wrap=none",
            "--citeproc",
            *(f"--bibliography={path}" for path in self.options.bibliography),
        ]
        if self.options.csl is not None:
            common.append(f"--csl={self.options.csl}")
        return tools.pandoc(
            [*common, *arguments],
            stdin=json.dumps(tree.json, ensure_ascii=False).encode("utf-8"),
            cwd=self.into,
            timestamp=self.options.timestamp,
            timeout_s=self.options.timeout_s,
        )

    def _metadata(self, abstract: Nodes) -> dict[str, Any]:
        meta = dict(self.meta)
        given = meta.pop("abstract", None)
        if abstract:
            meta["abstract"] = {"t": "MetaBlocks", "c": abstract}
            meta["abstract-id"] = meta_string(self.view.abstract_label)
        elif given is not None:
            meta["abstract"] = given
        meta["link-citations"] = {"t": "MetaBool", "c": True}
        meta["lang"] = meta_string(self.options.lang)
        return meta | self._extra()

    def _extra(self) -> dict[str, Any]:
        """Return what one template alone asks for."""
        depth = self.options.toc.get(self.target, 0)
        if self.target is Target.PDF:
            return pdf.front(self.meta, self.options.lang, depth)
        if self.target is Target.DOCX:
            return docx_front.front(self.meta, self.view.body, depth)
        if self.target is Target.HTML:
            css = template("article.css").read_text("utf-8")
            return html.front(self.meta, css, self.siblings)
        return {}
