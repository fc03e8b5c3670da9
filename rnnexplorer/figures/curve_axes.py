"""The axes of training curves: epochs, a value, and loss read as perplexity."""

from __future__ import annotations

from math import ceil, floor, log
from typing import Any

from rnnexplorer.figures.style import Theme

#: Up to this many epochs each has a tick of its own.
MOST_EPOCH_TICKS = 12

#: The perplexities that get a tick, per decade.
PERPLEXITY_STEPS = (1, 2, 5)
MOST_PERPLEXITY_TICKS = 9


def epoch_axis(first: float, last: float, theme: Theme) -> dict[str, Any]:
    """Epochs from the first to the last, every one a tick while they are few."""
    room = max(0.5, 0.02 * (last - first))
    return {
        "title": {"text": "epoch", "font": {"size": 13, "color": theme.quiet}},
        "range": [first - room, last + room],
        "tickfont": {"size": 12, "color": theme.quiet},
        "dtick": 1 if last - first <= MOST_EPOCH_TICKS else None,
        "nticks": 8,
        "unifiedhovertitle": {"text": "epoch %{x}"},
        "showgrid": False,
        "zeroline": False,
        "fixedrange": True,
    }


def value_axis(title: str, theme: Theme) -> dict[str, Any]:
    """The axis on the left."""
    return {
        "title": {"text": title, "font": {"size": 13, "color": theme.quiet}},
        "tickfont": {"size": 12, "color": theme.quiet},
        "nticks": 6,
        "gridcolor": theme.rule,
        "zeroline": False,
        "fixedrange": True,
    }


def perplexity_axis(low: float, high: float, theme: Theme) -> dict[str, Any]:
    """The axis on the right of a loss from `low` to `high` nats: the same heights as e^loss."""
    decades = range(floor(low / log(10)), ceil(high / log(10)) + 1)
    ticks = [step * 10**decade for decade in decades for step in PERPLEXITY_STEPS]
    inside = [tick for tick in ticks if tick >= 1 and low <= log(tick) <= high]
    shown = inside[:: ceil(len(inside) / MOST_PERPLEXITY_TICKS) or 1]
    return {
        "title": {"text": "perplexity", "font": {"size": 13, "color": theme.quiet}},
        "overlaying": "y",
        "side": "right",
        "range": [low, high],
        "tickmode": "array",
        "tickvals": [log(tick) for tick in shown],
        "ticktext": [f"{tick:,}" for tick in shown],
        "tickfont": {"size": 12, "color": theme.quiet},
        "showgrid": False,
        "zeroline": False,
        "fixedrange": True,
    }
