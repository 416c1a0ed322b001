"""What is remembered of a unit: what it rested on, what it did, what it showed.

Owns the records and their JSON form. Large outputs are kept by themselves, under their
digests.
"""

from __future__ import annotations

import base64
import hashlib
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from galleyproof.outputs import Output

_SMALL = 4096
"""Bytes up to which an output stands in the record."""
Keep = Callable[[str, bytes], None]
Find = Callable[[str], bytes | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What a unit left in one variable."""

    digest: str
    kind: str
    """`content`: the digest says all; `other`: it may hold more; `opaque`: unknown."""
    mentions: tuple[str, ...] = ()
    """The chapter's names that its functions read when they are called, and those with
    which it shares what can change: who changes the one may change the others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """What was observed of a unit while it ran."""

    reads: frozenset[str] | None
    bound: frozenset[str]
    writes: Mapping[str, Written]
    deleted: tuple[str, ...] = ()
    files: Mapping[str, str | None] = field(default_factory=dict)
    listed: Mapping[str, str | None] = field(default_factory=dict)
    stated: Mapping[str, str | None] = field(default_factory=dict)
    environment: Mapping[str, str | None] = field(default_factory=dict)
    facts: tuple[tuple[tuple[str, ...], str], ...] = ()
    """What the data answered, as digests."""
    written: Mapping[str, str] = field(default_factory=dict)
    """Files that it left in the project."""
    ambient: Mapping[str, str | None] = field(default_factory=dict)
    """Settings that it changed; None: back to how the chapter began."""
    unrepeatable: tuple[str, ...] = ()
    said: tuple[str, ...] = ()
    """Names of what it printed, in the journal."""
    bare: tuple[tuple[int, str], ...] = ()
    """Texts in its figures with a number that knows no data; the line of the cell."""

    @property
    def saw(self) -> str:
        """What it met in the world, which makes it another run; of chance, once."""
        if self.unrepeatable:
            return uuid.uuid4().hex
        met = (self.files, self.listed, self.stated, self.environment)
        return repr(([sorted(each.items()) for each in met], self.facts))


@dataclass(frozen=True, slots=True, kw_only=True)
class Inputs:
    """What makes two runs of a unit the same, as far as it is known beforehand."""

    code: str
    options: str
    variables: Mapping[str, str]
    settings: Mapping[str, str]

    @property
    def key(self) -> str:
        """The digest of all of it."""
        said = repr(
            (
                self.code,
                self.options,
                sorted(self.variables.items()),
                sorted(self.settings.items()),
            )
        )
        return hashlib.sha256(said.encode("utf-8", "surrogatepass")).hexdigest()[:32]


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One run of a unit that came to its end."""

    name: str
    inputs: Inputs
    account: Account
    line: int
    is_placed: bool
    """Whether it shows the line that it stands at."""
    seconds: float
    data: str
    """Digest of the whole data package when it ran; empty where it is not known."""
    outputs: tuple[Output, ...] = ()
    """Of a cell."""
    failed: bool = False
    """Whether the cell ended with the error that it may end with."""
    shown: Mapping[str, str] = field(default_factory=dict)
    """The MIME bundle of an inline expression."""


# Accounts as the kernel tells them ---------------------------------------------------


def account_of(told: Mapping[str, Any]) -> Account:
    """Read an account from JSON."""
    reads = told.get("reads")
    return Account(
        reads=None if reads is None else frozenset(reads),
        bound=frozenset(told["bound"]),
        writes={
            name: Written(digest=said[0], kind=said[1], mentions=tuple(said[2]))
            for name, said in told["writes"].items()
        },
        deleted=tuple(told["deleted"]),
        files=told["files"],
        listed=told["listed"],
        stated=told["stated"],
        environment=told["environment"],
        facts=tuple((tuple(fact), digest) for fact, digest in told["facts"]),
        written=told["written"],
        ambient=told["ambient"],
        unrepeatable=tuple(told["unrepeatable"]),
        said=tuple(told["said"]),
        bare=tuple((line, text) for line, text in told.get("bare", ())),
    )


def _account_json(account: Account) -> dict[str, Any]:
    return {
        "reads": None if account.reads is None else sorted(account.reads),
        "bound": sorted(account.bound),
        "writes": {
            name: [one.digest, one.kind, list(one.mentions)]
            for name, one in account.writes.items()
        },
        "deleted": list(account.deleted),
        "files": account.files,
        "listed": account.listed,
        "stated": account.stated,
        "environment": account.environment,
        "facts": [[list(fact), digest] for fact, digest in account.facts],
        "written": account.written,
        "ambient": account.ambient,
        "unrepeatable": list(account.unrepeatable),
        "said": list(account.said),
        "bare": [list(one) for one in account.bare],
    }


# Records ------------------------------------------------------------------------------


def record_json(record: Record, keep: Keep) -> dict[str, Any]:
    """Return a record as JSON; `keep` takes what is large, with its digest."""
    return {
        "name": record.name,
        "inputs": [
            record.inputs.code,
            record.inputs.options,
            dict(record.inputs.variables),
            dict(record.inputs.settings),
        ],
        "account": _account_json(record.account),
        "line": record.line,
        "placed": record.is_placed,
        "seconds": record.seconds,
        "data": record.data,
        "outputs": [_output_json(output, keep) for output in record.outputs],
        "failed": record.failed,
        "shown": dict(record.shown),
    }


def record_of(told: Mapping[str, Any], find: Find) -> Record | None:
    """Read a record; None where a part of it is gone."""
    outputs = [_output_of(each, find) for each in told["outputs"]]
    if any(output is None for output in outputs):
        return None
    code, options, variables, settings = told["inputs"]
    return Record(
        name=told["name"],
        inputs=Inputs(
            code=code, options=options, variables=variables, settings=settings
        ),
        account=account_of(told["account"]),
        line=told["line"],
        is_placed=told["placed"],
        seconds=told["seconds"],
        data=told["data"],
        outputs=tuple(output for output in outputs if output is not None),
        failed=told["failed"],
        shown=told["shown"],
    )


def _output_json(output: Output, keep: Keep) -> dict[str, Any]:
    return {
        "kind": output.kind,
        "name": output.name,
        "text": _text_json(output.text, keep),
        "data": {mime: _text_json(data, keep) for mime, data in output.data.items()},
        "metadata": output.metadata,
    }


def _text_json(data: str | bytes, keep: Keep) -> list[str]:
    is_text = isinstance(data, str)
    raw = data.encode("utf-8", "surrogatepass") if isinstance(data, str) else data
    kind = "text" if is_text else "bytes"
    if len(raw) > _SMALL:
        digest = hashlib.sha256(raw).hexdigest()
        keep(digest, raw)
        return [f"kept {kind}", digest]
    if isinstance(data, str):
        return [kind, data]
    return [kind, base64.b64encode(raw).decode("ascii")]


def _output_of(told: Mapping[str, Any], find: Find) -> Output | None:
    text = _text_of(told["text"], find)
    data = {mime: _text_of(each, find) for mime, each in told["data"].items()}
    if not isinstance(text, str) or any(each is None for each in data.values()):
        return None
    return Output(
        kind=told["kind"],
        name=told["name"],
        text=text,
        data={mime: each for mime, each in data.items() if each is not None},
        metadata=told["metadata"],
    )


def _text_of(told: list[str], find: Find) -> str | bytes | None:
    kind, said = told
    if kind == "text":
        return said
    if kind == "bytes":
        return base64.b64decode(said)
    raw = find(said)
    if raw is None:
        return None
    return raw if kind == "kept bytes" else raw.decode("utf-8", "surrogatepass")
