"""Digits that belong to a name: CO2, COVID-19, 18F-FDG, a DOI, a version, a file.

Decided by what touches the digits. Each function is given the text right before and
right after a number, up to the next space or bracket.
"""

from __future__ import annotations

import re

from galleyproof.numerals.nouns import UNITS, words
from galleyproof.numerals.patterns import Pattern

_LEFT = Pattern(r"[^\s()\[\]{}<>=≤≥≈\"“”„|;,￼]*$")
_RIGHT = Pattern(r"[^\s()\[\]{}<>=≤≥≈\"“”„|;￼]*")
_LETTERS = r"A-Za-zÀ-ɏͰ-Ͽ"

_GLUED = Pattern(rf"[{_LETTERS}]\d[\d.]*[.,]$")
_STEM = Pattern(r"(?:inositol|hydroxy|amino|phospho|methyl|deoxy)[-‐‑]$")
_HYPHENATED = Pattern(rf"(?P<name>[{_LETTERS}][\w./+*]*(?:[-‐‑][\w./+*]+)*)[-‐‑]$")
_PLAIN_PREFIXES = words(
    "day week month year grade top age post pre mid non sub over under up near",
    "some about only from past last next first",
)
_SMALL_NAMES = Pattern(
    r"(?:omega|alpha|beta|gamma|delta|caspase|galectin|claudin|keratin"
    r"|cytokeratin|annexin|aquaporin|peptide|protein|receptor|ligand|antigen|kinase"
    r"|transporter|factor|type|isoform|syndecan|glypican|n|ω|α|β|γ)$"
)
_TRAILING_LETTERS = Pattern(r"[A-Za-zµμ°Ωα-ω]+")
_ORDINAL = frozenset({"st", "nd", "rd", "th"})
_AMBIGUOUS = Pattern(r"[234]d$")
_TRAILING_WORD = Pattern(r"[-‐‑](?P<word>[A-Za-zα-ω][\w]*)")
_CHEMICAL = Pattern(
    r"(?:hydroxy|phosph|methyl|ethyl|fluoro|amino|deoxy|oxo|chloro|bromo|iodo|nitro|mercapto"
    r"|keto|acetyl|phospho|phenyl|benz|dehydro|dihydro|alpha\b|beta\b|gamma\b)"
    r"|(?:amine|azole|idine|purine|uracil|phenol|ethanol|glucose|cysteine|steroid|ase"
    r"|sterone|diol|ylate|oate|ane|ene|yne|acetate|monophosphate|triphosphate)s?$"
)
_PARTS = Pattern(r"/[A-Z]{1,4}/")
_STEREO = Pattern(r"\((?:OH|R|S|E|Z|R,S)\)")
_SUBSCRIPT_END = Pattern(r"[-+−]?~")
_FILE = Pattern(
    r"\.(?:csv|tsv|txt|xlsx?|docx?|pdf|png|svg|jpe?g|gif|tiff?|qmd|md|rmd|r|py|ipynb|zip"
    r"|html?|xml|json|ya?ml|bib|rds|rdata|parquet|feather|sql|org|com|net|io)\b",
    re.IGNORECASE,
)
_DOI = Pattern(r"10\.\d{4,9}/\S")
_DOTTED = Pattern(r"\d+\.\d+\.\d|\d+(?:-\d+){2}|^\d{8,}$")
"""Versions, dates, telephone numbers, records."""
_ADDRESS = Pattern(r"@\w|://|www\.|\w_\w|doi\.|::")
_ENTITY = Pattern(r"&\#x?$")
_REGISTERED = Pattern(r"[A-Z]{2,}/$")
_LONG_PATH = Pattern(r"^(?:\.{0,2}/)?(?:[A-Za-z_][\w.-]*/){2,}|[A-Za-z]{3,}/[A-Za-z]")


def left_of(text: str, start: int) -> str:
    """Return what touches a number on its left."""
    return _touching(_LEFT.search(text, max(0, start - 80), start))


def right_of(text: str, end: int) -> str:
    """Return what touches a number on its right."""
    return _touching(_RIGHT.match(text, end, end + 80))


def _touching(match: re.Match[str] | None) -> str:
    return match[0] if match else ""


def is_identifier(number: str, left: str, right: str, beyond: str) -> bool:
    """Say whether a number is part of a name.

    `beyond` is the text after the number, brackets and spaces included.
    """
    word = left + number + right
    return (
        _is_address(word, number, left)
        or _is_script(left, right, number)
        or bool(_STEREO.match(beyond))
        or _continues_a_name(left)
        or _becomes_a_name(number, right)
    )


def _is_address(word: str, number: str, left: str) -> bool:
    return bool(
        _DOI.search(word)
        or _DOTTED.search(number)
        or _ADDRESS.search(word)
        or _FILE.search(word)
        or _ENTITY.search(left)
        or left.endswith(("#", "№"))
        or _LONG_PATH.search(left)
        or _REGISTERED.search(left)
    )


def _is_script(left: str, right: str, number: str) -> bool:
    """Recognise subscripts, superscripts that no number carries, and primes."""
    if left.endswith("~") and _SUBSCRIPT_END.match(right):
        return True
    if left.endswith("^") and (right.startswith("^") or number.endswith("^")):
        return True
    return right.startswith(("′", "'-", "’-")) or bool(_PARTS.match(right))


def _continues_a_name(left: str) -> bool:
    if _GLUED.search(left) or _STEM.search(left):
        return True
    match = _HYPHENATED.search(left)
    if match is None:
        return False
    name = match["name"].strip("*_")
    if name.lower() in _PLAIN_PREFIXES:
        return False
    return any(c.isupper() for c in name) or bool(_SMALL_NAMES.search(name))


def _becomes_a_name(number: str, right: str) -> bool:
    letters = _TRAILING_LETTERS.match(right)
    if letters:
        return _is_glued_name(number, letters[0])
    word = _TRAILING_WORD.match(right)
    if word is None:
        return False
    name = word["word"]
    capitals = sum(c.isupper() for c in name)
    if capitals > 1 or (capitals == 1 and len(name) == 1):
        return True
    return bool(_CHEMICAL.search(name.lower()))


def _is_glued_name(number: str, letters: str) -> bool:
    if letters in _ORDINAL or letters == "s":
        return True
    return letters not in UNITS or bool(_AMBIGUOUS.search(number + letters))
