"""References that cannot all be right: pages, volumes, identifiers, spellings, doubles.

Each rule looks at one entry, or at entries that should agree: those of one journal, one
person, one work. Two spellings or two years contradict each other without saying which
is wrong; the rarer one is marked, and the other named.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from galleyproof.bibliography import Bibliography, Entry, Person
from galleyproof.checks.context import folded, one_letter_apart
from galleyproof.diagnostics import Code, Diagnostic, Severity
from galleyproof.spans import Span

_DOI = re.compile(r"10\.\d{4,9}(?:\.\d+)*/[^\s{}]*[^\s{}.,;]")
_DOI_PREFIX = re.compile(r"https?://(?:dx\.)?doi\.org/", re.IGNORECASE)
_PMID = re.compile(r"\d{1,8}")
_PMCID = re.compile(r"(?:PMC)?\d{1,8}(?:\.\d+)?", re.IGNORECASE)
_PARTS = frozenset({"incollection", "inbook", "inproceedings", "conference"})
_MANY = 3
_SMALL = frozenset(
    {"a", "an", "and", "de", "der", "des", "die", "for", "in", "la", "of", "on", "the"}
)
_LONG_WORD = 6
_SHORT_TITLE = 4
_SEVERAL = 20


def check(bibliography: Bibliography) -> Iterator[Diagnostic]:
    """Find what is suspicious in the entries of a bibliography."""
    yield from identifiers(bibliography)
    yield from doubles(bibliography)
    yield from journals(bibliography)
    yield from volumes(bibliography)
    yield from people(bibliography)


# -- identifiers -----------------------------------------------------------------------


def identifiers(bibliography: Bibliography) -> Iterator[Diagnostic]:
    """Find DOIs and PubMed identifiers that cannot be any."""
    for entry in bibliography.entries.values():
        doi, pmid = doi_of(entry), entry.text("pmid").strip()
        if doi and not _DOI.fullmatch(doi):
            yield _malformed(bibliography, entry, "doi", "a DOI is `10.1000/182`")
        if pmid and not _PMID.fullmatch(pmid):
            yield _malformed(bibliography, entry, "pmid", "a PMID is a whole number")
        pmcid = entry.text("pmcid").strip()
        if pmcid and not _PMCID.fullmatch(pmcid):
            yield _malformed(bibliography, entry, "pmcid", "a PMCID is `PMC123456`")


def doi_of(entry: Entry) -> str:
    """Return the DOI of an entry without address and escapes."""
    written = entry.text("doi").replace("\\", "").strip()
    return _DOI_PREFIX.sub("", written)


def _malformed(
    bibliography: Bibliography, entry: Entry, field: str, hint: str
) -> Diagnostic:
    return Diagnostic(
        code=Code.IDENTIFIER_VALID,
        span=bibliography.place(entry, field),
        message=f"`{entry.text(field)}` is no {field.upper()}",
        hint=hint,
        severity=Severity.WARNING,
    )


# -- one work, two keys ----------------------------------------------------------------


def doubles(bibliography: Bibliography) -> Iterator[Diagnostic]:
    """Find entries of one work: of its DOI, its PMID, or its title, author and year."""
    first: dict[tuple[str, ...], Entry] = {}
    for entry in bibliography.entries.values():
        for identity, field in _identities(entry):
            earlier = first.setdefault(identity, entry)
            if earlier is not entry:
                yield _warning(
                    Code.WORK_LISTED_ONCE,
                    bibliography.place(entry, field),
                    f"`{entry.key}` has the {field} of `{earlier.key}`"
                    f" (line {earlier.span.line})",
                    "keep one of them, or correct what is not its own",
                )
                break


def _identities(entry: Entry) -> Iterator[tuple[tuple[str, ...], str]]:
    part = entry.type in _PARTS  # of a volume, whose DOI it may carry
    title = _words(entry.text("title"))
    if doi := doi_of(entry).casefold():
        yield ("doi", doi, title if part else ""), "doi"
    if pmid := entry.text("pmid").strip():
        yield ("pmid", pmid), "pmid"
    authors = entry.authors or entry.editors
    year = entry.text("year") or entry.text("date")[:4]
    tied = {"related", "crossref", "xref"} & set(entry.fields)  # meant to be two
    if len(title.split()) >= _SHORT_TITLE and year and authors and not tied:
        where = (entry.type, entry.text("volume"), _words(entry.text("booktitle")))
        yield ("title", title, year, folded(authors[0].family), *where), "title"


# -- journals --------------------------------------------------------------------------


def journals(bibliography: Bibliography) -> Iterator[Diagnostic]:
    """Find journals that are spelled in two ways.

    Told apart by case, punctuation or a letter, or abbreviated here and not there.
    """
    spelled: dict[str, list[Entry]] = {}
    for entry in bibliography.entries.values():
        name = journal_of(entry)
        if name and "\\" not in name:
            spelled.setdefault(name, []).append(entry)
    for rare, common in _variants(spelled):
        entry = spelled[rare][0]
        times = len(spelled[rare])
        more = f" (and in {times - 1} more)" if times > 1 else ""
        yield _warning(
            Code.JOURNAL_SPELLED_ALIKE,
            bibliography.place(entry, _journal_field(entry)),
            f"`{rare}`{more} is `{common}` in `{spelled[common][0].key}`",
            "spell a journal in one way",
        )


def journal_of(entry: Entry) -> str:
    """Return the name of the journal on one line."""
    return " ".join(entry.text(_journal_field(entry)).split())


def _journal_field(entry: Entry) -> str:
    return "journal" if entry.fields.get("journal") else "journaltitle"


def _variants(spelled: Mapping[str, Sequence[Entry]]) -> Iterator[tuple[str, str]]:
    """Yield (rarer, commoner) spellings of one journal; every spelling once."""
    names = sorted(spelled, key=lambda name: -len(spelled[name]))
    seen: dict[str, str] = {}
    for name in names:
        marks = list(_marks(name))
        same = next((seen[m] for m in marks if m in seen), None)
        if same is not None and same != name and _alike(name, same):
            yield name, same
        for mark in marks:
            seen.setdefault(mark, name)


def _marks(name: str) -> Iterator[str]:
    """Yield what two spellings of one journal have in common.

    Its words; their first letters; its words but for one letter.
    """
    words = _words(name).split()
    yield "=" + " ".join(words)
    if len(words) > 1:
        yield "^" + "".join(word[0] for word in words if word not in _SMALL)
        whole = " ".join(words)
        yield from (f"-{whole[:i]}{whole[i + 1 :]}" for i in range(len(whole)))


def _alike(one: str, other: str) -> bool:
    mine, its = _words(one).split(), _words(other).split()
    if mine == its:
        return True
    if len(mine) == len(its):
        different = [(a, b) for a, b in zip(mine, its, strict=True) if a != b]
        if len(different) == 1:
            a, b = different[0]
            if min(len(a), len(b)) >= _LONG_WORD and one_letter_apart(a, b):
                return not {a + "s", b + "s"} & {a, b}
    mine = [word for word in mine if word not in _SMALL]
    its = [word for word in its if word not in _SMALL]
    return len(mine) == len(its) > 1 and _abbreviates(mine, its)


def _abbreviates(mine: Sequence[str], its: Sequence[str]) -> bool:
    """Whether one name's words are beginnings of the other's, more than one cut."""
    longer = sum(map(len, mine)) > sum(map(len, its))
    pairs = list(zip(its, mine, strict=True) if longer else zip(mine, its, strict=True))
    cut = sum(short != long for short, long in pairs)
    return cut > 1 and all(long.startswith(short) for short, long in pairs)


# -- volumes ---------------------------------------------------------------------------


def volumes(bibliography: Bibliography) -> Iterator[Diagnostic]:
    """Find years and volumes of one journal that contradict each other.

    Volumes rise with the years. Where three or more entries have one volume a year in
    step, an entry out of step is marked; else a later volume of an earlier year.
    """
    by_journal: dict[str, list[tuple[int, int, Entry]]] = {}
    for entry in bibliography.entries.values():
        volume, name = entry.text("volume").strip(), journal_of(entry)
        if name and volume.isascii() and volume.isdigit() and entry.year:
            row = (entry.year, int(volume), entry)
            by_journal.setdefault(_words(name), []).append(row)
    for rows in by_journal.values():
        for entry, witness in _out_of_step(rows):
            yield _warning(
                Code.VOLUME_FITS_YEAR,
                bibliography.place(entry, "year"),
                f"volume {entry.text('volume')} of {entry.year} contradicts"
                f" `{witness.key}`, volume {witness.text('volume')} of {witness.year}",
                "look both up; a journal's volumes rise with its years",
            )


def _out_of_step(
    rows: Sequence[tuple[int, int, Entry]],
) -> Iterator[tuple[Entry, Entry]]:
    offsets = Counter(year - volume for year, volume, _ in rows)
    ((usual, times),) = offsets.most_common(1)
    years = {year for year, volume, _ in rows if year - volume == usual}
    if len(years) >= _MANY and times == len(rows) - 1:
        in_step = [row for row in rows if row[0] - row[1] == usual]
        (odd,) = (row for row in rows if row[0] - row[1] != usual)
        # Before or after them the journal may have had more volumes a year.
        if min(years) <= odd[0] <= max(years):
            yield odd[2], min(in_step, key=lambda row: abs(row[0] - odd[0]))[2]
            return
    ordered = sorted(rows, key=lambda row: row[:2])
    kept = [ordered[i] for i in _rising([volume for _, volume, _ in ordered])]
    sound = {id(row[2]) for row in kept}
    for year, volume, entry in ordered:
        if id(entry) in sound:
            continue
        for other in kept:
            if (other[0] - year) * (other[1] - volume) < 0:
                yield entry, other[2]
                break


def _rising(numbers: Sequence[int]) -> list[int]:
    """Return the places of a longest run that does not fall, in n log n."""
    tails: list[int] = []
    ends: list[int] = []
    before: list[int] = []
    for index, number in enumerate(numbers):
        place = bisect_right(tails, number)
        before.append(ends[place - 1] if place else -1)
        tails[place : place + 1] = [number]
        ends[place : place + 1] = [index]
    found, at = [], ends[-1] if ends else -1
    while at >= 0:
        found.append(at)
        at = before[at]
    return found[::-1]


# -- people ----------------------------------------------------------------------------


def people(bibliography: Bibliography) -> Iterator[Diagnostic]:
    """Find people whose name is spelled in two ways.

    Two names a letter or an accent apart are one person's where given names agree and
    both have written with one other person; otherwise too many are two people.
    """
    spelled: dict[tuple[str, str], list[Entry]] = {}
    for entry in bibliography.entries.values():
        for person in (*entry.authors, *entry.editors):
            if initials := _initials(person):
                spelled.setdefault((person.family, initials), []).append(entry)
    marks: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for name in sorted(spelled, key=lambda name: -len(spelled[name])):
        for mark in _name_marks(*name):
            marks.setdefault(mark, []).append(name)
    told: set[tuple[str, str]] = set()
    for names in marks.values():
        common = names[0]
        for rare in names[1:]:
            if rare in told or not _one_person(rare, common, spelled):
                continue
            told.add(rare)
            entry = spelled[rare][0]
            yield _warning(
                Code.AUTHOR_SPELLED_ALIKE,
                bibliography.place(
                    entry, "author" if entry.authors else "editor", rare[0]
                ),
                f"`{rare[0]}` of `{entry.key}` is `{common[0]}` in"
                f" `{spelled[common][0].key}`",
                "spell a person's name in one way",
            )


def _initials(person: Person) -> str:
    return "".join(word[0] for word in re.findall(r"[^\W\d_]+", person.given)).upper()


def _name_marks(family: str, initials: str) -> Iterator[tuple[str, str]]:
    # Names a letter apart are alike, or one is the other, with a letter left out.
    name = folded(family)
    yield name, initials
    if len(name) >= _LONG_WORD:
        for i in range(1, len(name)):
            yield name[:i] + name[i + 1 :], initials


def _one_person(
    one: tuple[str, str],
    other: tuple[str, str],
    spelled: Mapping[tuple[str, str], Sequence[Entry]],
) -> bool:
    if one[0].casefold() == other[0].casefold():
        return False
    mine, its = folded(one[0]), folded(other[0])
    if mine != its and not one_letter_apart(mine, its):
        return False
    if not {e.key for e in spelled[one]}.isdisjoint(e.key for e in spelled[other]):
        return False  # they wrote together: two people
    return bool(_company(spelled[one], one) & _company(spelled[other], other))


def _company(entries: Iterable[Entry], but: tuple[str, str]) -> set[tuple[str, str]]:
    return {
        (folded(person.family), _initials(person)[:1])
        for entry in entries
        for person in (*entry.authors, *entry.editors)
        if person.family != but[0]
    }


def _words(text: str) -> str:
    """Return a text as titles are compared: words without case, accents, marks."""
    plain = unicodedata.normalize("NFKD", text.casefold().replace("&", " and "))
    bare = "".join(c for c in plain if not unicodedata.combining(c))
    return " ".join(re.findall(r"\w+", bare)).removeprefix("the ")


# -- never cited -----------------------------------------------------------------------


def uncited(bibliography: Bibliography, used: Collection[str]) -> Iterator[Diagnostic]:
    """Find entries that nothing cites.

    A bibliography most of which is cited nowhere is a collection that serves several
    manuscripts: one finding says so. One of which nothing is cited is left alone.
    """
    entries = bibliography.entries
    unused = [entry for key, entry in entries.items() if key not in used]
    if len(unused) == len(entries):
        return
    if len(unused) > max(_SEVERAL, len(entries) / 2):
        yield _warning(
            Code.REFERENCE_CITED,
            Span(path=bibliography.path, line=0),
            f"{len(unused)} of {len(entries)} entries are never cited",
            "give the manuscript a list of its own, or ignore this rule",
        )
        return
    for entry in unused:
        yield _warning(
            Code.REFERENCE_CITED,
            entry.span,
            f"nothing cites `{entry.key}`",
            "cite it, remove it, or name it under `nocite:`",
        )


def _warning(code: Code, span: Span, message: str, hint: str) -> Diagnostic:
    return Diagnostic(
        code=code, span=span, message=message, hint=hint, severity=Severity.WARNING
    )
