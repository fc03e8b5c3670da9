"""A recurrent network drawn twice: rolled up with its loop, and unrolled over the steps."""

from __future__ import annotations

from typing import Any

import plotly.graph_objects as go

from rnnexplorer.figures.style import Theme, base_layout, theme_of, with_alpha
from rnnexplorer.measures.sizes import Sizes

#: Pixels: the rolled network, a step, a row; boxes; above and below.
ROLLED, STEP, ROW = 232, 96, 92
#: More of both, where the name of a matrix says its layer.
OF_LAYER = 26
BOX_WIDTH, BOX_HEIGHT = 50, 32
TOP, BOTTOM = 34, 30
#: Steps that are drawn; of a longer text the first ones and the last.
DRAWN = 6
SMALL = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


def unrolled(sizes: Sizes, steps: int, theme: str = "light") -> go.Figure:
    """Left the network as it is, with the shapes of its matrices; right what happens over time.

    Args:
        sizes: of the network.
        steps: T, words that it reads.
        theme: `light` or `dark`.

    Raises:
        ValueError: there is no such theme.
    """
    colors = theme_of(theme)
    columns = _columns(steps)
    more = OF_LAYER if sizes.layers > 1 else 0
    rolled, step = ROLLED + more, STEP + more
    width = rolled + step * len(columns)
    height = TOP + ROW * (sizes.layers + 1) + BOX_HEIGHT + BOTTOM
    drawing = _Drawing(sizes, colors, height, step)
    drawing.rolled(0.7 * BOX_WIDTH)
    for place, t in enumerate(columns):
        x = rolled + step * (place + 0.5)
        after = columns[place - 1] if place else 0
        drawing.step(x, t, first=place == 0, gap=after is None)
    layout = base_layout(colors) | {
        "width": width + 8,
        "height": height,
        "margin": {"l": 4, "r": 4, "t": 0, "b": 0},
        "xaxis": {"visible": False, "range": [0, width], "fixedrange": True},
        "yaxis": {"visible": False, "range": [height, 0], "fixedrange": True},
        "shapes": drawing.shapes,
        "annotations": drawing.annotations,
    }
    return go.Figure(layout=layout)


def describe_unrolled(sizes: Sizes, steps: int) -> str:
    """The same in sentences."""
    V, H, X, wide = sizes.vocabulary, sizes.hidden, sizes.input, sizes.blocks * sizes.hidden
    stacked = f", {sizes.layers} layers above each other" if sizes.layers > 1 else ""
    return (
        f"Left a {sizes.cell.title} with a loop{stacked}: W_xh of {X} by {wide} leads from the"
        f" input to the units, W_hh of {H} by {wide} from the state back into them, W_hy of {H} by"
        f" {V} to the output. Right the same network drawn once per step, {steps} times, the state"
        " going from each step to the next; at every arrow stands the same matrix."
    )


def _columns(steps: int) -> list[int | None]:
    """The steps that are drawn, from 1; None is a gap."""
    if steps <= DRAWN:
        return list(range(1, steps + 1))
    return [*range(1, DRAWN - 1), None, steps]


class _Drawing:
    """Boxes, arrows and words, collected for one figure."""

    def __init__(self, sizes: Sizes, theme: Theme, height: float, across: float) -> None:
        self.sizes, self.theme, self.across = sizes, theme, across
        self.shapes: list[dict[str, Any]] = []
        self.annotations: list[dict[str, Any]] = []
        #: The middle of the rows, from the input up to the output.
        lowest = height - BOTTOM - BOX_HEIGHT / 2
        self.rows = [lowest - ROW * k for k in range(sizes.layers + 2)]

    def rolled(self, x: float) -> None:
        """The network as it is: one box a layer, its loop, and every shape."""
        sizes, theme = self.sizes, self.theme
        wide = sizes.blocks * sizes.hidden
        self._write("rolled", x, TOP / 2, theme.quiet, 13)
        self._box(x, self.rows[0], "x", "p")
        for layer in range(1, sizes.layers + 1):
            self._box(x, self.rows[layer], "h", "h")
            below = sizes.input if layer == 1 else sizes.hidden
            self._up(x, layer, f"W_xh{self._of(layer)}  {below:,} × {wide:,}", beside=True)
            self._loop(x, self.rows[layer], f"W_hh{self._of(layer)}  {sizes.hidden:,} × {wide:,}")
        self._box(x, self.rows[-1], "y", "p")
        self._up(x, sizes.layers + 1, f"W_hy  {sizes.hidden:,} × {sizes.vocabulary:,}", beside=True)

    def step(self, x: float, t: int | None, *, first: bool, gap: bool) -> None:
        """One step of the unrolled network; None is the gap in a long text."""
        theme = self.theme
        if first:
            self._write("unrolled", x, TOP / 2, theme.quiet, 13)
        for layer in range(1, self.sizes.layers + 1):
            y = self.rows[layer]
            if t is None:
                self._write("…", x, y, theme.quiet, 20)
            elif first:
                self._state(x - self.across * 0.62, x, y, "0")
            else:
                self._state(x - self.across, x, y, f"W_hh{self._of(layer)}", after_gap=gap)
        if t is None:
            return
        number = str(t).translate(SMALL)
        self._box(x, self.rows[0], f"x{number}", "p")
        for layer in range(1, self.sizes.layers + 1):
            self._box(x, self.rows[layer], f"h{number}", "h")
            self._up(x, layer, f"W_xh{self._of(layer)}")
        self._box(x, self.rows[-1], f"y{number}", "p")
        self._up(x, self.sizes.layers + 1, "W_hy")

    def _of(self, layer: int) -> str:
        """Which layer a matrix belongs to, where there are several."""
        return f" ({layer})" if self.sizes.layers > 1 else ""

    def _state(
        self, x0: float, x1: float, y: float, label: str, *, after_gap: bool = False
    ) -> None:
        """The arrow from state to state; of an LSTM a second one, for C, that meets no matrix."""
        start = x0 + (16 if after_gap else 0 if label == "0" else BOX_WIDTH / 2)
        end = x1 - BOX_WIDTH / 2
        two = "c" in self.sizes.cell.states
        self._arrow(start, y + (5 if two else 0), end, y + (5 if two else 0), self.theme.hue("h"))
        if two:
            self._arrow(start, y - 7, end, y - 7, self.theme.hue("c"))
        if label == "0":
            self._write("0", start - 8, y, self.theme.quiet, 13)
        else:
            self._write(label, (start + end) / 2 - 3, y + (16 if two else -10), self.theme.ink, 12)

    def _up(self, x: float, row: int, label: str, *, beside: bool = False) -> None:
        """The arrow into a row from the one below."""
        below, above = self.rows[row - 1] - BOX_HEIGHT / 2, self.rows[row] + BOX_HEIGHT / 2
        self._arrow(x, below, x, above, self.theme.quiet)
        self._write(label, x + 6, (below + above) / 2 - (8 if beside else 0), self.theme.ink, 12,
                    "left")  # fmt: skip

    def _loop(self, x: float, y: float, label: str) -> None:
        """The state on its way back into the box that made it."""
        right, top, out = x + BOX_WIDTH / 2, y - BOX_HEIGHT / 2, x + BOX_WIDTH / 2 + 26
        path = f"M {right} {y + 6} H {out} V {top - 12} H {x + 12}"
        self.shapes.append(
            {"type": "path", "path": path, "line": {"color": self.theme.hue("h"), "width": 2}}
        )
        self._arrow(x + 12, top - 12, x + 12, top, self.theme.hue("h"))
        self._write(label, out + 6, y - 8, self.theme.ink, 12, "left")

    def _box(self, x: float, y: float, label: str, key: str) -> None:
        hue = self.theme.hue(key)
        self.shapes.append(
            {
                "type": "rect", "x0": x - BOX_WIDTH / 2, "x1": x + BOX_WIDTH / 2,
                "y0": y - BOX_HEIGHT / 2, "y1": y + BOX_HEIGHT / 2,
                "line": {"color": hue, "width": 1.5}, "fillcolor": with_alpha(hue, 0.14),
            }
        )  # fmt: skip
        self._write(label, x, y, self.theme.ink, 14)

    def _arrow(self, x0: float, y0: float, x1: float, y1: float, color: str) -> None:
        self.annotations.append(
            {
                "x": x1, "y": y1, "ax": x0, "ay": y0, "axref": "x", "ayref": "y", "text": "",
                "showarrow": True, "arrowhead": 2, "arrowsize": 0.9, "arrowwidth": 1.8,
                "arrowcolor": color,
            }
        )  # fmt: skip

    def _write(
        self, text: str, x: float, y: float, color: str, size: int, anchor: str = "center"
    ) -> None:
        self.annotations.append(
            {
                "x": x, "y": y, "text": text, "showarrow": False, "xanchor": anchor,
                "yanchor": "middle", "font": {"size": size, "color": color}, "borderpad": 0,
            }
        )  # fmt: skip
