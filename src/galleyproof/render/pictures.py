"""Pictures: where they are, that they are there, and copies beside the page."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from urllib.parse import unquote

from galleyproof.errors import OutputError
from galleyproof.files import digest, digest_of
from galleyproof.render.view import View


@dataclass(frozen=True, slots=True, kw_only=True)
class Pictures:
    """The pictures of one manuscript, by the path that its text uses."""

    project_dir: Path
    files: Mapping[str, bytes] = field(default_factory=dict)
    """Those that cells showed; they are on no disk yet."""

    def exists(self, path: str) -> bool:
        """Tell whether there is such a picture inside the project."""
        if path in self.files:
            return True
        return _is_inside(path) and (self.project_dir / path).is_file()

    def missing(self, paths: Iterable[str]) -> list[str]:
        """Return the paths that lead to no picture of the project."""
        return [path for path in paths if not self.exists(path)]

    def for_word(self, path: str) -> str:
        """Return the PNG beside an SVG, which Word can show; else the path itself."""
        local = PurePosixPath(unquote(path))
        if local.suffix.lower() != ".svg":
            return path
        sibling = str(local.with_suffix(".png"))
        return sibling if self.exists(sibling) else path

    def copy(self, into: Path, views: Iterable[View]) -> str:
        """Put every picture that is used, and its PNG, under `into`.

        Returns a digest of them all.
        """
        paths = {path for view in views for path in view.pictures}
        paths |= {self.for_word(path) for path in paths}
        try:
            into.mkdir(parents=True, exist_ok=True)
            for path in sorted(paths):
                self._copy_one(path, into / path)
        except OSError as error:
            raise OutputError(
                f"`{into.name}` cannot be written to: {error.strerror or error}",
                hint="free space on the disk, or choose another output directory",
            ) from error
        said = [f"{path} {digest(into / path)}" for path in sorted(paths)]
        return digest_of("\n".join(said))

    def _copy_one(self, path: str, target: Path) -> None:
        target.parent.mkdir(parents=True, exist_ok=True)
        if path in self.files:
            target.write_bytes(self.files[path])
            return
        source = self.project_dir / path
        if not (target.exists() and target.samefile(source)):
            shutil.copyfile(source, target)


def _is_inside(path: str) -> bool:
    local = PurePosixPath(path)
    return not local.is_absolute() and ".." not in local.parts
