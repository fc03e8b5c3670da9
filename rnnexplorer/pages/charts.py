"""How every chart of the pages is drawn: in its own theme, described for who cannot see it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

import plotly.graph_objects as go
import streamlit as st

#: Plotly's own buttons would cover the picture; zoom and hover work without them.
QUIET = {"displayModeBar": False}


def draw(
    figure: go.Figure, key: str, alt: str, width: int | Literal["stretch"] = "stretch"
) -> None:
    """A chart to look at.

    Args:
        figure: in the colours of the page.
        key: of the chart; with the same one it stays in place while its figure changes.
        alt: what it shows, in sentences.
        width: in pixels; `stretch` is that of its container.
    """
    st.plotly_chart(figure, theme=None, key=key, alt=alt, width=width, config=QUIET)


def selectable(
    figure: go.Figure,
    key: str,
    alt: str,
    mode: Literal["points", "box"],
    on_select: Callable[[], None] | Literal["rerun"] = "rerun",
) -> Any:
    """A chart in which points are clicked or a rectangle is drawn; the page runs again then.

    Args:
        figure: see `draw`.
        key: see `draw`.
        alt: see `draw`.
        mode: what is selected.
        on_select: called before the page runs again.

    Returns:
        The event, `event["selection"][mode]`.
    """
    return st.plotly_chart(
        figure, theme=None, key=key, alt=alt, config=QUIET, on_select=on_select, selection_mode=mode
    )


def clicked(event: Any) -> float | None:
    """The number that the clicked point of a chart carries; None beside the points.

    Args:
        event: of `selectable`; its points carry one number as `customdata`.
    """
    points = event["selection"]["points"]
    if not points or "customdata" not in points[0]:
        return None
    sent = points[0]["customdata"]  # a list of one, or the number, by the kind of trace
    return float(sent[0] if isinstance(sent, list) else sent)
