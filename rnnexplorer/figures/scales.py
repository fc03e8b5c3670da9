"""From a value to a colour: the scales of heatmaps and of the words above them.

A scale starts from the background of the page, so that what is near zero recedes, and goes to the
hue of its signal in equal steps of Oklab (Ottosson 2020); readable text comes from the contrast
ratio of WCAG 2.2.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from rnnexplorer.figures.style import Theme
from rnnexplorer.signals import Signal

#: Colours along one half of a scale. Between them Plotly and `colors_of` go straight through RGB.
STOPS = 9

#: Text is readable from this contrast on (WCAG 2.2, 1.4.3).
READABLE = 4.5

#: How far a shade behind text goes towards the full hue: the text stays the first thing one sees.
PALE = 0.6


@dataclass(frozen=True)
class Scale:
    """A map from numbers to colours.

    Attributes:
        stops: colours at equal distances from `low` to `high`.
        low: value of the first stop; smaller values get its colour too.
        high: value of the last stop; larger values get its colour too.
        root: shade by this root of the share; with the cube root a probability of 0.01 is a
            fifth of the way up and not lost in the background.
    """

    stops: tuple[str, ...]
    low: float
    high: float
    root: int = 1

    @property
    def positions(self) -> NDArray[np.float64]:
        """Where the stops lie between `low` (0) and `high` (1)."""
        return np.linspace(0.0, 1.0, len(self.stops)) ** self.root

    def colorscale(self) -> list[tuple[float, str]]:
        """The same scale as Plotly takes it."""
        return list(zip(self.positions.tolist(), self.stops, strict=True))

    def rgb(self, values: ArrayLike) -> NDArray[np.float64]:
        """[..., 3]: the colours of values [...], each channel 0…1; NaN stays NaN."""
        share = (np.asarray(values, dtype=float) - self.low) / (self.high - self.low)
        share = np.clip(share, 0.0, 1.0)
        table = np.array([_rgb(stop) for stop in self.stops])
        channels = [np.interp(share, self.positions, table[:, k]) for k in range(3)]
        return np.where(np.isnan(share)[..., None], np.nan, np.stack(channels, axis=-1))


def pale(scale: Scale) -> Scale:
    """The same scale at `PALE` of its strength, for shades behind text."""
    share = np.linspace(0.0, 1.0, len(scale.stops))
    table = np.array([_rgb(stop) for stop in scale.stops])
    neutral = 0.5 if scale.low < 0 else 0.0
    kept = neutral + PALE * (share - neutral)
    channels = [np.interp(kept, share, table[:, k]) for k in range(3)]
    stops = tuple(_hex(row) for row in np.stack(channels, axis=-1))
    return replace(scale, stops=stops)


def sequential(theme: Theme, key: str, high: float = 1.0, root: int = 1) -> Scale:
    """From the background at 0 to the hue of `key` at `high`."""
    return Scale(_blend(theme.background, theme.hue(key)), 0.0, high, root)


def probability(theme: Theme) -> Scale:
    """The scale of the softmax, 0…1: by the cube root, because most next words are unlikely."""
    return sequential(theme, "p", root=3)


def diverging(theme: Theme, key: str, limit: float = 1.0) -> Scale:
    """From slate at -`limit` over the background at 0 to the hue of `key` at `limit`."""
    negative = _blend(theme.slate, theme.background)
    return Scale((*negative[:-1], *_blend(theme.background, theme.hue(key))), -limit, limit)


def scale_of(signal: Signal, theme: Theme, limit: float = 1.0) -> Scale:
    """The scale of a signal: a gate is sequential, all others diverge to ±`limit`."""
    if signal.kind == "gate":
        return sequential(theme, signal.key)
    return diverging(theme, signal.key, limit)


def colors_of(values: ArrayLike, scale: Scale, theme: Theme) -> tuple[list[str], list[str]]:
    """CSS colours for words shaded by a value: their backgrounds and readable text on them.

    Args:
        values: [T]; NaN (a word that no prediction was made for) gets the page's background.
        scale: how a value becomes a shade.
        theme: of the page.

    Returns:
        T backgrounds and T foregrounds; each pair has a contrast of 4.5 : 1 or more.
    """
    rgb = scale.rgb(values)
    blank = np.isnan(rgb[:, 0])
    backgrounds = [
        theme.background if empty else _hex(row) for row, empty in zip(rgb, blank, strict=True)
    ]
    return backgrounds, [readable_on(background, theme) for background in backgrounds]


def readable_on(background: str, theme: Theme) -> str:
    """The text colour for a background: the page's own where that is readable, or the opposite.

    Of black and white one always has a contrast above 4.58 : 1.
    """
    if contrast(theme.ink, background) >= READABLE:
        return theme.ink
    return max(("#000000", "#FFFFFF"), key=lambda text: contrast(text, background))


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours, from 1 to 21 (WCAG 2.2)."""
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


def _blend(start: str, end: str) -> tuple[str, ...]:
    """`STOPS` colours from one to the other at equal steps in Oklab (Ottosson 2020)."""
    share = np.linspace(0.0, 1.0, STOPS)[:, None]
    lab = (1 - share) * _to_oklab(_rgb(start)) + share * _to_oklab(_rgb(end))
    return (start, *(_hex(row) for row in _from_oklab(lab)[1:-1]), end)


_LMS = np.array(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
)
_LAB = np.array(
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]
)


def _to_oklab(rgb: NDArray[np.float64]) -> NDArray[np.float64]:
    lab: NDArray[np.float64] = np.cbrt(_linear(rgb) @ _LMS.T) @ _LAB.T
    return lab


def _from_oklab(lab: NDArray[np.float64]) -> NDArray[np.float64]:
    linear = np.clip((lab @ np.linalg.inv(_LAB).T) ** 3 @ np.linalg.inv(_LMS).T, 0.0, 1.0)
    return np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)


def _linear(rgb: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)


def _luminance(color: str) -> float:
    return float(_linear(_rgb(color)) @ np.array([0.2126, 0.7152, 0.0722]))


def _rgb(color: str) -> NDArray[np.float64]:
    return np.array([int(color[k : k + 2], 16) / 255 for k in (1, 3, 5)])


def _hex(rgb: NDArray[np.float64]) -> str:
    return "#" + "".join(f"{round(float(channel) * 255):02X}" for channel in rgb)
