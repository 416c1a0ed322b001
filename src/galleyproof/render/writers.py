"""Write one format: lower the tree, run pandoc, finish what it wrote."""

from __future__ import annotations

import json
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

from galleyproof import identity, tools
from galleyproof.config import Target
from galleyproof.errors import OutputError, ToolError
from galleyproof.files import digest, digest_of
from galleyproof.render import docx, docx_front, html, jats, pdf, printed
from galleyproof.render.citing import Citations, Tree, dumped, keys_in
from galleyproof.render.fragments import in_pieces
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
_KIND, _PAGE = "file", "page"
_TEMPLATES = {
    Target.HTML: "article.html",
    Target.PDF: "article.typ",
    Target.DOCX: "article.openxml",
    Target.JATS: "article.jats",
}


def template(name: str) -> Path:
    """Return the path of one of our templates."""
    return Path(str(resources.files("galleyproof.render"))) / "templates" / name


@cache
def _templates() -> str:
    """Return a digest of all of our templates."""
    found = sorted(template("").iterdir())
    return digest_of("".join(digest(path) for path in found if path.is_file()))


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A file, and what is known of it once it is written."""

    data: bytes
    warnings: tuple[str, ...] = ()
    pages: Mapping[str, int] = field(default_factory=dict)
    """Of the PDF: the page of each anchor."""

    @property
    def kept(self) -> bytes:
        """All of it as bytes."""
        said = json.dumps({"warnings": self.warnings, "pages": self.pages})
        return said.encode("ascii") + b"\n" + self.data

    @classmethod
    def of(cls, kept: bytes) -> Written:
        """Read what `kept` gave."""
        head, _, data = kept.partition(b"\n")
        said = json.loads(head)
        return cls(data=data, warnings=tuple(said["warnings"]), pages=said["pages"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One format to write."""

    target: Target
    view: View
    meta: Mapping[str, Any]
    options: Options
    into: Path
    pictures: Pictures
    shown: str
    """Digest of the pictures that are there to be shown."""
    citations: Citations
    siblings: tuple[str, ...] = ()
    """Files that the same build writes."""

    def write(self) -> Artefact:
        """Write the file and say how long it took."""
        start = time.perf_counter()
        path = self.into / f"{self.options.name}.{self.target.suffix}"
        try:
            written = self._written(path)
            path.write_bytes(written.data)
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

    def _written(self, path: Path) -> Written:
        """Return the file: as it was kept, where all that goes into it is the same."""
        lower, make = {
            Target.HTML: (self._html_tree, self._html),
            Target.PDF: (self._pdf_tree, self._pdf),
            Target.DOCX: (self._docx_tree, self._docx),
            Target.JATS: (self._jats_tree, self._jats),
        }[self.target]
        tree = lower()
        # What is embedded may be anything that raw HTML names.
        if self.options.embed_resources:
            return make(tree, path)
        return self._kept(_KIND, tree, lambda: make(tree, path))

    def _kept(self, kind: str, tree: Tree, make: Callable[[], Written]) -> Written:
        """Return what a tree was written to before, or make it."""
        store = self.citations.store
        if store is None:
            return make()
        key = self._key(tree)
        kept = store.get(kind, key)
        if kept is not None:
            return Written.of(kept)
        written = make()
        store.put(kind, key, written.kept)
        return written

    def _key(self, tree: Tree) -> str:
        """Return a digest of everything that goes into the file."""
        with tempfile.TemporaryDirectory() as scratch:
            cited = self.citations.files(keys_in(tree), Path(scratch))
            needed = [*cited, *filter(None, [self.options.csl])]
            files = [digest(each) if each.is_file() else "" for each in needed]
        options = replace(self.options, bibliography=(), csl=None)
        parts = [self.target.value, repr(options), str(self.view.has_sources)]
        parts += [identity.of_environment(), _templates(), self.shown]
        return digest_of("\0".join([*parts, *files, tree.json]))

    def _html_tree(self) -> Tree:
        return self._tree(html.lower(self.view.body), html.lower(self.view.abstract))

    def _html(self, tree: Tree, _: Path) -> Written:
        arguments = ["--mathml", "--section-divs"]
        depth = self.options.toc.get(self.target, 0)
        if depth:
            arguments += ["--toc", "--toc-depth", str(depth + 1)]
        if self.options.embed_resources:
            arguments.append("--embed-resources")
        store, cited = self.citations.store, None
        if store and not self.options.embed_resources:
            cited = self.citations.put_into(tree)
        if store is None or cited is None:
            ended = self._pandoc(tree, arguments)
            return Written(data=ended.stdout, warnings=ended.warnings)
        page = in_pieces(cited.tree, self.options, store)
        kept = self._kept(_PAGE, page.tree, lambda: self._marked(page.tree, arguments))
        data = page.whole(kept.data.decode("utf-8")).encode("utf-8")
        return Written(data=data, warnings=(*cited.warnings, *kept.warnings))

    def _marked(self, tree: Tree, arguments: list[str]) -> Written:
        ended = self._run(tree, arguments)
        return Written(data=ended.stdout, warnings=ended.warnings)

    def _pdf_tree(self) -> Tree:
        anchors = printed.anchors(self.view.spots)
        return self._tree(
            [*pdf.lower(self.view.body), *pdf.pages(anchors)],
            pdf.lower(self.view.abstract),
        )

    def _pdf(self, tree: Tree, path: Path) -> Written:
        ended = self._pandoc(tree, ["--syntax-highlighting", "idiomatic"])
        source = path.with_suffix(".typ")
        source.write_bytes(ended.stdout)
        try:
            compiled = self._compile(source)
        finally:
            source.unlink()
        return Written(
            data=compiled.pdf,
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

    def _docx_tree(self) -> Tree:
        return self._tree(
            docx.lower(self.view.body, self.pictures.for_word),
            docx.lower(self.view.abstract, self.pictures.for_word),
        )

    def _docx(self, tree: Tree, _: Path) -> Written:
        with tempfile.TemporaryDirectory() as scratch:
            reference = Path(scratch) / "reference.docx"
            columns = 2 if self.view.has_sources else 1
            reference.write_bytes(
                reference_docx(self.options.timestamp, columns=columns)
            )
            ended = self._pandoc(
                tree, ["--reference-doc", str(reference), "--output", "-"]
            )
        file = without_custom_properties(ended.stdout, self.options.timestamp)
        return Written(data=file, warnings=ended.warnings)

    def _jats_tree(self) -> Tree:
        return self._tree(jats.lower(self.view.body), jats.lower(self.view.abstract))

    def _jats(self, tree: Tree, _: Path) -> Written:
        ended = self._pandoc(tree, [])
        xml = jats.finish(ended.stdout.decode("utf-8"), self._notes(tree))
        return Written(data=xml.encode("utf-8"), warnings=ended.warnings)

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
        cited = self.citations.put_into(tree)
        if cited is not None:
            ended = self._run(cited.tree, arguments)
            return replace(ended, stderr="\n".join([*cited.warnings, ended.stderr]))
        style = self.options.csl
        csl = [] if style is None else [f"--csl={style}"]
        return self._run(tree, ["--citeproc", *csl, *arguments], with_entries=True)

    def _run(
        self, tree: Tree, arguments: list[str], *, with_entries: bool = False
    ) -> tools.Completed:
        common: list[str | Path] = [
            "--from=json",
            f"--to={_WRITERS[self.target]}",
            "--standalone",
            f"--template={template(_TEMPLATES[self.target])}",
            "--wrap=none",
        ]
        with tempfile.TemporaryDirectory() as scratch:
            if with_entries or self.target is Target.JATS:
                files = self.citations.files(keys_in(tree), Path(scratch))
                common += [f"--bibliography={path}" for path in files]
            return tools.pandoc(
                [*common, *arguments],
                stdin=tree.json.encode("utf-8", "surrogatepass"),
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
