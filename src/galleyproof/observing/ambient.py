"""What code changes beside its variables: settings of libraries, directory, chance.

A cell that sets `rcParams` binds no name, and yet changes every figure that follows.
The settings that chapters change are compared before and after: those that differ from
how the chapter began are inputs of all that comes later.
"""

from __future__ import annotations

import copy
import decimal
import hashlib
import locale
import os
import random  # noqa: TID251 - watched, not used
import sys
from collections.abc import Callable
from typing import Any


class Ambient:
    """The settings at the beginning of a chapter, and how they differ now."""

    def __init__(self) -> None:
        self._began: dict[str, Any] = {}

    def begin(self) -> None:
        """Remember the settings as they are."""
        self._began = {}
        self._complete()

    def changed(self) -> dict[str, str]:
        """Return digests of the settings that differ from the beginning."""
        self._complete()
        now = {name: _PARTS[name]() for name in self._began}
        return {
            name: _digest(state)
            for name, state in now.items()
            if state != self._began[name]
        }

    def restore(self) -> None:
        """Put the settings back to how they were at the beginning."""
        for name, write in _RESTORED.items():
            if name in self._began and _PARTS[name]() != self._began[name]:
                write(self._began[name])

    def _complete(self) -> None:
        """Take up libraries that were loaded meanwhile, as they come."""
        for name, read in _PARTS.items():
            if name not in self._began and _is_there(name):
                self._began[name] = _DEFAULTS.get(name, read)()


def chances() -> dict[str, Any]:
    """Return the states of the global generators of random numbers."""
    return {name: read() for name, read in _CHANCES.items() if _is_there(name)}


def _digest(state: object) -> str:
    return hashlib.sha256(repr(state).encode("utf-8", "replace")).hexdigest()[:32]


def _is_there(name: str) -> bool:
    module = _MODULES.get(name)
    return module is None or module in sys.modules


# The parts ----------------------------------------------------------------------------


def _matplotlib() -> dict[str, Any]:
    return _settings(sys.modules["matplotlib"].rcParams)


def _matplotlib_default() -> dict[str, Any]:
    return _settings(sys.modules["matplotlib"].rcParamsOrig)


def _settings(parameters: dict[str, Any]) -> dict[str, Any]:
    """Return settings by themselves: lists among them may be changed in place."""
    return {
        key: tuple(value) if isinstance(value, list) else value
        for key, value in dict.items(parameters)
        if not key.startswith(_LOOKED_UP)
    }


_LOOKED_UP = ("backend", "interactive", "webagg")
"""Settings that matplotlib itself changes when it draws for the first time."""


def _pandas() -> dict[str, Any]:
    config = sys.modules["pandas._config.config"]
    return {key: _option(config, key) for key in config._registered_options}


def _option(config: Any, key: str) -> Any:  # noqa: ANN401
    cursor = config._global_config
    for part in key.split("."):
        cursor = cursor[part]
    return cursor


def _pandas_default() -> dict[str, Any]:
    options = sys.modules["pandas._config.config"]._registered_options
    return {key: option.defval for key, option in options.items()}


def _restore_pandas(began: dict[str, Any]) -> None:
    config = sys.modules["pandas._config.config"]
    for key, value in began.items():
        if _option(config, key) != value:
            config.set_option(key, value)


def _numpy_print() -> dict[str, Any]:
    return dict(sys.modules["numpy"].get_printoptions())


def _numpy_errors() -> dict[str, Any]:
    return dict(sys.modules["numpy"].geterr())


def _numpy_random() -> tuple[Any, ...]:
    state = sys.modules["numpy.random"].get_state()
    return (state[0], state[1].tobytes(), *state[2:])


def _decimal() -> str:
    return repr(decimal.getcontext())


_CHANCES: dict[str, Callable[[], Any]] = {
    "random": random.getstate,
    "numpy.random": _numpy_random,
}
_PARTS: dict[str, Callable[[], Any]] = {
    "the working directory": os.getcwd,
    "the search path": lambda: list(sys.path),
    "environment variables": lambda: sorted(os.environ.items()),  # noqa: TID251
    "settings of decimal": _decimal,
    "the locale": lambda: locale.setlocale(locale.LC_ALL),
    **_CHANCES,
    "settings of matplotlib": _matplotlib,
    "settings of pandas": _pandas,
    "print options of numpy": _numpy_print,
    "error handling of numpy": _numpy_errors,
}
_MODULES = {
    "numpy.random": "numpy.random",
    "settings of matplotlib": "matplotlib",
    "settings of pandas": "pandas._config.config",
    "print options of numpy": "numpy",
    "error handling of numpy": "numpy",
}
_DEFAULTS: dict[str, Callable[[], Any]] = {
    "settings of matplotlib": _matplotlib_default,
    "settings of pandas": _pandas_default,
}
"""How a library begins, for one that is loaded and changed in one cell."""


def _restore_decimal(_: str) -> None:
    decimal.setcontext(copy.copy(decimal.DefaultContext))


_RESTORED: dict[str, Callable[[Any], object]] = {
    "settings of decimal": _restore_decimal,
    "the locale": lambda began: locale.setlocale(locale.LC_ALL, began),
    "settings of pandas": _restore_pandas,
    "print options of numpy": lambda began: sys.modules["numpy"].set_printoptions(
        **began
    ),
    "error handling of numpy": lambda began: sys.modules["numpy"].seterr(**began),
}
"""What `reset` of the kernel does not put back in another way."""
