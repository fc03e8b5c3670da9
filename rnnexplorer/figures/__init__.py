"""Pictures of traces and trainings: numbers in, Plotly figure out, never shown here.

import rnnexplorer as rx

rx.figures.gates(trace).show()
"""

from __future__ import annotations

import plotly.graph_objects as go

from rnnexplorer.figures.bars import describe_next_words, next_words
from rnnexplorer.figures.compare import describe_difference, difference_bars
from rnnexplorer.figures.curves import (
    describe_gradient_norm,
    describe_loss_curves,
    gradient_norm,
    loss_curves,
)
from rnnexplorer.figures.describe import describe_panels
from rnnexplorer.figures.equations import equations
from rnnexplorer.figures.panels import panels
from rnnexplorer.figures.scales import (
    Scale,
    colors_of,
    diverging,
    probability,
    scale_of,
    sequential,
)
from rnnexplorer.figures.style import DARK, LIGHT, Theme, theme_of
from rnnexplorer.figures.unit import describe_unit_lines, unit_lines
from rnnexplorer.figures.view import View, shared_c_limit
from rnnexplorer.traces import Trace

__all__ = [
    "DARK",
    "LIGHT",
    "Scale",
    "Theme",
    "View",
    "colors_of",
    "describe_difference",
    "describe_gradient_norm",
    "describe_loss_curves",
    "describe_next_words",
    "describe_panels",
    "describe_unit_lines",
    "difference_bars",
    "diverging",
    "equations",
    "gates",
    "gradient_norm",
    "loss_curves",
    "next_words",
    "panels",
    "probability",
    "scale_of",
    "sequential",
    "shared_c_limit",
    "theme_of",
    "unit_lines",
]


def gates(
    trace: Trace, layer: int = 0, start: int = 0, stop: int | None = None, theme: str = "light"
) -> go.Figure:
    """Every signal of a layer as heatmaps over the words, for a notebook.

    Args:
        trace: what is drawn.
        layer: from 0.
        start: first step.
        stop: one past the last step; None is the end of the text.
        theme: `light` or `dark`.

    Raises:
        ValueError: the trace has no such layer or steps, or there is no such theme.
    """
    return panels(trace, View(layer=layer, start=start, stop=stop), theme)
