"""Generic plots of evidence. Each returns a `Drawing` with alt text of its values.

Nothing is drawn, and matplotlib not imported, until `figure` asks for it.
"""

from galleyproof.authoring.plots.drawing import Drawing
from galleyproof.authoring.plots.forest_plot import forest
from galleyproof.authoring.plots.mapping import evidence_map
from galleyproof.authoring.plots.over_time import curves
from galleyproof.authoring.plots.proportions import differences, intervals
from galleyproof.authoring.plots.ranking import bars

__all__ = [
    "Drawing",
    "bars",
    "curves",
    "differences",
    "evidence_map",
    "forest",
    "intervals",
]
