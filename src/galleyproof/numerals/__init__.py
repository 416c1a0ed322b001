"""Numbers in running text: what an author typed, told from what is only a name.

Owns the recognition of numerals in any form (digits of any script, words, fractions,
powers, Roman numerals) and the closed lists of what is none: identifiers, labels,
dates, versions, ordinals, conventions of statistics. Knows nothing of Quarto or of the
data; refuses to guess beyond its lists.
"""

from galleyproof.numerals.finding import find
from galleyproof.numerals.model import Form, Numeral

__all__ = ["Form", "Numeral", "find"]
