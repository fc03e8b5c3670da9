"""Curved bands: what flows from one part of a picture to another, as wide as it is much."""

from __future__ import annotations

import numpy as np

from rnnexplorer.measures.distribution import Array

#: Corners along one edge: smooth at any size on a screen.
POINTS = 16

Ends = tuple[float, float]


def ribbon(x: Ends, start: Ends, end: Ends) -> tuple[Array, Array]:
    """The outline of a band that leaves and arrives level.

    Its edges are y(s) = a + (b - a) · (3s² - 2s³), flat at both ends.

    Args:
        x: where it starts and ends.
        start: its two edges at the start.
        end: its two edges at the end, in the same order.

    Returns:
        x and y of a closed polygon, [2 · POINTS] each.
    """
    s = np.linspace(0.0, 1.0, POINTS)
    across = x[0] + (x[1] - x[0]) * s
    eased = s * s * (3.0 - 2.0 * s)
    first, second = (a + (b - a) * eased for a, b in zip(start, end, strict=True))
    return np.concatenate((across, across[::-1])), np.concatenate((first, second[::-1]))
