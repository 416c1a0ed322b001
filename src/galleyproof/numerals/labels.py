"""Numbers that tell one thing from others: `Table 2`, `phase 3`, `Model 1`.

What stands before the number decides, and what it counts behind it: in `the treatment
group 12 patients died` the number is no label of the group.
"""

from __future__ import annotations

import re

from galleyproof.numerals.nouns import counts_what_follows, is_measured
from galleyproof.numerals.patterns import Pattern

_POINTING = (
    r"fig(?:ure)?s?|tables?|tbls?|tabs?|sections?|sects?|chapters?|chaps?|ch"
    r"|appendi(?:x|ces)|app|equations?|eqn?s?|supplement(?:s|ary)?|annex(?:es)?|pages?"
    r"|lines?|footnotes?|notes?|box(?:es)?|panels?|plates?|schemes?|listings?"
    r"|algorithms?|theorems?|lemmas?|corollar(?:y|ies)|definitions?|propositions?"
    r"|examples?|exercises?|references?|refs?|citations?|volumes?|vol|issues?"
    r"|paragraphs?|para|columns?|rows?|slides?|videos?|movies?|files?|datasets?"
    r"|parts?|items?|questions?|steps?|versions?|ver|releases?|builds?|positions?"
    r"|residues?|records?|accessions?"
)
"""Words behind which a number says where to look."""

_CLASSIFYING = (
    r"phases?|stages?|types?|levels?|class(?:es)?|aims?|objectives?|hypothes[ei]s|tiers?"
    r"|categor(?:y|ies)|chromosomes?|exons?|introns?|codons?|vitamins?|factors?|complex"
    r"|segments?|strains?|quartiles?|tertiles?|quintiles?|deciles?|interleukins?"
    r"|(?:co)?transporters?|kinases?|receptors?|peptides?|ligands?|proteins?|caspases?"
    r"|articles?|clauses?|rules?|goals?|act|grants?|awards?|protocols?"
    r"|approvals?|permits?|registration|identifiers?|ids?|pmids?|pmcids?|isbn|issn|cas"
    r"|rrid|orcid|lot|catalog(?:ue)?|suite|room|building|titles?|rank|priority"
)
"""Words behind which a number names a kind or a record."""

_GROUPING = (
    r"models?|scenarios?|experiments?|stud(?:y|ies)|trials?|groups?|arms?|cohorts?"
    r"|clusters?|waves?|rounds?|domains?|criteri(?:on|a)|themes?|topics?|tasks?"
    r"|reviewer|rater|participant|patient|case|respondent|interviewee|informant|subject"
    r"|sites?|components?|dimensions?|blocks?|layers?|channels?|zones?|conditions?"
    r"|strateg(?:y|ies)|option|formula|outcomes?|recommendations?|principles?"
    r"|statements?|proposals?|work\s?packages?|modules?|time(?:\s?points?)?|manuscripts?|papers?"
)
"""Words that number their things only where nothing says that they are counted."""

_MARK = r"[\s\u00a0*_]*(?:\\?\#|(?:no|nr|number)\.?\s?|[sS](?=\d))?[(\[]?"
_LIST = (
    r"(?:\(?[A-Z]?\d+(?:\.\d+)*[a-zA-Z]?\)?\s*"
    r"(?:,\s?(?:and|or)\b|[,;&/–—-]|--|\b(?:and|or|to|through)\b)\s*)*"
)
_BEFORE = Pattern(
    rf"(?<![\w-])(?:(?P<pointing>{_POINTING})|(?P<classifying>{_CLASSIFYING})"
    rf"|(?P<grouping>{_GROUPING}))\.?{_MARK}(?P<list>{_LIST})$",
    re.IGNORECASE,
)
_BEFORE_WORD = Pattern(
    r"(?<![\w-])(?:chapter|section|part|step|appendix|volume|version|phase|stage|type"
    r"|class|level|aim|objective|hypothesis|tier|category|question|item|figure|table"
    r"|(?P<grouping>model|scenario|experiment|study|trial|group|arm|cohort|cluster|wave"
    r"|round|domain|theme|task|reviewer|rater|site|component|condition|strategy|option))"
    r"\s+$",
    re.IGNORECASE,
)
_NUMBERED = Pattern(r"(?<![\w-])(?:[Pp]{1,2}\.|[Nn]os?\.|N[or]|nr\.|№)[\s\u00a0]*$")
_PAGES = Pattern(r"(?<![\w-])[Pp]{1,2}\.[\s\u00a0]*\d+\s?(?:[-–,]|--|and)\s?$")
_WINDOW = 90
_KINDS = Pattern(r"(?:phases?|stages?|types?|class(?:es)?|levels?)$", re.IGNORECASE)
_SAID = Pattern(
    r"(?:notes?|parts?|items?|questions?|records?|files?|rows?|columns?|lines?|issues?"
    r"|examples?|references?|citations?|steps?|positions?|datasets?)$",
    re.IGNORECASE,
)
"""Words that may be verbs, or end a phrase, before a number that counts."""
_PLAIN = Pattern(r"\d{1,5}(?:\.\d+)*(?:(?:--|[-–—/])\d{1,4}(?:\.\d+)*)?$")
_WHOLE = Pattern(r"\d{1,5}(?:[-–/]\d{1,5})?$")
_WITHIN_SENTENCE = Pattern(r"[a-z,][\s\u00a0*_(]+$")
_COUNTING_ARTICLE = Pattern(
    r"\b(?:the|this|that|each|every|our|their|its|an?|any|same|whole|entire|per|control"
    r"|treatment|intervention|placebo|experimental|comparison|total|of|all|both|these"
    r"|those|other|small|large|larger|smaller|remaining|\w+ed)\s+$",
    re.IGNORECASE,
)
_GOES_ON = Pattern(
    r"[\s*_]*(?:$|[.,:;!?)\]\"”'’|/–—-]|(?:and|or|to|was|is|were|are|had|has|have|in|of"
    r"|with|for|on|at|as|by|from|vs|versus|shows|uses|includes"
    r"|[a-z]+s|did|does|also|only|through|than|but|who|which|that|said|felt|found|thought|\w+ed"
    r")\b)"
)


_TAXON = Pattern(r"\*[A-Z][a-z]*\.?\s[a-z]+\*\s$")
_ADDRESS = Pattern(
    r"\b(?:Address|Street|Avenue|Road|Boulevard|Boul|Campus|University|Universit\w+"
    r"|Institut\w*|Hospital|Department|School)\b"
)
_POSTAL = Pattern(r"[A-ZÀ-Þ][\w-]+,?\s$")
_POSTAL_CODE = Pattern(r"\d{4,6}(?:-\d{4})?$")
_AFTER_POSTAL_CODE = Pattern(r"\s?(?:,|$|[A-ZÀ-Þ])")


def is_label(text: str, start: int, end: int) -> bool:
    """Say whether the number between two offsets is a label of something."""
    if not _PLAIN.match(text[start:end]):
        return False
    before = text[max(0, start - _WINDOW) : start]
    if _NUMBERED.search(before) or _PAGES.search(before):
        return not counts_what_follows(text, end)
    found = _BEFORE.search(before)
    if found is None or is_measured(text, end):
        return False
    return _labels(found, before, text, start, end)


def _labels(found: re.Match[str], before: str, text: str, start: int, end: int) -> bool:
    """Say whether the word before a number, which has been found, is its noun."""
    counts = counts_what_follows(text, end)
    if found["list"] and counts:
        return False
    if found["pointing"]:
        return not counts or not _SAID.match(found["pointing"])
    if not _WHOLE.match(text[start:end]):
        return False
    if found["classifying"]:
        # What has a phase or a class may be counted: `phase 3 trials`.
        return bool(_KINDS.match(found["classifying"])) or not counts
    said = before[: found.start()]
    if counts or (found["grouping"][0].isupper() and _WITHIN_SENTENCE.search(said)):
        return not counts
    return not _COUNTING_ARTICLE.search(said) and bool(_GOES_ON.match(text, end))


def is_label_in_words(text: str, start: int, end: int) -> bool:
    """Say whether a number word is a label: `phase two`, `Chapter One`."""
    found = _BEFORE_WORD.search(text, max(0, start - _WINDOW), start)
    if found is None or counts_what_follows(text, end):
        return False
    said = text[max(0, start - _WINDOW) : found.start()]
    return not found["grouping"] or not _COUNTING_ARTICLE.search(said)


def is_given_name(text: str, start: int, end: int) -> bool:
    """Say whether a number is the name of a strain, or the postal code of a place."""
    before = text[max(0, start - _WINDOW) : start]
    if _TAXON.search(before) and not counts_what_follows(text, end):
        return True
    return bool(
        _POSTAL_CODE.match(text[start:end])
        and _POSTAL.search(before)
        and _ADDRESS.search(before)
        and _AFTER_POSTAL_CODE.match(text, end)
    )
