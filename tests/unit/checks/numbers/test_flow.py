"""Which literals of Python code reach the page."""

from __future__ import annotations

import re

import pytest

from galleyproof import qmd
from galleyproof.checks.numbers.flow import shown_by_code
from galleyproof.spans import Source


def shown(code: str, options: str = "", after: str = "") -> list[str]:
    """Return what code shows, with everything that is computed as an ellipsis."""
    text = f"```{{python}}\n{options}{code}\n```\n\n{after}"
    chapter = qmd.parse(Source(path="a.qmd", text=text))
    return [re.sub("\ufffc+", "…", p.text) for p in shown_by_code(chapter)]


@pytest.mark.parametrize(
    ("code", "texts"),
    [
        ("print('12 a')", ["12 a"]),
        ("print(f'{x:.1f} of 12')", ["… of 12"]),
        ("print('%d of 12%%' % n)", ["… of 12…%"]),
        ("print('{:.2f} of 12'.format(n))", ["… of 12"]),
        ("print('of ' + str(12))", ["12"]),
        ("print(', '.join(['12 a', '13 b']))", [", ", "12 a", "13 b"]),
        ("print('12 a' if x else '13 b')", ["12 a", "13 b"]),
        ("print('''12\n13''')", ["12\n13"]),
        ("print('12 '\n      '13')", ["12 13"]),
        ("print(r'12 \\d', b'14')", ["12 \\d"]),
        ("'12 as the last value'", ["12 as the last value"]),
        ("'12 is thrown away'\nx", []),
        ("'12 is silenced';", []),
        ("ax.set_title('n = 12', fontsize=13)", ["n = 12"]),
        ("ax.plot(x, label='n = 12', color='#123456', fmt='-.2')", ["n = 12"]),
        ("ax.set_xticks([0, 1], ['4 cm', '5 cm'])", ["4 cm", "5 cm"]),
        ("fig.update_layout(title_text='Of 12')", ["Of 12"]),
        ("px.bar(df, labels={'x2': 'Of 12'})", ["Of 12"]),
    ],
)
def test_what_shows_its_arguments(code: str, texts: list[str]) -> None:
    assert shown(code) == texts


@pytest.mark.parametrize(
    "code",
    [
        "x = '12 a'",
        "study('glazer2017').lt4",
        "value('proportions:glazer-ts-lt4.percent')",
        "df = pd.read_csv('data/2019 12.csv')",
        "rows = df[df['group 2'] == '12 a']",
        "raise ValueError('12 a')",
        "re.compile(r'\\d{1,3} 12')",
        "ax.plot([1, 2], [3, 4], lw=2)",
        "plt.subplots(figsize=(4, 3))",
        "'''A docstring of 12 words.'''\nx = 1",
        "%matplotlib inline\nx = '12 a'",
        "def broken(:\n",
    ],
)
def test_what_shows_nothing(code: str) -> None:
    assert shown(code) == []


@pytest.mark.parametrize(
    ("code", "texts"),
    [
        ("caption = '12 a'\nfigure('fig-x', d, caption=caption)", ["12 a"]),
        ("c = '12 a'\nc += '13 b'\nprint(c)", ["12 a", "13 b"]),
        ("a, b = '12 a', '13 b'\nprint(b)", ["13 b"]),
        ("said = {'12 k': '13 v'}\nprint(said['12 k'])", ["13 v"]),
        ("said = {'12 k': '13 v'}\nprint(said.get(x, '14 d'))", ["13 v", "14 d"]),
        ("def f(x):\n    return f'{x} of 12'\nprint(f(y))", ["… of 12"]),
        ("def f(t='12 a'):\n    ax.set_title(t)\nf()", ["12 a"]),
        ("def f(t):\n    ax.set_title(t)\nf('12 a')", ["12 a"]),
        ("def f(*t, **k):\n    print(t, k)\nf('12 a', x='13 b')", ["12 a", "13 b"]),
        ("def f(*, t):\n    print(t)\nf(t='12 a')", ["12 a"]),
        ("for i, t in enumerate(['12 a']):\n    ax.text(i, 0, t)", ["12 a"]),
        ("for x, t in zip(xs, ['12 a']):\n    ax.text(x, 0, t)", ["12 a"]),
        ("out = []\nout.append('12 a')\nprint(out)", ["12 a"]),
        ("print([f'{n} 12' for n in names])", ["… 12"]),
        ("fig = lambda ax: ax.text(0, 0, '12 a')\nfigure('fig-x', fig)", ["12 a"]),
        ("print(f\"{'12 a' if x else y} b\")", ["12 a", "… b"]),
    ],
)
def test_literals_are_followed_to_where_they_are_shown(
    code: str, texts: list[str]
) -> None:
    assert sorted(shown(code)) == sorted(texts)


def test_cells_of_a_table_are_shown_with_their_heads_and_numbers() -> None:
    code = (
        "table('tbl-x', [{'Arm 12': 'a 13', 'N': 14}], caption='Of 15', widths=(16,))"
    )
    assert sorted(shown(code)) == ["14", "Arm 12", "Of 15", "a 13"]


@pytest.mark.parametrize("name", ["include", "output", "eval"])
def test_a_silent_cell_shows_nothing(name: str) -> None:
    assert shown("print('12 a')\n'13 b'", f"#| {name}: false\n") == []


def test_functions_of_a_silent_cell_show_what_they_draw() -> None:
    code = "def draw(ax):\n    ax.set_title('n = 12')"
    assert shown(code, "#| include: false\n") == ["n = 12"]


def test_a_picture_that_is_saved_shows_its_text() -> None:
    code = "ax.set_title('n = 12')\nfig.savefig('a.png')"
    assert shown(code, "#| include: false\n") == ["n = 12"]


@pytest.mark.parametrize(
    ("expression", "texts"),
    [
        ("12", ["12"]),
        ("-12.5", ["-12.5"]),
        ("100 * 12 / 56", ["100 * 12 / 56"]),
        ("round(96.123, 1)", ["96.123"]),
        ("f'{x} of 12'", ["… of 12"]),
        ("f'{96.1:.1f}%'", ["96.1", "…%"]),
        ("2 * glazer.tumours", []),
        ("value('tests:x-12.printed_p')", []),
        ("p['rct-12']", []),
        ("glazer.tumours.to(1)", []),
    ],
)
def test_inline_expressions(expression: str, texts: list[str]) -> None:
    after = f"It is `{{python}} {expression}` there."
    assert sorted(shown("x = y", after=after)) == sorted(texts)


def test_a_variable_with_a_typed_number_is_shown_by_inline_code() -> None:
    assert shown("n = 12\nm = 13", after="Of `{python} n` there.") == ["12"]
