"""Findings: what the author has to know, where it is, and what to do.

A diagnostic is a value. Modules return diagnostics beside their results; only
`report` prints them. `Code` is the one list from which messages, suppressions and the
documentation page take their names; each code states the good state.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, StrEnum

from galleyproof.spans import Span


class Severity(StrEnum):
    """How much a finding weighs."""

    ERROR = "error"
    WARNING = "warning"


class Code(Enum):
    """A rule: its code, what must be true, why, and how to mend what breaks it."""

    CONFIG_VALID = (
        "config-valid",
        "`_quarto.yml` is readable and its keys are known.",
        "A setting that is misread is a setting that does not hold, without a word.",
        "Correct the key or the value that the finding names.",
    )
    SOURCE_READABLE = (
        "source-readable",
        "Every source file exists and is UTF-8.",
        "What cannot be read is missing from the manuscript.",
        "Create the file, correct the path of the include, or save it as UTF-8.",
    )
    BLOCK_CLOSED = (
        "block-closed",
        "Each cell, div and YAML block is closed.",
        "An open block swallows the text behind it.",
        "Close it on a line of its own, with the marks that opened it.",
    )
    FEATURE_SUPPORTED = (
        "feature-supported",
        "The embedded engine knows every construct that the manuscript uses.",
        "A construct that an engine drops is text that a reader never sees.",
        "Write it in another way, or render with `--engine quarto`. Where there is"
        " neither a section `galley:` nor a data package, `galley check` leaves this"
        " rule out unless it is selected.",
    )
    OPTION_VALID = (
        "option-valid",
        "Cell options have known names and valid values.",
        "A misspelt option does nothing, and the code or the warning that it was to"
        " hide is printed.",
        "Correct the name or the value.",
    )
    LABEL_UNIQUE = (
        "label-unique",
        "A label names one thing.",
        "With two, a cross-reference leads to either.",
        "Rename one of them, and the references to it.",
    )
    REFERENCE_RESOLVES = (
        "reference-resolves",
        "A cross-reference has a target.",
        "The reader finds a question mark where a number should be.",
        "Correct the name, or give the label to what is meant.",
    )
    FLOAT_REFERRED_TO = (
        "float-referred-to",
        "The text refers to each figure and table.",
        "A reader is not told when to look at it, or what for.",
        "Write `@fig-name` where it is meant, or leave it out.",
    )
    FLOAT_CAPTIONED = (
        "float-captioned",
        "Each figure and table that has a label has a caption.",
        "Without one it gets no number, and nothing says what it shows.",
        "Add `fig-cap` or `tbl-cap`, or a last paragraph in its div.",
    )
    FIGURE_DESCRIBED = (
        "figure-described",
        "Each figure has an alternative text that says more than its caption.",
        "Who cannot see it, reads that text; the caption is read anyway.",
        'Write what can be seen: `fig-alt="…"` (`fig-alt=""` where it only adorns).',
    )
    HEADING_IN_ORDER = (
        "heading-in-order",
        "A heading is at most one level below the heading before it.",
        "Contents, numbers and screen readers show a gap where a level is skipped.",
        "Raise the heading by a level, or add the one between.",
    )
    LINK_RESOLVES = (
        "link-resolves",
        "A link within the project leads to something that is there.",
        "The reader who follows it finds nothing.",
        "Correct the path or the id.",
    )
    IMAGE_FOUND = (
        "image-found",
        "Every image is there.",
        "A page with a hole in it, or no page at all.",
        "Correct the path, or add the file.",
    )
    CITATION_RESOLVES = (
        "citation-resolves",
        "A cited key is in the bibliography.",
        "A statement without its source cannot be checked.",
        "Correct the key, or add the entry.",
    )
    CITATION_FITS_NAME = (
        "citation-fits-name",
        "The work cited behind a name is by that author, and of that year.",
        "A reader who looks it up finds somebody else's result.",
        "Cite the work that the sentence names, or name the work that it cites.",
    )
    STATISTIC_CONSISTENT = (
        "statistic-consistent",
        "A typed statistic follows from the numbers beside it.",
        "A percentage that its counts do not give, an interval without its estimate, a"
        " p of another table or statistic is a misprint, and the reader cannot tell"
        " which part.",
        "Correct what is wrong by the source, or compute it; where only one test gives"
        " the p, name it; where a p is one-tailed or corrected, say so.",
    )
    NAME_CITED = (
        "name-cited",
        "A study that a paragraph names is cited there, or before it in the section.",
        "A name without its reference cannot be looked up.",
        "Add the citation behind the name.",
    )
    RESULT_ATTRIBUTED = (
        "result-attributed",
        "A sentence of a review says whose p or percentage it reports.",
        "Among several studies, a result without a name is anybody's.",
        "Name or cite the study in the sentence. What the review counted itself is"
        " said to be so: `we`, `pooled`, `of the studies`.",
    )
    BIBLIOGRAPHY_READABLE = (
        "bibliography-readable",
        "The bibliography parses and each key occurs once.",
        "An entry behind a syntax error, or a second one of its name, is lost.",
        "Correct the entry at the line of the finding.",
    )
    ENTRY_COMPLETE = (
        "entry-complete",
        "An entry has the fields that its type asks for.",
        "A reference without them cannot be found by who reads it.",
        "Add the field, or choose another type of entry, such as `@misc`.",
    )
    IDENTIFIER_VALID = (
        "identifier-valid",
        "DOI, PMID and PMCID of a reference have the form of one.",
        "The link made of it leads nowhere.",
        "Copy it again, without address and without a full stop.",
    )
    WORK_LISTED_ONCE = (
        "work-listed-once",
        "A work has one entry.",
        "With two it is printed twice, counted twice, and looks like two sources.",
        "Keep one key and cite it everywhere; or correct the DOI, PMID or title that"
        " is another work's.",
    )
    JOURNAL_SPELLED_ALIKE = (
        "journal-spelled-alike",
        "A journal has one spelling throughout.",
        "One of two is wrong, or the list mixes names and abbreviations.",
        "Spell it in one way.",
    )
    VOLUME_FITS_YEAR = (
        "volume-fits-year",
        "Volumes of a journal rise with its years.",
        "An earlier volume of a later year is a year or a volume that is wrong.",
        "Look up both references that the finding names.",
    )
    AUTHOR_SPELLED_ALIKE = (
        "author-spelled-alike",
        "A person has one spelling throughout.",
        "A misspelt name is not found, nor counted with the person's other works.",
        "Look up both references that the finding names.",
    )
    PAGES_RANGED = (
        "pages-ranged",
        "An article with a first page has a last one.",
        "A first page by itself is what is left of a reference that was not looked up.",
        "Write `182--188`; where the journal numbers its articles, write `eid`.",
    )
    REFERENCE_CITED = (
        "reference-cited",
        "Every entry of the bibliography is cited.",
        "A source that nothing cites is one that the text may have forgotten.",
        "Cite it, remove it, or name it under `nocite:`.",
    )
    DATA_VALID = (
        "data-valid",
        "The data package meets its own schema.",
        "Every number of the manuscript is read from it.",
        "Correct the cell, or the schema in `datapackage.json`.",
    )
    PARTS_ADD_UP = (
        "parts-add-up",
        "Counts of parts add up to their whole, and no part exceeds its cohort.",
        "A sum that is off shows a count that was misread, or parts that overlap.",
        "Correct the count. Which terms make up which whole stands in the table with"
        " the columns `whole` and `parts`.",
    )
    PERCENTAGE_POSSIBLE = (
        "percentage-possible",
        "A printed percentage is that of its counts, or of some count of its cohort.",
        "A percentage that no whole number has was misread, misprinted, or is of"
        " another denominator.",
        "Correct percentage, counts or unit. Where the source prints it so, mark"
        " `counts_status` as `disputed` or `impossible` and say why in `note`.",
    )
    INTERVAL_CONSISTENT = (
        "interval-consistent",
        "An interval encloses its estimate and agrees with counts, error and p.",
        "Numbers that are printed of one result contradict each other if one is wrong.",
        "Correct the cell. Where the source prints it so, say why in `disputed`.",
    )
    P_REPRODUCED = (
        "p-reproduced",
        "Some usual test of the counts gives the printed p.",
        "A p that its own table does not give was misprinted, or is of other counts.",
        "Correct p or counts, or name the test in `test_named`. Where the source prints"
        " it so, say why in `disputed`.",
    )
    RATES_MONOTONE = (
        "rates-monotone",
        "Cumulative rates do not turn back, and survival does not rise.",
        "Who has had an event cannot have it taken back; nor can a part rise so far"
        " that the rest would have to fall.",
        "Correct the rate, or the `course` of its outcome among the terms. Where the"
        " source prints it so, say why in `disputed`.",
    )
    COHORTS_DISJOINT = (
        "cohorts-disjoint",
        "Studies of one centre and one time are known to share patients, or not to.",
        "Patients who are counted twice make a pool look surer than it is.",
        "Name the other study in `overlaps`, or correct `centre` or the period.",
    )
    UNIT_UNMIXED = (
        "unit-unmixed",
        "A comparison has one unit of analysis.",
        "A share of patients and a share of tumours differ even where nothing does.",
        "Compare proportions of one unit.",
    )
    SOURCE_NAMED = (
        "source-named",
        "Every row says where it was read and how it is known.",
        "A number whose page nobody can find cannot be checked.",
        "Fill in `source`, `locator` and `status`.",
    )
    ROW_UNIQUE = (
        "row-unique",
        "No two rows hold the same fact.",
        "A fact that stands twice is counted twice, and corrected once.",
        "Delete one of them, or name the facet in which they differ.",
    )
    DISCREPANCY_REAL = (
        "discrepancy-real",
        "A discrepancy that the data declare is there, and says why.",
        "A declaration that nothing needs would hide the next mistake.",
        "Take the declaration back, or give its reason.",
    )
    NUMBER_COMPUTED = (
        "number-computed",
        "A number that the page shows is computed, or declared a literal.",
        "A typed number is a copy: nobody notices when it and the data part ways.",
        "Write the expression that the hint shows (`galley fix` does, where only one is"
        " meant). A name or a given is declared: `[4 cm]{.literal}` in place, or a"
        " pattern under `galley: literals:`.",
    )
    LITERAL_USED = (
        "literal-used",
        "A declared literal stands somewhere in the text.",
        "A pattern that nothing needs may one day hide a number that was typed.",
        "Remove it, or correct its spelling.",
    )
    CLAIM_HOLDS = (
        "claim-holds",
        "The words of every claim are true by the data as they are.",
        "A sentence that the data no longer bear out must not be printed.",
        "Correct the words, or the data, by the values that the finding shows.",
    )
    CLAIM_BOUND = (
        "claim-bound",
        "The condition of a claim keeps every value that decides it.",
        "`a < b and c < d` is `c < d` once `a < b` is true: the claim is as true as it"
        " was meant, and knows half of its values.",
        "Join conditions with `&`, `|` and `~`, each comparison in brackets:"
        " `(a < b) & (c < d)`.",
    )
    COMPARISON_BOUND = (
        "comparison-bound",
        "A comparison beside a number is bound to the data by a claim.",
        "When the numbers change, `higher` may have become `lower`.",
        'Write the words with their condition, `claim("higher", when=a > b)`; where'
        " they compare nothing, declare them: `[most]{.literal}`.",
    )
    SUPPRESSION_REASONED = (
        "suppression-reasoned",
        "Whoever ignores a finding says why.",
        "Without its reason, nobody can tell later whether it still holds.",
        "Write the reason behind the code: `<!-- galley: ignore CODE reason -->`, or as"
        " `reason:` under `galley: ignore:`. Until then nothing is ignored.",
    )
    SUPPRESSION_RESOLVES = (
        "suppression-resolves",
        "What is to be ignored is a code of `galley check`.",
        "A misspelt code ignores nothing. What stops a build, and that a check did not"
        " run, cannot be ignored.",
        "Correct the code; `galley explain` lists them.",
    )
    SUPPRESSION_USED = (
        "suppression-used",
        "A suppression suppresses something.",
        "One that nothing needs may one day hide a finding that nobody has seen.",
        "Remove it, or move it to the line, or above the block, that it is about.",
    )
    OUTPUT_CURRENT = (
        "output-current",
        "The outputs are those of the inputs as they are now.",
        "A page that was not rendered anew shows yesterday's numbers.",
        "Render anew. Hashes are compared, not times.",
    )
    OUTPUT_TRACED = (
        "output-traced",
        "Each number in the text of the page is in the ledger, or a literal.",
        "What neither the data nor a declaration accounts for is a copy.",
        "Print a value in its place, or declare it under `galley: literals:`.",
    )
    FORMATS_AGREE = (
        "formats-agree",
        "Page, PDF and Word file show the numbers of the ledger, and the same ones.",
        "Readers of one format would be told otherwise than those of another.",
        "Render anew; look for content that is hidden in one format.",
    )
    CHECK_RUNS = (
        "check-runs",
        "Every check that was asked for could run.",
        "A check that did not run has found nothing, which is not the same as nothing"
        " being wrong.",
        "The finding says what is missing.",
    )
    CELL_RUNS = (
        "cell-runs",
        "Every cell and inline expression runs to its end.",
        "What a failed cell would have printed is not there.",
        "Correct the code at the line that the traceback names.",
    )
    CELL_IN_TIME = (
        "cell-in-time",
        "Every cell ends within the configured time.",
        "A cell that hangs would keep the build waiting for ever.",
        "Make it faster, or raise `galley: cell-timeout:`.",
    )
    CELL_OUTPUT_BOUNDED = (
        "cell-output-bounded",
        "A cell prints no more than the configured limit.",
        "A cell that floods the page fills memory and disk.",
        "Print less, or raise `galley: output-limit:`.",
    )
    CELL_REPEATABLE = (
        "cell-repeatable",
        "The same inputs give a cell the same results.",
        "What asks the clock, the network or chance cannot be remembered from build to"
        " build, and may print another number each time.",
        "Read files of the project, give random numbers a seed; or accept that the cell"
        " runs in every build.",
    )
    CHAPTER_INDEPENDENT = (
        "chapter-independent",
        "No chapter reads what another one computes or writes.",
        "Chapters run side by side, each by itself: what one finds of another depends"
        " on chance.",
        "Compute it in both, or in a module of the project that both import.",
    )
    NUMBER_TRACED = (
        "number-traced",
        "Every number that code prints is a value that knows its data.",
        "A bare number has lost the way back to its source.",
        "Print the value itself; ask for another form of it with `.bare`, `.words` or"
        " `.to(1)`.",
    )
    TYPESETTING_CLEAN = (
        "typesetting-clean",
        "Pandoc and Typst have nothing to say about what they typeset.",
        "Their warnings name what is missing in the file that was written.",
        "Look at what the warning names.",
    )
    OUTPUT_WRITABLE = (
        "output-writable",
        "The output directory can be written to.",
        "Nothing is written unless everything is.",
        "Free space, give permission, or choose another `--output`.",
    )

    def __init__(self, code: str, description: str, why: str, mend: str) -> None:
        self.code = code
        self.description = description
        self.why = why
        self.mend = mend

    @classmethod
    def named(cls, code: str) -> Code | None:
        """Return the rule of that code, if there is one."""
        return next((one for one in cls if one.code == code), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnostic:
    """One finding.

    The message is one line, lower case, without a full stop, names in backticks; the
    hint says what to do.
    """

    code: Code
    span: Span
    message: str
    hint: str = ""
    severity: Severity = Severity.ERROR
    detail: str = ""
    """Further lines to show as they are, such as a traceback."""

    @property
    def sort_key(self) -> tuple[str, int, int, str]:
        """Order by place, then by code."""
        return (self.span.path, self.span.line, self.span.column, self.code.code)
