"""Numbers in dates, versions, instruments, references, and names by convention.

Short lists, told in `docs/checks.md`. What a project calls by a number beyond these, it
declares as a literal.
"""

from __future__ import annotations

import re

from galleyproof.numerals.patterns import Pattern, spaced

_WINDOW = 48

_NAMED = Pattern(
    spaced(
        r"(?<![\w-])(?:COVID|SARS-CoV|CA|ICD|DSM|SF|EQ-5D|Windows|macOS|Ubuntu|Debian|Android"
        r"|iOS|Industry|Web|Society|SDG|GPT|ChatGPT|Claude|Gemini|Llama|Mistral|CTCAE|RECIST"
        r"|mRECIST|Risk\sof\sBias|PRISMA(?:-\w+)?|CONSORT|STROBE|SPIRIT|AMSTAR|RoB|ROBINS|ROBIS|QUADAS|QUIPS"
        r"|CINeMA|GRADEpro|NVivo|EndNote|Zotero|Excel|Office|Access|SPSS(?:\s\w+)?|Stata"
        r"|StataMP|SAS|RStudio|R|Python|Julia|MATLAB|Octave|JASP|jamovi|Prism|RevMan"
        r"|Review\sManager|OpenMeta|MetaXL|WinBUGS|OpenBUGS|JAGS|Stan|Mplus|LISREL|Minitab"
        r"|Quarto|Pandoc|Typst|Jupyter|Covidence|Rayyan|ATLAS\.ti|MAXQDA|VOSviewer|Cytoscape"
        r"|ImageJ|Fiji|Galaxy|Bioconductor|Java|JavaScript|Node|PHP|Perl|HTML|CSS|HTTP|USB"
        r"|Bluetooth|CC[\s-]BY(?:-\w+)*|GPL|LGPL|MIT|Apache|BSD|ISO(?:/IEC)?|IEC|EN|DIN|ANSI"
        r"|IEEE|RFC|UTF|NCT|PMC|PMID|PMCID|DOI|ISBN|ISSN|ORCID|CRD|INPLASY|OSF|EudraCT|EU"
        r"|Highway|Route|Apollo|Boeing|Airbus|IBM|Intel|Xeon|RTX|GTX|vitamin\s[A-Z]"
        r"|hepatitis\s[A-E]|[Ii]nterleukins?|[Cc]aspases?|G\*Power|tidyverse|ggplot2|metafor|dmetar|netmeta|lme4|brms"
        r"|pandas|NumPy|SciPy|statsmodels|scikit-learn|PyMC|PyTorch|TensorFlow|matplotlib"
        r"|spaCy|galleyproof)"
        r"(?:\s+(?:version|v\.?|ver\.?|software|statistics|scale|tool))*"
        r"\)?[:\s\u00a0,*_]*[(\[]?v?$"
    )
)
"""Software, instruments and registers whose name a number follows."""
_VERSION = Pattern(
    r"(?<!\w)v\.?\s?$|\bversions?\s(?:\S+\s(?:and|or|to)\s)?$", re.IGNORECASE
)
_VERSION_NUMBER = Pattern(r"v?\d+(?:\.\d+)*(?:[-–/]\d+)?$")

_MONTH = (
    r"(?:January|February|March|April|May|June|July|August|September|October|November"
    r"|December|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\.?"
)
_DASH = r"\s?(?:--|[-–])\s?"
_SPECIAL = Pattern(
    spaced(
        rf"""
      \b\d{{1,2}}(?:st|nd|rd|th|\.)?(?:{_DASH}\d{{1,2}}(?:st|nd|rd|th)?)?
        \s(?:of\s)?{_MONTH}(?:,?\s\d{{4}})?\b
    | \b{_MONTH}\s\d{{1,2}}(?:st|nd|rd|th)?(?:{_DASH}\d{{1,2}})?
        (?:,\s?\d{{4}}|\s\d{{4}})?(?![\w%])
    | \b{_MONTH},?\s(?:of\s)?\d{{4}}
        (?:\s?(?:--|[-–]|to|and)\s?(?:{_MONTH}\s)?\d{{4}})?\b
    | \b(?:19|20)\d{{2}}[-/](?:0?[1-9]|1[0-2])[-/](?:[0-2]?\d|3[01])\b
    | \b\d{{1,2}}[./]\d{{1,2}}[./](?:19|20)?\d{{2}}\b
    | \b\d{{1,2}}:[0-5]\d(?::[0-5]\d)?\s?(?:[ap]\.?m\b|h\b|hrs\b|hours\b|UTC|GMT|CES?T)
    | \b\d{{1,2}}\s?[ap]\.?m\b

    | \b(?:99(?:\.9)?|97\.5|95|90|80)(?:[\s\u00a0]|\\[, ])?\\?%[-\s\u00a0*]*
        (?:two-sided\s|Wilson\s|Wald\s|bootstrap(?:ped)?\s|exact\s)?
        (?:C\.?I\.?s?\b|Cr\.?I\.?s?\b|PIs?\b|HDIs?\b|HPDs?\b|UIs?\b|LoA\b
          |[Cc]onfidence|[Cc]redib(?:le|ility)|[Pp]redict(?:ion|ive)|[Uu]ncertainty
          |[Cc]ompatibility|[Hh]ighest[\s-]|[Ll]imits\sof\sagreement)
    | (?:\bC\.?I\.?|\bCrI|\bPI)[\s,:(]{{0,2}}(?:99|95|90|80)(?:[\s\u00a0]|\\)?%
    | \b(?:[Cc]onfidence|[Cc]redible|[Pp]rediction)\s(?:intervals?|limits?|levels?)\s
        (?:\(|of\s|at\s)?(?:99|95|90)(?:[\s\u00a0]|\\)?%
    | \b2[\s\u00a0]?[x×][\s\u00a0]?2\b
        (?=[\s-](?:table|contingency|factorial|cross|design))
    | \b[Tt]ypes?[\s-](?:[12]|I{{1,2}})[\s-](?:diabet|errors?\b)
    | \b24/7\b
    | \b(?:between|from)\s0\s(?:and|to)\s1\b(?![.,·]?\d|%)
    | \b[1-9]\b(?=[\s-]kinases?\b)
    | (?<=[<>≠≤≥])\s?0(?![\w.,·%])
    | \b(?:coded|recoded|encoded|labell?ed|dummy-coded)\s(?:as\s|to\s|with\s)?[01]\b
    | \b[01]\b(?=\s(?:if|when|otherwise|for)\b)
    | \b\d\b(?=\s?=\s?[A-Za-z])

    | \b(?:1[5-9]|20)\d{{2}}(?:\s[A-Z]\w{{2}}(?:\s\d{{1,2}})?)?\s?;\s?\d+
        (?:\s?\(\w[^)]{{0,20}}\))?(?:\s?:\s?\w?\d+(?:{_DASH}\w?\d+)?)?
    | \b\d{{1,4}}\s?\(\d{{1,4}}(?:[-–/]\d+)?\)\s?[:,]\s?\w?\d+(?:{_DASH}\w?\d+)?
    | \bdoi:?\s?\S+ | \barXiv:\S+
    """
    ),
    re.VERBOSE,
)
"""Dates and times; conventions of statistics; references in full."""

_HAND_CITED = Pattern(r"\[\d{1,3}(?:\s?(?:[,;–-]|--)\s?\d{1,3})*\](?![({￼])", re.ASCII)
_INTERVAL_OF = Pattern(r"[\d%\]￼)]\s*$")


def is_version(text: str, start: int, end: int) -> bool:
    """Say whether a number is the version or the mark of something with a name."""
    if not _VERSION_NUMBER.match(text[start:end]):
        return False
    before = text[max(0, start - _WINDOW) : start]
    return bool(_NAMED.search(before) or _VERSION.search(before))


def is_conventional(text: str, start: int, end: int) -> bool:
    """Say whether a number belongs to a date, a convention or a reference in full."""
    first = max(0, start - _WINDOW)
    return any(
        match.start() <= start and match.end() > start
        for match in _SPECIAL.finditer(text, first, end + _WINDOW)
    )


def is_hand_cited(text: str, start: int, end: int) -> bool:
    """Say whether a number is a reference that was typed: `[3–5]`, not an interval."""
    first = max(0, start - _WINDOW)
    for match in _HAND_CITED.finditer(text, first, end + _WINDOW):
        if match.start() < start < match.end():
            return not _INTERVAL_OF.search(text, first, match.start())
    return False
