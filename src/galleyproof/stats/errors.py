"""What the statistics refuse, and when they give up.

    StatisticsError
    ├── ArgumentError (ValueError)       an argument is outside its allowed range
    └── ConvergenceError (ArithmeticError)  an iteration did not reach its tolerance

Neither is ever replaced by a NaN.
"""

from __future__ import annotations

Index = int | tuple[int, ...] | None


class StatisticsError(Exception):
    """A statistic cannot be computed from what was given."""


class ArgumentError(StatisticsError, ValueError):
    """An argument is outside its allowed range."""

    def __init__(
        self, argument: str, *, allowed: str, value: object = None, index: Index = None
    ) -> None:
        self.argument = argument
        """Name of the parameter."""
        self.index = index
        """Position of the first offending element; None for a scalar or a shape."""
        self.allowed = allowed
        """The allowed range, in words."""
        self.value = value
        where = "" if index is None else f"[{_subscript(index)}]"
        found = "" if value is None else f" is {value}:"
        super().__init__(f"`{argument}{where}`{found} must be {allowed}")


class ConvergenceError(StatisticsError, ArithmeticError):
    """An iteration stopped before it reached its tolerance."""

    def __init__(self, what: str, *, iterations: int, hint: str) -> None:
        self.what = what
        self.iterations = iterations
        self.hint = hint
        super().__init__(f"{what} did not converge in {iterations} iterations: {hint}")


def _subscript(index: int | tuple[int, ...]) -> str:
    return str(index) if isinstance(index, int) else ", ".join(map(str, index))
