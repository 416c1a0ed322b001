"""Words that tell a number from a name: what is counted, and what measures.

Closed lists on purpose. A list can be read, and extended with a reason; a guess of the
part of speech cannot.
"""

from __future__ import annotations

from galleyproof.numerals.patterns import Pattern


def words(*lines: str) -> frozenset[str]:
    """Return the words of some lines."""
    return frozenset(" ".join(lines).split())


PEOPLE = words(
    "patient participant subject person individual adult child infant woman man",
    "male female girl boy case volunteer respondent survivor responder",
)
"""Nouns for the people of a study, in the singular."""

COUNTED = words(
    "patient participant subject person individual adult child infant woman man",
    "male female girl boy case control volunteer respondent student teacher",
    "worker nurse physician clinician surgeon operator reader rater reviewer",
    "author expert user tumour tumor lesion nodule metastasis metastase mass",
    "node cyst polyp site organ procedure session treatment intervention",
    "operation injection infusion biopsy scan probe cryoprobe needle electrode",
    "applicator fraction cycle course dose visit event death complication bleed",
    "haemorrhage hemorrhage infection recurrence relapse failure stroke",
    "fracture admission readmission birth pregnancy survivor responder study",
    "trial article paper record report publication reference abstract document",
    "cohort series centre center hospital clinic practice school country region",
    "city database source guideline recommendation review analysis comparison",
    "estimate group arm stratum subgroup outcome endpoint item question domain",
    "criterion variable sample specimen animal mouse rat cell gene eye tooth",
    "knee hip limb kidney liver observation interview household pair triplet",
    "percent star point",
)
"""Nouns that a number before them counts, in the singular."""

TIMES = words(
    "second minute hour day night week fortnight month quarter year decade",
    "century sec min hr wk mo yr",
)
_IRREGULAR = {
    "children": "child",
    "people": "person",
    "men": "man",
    "women": "woman",
    "mice": "mouse",
    "teeth": "tooth",
    "strata": "stratum",
    "criteria": "criterion",
    "metastases": "metastasis",
    "analyses": "analysis",
    "analysis": "analysis",
    "metastasis": "metastasis",
    "biopsies": "biopsy",
    "masses": "mass",
    "centuries": "century",
}

UNITS = words(
    "mg g kg µg μg ug ng pg mcg ml mL l dl dL µl µL cl cm mm m km nm µm μm um min h",
    "hr hrs s sec ms wk wks mo mos mth y yr yrs IU kDa bp kb Mb kcal cal kJ mV kV mA",
    "Hz kHz MHz GHz Pa kPa mmHg mM µM nM mol mmol µmol Gy cGy mGy mSv Sv ppm ppb pp x",
    "k bn mn fold percent pct cc rpm px pt em kB MB GB TB °C °F ° Fr kW",
)
"""Units that may stand right behind a number, without a space."""

SYMBOLS = UNITS | words(
    "d U V A C J K L M N T W G inch inches in. degrees degree litres litre metre metres"
)
"""Units that may stand behind a number and a space."""


_PLURAL = Pattern(r"[^su]s$")


def singular(word: str) -> str:
    """Return an English noun in the singular, in small letters."""
    word = word.lower()
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    if word == "series" or len(word) < 4 or not _PLURAL.search(word):
        return word
    if word.endswith("ies"):
        return word[:-3] + "y"
    return word[:-1]


def is_counted(word: str) -> bool:
    """Say whether a number before this noun counts or measures something."""
    noun = singular(word)
    return noun in COUNTED or noun in TIMES


_NEXT_WORD = Pattern(r"[\s*_\u00a0]+([A-Za-z]+(?:-[a-z]+)*)")
_STOPS = words(
    "is are was were be been has have had do does did will would can could may",
    "might shall should must and or but nor of in on at to from by with for as",
    "than that which who whose where when while if because since until after",
    "before during between the a an this these those its their our his her show",
    "shows showed found find reported report describes described presents",
    "presented lists gives gave used uses",
)
_SYMBOL = Pattern(r"[\s\u00a0\u202f]?([^\s\d,.;:()\[\]{}|/]+)")


def counts_what_follows(text: str, end: int) -> bool:
    """Say whether the number that ends here counts the noun behind it.

    Up to two words in small letters may stand between: `12 further deaths`.
    """
    at = end
    for _ in range(3):
        match = _NEXT_WORD.match(text, at)
        if match is None:
            return False
        if is_counted(match[1].rpartition("-")[2]):
            return True
        if not match[1].islower() or match[1] in _STOPS:
            return False
        at = match.end()
    return False


def is_measured(text: str, end: int) -> bool:
    """Say whether a unit stands behind the number that ends here."""
    match = _SYMBOL.match(text, end)
    return match is not None and match[1].strip("*_") in SYMBOLS
