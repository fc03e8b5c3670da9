"""How a training went: loss, and the size of its gradients, over epochs."""

from __future__ import annotations

from collections.abc import Mapping
from math import exp
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from numpy.typing import NDArray

from rnnexplorer.figures.curve_axes import epoch_axis, perplexity_axis, value_axis
from rnnexplorer.figures.style import Theme, base_layout, theme_of
from rnnexplorer.measures import learning

#: Pixels.
HEIGHT = 300
SMALL_HEIGHT = 180
MARGIN = {"l": 52, "r": 64, "t": 26, "b": 44}

#: Up to this many epochs each one gets a dot: a line of one point would be invisible.
MOST_DOTS = 40

#: A range of loss is never drawn smaller (nats): noise should not fill the picture.
SMALLEST_RANGE = 0.5

#: Nats; e to more does not fit a number of 32 bits. A training that diverged may get there.
LARGEST_LOSS = 88.0

#: Norms that span more than this factor are drawn on a logarithmic axis.
LOGARITHMIC_FROM = 30.0


def loss_curves(
    metrics: pd.DataFrame,
    baselines: Mapping[str, float] | None = None,
    theme: str = "light",
    chosen: int | None = None,
) -> go.Figure:
    """Training and held-out loss over epochs, with the epoch of the lowest loss marked.

    The axis on the right reads the same heights as perplexity, e^loss.

    Args:
        metrics: columns epoch, loss, held_out_loss (nats per word; NaN where not measured).
        baselines: losses to compare with, by name, as dotted lines.
        theme: `light` or `dark`.
        chosen: an epoch that is looked at, in amber.

    Raises:
        ValueError: there is no such theme.
    """
    colors = theme_of(theme)
    curves = _curves(metrics, colors)
    heights = [*(curve for _, curve, _ in curves), np.array(list((baselines or {}).values()))]
    low, high = _range(np.concatenate(heights))
    first, last = _epochs(metrics)
    first = first if chosen is None else min(first, chosen)  # the untrained network has no loss
    layout = base_layout(colors) | {
        "height": HEIGHT,
        "margin": MARGIN,
        "hovermode": "x unified",
        "showlegend": True,
        "legend": {
            "orientation": "h",
            "x": 0,
            "y": 1.02,
            "yanchor": "bottom",
            "font": {"size": 13},
            "itemclick": False,
            "itemdoubleclick": False,
        },
        "xaxis": epoch_axis(first, last, colors),
        "yaxis": value_axis("loss", colors) | {"range": [low, high]},
        "yaxis2": perplexity_axis(low, high, colors),
        "annotations": [],
        "shapes": [],
    }
    epochs = metrics["epoch"].to_numpy()
    figure = go.Figure(
        [_curve(epochs, values, name, color) for name, values, color in curves], layout
    )
    # an axis that nothing is drawn on would not be shown
    figure.add_trace(go.Scatter(x=[None], y=[None], yaxis="y2", showlegend=False, hoverinfo="skip"))
    for name, loss in (baselines or {}).items():
        _add_baseline(figure, name, loss, colors)
    _mark_best(figure, metrics, colors)
    if chosen is not None:
        figure.add_shape(
            type="line", x0=chosen, x1=chosen, yref="paper", y0=0, y1=1,
            line={"color": colors.selection, "width": 2},
        )  # fmt: skip
    return figure


def gradient_norm(metrics: pd.DataFrame, theme: str = "light") -> go.Figure:
    """Length of the gradient before clipping over epochs, logarithmic where it spans far.

    Args:
        metrics: columns epoch, gradient_norm (NaN where not measured).
        theme: `light` or `dark`.

    Raises:
        ValueError: there is no such theme.
    """
    colors = theme_of(theme)
    norms = metrics["gradient_norm"].to_numpy(dtype=float)
    positive = norms[np.isfinite(norms) & (norms > 0)]
    far = len(positive) > 0 and positive.max() > LOGARITHMIC_FROM * positive.min()
    first, last = _epochs(metrics)
    layout = base_layout(colors) | {
        "height": SMALL_HEIGHT,
        "margin": MARGIN,
        "hovermode": "x unified",
        "xaxis": epoch_axis(first, last, colors),
        "yaxis": value_axis("gradient norm", colors)
        | ({"type": "log", "dtick": 1} if far else {"rangemode": "tozero"}),
    }
    curve = _curve(metrics["epoch"].to_numpy(), norms, "gradient norm", colors.hue("p"))
    curve.hovertemplate = "%{y:.3g}<extra></extra>"
    return go.Figure(curve, layout)


def describe_loss_curves(metrics: pd.DataFrame) -> str:
    """The same in a sentence or two."""
    best = learning.lowest_loss(metrics)
    if best is None:
        return "No epoch is finished yet."
    known = metrics[np.isfinite(metrics["loss"].to_numpy(dtype=float))]
    text = ""
    if len(known):
        first, last = known.iloc[0], known.iloc[-1]
        text = f"Training loss {last['loss']:.2f} after epoch {last['epoch']:.0f}"
        if len(known) > 1:
            text += f", from {first['loss']:.2f} after epoch {first['epoch']:.0f}"
        text += ". "
    epoch, loss, name = best
    return (
        f"{text}The lowest {name} loss is {loss:.2f} (perplexity {_perplexity(loss)})"
        f" at epoch {epoch}."
    )


def describe_gradient_norm(metrics: pd.DataFrame) -> str:
    """The same in a sentence."""
    norms = metrics["gradient_norm"].dropna()
    if norms.empty:
        return "No gradient was measured yet."
    return f"Gradient norm from {norms.min():.3g} to {norms.max():.3g}, now {norms.iloc[-1]:.3g}."


def _curves(metrics: pd.DataFrame, theme: Theme) -> list[tuple[str, NDArray[np.float64], str]]:
    """Name, loss and colour of each curve: held out stands out, training stays behind it."""
    training = metrics["loss"].to_numpy(dtype=float)
    held_out = metrics["held_out_loss"].to_numpy(dtype=float)
    curves = [("training", training, theme.quiet if np.isfinite(held_out).any() else theme.ink)]
    if np.isfinite(held_out).any():
        curves.append(("held out", held_out, theme.ink))
    return curves


def _curve(x: NDArray[Any], y: NDArray[np.float64], name: str, color: str) -> go.Scatter:
    solid = name != "training"
    return go.Scatter(
        x=x,
        y=y.astype(np.float32),
        name=name,
        mode="lines+markers" if len(x) <= MOST_DOTS else "lines",
        line={"color": color, "width": 2.5 if solid else 2},
        marker={"size": 6},
        customdata=np.exp(np.minimum(y, LARGEST_LOSS)).astype(np.float32),
        hovertemplate=f"{name} %{{y:.3f}}, perplexity %{{customdata:.1f}}<extra></extra>",
    )


def _add_baseline(figure: go.Figure, name: str, loss: float, theme: Theme) -> None:
    figure.add_shape(
        type="line",
        xref="paper",
        x0=0,
        x1=1,
        y0=loss,
        y1=loss,
        line={"color": theme.quiet, "width": 1, "dash": "dot"},
    )
    figure.add_annotation(
        text=f"{name}: {loss:.2f}",
        xref="paper",
        x=1,
        xanchor="right",
        y=loss,
        yanchor="bottom",
        yshift=1,
        showarrow=False,
        font={"size": 12, "color": theme.quiet},
        bgcolor=theme.background,
        borderpad=0,
    )


def _mark_best(figure: go.Figure, metrics: pd.DataFrame, theme: Theme) -> None:
    best = learning.lowest_loss(metrics)
    if best is None:
        return
    epoch, loss, _ = best
    figure.add_trace(
        go.Scatter(
            x=[epoch],
            y=[loss],
            name=f"best: epoch {epoch}, {loss:.2f} (perplexity {_perplexity(loss)})",
            mode="markers",
            marker={
                "symbol": "circle-open",
                "size": 12,
                "color": theme.ink,
                "line": {"width": 2},
            },
            hoverinfo="skip",
        )
    )


def _range(values: NDArray[np.float64]) -> tuple[float, float]:
    """Loss from the bottom to the top of the picture, with room for a label under the lowest."""
    known = np.minimum(values[np.isfinite(values)], LARGEST_LOSS)
    if not len(known):
        return 0.0, 1.0
    low, high = float(known.min()), float(known.max())
    spread = max(high - low, SMALLEST_RANGE)
    return low - 0.2 * spread, high + 0.08 * spread


def _epochs(metrics: pd.DataFrame) -> tuple[float, float]:
    epochs = metrics["epoch"].to_numpy(dtype=float)
    return (float(epochs.min()), float(epochs.max())) if len(epochs) else (0.0, 1.0)


def _perplexity(loss: float) -> str:
    value = exp(min(loss, LARGEST_LOSS))
    return f"{value:,.0f}" if value >= 10 else f"{value:.2f}"
