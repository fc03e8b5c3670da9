"""How every chart of the pages is drawn: in its own theme, described for who cannot see it."""

from __future__ import annotations

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


def selectable(figure: go.Figure, key: str, alt: str, mode: Literal["points", "box"]) -> Any:
    """A chart in which points are clicked or a rectangle is drawn; the page runs again then.

    Args:
        figure: see `draw`.
        key: see `draw`.
        alt: see `draw`.
        mode: what is selected.

    Returns:
        The event, `event["selection"][mode]`.
    """
    return st.plotly_chart(
        figure, theme=None, key=key, alt=alt, config=QUIET, on_select="rerun", selection_mode=mode
    )
