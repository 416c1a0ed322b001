"""The title page: authors, dates, licence, source, keywords, whatever way of writing.

`normalise` reads Quarto's many shapes of metadata and gives the one that our templates
know. Strings stay Markdown: pandoc reads them together with the text.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from galleyproof.render.tree import Json, Nodes, attributes, plain

_LICENCES = {
    "CC BY 4.0": (
        "Creative Commons Attribution 4.0 International",
        "https://creativecommons.org/licenses/by/4.0/",
    ),
    "CC BY-SA 4.0": (
        "Creative Commons Attribution-ShareAlike 4.0 International",
        "https://creativecommons.org/licenses/by-sa/4.0/",
    ),
    "CC0 1.0": (
        "Creative Commons Zero 1.0 Universal",
        "https://creativecommons.org/publicdomain/zero/1.0/",
    ),
}
_COLLECTIVE = ("contributors", "group", "consortium", "collaboration", "team")
_PLAIN_KEYS = ("title", "subtitle", "abstract", "edition", "version")
_DOI = "https://doi.org/"


def normalise(raw: Mapping[str, Any], *, lang: str, timestamp: int) -> dict[str, Any]:
    """Return the metadata that the templates print."""
    authors, affiliations = _authors(raw)
    result: dict[str, Any] = {key: raw[key] for key in _PLAIN_KEYS if raw.get(key)}
    result |= {
        "lang": lang,
        "authors": authors,
        "affiliations": affiliations,
        "date": _date(raw.get("date"), timestamp),
        "keywords": _list(raw.get("keywords") or raw.get("tags")),
        "license": _licence(raw.get("license") or raw.get("licence")),
        "copyright": _copyright(raw.get("copyright")),
        "doi": _doi(_doi_of(raw)),
        "source": _source(raw.get("source-article")),
    }
    return {key: value for key, value in result.items() if value}


def _list(value: Json) -> list[Any]:
    if value is None:
        return []
    return list(value) if isinstance(value, list | tuple) else [value]


def _authors(raw: Mapping[str, Any]) -> tuple[list[Any], list[Any]]:
    known = {
        str(entry["id"]): entry
        for entry in _list(raw.get("affiliations"))
        if isinstance(entry, Mapping) and "id" in entry
    }
    places: list[dict[str, Any]] = []
    authors = [
        _author(entry, known, places)
        for entry in _list(raw.get("author") or raw.get("authors"))
    ]
    return authors, places


def _author(
    entry: Json, known: Mapping[str, Any], places: list[dict[str, Any]]
) -> dict[str, Any]:
    if not isinstance(entry, Mapping):
        entry = {"name": str(entry)}
    author = _name(entry.get("name", ""))
    for key in ("email", "url", "corresponding", "note", "role"):
        if entry.get(key):
            author[key] = entry[key]
    if entry.get("orcid"):
        author["orcid"] = str(entry["orcid"]).removeprefix("https://orcid.org/")
    numbers = [
        _place_number(place, known, places)
        for place in _list(entry.get("affiliations") or entry.get("affiliation"))
    ]
    return {**author, "places": numbers} if numbers else author


def _name(name: Json) -> dict[str, Any]:
    if isinstance(name, Mapping):
        given, family = str(name.get("given", "")), str(name.get("family", ""))
        literal = str(name.get("literal", "")) or f"{given} {family}".strip()
        return {"name": literal, "given": given, "family": family}
    words = str(name).split()
    collective = bool(words) and (words[0] == "The" or words[-1].lower() in _COLLECTIVE)
    return {"name": str(name), **({"collective": True} if collective else {})}


def _place_number(
    place: Json, known: Mapping[str, Any], places: list[dict[str, Any]]
) -> dict[str, Any]:
    """Return the number of an affiliation; a new one is added to the list."""
    if isinstance(place, Mapping):
        place = known.get(str(place.get("ref", "")), place)
    else:
        place = known.get(str(place), {"name": str(place)})
    words = [
        str(place[key])
        for key in ("department", "name", "city", "region", "country")
        if place.get(key)
    ]
    shown = ", ".join(words)
    for entry in places:
        if entry["shown"] == shown:
            return {"number": entry["number"]}
    places.append({"shown": shown, "number": str(len(places) + 1)})
    return {"number": places[-1]["number"]}


def _date(value: Json, timestamp: int) -> dict[str, str]:
    if value is None or value == "":
        return {}
    if value in ("today", "now", "last-modified"):
        value = dt.datetime.fromtimestamp(timestamp, tz=dt.UTC).date()
    try:
        day = (
            value
            if isinstance(value, dt.date)
            else dt.date.fromisoformat(str(value)[:10])
        )
    except ValueError:
        return {"shown": str(value)}
    return {
        "shown": f"{day.day} {_MONTHS[day.month - 1]} {day.year}",
        "iso": f"{day.year:04d}-{day.month:02d}-{day.day:02d}",
        "year": f"{day.year}",
        "month": f"{day.month:02d}",
        "day": f"{day.day:02d}",
    }


_MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)


def _licence(value: Json) -> dict[str, str]:
    """Return the licence's name in full, its short name and its address, if known."""
    if not value:
        return {}
    if isinstance(value, Mapping):
        words = str(value.get("text") or value.get("name") or value.get("type") or "")
        known = _licence(words)
        url = str(value.get("url") or known.get("url", ""))
        return known | ({"url": url} if url else {})
    words = " ".join(str(value).split())
    short = words.upper().replace("CC-BY", "CC BY").replace("BY-4", "BY 4")
    if short not in _LICENCES:
        return {"text": words}
    text, url = _LICENCES[short]
    return {"text": text, "short": short, "url": url}


def _copyright(value: Json) -> dict[str, str]:
    if not value:
        return {}
    if isinstance(value, Mapping):
        holder, year = str(value.get("holder", "")), str(value.get("year", ""))
        statement = value.get("statement") or f"© {year} {holder}".replace("  ", " ")
        found = {"statement": str(statement), "holder": holder, "year": year}
        return {key: word for key, word in found.items() if word}
    return {"statement": str(value)}


def _doi_of(raw: Mapping[str, Any]) -> Json:
    citation = raw.get("citation")
    inner = citation.get("doi") if isinstance(citation, Mapping) else None
    return raw.get("doi") or inner


def _doi(value: Json) -> str:
    return str(value).removeprefix(_DOI) if value else ""


def _source(value: Json) -> dict[str, Any]:
    """Describe the article that this edition is built from."""
    if not value:
        return {}
    if not isinstance(value, Mapping):
        return {"text": str(value)}
    found = {key: str(value[key]) for key in value if value[key]}
    if "doi" in found:
        found["doi"] = _doi(found["doi"])
    licence = found.pop("licence", "") or found.pop("license", "")
    return {**found, "license": _licence(licence)} if licence else {**found}


@dataclass(frozen=True, slots=True, kw_only=True)
class Parted:
    """A text whose abstract has been taken out."""

    abstract: Nodes
    body: Nodes
    label: str = "sec-abstract"


def part_abstract(blocks: Nodes) -> Parted:
    """Take the section headed "Abstract" out of the text."""
    for start, block in enumerate(blocks):
        if not _is_abstract(block):
            continue
        level = block["c"][0]
        end = next(
            (
                i
                for i in range(start + 1, len(blocks))
                if blocks[i]["t"] == "Header" and blocks[i]["c"][0] <= level
            ),
            len(blocks),
        )
        body = blocks[:start] + blocks[end:]
        label = block["c"][1][0]
        return Parted(abstract=blocks[start + 1 : end], body=body, label=label)
    return Parted(abstract=[], body=blocks)


def _is_abstract(block: dict[str, Any]) -> bool:
    if block["t"] != "Header":
        return False
    label = attributes(block["c"][1]).id
    return label == "sec-abstract" or plain(block["c"][2]).lower() == "abstract"
