"""Writes the ledger beside each page that Quarto rendered.

Named under `project: post-render:` in `_quarto.yml`; Quarto runs it with its Python at
the end of `quarto render`.
"""

import sys

try:
    from galleyproof.quarto import write_ledgers
except ImportError:
    sys.exit(
        "galleyproof is not installed in the Python that Quarto uses: no ledger was "
        "written. Install it there, or set QUARTO_PYTHON to the Python that has it."
    )

for ledger in write_ledgers():
    sys.stdout.write(f"Ledger written: {ledger}\n")
