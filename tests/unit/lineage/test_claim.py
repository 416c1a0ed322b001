import pytest

from galleyproof.lineage import Claim, Kind, journal
from galleyproof.lineage.condition import joined


def test_a_claim_prints_its_words_and_names_its_condition(make):
    made = Claim(words="*markedly* lower", condition=make(18) < make(213))
    printed = made.markdown()
    (token,) = journal.tokens(printed)
    assert printed == (
        f'[*markedly* lower]{{.claim data-galley="{token}" title="18 \\< 213"}}'
    )
    entries = journal.take()
    claim = entries.claims[token]
    assert (claim.text, claim.condition) == ("markedly lower", "18 < 213")
    assert [entries.values[name].number for name in claim.values] == [18, 213]
    assert f"{made}" == str(made) == made._repr_markdown_() == made.markdown()
    assert made.text == "markedly lower"


def test_of_many_parts_the_title_shows_the_first(make):
    def title(count):
        condition = joined("and", [make(n) < make(9) for n in range(count)])
        return Claim(words="lower", condition=condition).title

    assert title(4) == "0 < 9 and 1 < 9 and 2 < 9 and 3 < 9"
    assert title(6) == "0 < 9 and 1 < 9 and 2 < 9 and 3 < 9 … 6 conditions"


def test_it_takes_no_format(make):
    with pytest.raises(ValueError, match="prints by its own rules"):
        f"{Claim(words='lower', condition=make(1) < make(2)):>10}"


@pytest.mark.parametrize(
    ("words", "text"),
    [
        ("**most** of them", "most of them"),
        ("_fewer_ in arm_a", "fewer in arm_a"),
        ("lower in [4 cm]{.literal} tumours", "lower in 4 cm tumours"),
        ("3^†^ more", "3 more"),
        (r"5\% fewer", "5% fewer"),
    ],
)
def test_its_text_is_without_markup(make, words, text):
    assert Claim(words=words, condition=make(1) < make(2)).text == text


def test_a_refutation_has_the_values_as_they_are(make):
    def refutation(condition):
        return Claim(words="lower", condition=condition).refutation

    low, high = make(1), make(2)
    assert refutation(low < high) == ""
    assert refutation(low > high) == "1 > 2 is false"
    assert refutation((low > high) & (low < high)) == "1 > 2 is false"
    assert (
        refutation((low > high) & (low == high)) == "1 > 2 is false and 1 = 2 is false"
    )


def test_what_reads_in_words_is_refuted_by_its_opposite(make):
    condition = (make(3) < make(2)).reads("3 are fewer", "3 are no fewer")
    assert Claim(words="fewer", condition=condition).refutation == "3 are no fewer"
    assert Claim(
        words="fewer", condition=condition & (make(4) < make(2))
    ).refutation == ("3 are no fewer and 4 < 2 is false")


def test_what_cannot_be_estimated_bears_out_nothing(make):
    unknown = make(float("nan"), Kind.RATIO, "")
    for condition in (unknown > 1, unknown <= 1, ~(unknown > 1)):
        refutation = Claim(words="higher", condition=condition).refutation
        assert refutation == "Glazer 2017, Table 2 is not estimable"
