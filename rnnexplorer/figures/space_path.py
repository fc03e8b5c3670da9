"""What a path through the space of states looks like, in two dimensions or in three."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from rnnexplorer.figures.style import Theme, plain
from rnnexplorer.measures.distribution import Array
from rnnexplorer.signals import Signal

#: Pixels.
MARGIN = {"l": 52, "r": 12, "t": 34, "b": 46}

#: Of the first and the second path.
DASHES = ("solid", "dash")


@dataclass(frozen=True, eq=False)
class Path:
    """A text, or a part of it, in the space.

    Attributes:
        name: what it is, for the line above the picture.
        words: of its steps, [T].
        points: coordinates, [T, K].
        first_step: the step of the first word.
        clickable: its steps are those that the page can choose.
    """

    name: str
    words: tuple[str, ...]
    points: Array
    first_step: int = 0
    clickable: bool = True

    def row(self, step: int | None) -> int | None:
        """Where a step stands among the words that are drawn."""
        row = -1 if step is None else step - self.first_step
        return row if 0 <= row < len(self.words) else None


def color_of(signal: Signal, number: int, theme: Theme) -> str:
    """The first path has the hue of its signal, the second is ink."""
    return theme.hue(signal.key) if number == 0 else theme.ink


def word_color(number: int, theme: Theme) -> str:
    """Of the words along a path."""
    return theme.ink if number == 0 else theme.quiet


def symbols_of(path: Path, number: int) -> list[str]:
    """Circles or diamonds, the first word's open."""
    kind = ("circle", "diamond")[number]
    return [f"{kind}-open", *[kind] * (len(path.words) - 1)]


def hovered(path: Path) -> dict[str, Any]:
    """What every trace of points has: its name, what a hover tells, the steps of a click."""
    steps = np.arange(path.first_step, path.first_step + len(path.words))
    told = [f"<b>{plain(w)}</b> · step {t}" for w, t in zip(path.words, steps, strict=True)]
    return {
        "name": path.name,
        "hovertext": told,
        "hovertemplate": "%{hovertext}<extra></extra>",
        **({"customdata": steps} if path.clickable else {}),
    }


def written(path: Path, sides: dict[int, str], chosen: int | None) -> tuple[list[str], list[str]]:
    """The words that are written, and on which side; the chosen one and the first in bold."""
    bold = {0, path.row(chosen if path.clickable else None)}
    text = [
        "" if k not in sides else f"<b>{plain(word)}</b>" if k in bold else plain(word)
        for k, word in enumerate(path.words)
    ]
    return text, [sides.get(k, "middle right") for k in range(len(path.words))]


def axis_title(number: int, shares: Array) -> str:
    """A component and its share of the variance."""
    return f"component {number + 1} · {shares[number]:.1%} of the variance"


def names_above(paths: Sequence[Path], theme: Theme) -> dict[str, Any]:
    """Names above the picture, where there are two."""
    return {
        "showlegend": len(paths) > 1,
        "legend": {
            "orientation": "h", "x": 0, "y": 1, "yanchor": "bottom", "itemclick": False,
            "itemdoubleclick": False, "font": {"size": 13, "color": theme.ink},
            "bgcolor": theme.background,
        },
    }  # fmt: skip
