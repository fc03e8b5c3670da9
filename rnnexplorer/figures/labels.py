"""Where words can be written beside points, so that none lies on another."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from rnnexplorer.measures.distribution import Array

#: Pixels of a letter on average, of a line, and of a point with its rim.
LETTER, LINE, POINT = 6.6, 15.0, 9.0

#: Around a point, the best place first: the side of the point, as (right, down) from -1 to 1.
SIDES = {
    "middle right": (1, 0),
    "middle left": (-1, 0),
    "top center": (0, -1),
    "bottom center": (0, 1),
    "top right": (1, -1),
    "bottom right": (1, 1),
    "top left": (-1, -1),
    "bottom left": (-1, 1),
}

Box = tuple[float, float, float, float]


def placed(
    points: Array, words: Sequence[str], order: Sequence[int], always: int
) -> dict[int, str]:
    """Which points get their word, and on which side (Plotly's `textposition`).

    The points are taken in order; a word is written on the first side where it covers no word that
    is there already and no point. The first `always` of them are written in any case, on the side
    where they cover least.

    Args:
        points: in pixels, to the right and down, [N, 2].
        words: of the points, [N].
        order: points that may be labelled, the most important first.
        always: how many of them have to be.
    """
    boxes = np.array([_around(x, y) for x, y in points.tolist()])
    found: dict[int, str] = {}
    taken = np.zeros((0, 4))
    for place, k in enumerate(order):
        others = np.concatenate((np.delete(boxes, k, axis=0), taken))
        choices = {side: _beside(points[k], words[k], side) for side in SIDES}
        covered = {side: _overlap(box, others) for side, box in choices.items()}
        side = min(SIDES, key=covered.__getitem__)
        if covered[side] > 0 and place >= always:
            continue
        found[k] = side
        taken = np.concatenate((taken, [choices[side]]))
    return found


def _around(x: float, y: float) -> Box:
    half = POINT / 2
    return x - half, y - half, x + half, y + half


def _beside(point: NDArray[np.floating], word: str, side: str) -> Box:
    """Left, top, right and bottom of a word on a side of its point."""
    right, down = SIDES[side]
    width, away = LETTER * len(word), POINT / 2 + 1
    x = float(point[0]) + right * (away + width / 2)
    y = float(point[1]) + down * (away + LINE / 2)
    return x - width / 2, y - LINE / 2, x + width / 2, y + LINE / 2


def _overlap(box: Box, others: Array) -> float:
    """The area of a box that others lie on, in square pixels."""
    left, top, right, bottom = box
    width = np.minimum(others[:, 2], right) - np.maximum(others[:, 0], left)
    height = np.minimum(others[:, 3], bottom) - np.maximum(others[:, 1], top)
    return float((np.clip(width, 0, None) * np.clip(height, 0, None)).sum())
