import json
import re
from io import BytesIO

import pypandoc
import pytest
from PIL import Image

from galleyproof import (
    bars,
    compare,
    curves,
    differences,
    evidence,
    evidence_map,
    figure,
    forest,
    intervals,
    pool,
    studies,
    study,
)
from galleyproof.authoring import style
from galleyproof.authoring.failures import EvidenceError
from galleyproof.authoring.figures import rendered
from galleyproof.lineage import Value, journal, markup


def success():
    return study("smith2017").technical_success


def drawings() -> dict:
    both = evidence("proportions", outcome="technical_success", stratum="all")
    hollow = study("jones2019").complications
    sizes = {"< 4 cm": success().lt4, "≥ 4 cm": success().ge4}
    progression = study("jones2019").local_progression
    return {
        "intervals": intervals({"Technical success": sizes}),
        "single": intervals({"Known": success(), "Hollow": hollow}),
        "differences": differences(
            {"Success": compare(success().lt4, success().ge4)}, left="a", right="b"
        ),
        "curves": curves({"P": {"Cryo": progression.cryo, "RFA": progression.rfa}}),
        "bars": bars({"Low": success().ge4, "High": success()}, highlight="High"),
        "forest": forest(pool(both)),
        "map": evidence_map(studies()),
    }


NAMES = ("intervals", "single", "differences", "curves", "bars", "forest", "map")


@pytest.mark.parametrize("name", NAMES)
def test_alt_text_holds_the_numbers_that_are_drawn(project, name):
    drawing = drawings()[name]
    assert drawing.values
    assert all(isinstance(item, Value) for item in drawing.values)
    texts = {item.bare.text for item in drawing.values if name in ("bars", "map")}
    assert all(text in drawing.alt for text in texts)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("intervals", "< 4 cm 96.1% (95% CI 93.0% to 97.9%) and ≥ 4 cm 84.6%"),
        ("single", "Hollow: 5%."),
        ("differences", "Success 11.5 (2.8 to 25.9; excludes zero)"),
        ("curves", "P: Cryo 12% at 1\u00a0year and 17% at 3\u00a0years; RFA 17% at 12"),
        ("bars", "from highest to lowest: High 94.6% and Low 84.6%"),
        ("forest", "Smith et al., 2017 94.6% (95% CI 91.4% to 96.6%, weight"),
        (
            "map",
            "Cohort: Smith 2017 (186 patients), Jones 2019 (4,029 patients) and T",
        ),
    ],
)
def test_alt_text_says_what_is_seen(project, name, words):
    assert words in drawings()[name].alt


@pytest.mark.parametrize("name", NAMES)
def test_everything_stays_within_the_page(project, name):
    """Nothing is cut off at the edge, and nothing is drawn below 8 points."""
    drawing = drawings()[name]
    image = Image.open(BytesIO(rendered(drawing)[0]["png"])).convert("L")
    assert image.width == round(style.WIDTH * 300)
    frame = [image.crop(box) for box in _edges(image.width, image.height)]
    assert all(edge.getextrema()[0] > 200 for edge in frame)
    assert len(rendered(drawing)[0]["png"]) < 300_000


def _edges(width: int, height: int) -> list[tuple[int, int, int, int]]:
    return [
        (0, 0, width, 2),
        (0, height - 2, width, height),
        (0, 0, 2, height),
        (width - 2, 0, width, height),
    ]


def test_the_same_drawing_gives_the_same_bytes(project, monkeypatch):
    first, _ = rendered(drawings()["forest"])
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1")
    assert rendered(drawings()["forest"])[0] == first
    svg = first["svg"].decode()
    assert "<text" not in svg  # text is drawn, so that no font is missing
    assert not re.search(r"<dc:date>|Matplotlib v", svg)


def test_the_authors_settings_do_not_reach_the_style(project):
    import matplotlib

    drawing = drawings()["bars"]
    first = rendered(drawing)
    with matplotlib.rc_context({"font.size": 30, "axes.grid": True}):
        assert rendered(drawing) == first


def test_a_figure_is_saved_and_renders_itself(project):
    made = figure(
        "fig-size", drawings()["intervals"], caption=f"Of {success()}\n here."
    )
    folder = project / "figures"
    assert sorted(path.name for path in folder.iterdir()) == [
        "fig-size.png",
        "fig-size.svg",
    ]
    document = json.loads(
        pypandoc.convert_text(made._repr_markdown_(), "json", format="markdown")
    )
    (block,) = document["blocks"]
    text = json.dumps(block)
    assert '"figures/fig-size.svg"' in text
    assert '"fig-size"' in text
    assert made.markdown().startswith("![Of [94.6%]{.value .confirmed ")
    assert "here. † stands only in the source article; ‡ unique" in made.markdown()
    alt = dict(pair for pair in _pairs(block))["fig-alt"]
    assert alt == made.alt


def _pairs(node) -> list:
    """Return every pair of strings in a document tree: its attributes."""
    if isinstance(node, dict):
        return [pair for item in node.values() for pair in _pairs(item)]
    if not isinstance(node, list):
        return []
    own = [node] if len(node) == 2 and all(isinstance(i, str) for i in node) else []
    return own + [pair for item in node for pair in _pairs(item)]


def test_a_file_is_touched_only_when_its_bytes_change(project):
    drawing = drawings()["bars"]
    figure("fig-x", drawing, caption="C.")
    path = project / "figures" / "fig-x.svg"
    before = path.stat().st_ino
    figure("fig-x", drawing, caption="Another caption.")
    assert path.stat().st_ino == before
    path.write_text("stale")
    figure("fig-x", drawing, caption="C.")
    assert path.read_bytes() == rendered(drawing)[0]["svg"]


def test_a_drawing_of_the_authors_own(project):
    made = figure(
        "fig-own", lambda axes: axes.plot([0, 1]), caption="C.", alt="A line.", height=2
    )
    assert 'fig-alt="A line."' in made.markdown()
    with pytest.raises(ValueError, match="needs `alt`"):
        figure("fig-own", lambda axes: axes.plot([0, 1]), caption="C.")
    with pytest.raises(ValueError, match="begins with `fig-`"):
        figure("own", drawings()["bars"], caption="C.")


def test_what_cannot_be_drawn(project):
    smith = study("smith2017")
    with pytest.raises(ValueError, match="no rates over time"):
        curves({"Smith": smith.technical_success})
    with pytest.raises(ValueError, match="every entry is a panel"):
        curves({"a": smith, "b": {"c": smith}})
    with pytest.raises(EvidenceError, match="whose year is known"):
        evidence_map([study("undated")])


def test_a_study_of_unknown_year_stands_apart(project):
    assert "Trial (year not known)" in evidence_map(studies()).alt


def test_series_differ_in_marker_as_well_as_in_colour():
    assert len({look.marker for look in style.SERIES}) == len(style.SERIES)
    assert style.series(len(style.SERIES)) is style.SERIES[0]


@pytest.mark.parametrize("look", style.SERIES)
def test_text_in_a_series_colour_can_be_read(look):
    assert _contrast_with_white(look.ink) >= 4.5


def _contrast_with_white(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (
        p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts
    )
    return 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05)


def test_a_drawing_of_ones_own_is_lettered_with_values(project):
    rate = success().lt4
    made = figure(
        "fig-own",
        lambda axes: axes.annotate(f"{rate} of [4 cm]{{.literal}}", (0, 0)),
        alt=f"It shows {rate}.",
        caption="Success.",
    )
    assert made.alt == "It shows 96.1%."
    assert [markup.said(text) for text in made.lettering] == ["96.1% of 4 cm"]
    tokens = journal.tokens(made.markdown())
    printouts = journal.take().printouts
    shown = [
        (printouts[token].role, part.text)
        for token in tokens
        for part in printouts[token].parts
    ]
    assert shown == [("figure", "96.1%"), ("alt", "96.1%")]


def test_a_bare_number_in_a_drawing_of_ones_own_is_refused(project):
    with pytest.raises(EvidenceError, match="n = 12"):
        figure("fig-own", lambda axes: axes.set_title("n = 12"), alt="A", caption="B")
