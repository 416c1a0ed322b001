"""A forest plot: studies, weights, pooled estimate, prediction, heterogeneity."""

from __future__ import annotations

from typing import TYPE_CHECKING

from galleyproof.authoring import style
from galleyproof.authoring.plots.drawing import Drawing, number
from galleyproof.authoring.pooling import Member, Pool
from galleyproof.lineage import Value

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_ROW = 0.27
_FRAME = 1.0
_HEAD = -1.0
_COUNTS, _RATE, _WEIGHT = 0.23, 0.79, 1.0
"""Right edges of the columns of text, as shares of their width."""
_WIDTHS = (1, 1.4)
"""The plot and the columns of text beside it."""
_COLUMNS = {_COUNTS: "n/N", _RATE: "% (95% CI)", _WEIGHT: "Weight"}


def forest(pool: Pool, *, axis: str = "Proportion (%)", start: float = 0) -> Drawing:
    """Draw the studies of a pool, its estimate as a diamond, its prediction interval.

    `start` is the left end of the axis, in per cent.
    """
    members = pool.members
    return Drawing(
        draw=lambda canvas: _draw(canvas, pool, members, axis, start),
        description=_describe(pool, members, axis),
        height=_FRAME + _ROW * (len(members) + 4),
        values=(*_numbers(pool, members),),
        notes=" ".join(_rate(member) + _counts(member) for member in members),
    )


def _numbers(pool: Pool, members: tuple[Member, ...]) -> list[Value]:
    held = [pool.estimate, pool.ci.low, pool.ci.high]
    held += [pool.i2.to(0), pool.tau2, pool.q, pool.heterogeneity]
    held += [pool.prediction.low, pool.prediction.high]
    for m in members:
        held += [m.percent, m.ci.low, m.ci.high, m.weight]
        held += [m.counts.events, m.counts.total]
    return held


def _describe(pool: Pool, members: tuple[Member, ...], axis: str) -> str:
    said = [
        f"{m.label} {m.percent.plain} (95% CI {m.ci}, weight {m.weight})"
        for m in members
    ]
    return (
        f"Forest plot, {axis}. {'; '.join(said)}. Pooled estimate "
        f"{pool.estimate} (95% CI {pool.ci}); 95% prediction interval "
        f"{pool.prediction}; {_heterogeneity(pool)}."
    )


def _heterogeneity(pool: Pool) -> str:
    i2, tau2, q, p = (
        value.markdown(mark=False)
        for value in (pool.i2.to(0), pool.tau2, pool.q, pool.heterogeneity)
    )
    return f"I² {i2}, τ² {tau2}, Q {q} ({p})"


def _rate(member: Member) -> str:
    return str(member.percent.plain)


def _counts(member: Member) -> str:
    return str(member.counts)


def _draw(
    canvas: Figure, pool: Pool, members: tuple[Member, ...], axis: str, start: float
) -> None:
    axes, words = canvas.subplots(ncols=2, sharey=True, width_ratios=_WIDTHS)
    words.set_axis_off()
    for height, member in enumerate(members):
        _draw_member(axes, member, height)
        _write(words, _COUNTS, height, _counts(member))
        _write(
            words,
            _RATE,
            height,
            f"{_rate(member)} ({member.ci.bare.markdown(mark=False)})",
        )
        _write(words, _WEIGHT, height, member.weight.markdown(mark=False))
    bottom = len(members) + 0.4
    _draw_pool(axes, words, pool, bottom)
    axes.axvline(
        number(pool.estimate), color=style.MUTED, linewidth=0.8, linestyle=":", zorder=0
    )
    axes.axhline(len(members) - 0.3, color=style.MUTED, linewidth=0.6)
    labels = [member.label for member in members]
    heights = [*range(len(members)), bottom, bottom + 1]
    axes.set_yticks(
        heights, [*labels, "Pooled (random effects)", "Prediction interval"]
    )
    axes.set_ylim(bottom + 1.6, _HEAD - 0.5)
    axes.set_xlim(start, 100)
    for x, text in zip(
        (_COUNTS, _RATE, _WEIGHT), ("n/N", "% (95% CI)", "Weight"), strict=True
    ):
        _write(words, x, _HEAD, text, weight="bold")
    axes.set_xlabel(axis)
    axes.grid(axis="x")
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)
    canvas.supxlabel(_heterogeneity(pool), fontsize=8.5, x=0.01, ha="left")


def _draw_member(axes: Axes, member: Member, height: int) -> None:
    look = style.series(0)
    ends = [number(member.ci.low), number(member.ci.high)]
    axes.plot(ends, [height, height], color=look.colour, linewidth=1.3)
    axes.scatter(
        number(member.percent),
        height,
        marker="s",
        color=look.colour,
        zorder=3,
        s=14 + 110 * number(member.weight) / 100,
        clip_on=False,
    )


def _draw_pool(axes: Axes, words: Axes, pool: Pool, height: float) -> None:
    colour = style.series(1).colour
    low, middle, high = (
        number(value) for value in (pool.ci.low, pool.estimate, pool.ci.high)
    )
    axes.fill(
        [low, middle, high, middle],
        [height, height - 0.32, height, height + 0.32],
        color=colour,
        linewidth=0,
    )
    ends = [number(pool.prediction.low), number(pool.prediction.high)]
    axes.plot(ends, [height + 1, height + 1], color=colour, linewidth=2.4)
    estimate = pool.estimate.markdown(mark=False)
    text = f"{estimate} ({pool.ci.bare.markdown(mark=False)})"
    _write(words, _RATE, height, text, weight="bold")
    _write(words, _RATE, height + 1, f"({pool.prediction.bare.markdown(mark=False)})")


def _write(axes: Axes, x: float, y: float, text: str, weight: str = "normal") -> None:
    axes.annotate(
        text,
        (x, y),
        xycoords=("axes fraction", "data"),
        ha="right",
        va="center",
        fontsize=8,
        fontweight=weight,
    )
