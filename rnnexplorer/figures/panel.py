"""One heatmap of the stack: its values, its shades, and the words beside it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnnexplorer.figures.following import Following
from rnnexplorer.figures.scales import Scale, diverging, probability, scale_of
from rnnexplorer.figures.style import Theme
from rnnexplorer.figures.view import View
from rnnexplorer.signals import Signal
from rnnexplorer.traces import Trace

#: Pixels: panels share this height, within bounds. A row is a whole number of pixels, at least two
#: (one in a very large layer), so that no unit is swallowed or doubled when it is drawn.
SHARED_HEIGHT = 330
SMALLEST_PANEL, LARGEST_PANEL = 120, 200
SMALLEST_ROW, LARGEST_ROW = 2, 14
LARGE_LAYER = 256
RANK_ROW = 10

RANGES = {"gate": "0 … 1", "signed": "−1 … 1"}


@dataclass(frozen=True, eq=False)
class Panel:
    """A heatmap, ready to be placed.

    Attributes:
        key: the signal, or `p`.
        title: its symbol and its name.
        note: the range, in small type on the right.
        z: [row, step].
        y: [row], the place of each row on its axis, from the top.
        scale: of the shades.
        row_height: pixels.
        hover: template of its line in the hover box.
        meta: what a click on it means: the signal, and the unit of each row.
        text: [row, step], what a hover says in place of the value.
        foot: in small type on the right of the last row.
    """

    key: str
    title: str
    note: str
    z: NDArray[np.float32]
    y: NDArray[np.int64]
    scale: Scale
    row_height: int
    hover: str
    meta: dict[str, Any]
    text: NDArray[np.str_] | None = None
    foot: str = ""

    @property
    def height(self) -> int:
        """Pixels."""
        return len(self.z) * self.row_height

    def labels(self, domain: tuple[float, float], theme: Theme) -> list[dict[str, Any]]:
        """The annotations beside it: what it is on the left, its range on the right."""
        low, high = domain
        middle = (low + high) / 2
        paper = {"xref": "paper", "yref": "paper", "showarrow": False}
        left = {"x": 0, "xshift": -10, "xanchor": "right", "align": "right"}
        right = {"x": 1, "xshift": 6, "xanchor": "left", "align": "left"}
        small = {"size": 11, "color": theme.quiet}
        hue = {"size": 13, "color": theme.hue(self.key)}
        labels = [
            paper | left | {"text": self.title, "y": middle, "yanchor": "middle", "font": hue},
            paper | right | {"text": self.note, "y": high, "yanchor": "top", "font": small},
        ]
        if self.foot:
            foot = {"text": self.foot, "y": low, "yanchor": "bottom", "yshift": -3, "font": small}
            labels.append(paper | right | foot)
        return labels


def signal_panel(trace: Trace, view: View, signal: Signal, theme: Theme) -> Panel:
    """The panel of a signal: a row per unit."""
    z, limit = view.values(trace, signal), view.limit(trace, signal)
    units = view.rows(trace)
    from_data = view.deviation or signal.limits is None
    note = f"±{limit:.2g}" if from_data else RANGES[signal.kind]
    largest = float(np.abs(z).max())
    if from_data and largest > limit * 1.05:
        note += f"<br>up to {largest:.2g}"
    scale = (
        diverging(theme, signal.key, limit) if view.deviation else scale_of(signal, theme, limit)
    )
    return Panel(
        key=signal.key,
        title=_title(signal.symbol, f"{signal.name}{'<br>− its mean' if view.deviation else ''}"),
        note=note,
        z=z,
        y=np.arange(len(units)),
        scale=scale,
        row_height=row_height(len(units), len(view.signals(trace))),
        hover=f"<b>{signal.symbol}</b> %{{z:.2f}}",
        meta={"signal": signal.key, "units": list(units)},
    )


def rank_panel(table: Following, theme: Theme) -> Panel:
    """The panel of the softmax: a row per rank, the most probable word on top.

    Its rows lie below zero, where no panel of units has any: a hover there would otherwise quote
    the unit of the same row, which has nothing to do with the word.
    """
    ranks = len(table.probs) - 1
    return Panel(
        key="p",
        title=_title("p", f"next word<br>top {ranks}"),
        note="0 … 1<br>cube-root<br>shade",
        z=table.probs,
        y=-1 - np.arange(ranks + 1),
        scale=probability(theme),
        row_height=RANK_ROW,
        hover="<b>p</b> %{text}",
        meta={"signal": "p"},
        text=table.labels,
        foot="rarer",
    )


def row_height(rows: int, panels: int) -> int:
    """Pixels per unit: whole, so that no row is lost, and more where there are few panels."""
    if rows > LARGE_LAYER:
        return 1
    height = min(max(SHARED_HEIGHT // panels, SMALLEST_PANEL), LARGEST_PANEL)
    return min(max(height // rows, SMALLEST_ROW), LARGEST_ROW)


def _title(symbol: str, name: str) -> str:
    return f"<b style='font-size:19px'>{symbol}</b><br>{name}"
