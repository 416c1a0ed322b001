"""Make a Quarto review of any size: a sound one, with data, references and a ledger.

Run with `python benchmarks/projects.py DIRECTORY --chapters 200 --cells 2000 …`, or
call `write`. The same size gives the same bytes. What the review says is made up and
reads so: names are syllables, and DOIs have the prefix that is kept for examples.
Everything is spread evenly over the chapters, so that a chapter of a large project is
like one of a small project with the same size a chapter (`Size.of`).
"""

from __future__ import annotations

import argparse
import csv
import io
import json
import textwrap
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, fields
from functools import cached_property
from pathlib import Path
from zlib import crc32

ROOT = Path(__file__).resolve().parents[1]
OUTCOMES = {
    "technical_success": ("technical success", 90),
    "complete_ablation": ("complete ablation", 80),
    "local_progression": ("local progression", 20),
    "major_complications": ("major complications", 5),
}
"""Outcome -> its words, and about how many per cent of large tumours have it."""
STRATA = ("all", "lt4", "ge4")
TABLES = ("terms", "sources", "studies", "counts", "partitions", "proportions")
JOURNALS = (
    "Annals of Examples",
    "Journal of Sample Medicine",
    "Specimen Radiology",
    "Transactions on Fictional Oncology",
    "Proceedings in Invented Surgery",
)
CONFIGURATION = """\
project:
  type: manuscript
  output-dir: _output
  render: [index.qmd]
lang: en-GB
bibliography: references.bib
link-citations: true
number-sections: true
execute:
  echo: false
format:
  html:
    toc: true
  typst:
    citeproc: true
  docx: default
  jats: default
galley:
  data: data
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """How much there is of everything, in the whole project."""

    chapters: int = 20
    cells: int = 200
    """Of Python, a chapter's first one included; every chapter has one at least."""
    values: int = 5_000
    """Inline expressions that print numbers."""
    references: int = 1_000
    """Entries of the bibliography; each is cited in one chapter."""
    rows: int = 2_400
    """Of `data/proportions.csv`; a study has twelve."""
    figures: int = 2

    @classmethod
    def of(cls, chapters: int) -> Size:
        """Return a project of so many chapters of the usual size."""
        usual = cls()
        times = {f.name: getattr(usual, f.name) for f in fields(cls)}
        parts = {name: n * chapters // usual.chapters for name, n in times.items()}
        return cls(**{**parts, "chapters": chapters, "figures": usual.figures})


def write(directory: Path, size: Size) -> None:
    """Write the project; files of the same names are replaced."""
    review = _Review(size)
    files = {
        "_quarto.yml": CONFIGURATION,
        "index.qmd": review.index(),
        "references.bib": "".join(map(entry_of, review.works)),
        "data/datapackage.json": json.dumps(_descriptor(), indent=1),
    }
    for name, rows in review.tables().items():
        files[f"data/{name}.csv"] = _table(name, rows)
    for number in range(size.chapters):
        files[f"chapters/{_name(number)}.qmd"] = review.chapter(number)
    for name, text in files.items():
        path = directory / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="")


def _pick(among: Sequence[str], *seed: object) -> str:
    return among[_noise(*seed) % len(among)]


def _noise(*seed: object) -> int:
    """Return what looks like a random number, the same for the same seed."""
    return crc32(" ".join(map(str, seed)).encode())


def _share(total: int, parts: int, index: int) -> range:
    """Return which of so many things fall to one of so many parts."""
    return range(total * index // parts, total * (index + 1) // parts)


def _name(number: int) -> str:
    return f"chapter-{number + 1:03}"


# Works ----------------------------------------------------------------------------

_SYLLABLES = [a + b for a in "bdfgklmnprstvz" for b in "aeiou"]
_COPRIME = 200_003


def family(number: int) -> str:
    """Return a surname; a number below 343,000 has one of its own."""
    mixed, base = number * _COPRIME % len(_SYLLABLES) ** 3, len(_SYLLABLES)
    parts = (mixed // base**2, mixed // base % base, mixed % base)
    return "".join(_SYLLABLES[part] for part in parts).capitalize()


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """One entry of the bibliography."""

    number: int
    name: str
    """Surname of the first author."""
    year: int

    @property
    def key(self) -> str:
        """What citations write; also a name in Python."""
        return f"{self.name.lower()}{self.year}"

    @property
    def person(self) -> str:
        """The first author as BibTeX writes one."""
        return f"{self.name}, {_pick('ABCDEFGHJKLMNPRSTVW', self.name)}."


def work_of(number: int) -> Work:
    """Return a work by its number."""
    return Work(number=number, name=family(number), year=1995 + _noise(number) % 30)


def entry_of(work: Work) -> str:
    """Return the entry of a bibliography."""
    others = [work_of(work.number * 3 + 100_000 + i).person for i in range(2)]
    journal = _pick(JOURNALS, work.key)
    first = 100 + _noise(work.key, "pages") % 800
    return f"""\
@article{{{work.key},
  author  = {{{" and ".join([work.person, *others])}}},
  title   = {{Outcomes of ablation in the {work.name.lower()} cohort: what was seen}},
  journal = {{{journal}}},
  year    = {{{work.year}}},
  volume  = {{{work.year - 1990}}},
  pages   = {{{first}--{first + 9}}},
  doi     = {{10.5555/{work.key}}},
}}

"""


# Data -----------------------------------------------------------------------------


def _descriptor() -> dict[str, object]:
    """Return the description of the review's own tables, of those that are made."""
    path = ROOT / "data" / "datapackage.json"
    ours = json.loads(path.read_text(encoding="utf-8"))
    return {
        "profile": ours["profile"],
        "name": "a-review-of-any-size",
        "resources": [r for r in ours["resources"] if r["name"] in TABLES],
    }


def _columns(name: str) -> list[str]:
    resources: object = _descriptor()["resources"]
    assert isinstance(resources, list)
    found = next(r for r in resources if r["name"] == name)
    return [field["name"] for field in found["schema"]["fields"]]


Record = dict[str, object]


def _table(name: str, rows: Iterable[Record]) -> str:
    text = io.StringIO()
    columns = _columns(name)
    sheet = csv.DictWriter(text, columns, restval="", lineterminator="\n")
    sheet.writeheader()
    sheet.writerows(rows)
    return text.getvalue()


def _terms() -> Iterator[Record]:
    def term(name: str, kind: str, label: str = "") -> Record:
        label = label or name.replace("_", " ").capitalize()
        return {"id": name, "kind": kind, "label": label, "definition": f"{label}."}

    yield from (term(name, "outcome") for name in OUTCOMES)
    yield term("all", "stratum")
    yield term("lt4", "stratum", "< 4 cm")
    yield term("ge4", "stratum", "≥ 4 cm")
    yield term("cryoablation", "arm")
    yield term("tumours", "unit", "tumours")
    yield term("cohort", "design")


def _study(work: Work) -> Record:
    return {
        "id": work.key,
        "name": work.name,
        "label": f"{work.name} et al., {work.year}",
        "year": work.year,
        "kind": "cohort",
        "design": "Retrospective cohort",
        "population": "Adults treated by ablation",
        "main_tumour_type": "Hepatocellular carcinoma",
        "role": "cited",
        "in_article_table1": "false",
        "identity": "verified",
        "locator": "abstract",
        "status": "confirmed",
    }


def _document(work: Work) -> Record:
    return {
        "id": f"{work.key}-full",
        "kind": "full text",
        "title": f"{work.name} {work.year}",
        "address": f"https://doi.org/10.5555/{work.key}",
        "read": "The whole article.",
    }


def _cohort(work: Work) -> dict[str, int]:
    """Return how many tumours there were, by stratum."""
    small = 60 + _noise(work.key, "small") % 200
    large = 30 + _noise(work.key, "large") % 60
    return {"all": small + large, "lt4": small, "ge4": large}


def _events(work: Work, outcome: str) -> dict[str, int]:
    """Return how many had an outcome: more of the small ones, where it is good."""
    _, rate = OUTCOMES[outcome]
    totals = _cohort(work)
    better = rate + (6 if rate > 50 else -3)
    found = {
        "lt4": totals["lt4"] * (better + _noise(work.key, outcome) % 3) // 100,
        "ge4": totals["ge4"] * rate // 100,
    }
    return {"all": sum(found.values()), **found}


def _proportions(work: Work) -> Iterator[Record]:
    totals = _cohort(work)
    for outcome in OUTCOMES:
        for stratum, events in _events(work, outcome).items():
            # Half up, in whole numbers: no percentage is a matter of floating point.
            tenths = (2000 * events + totals[stratum]) // (2 * totals[stratum])
            yield {
                "id": _row(work, outcome, stratum),
                "study": work.key,
                "outcome": outcome,
                "arm": "cryoablation",
                "stratum": stratum,
                "unit": "tumours",
                "events": events,
                "total": totals[stratum],
                "counts_status": "confirmed",
                "printed": f"{tenths // 10}.{tenths % 10}",
                "decimals": 1,
                "source": f"{work.key}-full",
                "locator": "Table 2",
                "status": "confirmed",
            }


def _row(work: Work, outcome: str, stratum: str) -> str:
    return f"{work.key}-{outcome.replace('_', '-')}-{stratum}"


def _count(work: Work) -> Record:
    return {
        "id": f"{work.key}-tumours",
        "study": work.key,
        "group": "all",
        "unit": "tumours",
        "count": _cohort(work)["all"],
        "printed": _cohort(work)["all"],
        "source": f"{work.key}-full",
        "locator": "abstract",
        "status": "confirmed",
    }


# Chapters -------------------------------------------------------------------------

_OPENINGS = (
    "In the series of {name} and colleagues [@{key}]",
    "As {name} and colleagues report [@{key}]",
    "After treatment in the cohort of {name} and colleagues [@{key}]",
)
_FILLERS = (
    "Follow-up was by imaging, read on site and not anew for this review.",
    "How the tumours were chosen for treatment is not said in any detail.",
    "The authors describe their method with care, and so can be followed.",
    "What was seen agrees with what others have written about the same question.",
)
_FORMS = {
    "": "{outcome} was {code}",
    ".counts": "by counts {code}",
    ".ci": "with an interval of {code}",
    ".events": "seen in {code} of the tumours",
    ".total": "which were {code} in all",
}
"""Attribute of a row -> how it is said."""
_SET_UP = "from galleyproof import claim, compare, figure, intervals, study, table"


class _Review:
    """What is in which chapter."""

    def __init__(self, size: Size) -> None:
        self.size = size

    @cached_property
    def works(self) -> list[Work]:
        """Every entry of the bibliography."""
        return [work_of(number) for number in range(self.size.references)]

    @cached_property
    def studies(self) -> list[Work]:
        """Those that the data hold: they are spread over the works, and so chapters."""
        a_study = len(OUTCOMES) * len(STRATA)
        number = min(-(-self.size.rows // a_study), len(self.works))
        return [self.works[len(self.works) * i // number] for i in range(number)]

    def tables(self) -> dict[str, Iterable[Record]]:
        """Return the rows of the data package."""
        rows = [row for work in self.studies for row in _proportions(work)]
        parts = {"id": "size", "whole": "all", "parts": "lt4 ge4"}
        return {
            "terms": _terms(),
            "sources": map(_document, self.studies),
            "studies": map(_study, self.studies),
            "counts": map(_count, self.studies),
            "partitions": [parts] if self.studies else [],
            "proportions": rows,
        }

    def index(self) -> str:
        """Return the file that includes all others."""
        names = map(_name, range(self.size.chapters))
        includes = [f"{{{{< include chapters/{name}.qmd >}}}}\n" for name in names]
        return "\n".join(['---\ntitle: "A review of any size"\n---\n', *includes])

    def chapter(self, number: int) -> str:
        """Return the text of a chapter."""
        mine = self._of(number, self.size.references)
        works = [self.works[i] for i in mine]
        chosen = {work.number for work in self.studies}
        return _Chapter(
            name=_name(number),
            works=works,
            studies=[work for work in works if work.number in chosen],
            cells=max(1, len(self._of(number, self.size.cells))),
            values=len(self._of(number, self.size.values)),
            figures=len(self._of(number, self.size.figures)),
        ).text()

    def _of(self, number: int, total: int) -> range:
        return _share(total, self.size.chapters, number)


@dataclass(slots=True, kw_only=True)
class _Chapter:
    """One chapter, of which the sizes are known."""

    name: str
    works: list[Work]
    studies: list[Work]
    cells: int
    values: int
    figures: int

    def text(self) -> str:
        """Return it whole: heading, set-up, then prose with cells between."""
        pieces = [f"# {self._title()} {{#sec-{self.name}}}", self._set_up()]
        cells, paragraphs = list(self._cells()), list(self._paragraphs())
        # A cell stands before the paragraphs that use what it computes.
        for number, cell in enumerate(cells):
            pieces.append(cell)
            mine = _share(len(paragraphs), len(cells), number)
            pieces += [paragraphs[i] for i in mine]
        if not cells:
            pieces += paragraphs
        return "\n\n".join(pieces) + "\n"

    def _title(self) -> str:
        words = ("Ablation", "Imaging", "Tumours", "Survival", "Margins", "Needles")
        return (
            f"{_pick(words, self.name)} as {family(_noise(self.name) % 99_991)} saw it"
        )

    def _set_up(self) -> str:
        lines = [f'{w.key} = study("{w.key}")' for w in self.studies]
        return _cell(_SET_UP, *lines, options=["include: false"])

    def _cells(self) -> Iterator[str]:
        """Make the cells behind the first: figures, then comparisons and tables."""
        if not self.studies:
            yield from (_cell(f"unused_{i} = {i}") for i in range(1, self.cells))
            return
        for index in range(1, self.cells):
            if index <= self.figures:
                yield self._float(f"fig-{self.name}-{index}", self._figure)
            elif index % 4 == 0:
                yield self._float(f"tbl-{self.name}-{index}", self._tabulated)
            else:
                yield self._comparison(index)

    def _float(self, label: str, code: Callable[[str], str]) -> str:
        words = "The studies are set beside each other in @{}."
        return f"{words.format(label)}\n\n{code(label)}"

    def _some(self, index: int) -> list[Work]:
        first = index % len(self.studies)
        return (self.studies + self.studies)[first : first + min(5, len(self.studies))]

    def _figure(self, label: str) -> str:
        rows = [
            f'        "{w.name}": {{"all": {w.key}.technical_success.all}},'
            for w in self._some(len(label))
        ]
        caption = (
            f'    caption="Technical success in {family(_noise(label) % 9_973)}.",'
        )
        body = ["figure(", f'    "{label}",', "    intervals({", *rows, "    }),"]
        return _cell(*body, caption, ")")

    def _tabulated(self, label: str) -> str:
        outcome = _pick([*OUTCOMES], label)
        rows = [
            f'        {{"Study": {w.key}.cite, "Rate": {w.key}.{outcome}.all,'
            f' "n/N": {w.key}.{outcome}.all.counts}},'
            for w in self._some(_noise(label))
        ]
        words = OUTCOMES[outcome][0].capitalize()
        caption = f'    caption="{words} by study, in the order of their listing.",'
        return _cell(
            "table(", f'    "{label}",', "    [", *rows, "    ],", caption, ")"
        )

    def _comparison(self, index: int) -> str:
        work = self.studies[index % len(self.studies)]
        outcome = "technical_success" if index % 2 else "complete_ablation"
        small, large = (f"{work.key}.{outcome}.{stratum}" for stratum in STRATA[1:])
        cell = _cell(
            f"by_size_{index} = compare({small}, {large})",
            f"lower_{index} = {large} < {small}",
        )
        claimed = f'`{{python}} claim("lower", when=lower_{index})`'
        said = (
            f"In larger tumours {OUTCOMES[outcome][0]} was {claimed} in the series of"
            f" {work.name} and colleagues [@{work.key}]."
        )
        return f"{cell}\n\n{_filled([said])}"

    def _paragraphs(self) -> Iterator[str]:
        """Print all values and cite all works; without studies, words are left."""
        number = max(1, -(-self.values // 6)) if self.studies else 1
        for index in range(number):
            yield _filled(self._sentences(index, number))

    def _sentences(self, index: int, number: int) -> Iterator[str]:
        if self.studies:
            work = self.studies[index % len(self.studies)]
            opening = _pick(_OPENINGS, self.name, index)
            shown = [*self._values(work, index, number)]
            said = opening.format(name=work.name, key=work.key)
            yield (
                f"{said}, {', '.join(shown)}." if shown else f"{said}, little is said."
            )
        yield _pick(_FILLERS, self.name, index, "filler")
        cited = [self.works[i] for i in _share(len(self.works), number, index)]
        if cited:
            keys = "; ".join(f"@{work.key}" for work in cited)
            yield f"Others have looked at the same question [{keys}]."

    def _values(self, work: Work, index: int, number: int) -> Iterator[str]:
        mine = _share(self.values, number, index)
        printed = [
            (outcome, stratum, form, words)
            for outcome in OUTCOMES
            for stratum in STRATA
            for form, words in _FORMS.items()
        ]
        for i in mine:
            outcome, stratum, form, words = printed[i % len(printed)]
            code = f"`{{python}} {work.key}.{outcome}.{stratum}{form}`"
            yield words.format(outcome=OUTCOMES[outcome][0], code=code)


def _cell(*lines: str, options: Sequence[str] = ()) -> str:
    marked = [f"#| {option}" for option in options]
    return "\n".join(["```{python}", *marked, *lines, "```"])


def _filled(sentences: Iterable[str]) -> str:
    """Break lines between words, but not within code."""
    text = " ".join(sentences).replace("`{python} ", "`{python}\0")
    lines = textwrap.wrap(
        text, width=88, break_long_words=False, break_on_hyphens=False
    )
    return "\n".join(lines).replace("\0", " ")


def main(arguments: Sequence[str] | None = None) -> None:
    """Read the command line and write the project."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("directory", type=Path)
    usual = Size()
    for field in fields(Size):
        parser.add_argument(f"--{field.name}", type=int, metavar="N")
    given = vars(parser.parse_args(arguments))
    directory = given.pop("directory")
    base = Size.of(given["chapters"] or usual.chapters)
    sizes = {f.name: getattr(base, f.name) for f in fields(Size)}
    write(directory, Size(**sizes | {k: v for k, v in given.items() if v is not None}))


if __name__ == "__main__":
    main()
