"""Opening the reader's browser, where there is one to be seen."""

from __future__ import annotations

import os
import sys
import webbrowser
from contextlib import suppress


def open_browser(address: str) -> None:
    """Open an address; nothing where the person sits at another machine.

    A browser for the terminal would take the terminal from the preview.
    """
    variables = os.environ  # noqa: TID251 - the person's desktop, not the build's
    remote = "SSH_CONNECTION" in variables
    seen = sys.platform in {"win32", "darwin"} or any(
        name in variables for name in ("DISPLAY", "WAYLAND_DISPLAY")
    )
    if seen and not remote:
        with suppress(webbrowser.Error, OSError):
            webbrowser.open(address)
