"""The audit of texts that nobody would write."""

from hypothesis import given, settings
from hypothesis import strategies as st

from galleyproof.checks.articles import audit, read
from galleyproof.spans import Source

PIECES = """Corvane et al.|and colleagues|[1]|[3,8]|(1,2)|^2^|12.4%|of 40 tumours
p = 0.02|Table 1: Wells|1-year OS|Overall|<4 cm|≥4 cm|References|1. Corvane L.
Cold springs.|Springs. 2012;5(2):20-31.|2019|systematic review|This paper is a
narrative review|Methods|Results|1- and 3-year survival was 90% and 95%|if
the present study|largest series|mean age 60 (range 2-9)|n = 45|12 (26.7)|$|²|é"""
WORDS = st.sampled_from(
    [*PIECES.replace("\n", "|").split("|"), " ", "\n", "\n\n", "\t"]
)


@settings(deadline=None)  # the first imports SciPy
@given(st.lists(WORDS, max_size=60).map("".join))
def test_it_ends_and_its_places_are_in_the_text(text):
    source = Source("a.txt", text)
    for one in audit(read(source)):
        assert 0 <= one.start <= one.end <= len(text)
        assert one.message
