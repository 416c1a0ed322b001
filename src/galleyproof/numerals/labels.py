"""Numbers that tell one thing from others: `Table 2`, `phase 3`, `Model 1`.

What stands before the number decides, and what it counts behind it: in `the treatment
group 12 patients died` the number is no label of the group.
"""

from __future__ import annotations

import re

from galleyproof.numerals.nouns import counts_what_follows, is_measured

_POINTING = (
    r"fig(?:ure)?s?|tables?|tbls?|tabs?|sections?|sects?|chapters?|chaps?|ch"
    r"|appendi(?:x|ces)|app|equations?|eqn?s?|supplement(?:s|ary)?|annex(?:es)?|pages?"
    r"|lines?|footnotes?|notes?|box(?:es)?|panels?|plates?|schemes?|listings?"
    r"|algorithms?|theorems?|lemmas?|corollar(?:y|ies)|definitions?|propositions?"
    r"|examples?|exercises?|references?|refs?|citations?|volumes?|vol|issues?"
    r"|paragraphs?|para|columns?|rows?|slides?|videos?|movies?|files?|datasets?"
    r"|parts?|items?|questions?|steps?|versions?|ver|releases?"
)
"""Words behind which a number says where to look."""

_CLASSIFYING = (
    r"phases?|stages?|types?|levels?|class(?:es)?|aims?|objectives?|hypothes[ei]s|tiers?"
    r"|categor(?:y|ies)|chromosomes?|exons?|introns?|codons?|vitamins?|factors?|complex"
    r"|segments?|articles?|clauses?|rules?|goals?|act|grants?|awards?|protocols?"
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
    r"|statements?|proposals?|work\s?packages?|modules?"
)
"""Words that number their things only where nothing says that they are counted."""

_MARK = r"[\s\u00a0*_]*(?:\\?\#|(?:no|nr|number)\.?\s?|[sS](?=\d))?[(\[]?"
_LIST = (
    r"(?:\(?[A-Z]?\d+(?:\.\d+)*[a-zA-Z]?\)?\s*"
    r"(?:,\s?(?:and|or)\b|[,;&/–—-]|--|\b(?:and|or|to|through)\b)\s*)*"
)
_BEFORE = re.compile(
    rf"(?<![\w-])(?:(?P<pointing>{_POINTING})|(?P<classifying>{_CLASSIFYING})"
    rf"|(?P<grouping>{_GROUPING}))\.?{_MARK}(?P<list>{_LIST})$",
    re.IGNORECASE,
)
_NUMBERED = re.compile(r"(?<![\w-])(?:[Pp]{1,2}\.|[Nn]os?\.|N[or]|nr\.|№)[\s\u00a0]*$")
_PAGES = re.compile(r"(?<![\w-])[Pp]{1,2}\.[\s\u00a0]*\d+\s?(?:[-–,]|--|and)\s?$")
_WINDOW = 90
_PLAIN = re.compile(r"\d{1,4}(?:\.\d+)*(?:(?:--|[-–—/])\d{1,4}(?:\.\d+)*)?$")
_WHOLE = re.compile(r"\d{1,3}(?:[-–/]\d{1,3})?$")
_COUNTING_ARTICLE = re.compile(
    r"\b(?:the|this|that|each|every|our|their|its|an?|any|same|whole|entire|per|control"
    r"|treatment|intervention|placebo|experimental|comparison|total|of|all|both|these"
    r"|those|other|small|large|larger|smaller|remaining|\w+ed)\s+$",
    re.IGNORECASE,
)
_GOES_ON = re.compile(
    r"[\s*_]*(?:$|[.,:;!?)\]\"”'’|/–—-]|(?:and|or|to|was|is|were|are|had|has|have|in|of"
    r"|with|for|on|at|as|by|from|vs|versus|shows|uses|includes"
    r"|did|does|also|only|through|than|but|who|which|that|said|felt|found|thought|\w+ed"
    r")\b)"
)


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
    if found["list"] and counts_what_follows(text, end):
        return False
    if not found["pointing"] and not _WHOLE.match(text[start:end]):
        return False
    return not found["grouping"] or _is_grouped(before, found, text, end)


def _is_grouped(before: str, found: re.Match[str], text: str, end: int) -> bool:
    return (
        not _COUNTING_ARTICLE.search(before[: found.start()])
        and bool(_GOES_ON.match(text, end))
        and not counts_what_follows(text, end)
    )
