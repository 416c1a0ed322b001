"""`galley: ignore:`: a list of mappings from a reader to values.

Whether a code exists, and whether a reason is given, is judged where suppressions in
the text are judged as well: by `checks.suppressions`.
"""

from __future__ import annotations

from collections.abc import Mapping

from galleyproof.config.model import Ignored
from galleyproof.config.reader import Reader
from galleyproof.nearest import nearest
from galleyproof.spans import Span

_KEYS = ("code", "path", "reason", "text")
_PATH = ("galley", "ignore")


def read_ignored(reader: Reader) -> tuple[Ignored, ...]:
    """Read the list; what is misshapen is a finding, and left out."""
    written = reader.value(*_PATH)
    if written is None:
        return ()
    if not isinstance(written, list):
        reader.wrong(_PATH, "a list of `code`, `path` and `reason`")
        return ()
    entries = (_entry(reader, index, entry) for index, entry in enumerate(written))
    return tuple(entry for entry in entries if entry is not None)


def _entry(reader: Reader, index: int, entry: object) -> Ignored | None:
    path = (*_PATH, index)
    if not isinstance(entry, Mapping):
        reader.wrong(path, "a mapping of `code`, `path` and `reason`")
        return None
    for key in entry:
        if key not in _KEYS:
            near = nearest(str(key), _KEYS)
            reader.report(
                (*path, str(key)),
                f"`galley: ignore` has no key `{key}`",
                f"did you mean `{near}`?"
                if near
                else "known are `code`, `path`, `text` and `reason`",
                at_key=True,
            )
    codes = _codes(entry.get("code"))
    texts = {key: entry.get(key) or "" for key in _KEYS[1:]}
    misshapen = [key for key, value in texts.items() if not isinstance(value, str)]
    if not codes:
        reader.wrong((*path, "code") if "code" in entry else path, "given a `code`")
    for key in misshapen:
        reader.wrong((*path, key), "a text")
    if not codes or misshapen:
        return None
    span = reader.place(*path, "code") or Span(path="", line=0)
    return Ignored(codes=codes, span=span, **{k: str(v) for k, v in texts.items()})


def _codes(value: object) -> tuple[str, ...]:
    if isinstance(value, str):
        return tuple(value.replace(",", " ").split())
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        return tuple(value)
    return ()
