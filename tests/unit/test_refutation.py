import pytest

from galleyproof import refutation
from galleyproof.refutation import FalseClaimError, Refutation

LOWER = Refutation(words="lower", reason="2 < 1 is false")


def test_a_false_claim_is_raised_where_nobody_listens():
    with pytest.raises(FalseClaimError, match="`lower` does not hold: 2 < 1 is false"):
        refutation.refute(LOWER)


def test_a_build_listens_instead(monkeypatch):
    monkeypatch.setattr(refutation, "_listeners", [])
    told = []
    refutation.listen(told.append)
    refutation.refute(LOWER)
    refutation.refute(LOWER)
    assert told == [LOWER, LOWER]
