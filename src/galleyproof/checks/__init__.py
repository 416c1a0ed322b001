"""Checks: each a pure function of what has been read, from chapters to findings."""
