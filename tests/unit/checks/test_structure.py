"""Labels, references and citations across chapters."""

import time

import pytest

from galleyproof.checks import structure
from galleyproof.diagnostics import Code, Severity
from galleyproof.qmd import expand
from galleyproof.spans import Source


def document(index, **files):
    texts = {"index.qmd": index, **{f"{k}.qmd": v for k, v in files.items()}}
    return expand("index.qmd", lambda path: Source(path, texts[path]))


def found(doc, code, keys=(), produced=None):
    return [
        (str(d.span), d.span.end_column, d.message, d.hint)
        for d in structure.check(doc, keys, produced=produced)
        if d.code is code
    ]


CELL = "```{python}\n%s\n```\n"


def test_a_clean_document_has_no_findings():
    doc = document(
        "# A {#sec-a}\n\nSee @sec-a, @fig-b and [@smith].\n\n{{< include b.qmd >}}\n",
        b="![c](d.png){#fig-b}\n",
    )
    assert structure.check(doc, {"smith"}) == ()


def test_a_label_defined_twice():
    doc = document(
        "# A {#sec-a}\n\n{{< include b.qmd >}}\n", b="text\n\n## B {#sec-a}\n"
    )
    assert found(doc, Code.LABEL_UNIQUE) == [
        (
            "b.qmd:3:7",
            13,
            "the label `sec-a` is defined twice",
            "first defined at index.qmd:1:6; rename one of them",
        )
    ]


def test_a_label_of_a_cell_counts():
    doc = document("[]{#fig-a}\n\n" + CELL % "#| label: fig-a\nx")
    assert [place for place, *_ in found(doc, Code.LABEL_UNIQUE)] == ["index.qmd:4:11"]


def test_the_same_file_included_twice():
    doc = document(
        "{{< include b.qmd >}}\n\n{{< include b.qmd >}}\n", b="# B {#sec-b}\n"
    )
    ((place, _, _, hint),) = found(doc, Code.LABEL_UNIQUE)
    assert place == "b.qmd:1:6"
    assert hint == "`b.qmd` is included more than once; include it once"


def test_alternatives_may_share_a_label():
    html = '::: {.content-visible when-format="html"}\n[]{#fig-a}\n:::\n\n'
    pdf = '::: {.content-visible when-format="pdf"}\n[]{#fig-a}\n:::\n\n'
    assert found(document(html + pdf), Code.LABEL_UNIQUE) == []
    assert len(found(document(html + html), Code.LABEL_UNIQUE)) == 1
    assert len(found(document(html + "[]{#fig-a}\n"), Code.LABEL_UNIQUE)) == 1


@pytest.mark.parametrize(
    ("text", "place", "message", "hint"),
    [
        (
            "# A {#sec-methods}\n\na [see @sec-metods]\n",
            ("index.qmd:3:8", 19),
            "nothing is labelled `sec-metods`",
            "did you mean `@sec-methods`?",
        ),
        (
            "a\n\n@Fig-a\n",
            ("index.qmd:3:1", 7),
            "nothing is labelled `fig-a`",
            "correct the name, or give the label to an image, a figure div or a cell: "
            "`{#fig-name}`",
        ),
        (
            "e\u0301 [-@tbl-a]\n",
            ("index.qmd:1:5", 12),
            "nothing is labelled `tbl-a`",
            "correct the name, or give the label to a table's caption, a table div or "
            "a cell: `{#tbl-name}`",
        ),
        (
            "@eq-a\n",
            ("index.qmd:1:1", 6),
            "nothing is labelled `eq-a`",
            "correct the name, or give the label to an equation, behind its `$$`: "
            "`{#eq-name}`",
        ),
    ],
)
def test_an_undefined_reference(text, place, message, hint):
    assert found(document(text), Code.REFERENCE_RESOLVES) == [(*place, message, hint)]


@pytest.mark.parametrize(
    "code",
    [
        'table("tbl-a", rows)',
        "table('tbl-a', rows)",
        'table(f"tbl-{name}", rows)',
        '"tbl-" + name',
    ],
)
def test_what_a_cell_may_still_define_is_left_to_it(code):
    doc = document("See @tbl-a.\n\n" + CELL % code)
    assert found(doc, Code.REFERENCE_RESOLVES) == []


@pytest.mark.parametrize(
    "cell",
    [
        '```{r fig-a, fig.cap="A"}\nplot(1)\n```\n',
        '```{r, label="fig-a", fig.cap="A"}\nplot(1)\n```\n',
    ],
)
def test_knitr_labels_a_cell_behind_its_language(cell):
    text = cell + "\nSee @fig-a.\n"
    assert found(document(text), Code.REFERENCE_RESOLVES) == []
    other = text.replace("@fig-a", "@fig-b")
    assert len(found(document(other), Code.REFERENCE_RESOLVES)) == 1


def test_panels_of_a_cell_have_numbers():
    cell = "```{r}\n#| label: fig-a\n#| fig-cap: A\n#| fig-subcap:\n#|   - B\n```\n"
    assert found(document(cell + "\nSee @fig-a-1.\n"), Code.REFERENCE_RESOLVES) == []
    plain = cell.replace("#| fig-subcap:\n#|   - B\n", "")
    text = document(plain + "\nSee @fig-a-1.\n")
    assert len(found(text, Code.REFERENCE_RESOLVES)) == 1


def test_inline_code_may_define_a_label_too():
    assert structure.check(document("@fig-a\n\n`{python} f('fig-a')`\n"), ()) == ()


def test_a_misspelling_of_what_a_cell_will_define_is_an_error():
    doc = document("See @tbl-outcome.\n\n" + CELL % 'table("tbl-outcomes", rows)')
    (finding,) = structure.check(doc, ())
    assert finding.severity is Severity.ERROR
    assert finding.hint == "did you mean `@tbl-outcomes`?"


def test_what_no_code_mentions_is_a_warning_until_cells_have_run():
    doc = document("See @tbl-zero and @sec-zero.\n\n" + CELL % "draw()")
    severities = {d.message: d.severity for d in structure.check(doc, ())}
    assert severities == {
        "nothing is labelled `tbl-zero`": Severity.WARNING,
        "nothing is labelled `sec-zero`": Severity.ERROR,
    }


def test_after_execution_everything_is_certain():
    doc = document("See @tbl-a and @tbl-b.\n\n" + CELL % 'f"tbl-{x}"; "tbl-b"')
    (finding,) = structure.check(doc, (), produced={"tbl-a"})
    assert finding.message == "nothing is labelled `tbl-b`"
    assert finding.severity is Severity.ERROR


@pytest.mark.parametrize(
    ("text", "place", "hint"),
    [
        ("a\n\nb [@smyth2020]\n", ("index.qmd:3:4", 14), "did you mean `@smith2020`?"),
        ("@Smith2020\n", ("index.qmd:1:1", 11), "did you mean `@smith2020`?"),
        (
            "x -@zzz\n",
            ("index.qmd:1:3", 8),
            "add the entry; an at sign that cites nothing is written `\\@`",
        ),
    ],
)
def test_an_unknown_key(text, place, hint):
    ((*where, message, said),) = found(
        document(text), Code.CITATION_RESOLVES, {"smith2020", "jones2019"}
    )
    assert tuple(where) == place
    assert message.startswith("the bibliography has no entry `")
    assert said == hint


def test_a_project_may_have_cross_references_of_its_own():
    settings = {"crossref": {"custom": [{"kind": "float", "key": "suppfig"}]}}
    kinds = structure.own_kinds(settings)
    doc = document("See @suppfig-a, @suppfigure-a and @brown.\n")
    unknown = structure.unknown_citations(doc.chapters, {"brown"}, kinds)
    assert [one.message for one in unknown] == [
        "the bibliography has no entry `suppfigure-a`"
    ]
    assert structure.own_kinds({}) == structure.own_kinds({"crossref": False}) == set()


def test_labels_that_an_extension_may_know():
    doc = document("::: {#apafg-a}\nText\n:::\n\n[word]{#brown} See @apafg-a.\n")
    assert set(structure.label_names(doc)) == {"apafg-a"}


def test_names_that_are_the_text_of_a_link():
    doc = document("By [@brown](https://example.org), see [@brown] (2020).\n")
    (place,) = structure.linked_names(doc)
    assert str(place) == "index.qmd:1:5"


def test_keys_that_need_no_bibliography():
    doc = document(
        "---\nnocite: '@*'\nreferences:\n  - id: doe\n    title: x\n---\n[@doe]\n"
    )
    assert structure.check(doc, ()) == ()


def test_findings_of_the_parser_are_among_them():
    doc = document("::: a\n\n{{< include b.qmd >}}\n", b=":::\n")
    assert [str(d.span) for d in structure.check(doc, ())] == [
        "b.qmd:1:1",
        "index.qmd:1:1",
    ]


def test_thousands_of_unknown_keys_are_found_quickly():
    text = "".join(f"[@missing{n}]\n" for n in range(5000))
    begin = time.process_time()
    assert (
        len(structure.check(document(text), {f"key{n}" for n in range(5000)})) == 5000
    )
    # Five seconds are allowed for a project of that size; half a second is usual.
    assert time.process_time() - begin < 5.0
