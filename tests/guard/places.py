"""Where a phrase may reach the page: chapters with one place to fill.

Each place takes a phrase or a sentence and gives the text of a chapter.
"""

from __future__ import annotations

import json
from collections.abc import Callable

SETUP = """\
```{python}
#| include: false
from galleyproof import figure, intervals, study, table, value
import matplotlib.pyplot as plt
glazer = study("glazer2017")
limit = value("thresholds:glazer-size-lt4")
fig, ax = plt.subplots(figsize=(4, 3), dpi=300)
```

"""


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _cell(code: str, options: str = "") -> str:
    return f"{SETUP}```{{python}}\n{options}{code}\n```\n"


def _wrapped(text: str, indent: str) -> str:
    words = text.split(" ")
    middle = len(words) // 2
    return f"{' '.join(words[:middle])}\n{indent}{' '.join(words[middle:])}"


MARKDOWN: dict[str, Callable[[str], str]] = {
    "paragraph": lambda t: f"{t}\n",
    "second paragraph": lambda t: f"Nothing was found.\n\n{t}\n",
    "wrapped": lambda t: f"{_wrapped(t, '')}\n",
    "list item": lambda t: f"- Nothing here.\n- {t}\n",
    "numbered item": lambda t: f"1. Nothing here.\n2. {t}\n",
    "nested item": lambda t: f"- Nothing here.\n    - {t}\n",
    "heading": lambda t: f"## {t} {{#sec-x}}\n\nText.\n",
    "setext heading": lambda t: f"{t}\n=====\n\nText.\n",
    "quotation": lambda t: f"> {t}\n",
    "footnote": lambda t: f"Text.[^a]\n\n[^a]: {t}\n",
    "inline footnote": lambda t: f"Text.^[{t}]\n",
    "definition": lambda t: f"Term\n:   {t}\n",
    "pipe table": lambda t: f"| Study | Result |\n|---|---|\n| Glazer | {t} |\n",
    "head of a table": lambda t: f"| Study | {t} |\n|---|---|\n| Glazer | none |\n",
    "grid table": lambda t: (
        f"+---+---+\n| Study | Result |\n+===+===+\n| Glazer | {t} |\n+---+---+\n"
    ),
    "caption of a table": lambda t: (
        f"| A | B |\n|---|---|\n| a | b |\n\n: {t} {{#tbl-x}}\n"
    ),
    "caption of an image": lambda t: f'![{t}](a.png){{#fig-x fig-alt="A bar"}}\n',
    "caption of a figure div": lambda t: f"::: {{#fig-x}}\n![](a.png)\n\n{t}\n:::\n",
    "alternative text": lambda t: f"![A bar](a.png){{#fig-x fig-alt={_quoted(t)}}}\n",
    "title of a callout": lambda t: (
        f"::: {{.callout-note title={_quoted(t)}}}\nText.\n:::\n"
    ),
    "callout": lambda t: f"::: {{.callout-note}}\n{t}\n:::\n",
    "link text": lambda t: f"[{t}](https://example.org/12).\n",
    "bold": lambda t: f"**{t}**\n" if "*" not in t else f"{t}\n",
    "span": lambda t: f"[{t}]{{.note}}\n",
    "html cell": lambda t: f"<table><tr><td>Study</td><td>{t}</td></tr></table>\n",
    "title": lambda t: f"---\ntitle: {_quoted(t)}\n---\n\nText.\n",
    "subtitle": lambda t: f"---\nsubtitle: {_quoted(t)}\n---\n\nText.\n",
    "abstract": lambda t: f"---\nabstract: |\n  Background.\n  {t}\n---\n\nText.\n",
    "folded abstract": lambda t: (
        f"---\nabstract: >-\n  {_wrapped(t, '  ')}\n---\n\nText.\n"
    ),
    "description": lambda t: f"---\ndescription: {_quoted(t)}\n---\n\nText.\n",
    "fig-cap": lambda t: _cell("plt.show()", f"#| fig-cap: {_quoted(t)}\n"),
    "tbl-cap": lambda t: _cell("glazer", f"#| tbl-cap: {_quoted(t)}\n"),
    "fig-alt": lambda t: _cell("plt.show()", f"#| fig-alt: {_quoted(t)}\n"),
    "folded fig-cap": lambda t: _cell(
        "plt.show()", f"#| fig-cap: >-\n#|   {_wrapped(t, '#|   ')}\n"
    ),
    "option of R": lambda t: f"```{{r}}\n#| fig-cap: {_quoted(t)}\nplot(1:10)\n```\n",
    "caption in code": lambda t: _cell(
        f"table('tbl-x', {{'A': [glazer.tumours]}}, caption={t!r})"
    ),
    "caption in an f-string": lambda t: _cell(
        "figure('fig-x', intervals({}),\n"
        f"    caption=f{_braced(t)!r} f' {{glazer.cite}}.')"
    ),
    "caption over lines": lambda t: _cell(
        "figure('fig-x', intervals({}), caption='The series.'\n"
        f"    {t!r}\n    ' And more.')"
    ),
    "alt in code": lambda t: _cell(f"figure('fig-x', ax, caption='Bars', alt={t!r})"),
    "cell in code": lambda t: _cell(
        f"rows = [{{'Study': 'Glazer', 'Result': {t!r}}}]\n"
        "table('tbl-x', rows, caption='Results.')"
    ),
    "head in code": lambda t: _cell(
        f"table('tbl-x', [{{{t!r}: glazer.tumours}}], caption='Results.')"
    ),
    "function in code": lambda t: _cell(
        f"def words(x):\n    return f{_braced(t)!r}\n\n"
        "table('tbl-x', {'A': [words(s) for s in ('a', 'b')]}, caption='Results.')"
    ),
    "mapping in code": lambda t: _cell(
        f"said = {{'a': {t!r}}}\n"
        "table('tbl-x', {'A': [said.get('a', 'none')]}, caption='Results.')"
    ),
    "axis title": lambda t: _cell(f"ax.set_title({t!r})\nplt.show()"),
    "axis label": lambda t: _cell(f"ax.set_xlabel(f{_braced(t)!r})\nplt.show()"),
    "annotation": lambda t: _cell(
        f"ax.annotate({t!r}, (1, 2), fontsize=8)\nplt.show()"
    ),
    "text in a plot": lambda t: _cell(
        f"ax.text(0.5, 0.5, {t!r}, ha='left')\nplt.show()"
    ),
    "legend": lambda t: _cell(
        f"ax.plot([1, 2], label={t!r}, color='#123456')\nax.legend()"
    ),
    "tick label": lambda t: _cell(
        f"ax.set_yticks([0, 1], ['none', {t!r}])\nplt.show()"
    ),
    "bar of evidence": lambda t: _cell(
        f"figure('fig-x', intervals({{{t!r}: {{'a': glazer.success}}}}), caption='A')"
    ),
    "printed": lambda t: _cell(f"print({t!r})"),
    "printed f-string": lambda t: _cell(
        f"print(f{_braced('{limit} and ' + t, keep=1)!r})"
    ),
    "Markdown object": lambda t: _cell(
        f"from IPython.display import Markdown\nMarkdown({t!r})"
    ),
    "HTML object": lambda t: _cell(
        "from IPython.display import HTML, display\n"
        f"display(HTML({'<p>' + t + '</p>'!r}))"
    ),
    "last value": lambda t: _cell(f"words = {t!r}\nwords"),
    "inline string": lambda t: (
        f"{SETUP}It was `{{python}} {t!r}` there.\n" if "`" not in t else f"{t}\n"
    ),
    "raw html": lambda t: f"```{{=html}}\n<p style='width: 12px'>{t}</p>\n```\n",
    "alt in html": lambda t: f"<img src='a12.png' alt={_quoted(t)} width='12'>\n",
    "raw typst": lambda t: f"```{{=typst}}\n#set text(size: 12pt)\n{t}\n```\n",
    "typst content": lambda t: (
        f"```{{=typst}}\n#table(columns: 2, inset: 3pt, [Study], [{t}])\n```\n"
    ),
    "raw latex": lambda t: (
        f"```{{=latex}}\n\\vspace{{12pt}} \\textbf{{{_tex(t)}}}\n```\n"
    ),
}


def _braced(text: str, *, keep: int = 0) -> str:
    """Double the braces for an f-string, but for the first `keep` pairs."""
    head, sep, tail = text.partition("}") if keep else ("", "", text)
    return head + sep + tail.replace("{", "{{").replace("}", "}}")


def _tex(text: str) -> str:
    return text.replace("\\%", "%").replace("%", "\\%")
