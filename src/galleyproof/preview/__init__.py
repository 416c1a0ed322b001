"""`galley preview`: edit, and see it.

A watcher notices what is saved, the loop builds, a server gives the pages to browsers
on this machine, and a script that is put into the pages as they are served swaps what
has changed. Nothing of it touches the project's own output.
"""

from __future__ import annotations

from galleyproof.preview.browsing import open_browser
from galleyproof.preview.serving import PORT
from galleyproof.preview.session import Built, Session

__all__ = ["PORT", "Built", "Session", "open_browser"]
