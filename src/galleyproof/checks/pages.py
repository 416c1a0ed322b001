"""Pages: an article that has pages has a last one.

A single number is right where the journal numbers its articles. That is known from the
publisher's DOI prefix, from the DOI itself when it ends with the number, from names of
journals that are known for it, and from other entries of the journal that do the same.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from galleyproof.bibliography import Bibliography, Entry
from galleyproof.checks.references import doi_of, journal_of
from galleyproof.diagnostics import Code, Diagnostic, Severity

_PAGE = re.compile(r"[1-9]\d{0,4}")
_RANGE = re.compile(r"[A-Za-z]?\d+\s*[-–—]")
_PREFIXES = ("10.3390/", "10.3389/", "10.1371/", "10.1186/", "10.7554/", "10.7717/")
"""MDPI, Frontiers, PLOS, BMC and SpringerOpen, eLife, PeerJ."""
_ARTICLES = re.compile(
    r"bmc\b|frontiers in\b|plos\b|jmir\b|physical review\b|nature communications"
    r"|communications (?:biology|medicine|physics|chemistry)"
    r"|npj\b|(?:scientific reports|elife|bmj|bmj open|peerj|f1000research|cureus"
    r"|trials|systematic reviews|critical care|genome (?:biology|medicine)"
    r"|molecular cancer|radiation oncology|insights into imaging|cancer imaging"
    r"|european radiology experimental|world journal of surgical oncology"
    r"|journal of (?:translational|clinical|personalized) medicine"
    r"|international journal of (?:molecular sciences"
    r"|environmental research and public health)"
    r"|cancers|diagnostics|nutrients|sensors|healthcare|molecules|materials|medicina"
    r"|water|sustainability|remote sensing|applied sciences|biomedicines|life|cells"
    r"|viruses|vaccines|entropy|energies|antioxidants|pharmaceuticals|toxins|genes"
    r"|brain sciences|children|foods|animals|plants|micromachines|symmetry"
    r"|mathematics|electronics|current oncology|tomography|biomolecules"
    r"|pharmaceutics|pathogens|microorganisms|polymers|nanomaterials|metabolites)$",
    re.IGNORECASE,
)


def check(bibliography: Bibliography) -> Iterator[Diagnostic]:
    """Find articles with a first page and no last one."""
    articles = [e for e in bibliography.entries.values() if e.type == "article"]
    single = Counter(_journal(entry) for entry in articles if _is_single(entry))
    ranged = {_journal(e) for e in articles if _RANGE.match(e.text("pages").strip())}
    for entry in articles:
        if not _is_single(entry) or _numbers_articles(entry):
            continue
        if single[_journal(entry)] > 1 and _journal(entry) not in ranged:
            continue  # of all its articles the number stands by itself
        yield Diagnostic(
            code=Code.PAGES_RANGED,
            span=bibliography.place(entry, "pages"),
            message=f"`{entry.key}` has a first page and no last one",
            hint="write both, `182--188`; the number of an article belongs to `eid`",
            severity=Severity.WARNING,
        )


def _journal(entry: Entry) -> str:
    return journal_of(entry).casefold()


def _is_single(entry: Entry) -> bool:
    return bool(_PAGE.fullmatch(entry.text("pages").strip()) and _journal(entry))


def _numbers_articles(entry: Entry) -> bool:
    number, doi = entry.text("pages").strip(), doi_of(entry)
    return (
        bool(entry.fields.get("eid"))
        or doi.endswith(number)
        or doi.startswith(_PREFIXES)
        or bool(_ARTICLES.match(journal_of(entry)))
    )
