"""Codes that belong together, for those who do not need the rules behind them."""

from __future__ import annotations

from galleyproof.diagnostics import Code

EVIDENCE = (
    Code.PARTS_ADD_UP,
    Code.PERCENTAGE_POSSIBLE,
    Code.INTERVAL_CONSISTENT,
    Code.P_REPRODUCED,
    Code.RATES_MONOTONE,
    Code.COHORTS_DISJOINT,
    Code.UNIT_UNMIXED,
    Code.SOURCE_NAMED,
    Code.ROW_UNIQUE,
    Code.DISCREPANCY_REAL,
)
"""What the numbers of the data say about each other (`checks.data`)."""
