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
from galleyproof.render.citing import Citations, Tree, dumped, keys_in
from galleyproof.render.fragments import with_fragments
from galleyproof.render.model import Artefact, Options
from galleyproof.render.pictures import Pictures
from galleyproof.render.reference_docx import (
    reference_docx,
    without_custom_properties,
)
from galleyproof.render.tree import Nodes, meta_string
from galleyproof.render.view import View

_WRITERS = {
    Target.HTML: "html5",
    # Without `citations`, as citeproc has made them; Typst would make its own.
    Target.PDF: "typst-smart-citations",
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
    citations: Citations
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
        tree = self._tree(html.lower(self.view.body), html.lower(self.view.abstract))
        ended = self._pandoc(tree, arguments)
        path.write_bytes(ended.stdout)
        return Written(warnings=ended.warnings)

    def _pdf(self, path: Path) -> Written:
        anchors = printed.anchors(self.view.spots)
        tree = self._tree(
            [*pdf.lower(self.view.body), *pdf.pages(anchors)],
            pdf.lower(self.view.abstract),
        )
        ended = self._pandoc(tree, ["--syntax-highlighting", "idiomatic"])
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
            tree = self._tree(
                docx.lower(self.view.body, self.pictures.for_word),
                docx.lower(self.view.abstract, self.pictures.for_word),
            )
            ended = self._pandoc(
                tree, ["--reference-doc", str(reference), "--output", "-"]
            )
        file = without_custom_properties(ended.stdout, self.options.timestamp)
        path.write_bytes(file)
        return Written(warnings=ended.warnings)

    def _jats(self, path: Path) -> Written:
        tree = self._tree(jats.lower(self.view.body), jats.lower(self.view.abstract))
        ended = self._pandoc(tree, [])
        xml = jats.finish(ended.stdout.decode("utf-8"), self._notes(tree))
        path.write_text(xml, encoding="utf-8")
        return Written(warnings=ended.warnings)

    def _notes(self, tree: Tree) -> dict[str, str]:
        """Return the notes of the bibliography, which JATS would lose."""
        with tempfile.TemporaryDirectory() as scratch:
            found = self.citations.files(keys_in(tree), Path(scratch))
            files = [path for path in found if path.suffix == ".bib"]
            if not files:
                return {}
            read = tools.pandoc(
                ["--from=biblatex", "--to=csljson", *files],
                timeout_s=self.options.timeout_s,
            )
        return jats.notes(json.loads(read.stdout))

    def _tree(self, body: Nodes, abstract: Nodes) -> Tree:
        # In the order in which pandoc goes through it.
        meta = dict(sorted(self._metadata(abstract).items()))
        return Tree(meta=dumped(meta), blocks=tuple(map(dumped, body)))

    def _pandoc(self, tree: Tree, arguments: list[str]) -> tools.Completed:
        """Write a tree; its citations are made here where nobody has made them yet."""
        common: list[str | Path] = [
            "--from=json",
            f"--to={_WRITERS[self.target]}",
            "--standalone",
            f"--template={template(_TEMPLATES[self.target])}",
            "--wrap=none",
        ]
        cited = self.citations.put_into(tree)
        shown = tree if cited is None else cited.tree
        if self.target is Target.HTML and cited and self.citations.store:
            shown = with_fragments(shown, self.options, self.citations.store)
        with tempfile.TemporaryDirectory() as scratch:
            if cited is None or self.target is Target.JATS:
                files = self.citations.files(keys_in(tree), Path(scratch))
                common += [f"--bibliography={path}" for path in files]
            if cited is None:
                common.append("--citeproc")
                if self.options.csl is not None:
                    common.append(f"--csl={self.options.csl}")
            ended = tools.pandoc(
                [*common, *arguments],
                stdin=shown.json.encode("utf-8", "surrogatepass"),
                cwd=self.into,
                timestamp=self.options.timestamp,
                timeout_s=self.options.timeout_s,
            )
        said = () if cited is None else cited.warnings
        return replace(ended, stderr="\n".join([*said, ended.stderr]))

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
