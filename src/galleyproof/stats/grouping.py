"""Subgroups: a pooled effect in each, and whether they differ.

Owns the comparison of groups of studies. A continuous moderator is for `regression`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from galleyproof.stats import _validate as check
from galleyproof.stats._distributions import chi_square_above
from galleyproof.stats._wls import Design
from galleyproof.stats.effects import Effects, studies
from galleyproof.stats.errors import ArgumentError
from galleyproof.stats.pooling import TESTS, Pooled, Test, pool, pool_at
from galleyproof.stats.tau2 import METHODS, Tau2, estimate_tau2

SHARING = ("separate", "common")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Subgroups:
    """Pooled effects of groups of studies."""

    groups: tuple[str, ...]
    """In order of first appearance."""
    pooled: tuple[Pooled, ...]
    """One for each group, on the scale of the effects."""
    q_between: float
    """Chi-square of the differences between the groups' effects."""
    q_between_df: int
    q_between_p: float
    sharing: str
    """`separate`: each group its own tau2; `common`: one for all."""


def subgroups(
    effects: Effects,
    groups: Sequence[str],
    *,
    sharing: str = "separate",
    method: str = "REML",
    test: Test = "z",
    level: float = 0.95,
) -> Subgroups:
    """Pool each group of studies and test whether their effects differ.

    Parameters
    ----------
    effects: k studies.
    groups: k labels, at least two different ones.
    sharing: `separate`, each group has its own tau2; `common`, one tau2 from a model
        with a mean for each group.
    method, test, level: as in `pool`.

    Returns
    -------
    Subgroups. Q-between weighs each group's effect by its own squared standard error
    and has as many degrees of freedom as there are groups, less one. With `common` and
    test `z` it is the moderator test of a meta-regression on the groups. A group of one
    study is returned as it is.

    Raises
    ------
    ArgumentError: labels of another length, fewer than two groups, a group too small
        for the test (named).
    ConvergenceError: a tau2 was not found.

    Source
    ------
    Borenstein M, Hedges LV, Higgins JPT, Rothstein HR (2009), Introduction to
    Meta-Analysis, ch 19: "Q test based on analysis of variance"; Rubio-Aparicio M et
    al. (2019), Testing categorical moderators in mixed-effects meta-analysis in the
    presence of heteroscedasticity, J Exp Educ, on separate and common tau2.
    """
    check.choice("method", method, METHODS)
    check.choice("sharing", sharing, SHARING)
    check.choice("test", test, TESTS)
    names, group_of = _groups(groups, len(studies(effects)))
    masks = [group_of == i for i in range(len(names))]
    shared = _shared(effects, masks, method) if sharing == "common" else None
    results = []
    for name, mask in zip(names, masks, strict=True):
        part = effects.take(mask)
        if test != "z" and len(part) < 2:
            raise ArgumentError(
                "groups", allowed=f"at least 2 studies in `{name}` for test `{test}`"
            )
        if shared is None:
            results.append(pool(part, method=method, test=test, level=level))
        else:
            results.append(pool_at(part, shared, test=test, level=level))
    q = _between(results)
    return Subgroups(
        groups=names,
        pooled=tuple(results),
        q_between=q,
        q_between_df=len(names) - 1,
        q_between_p=chi_square_above(q, len(names) - 1),
        sharing=sharing,
    )


def _groups(groups: Sequence[str], k: int) -> tuple[tuple[str, ...], NDArray[np.int64]]:
    """List the groups by first appearance, and the group of each study."""
    listed = isinstance(groups, Iterable) and not isinstance(groups, str)
    labels = list(groups) if listed else []
    if len(labels) != k:
        found = str(len(labels)) if listed else type(groups).__name__
        raise ArgumentError("groups", allowed=f"{k} labels, not {found}")
    for i, label in enumerate(labels):
        # A missing label (None, NaN) is not one more group.
        if not isinstance(label, str | int | np.integer):
            raise ArgumentError(
                "groups", index=i, value=repr(label), allowed="text or a whole number"
            )
    number = {name: i for i, name in enumerate(dict.fromkeys(map(str, labels)))}
    if len(number) < 2:
        raise ArgumentError("groups", allowed="at least two different labels")
    return tuple(number), np.array([number[str(label)] for label in labels])


def _shared(effects: Effects, masks: list[np.ndarray], method: str) -> Tau2:
    x = np.column_stack(masks).astype(np.float64)
    # Any origin will do, and near the effects they keep their digits.
    y = effects.estimate - effects.estimate[effects.variance.argmin()]
    return estimate_tau2(Design(y, effects.variance, x), method)


def _between(results: list[Pooled]) -> float:
    estimate = np.array([r.estimate for r in results])
    error = np.array([r.standard_error for r in results])
    if (error == 0).any():
        raise ArgumentError(
            "test", allowed="`z` or `adhoc`: a group without spread has no error"
        )
    weight = 1 / error**2
    centre = estimate[int(weight.argmax())]
    mean = centre + float(weight @ (estimate - centre)) / float(weight.sum())
    return float(weight @ (estimate - mean) ** 2)
