"""How hypothesis makes up studies, for every property of their pools."""

from hypothesis import strategies as st

from galleyproof.stats import Effects


@st.composite
def studies(draw):
    """Three to nine studies, variances over four orders of magnitude."""
    k = draw(st.integers(3, 9))
    hundredths = draw(st.lists(st.integers(-300, 300), min_size=k, max_size=k))
    tenths = draw(st.lists(st.integers(-30, 10), min_size=k, max_size=k))
    return Effects(
        estimate=[each / 100 for each in hundredths],
        variance=[10 ** (each / 10) for each in tenths],
        measure="GEN",
    )


# `st.from_type(Effects)`: test modules cannot import from one another.
st.register_type_strategy(Effects, studies())
