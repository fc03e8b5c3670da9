"""The text as a strip of clickable words, linked to the heatmaps that are drawn under it.

The component is the strip and the link in one: pointing at a word or at a cell marks the column
of that step in the strip and in every linked chart, clicking either one picks it. Streamlit does
not report clicks on a heatmap (its issues 8760 and 8933), so the component listens on the charts
themselves; it draws the marks over them, so that a figure stays the same while only the selection
changes. No build, no network: the scripts are the files beside this one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st

from rnnexplorer.figures.scales import Scale, colors_of, pale
from rnnexplorer.figures.style import theme_of

_HERE = Path(__file__).parent

#: Streamlit takes one script: the strip, and its link to a chart.
_SCRIPTS = ("words.js", "link.js")


@dataclass(frozen=True)
class Word:
    """A word of the strip.

    Attributes:
        text: the word.
        background: CSS colour.
        foreground: CSS colour, readable on it.
        reading: what its shade says, for the line under the strip and for a screen reader, such
            as "probability 12.0%"; may be empty.
        written: the model wrote it; it is underlined.
    """

    text: str
    background: str
    foreground: str
    reading: str = ""
    written: bool = False


@dataclass(frozen=True)
class Pick:
    """What was clicked.

    Attributes:
        step: of the trace.
        signal: key of the panel, `p` for the next words; None for a word of the strip.
        unit: the unit of the row; None for a word and for `p`.
        chart: key of the chart; None for a word.
    """

    step: int
    signal: str | None = None
    unit: int | None = None
    chart: str | None = None


def shaded(
    tokens: Sequence[str],
    values: Sequence[float],
    scale: Scale,
    readings: Sequence[str],
    written_from: int | None = None,
    theme: str = "light",
) -> list[Word]:
    """Words with the colours of their values.

    Args:
        tokens: the words.
        values: one each; NaN leaves a word unshaded.
        scale: how a value becomes a shade; it is drawn paler than in a heatmap.
        readings: one each, see `Word`.
        written_from: index of the first word that the model wrote; None if it wrote none.
        theme: `light` or `dark`.

    Raises:
        ValueError: the lists differ in length, or there is no such theme.
    """
    backgrounds, foregrounds = colors_of(values, pale(scale), theme_of(theme))
    columns = zip(tokens, backgrounds, foregrounds, readings, strict=True)
    return [
        Word(*column, written=written_from is not None and place >= written_from)
        for place, column in enumerate(columns)
    ]


def words(
    strip: Sequence[Word],
    *,
    key: str,
    charts: Sequence[str],
    selected: int | None = None,
    unit: int | None = None,
    first_step: int = 0,
    caption: str = "",
    theme: str = "light",
    on_pick: Callable[[Pick], None] | None = None,
) -> None:
    """Draw the strip and link it to charts.

    It sticks to the top of the page for as long as its container is in view: put it into the same
    container as the charts.

    Args:
        strip: the words of the steps that the charts draw.
        key: of the component.
        charts: the keys that were given to `st.plotly_chart`; every trace in them carries `meta`
            with `signal` and `units` as `figures.panels` writes it; or, in a heatmap of steps
            against steps, with `rows`, the step of each row: a click on a cell picks that step.
        selected: the chosen step.
        unit: the chosen unit; its row is marked in the charts that draw it.
        first_step: the step of the first word.
        caption: a line under the strip that says what the shade means.
        theme: `light` or `dark`.
        on_pick: is called before the page is drawn again, with what was clicked.

    Raises:
        ValueError: there is no such theme.
    """
    colors = theme_of(theme)
    data = {
        "tokens": [word.text for word in strip],
        "backgrounds": [word.background for word in strip],
        "foregrounds": [word.foreground for word in strip],
        "readings": [word.reading for word in strip],
        "written": [word.written for word in strip],
        "charts": list(charts),
        "selected": selected,
        "unit": unit,
        "firstStep": first_step,
        "caption": caption,
        "amber": colors.selection,
        "paper": colors.background,
    }

    def picked() -> None:
        if on_pick is not None:
            on_pick(_pick(st.session_state[key]["pick"]))

    _component()(key=key, data=data, on_pick_change=picked)


@cache
def _component() -> Any:
    """Register the component when it is first drawn: before that there may be no server."""
    return st.components.v2.component(
        "rnnexplorer_words",
        css=(_HERE / "words.css").read_text(encoding="utf-8"),
        js="\n".join((_HERE / name).read_text(encoding="utf-8") for name in _SCRIPTS),
    )


def _pick(sent: dict[str, Any]) -> Pick:
    """What the browser sent, as a value."""
    unit = sent.get("unit")
    return Pick(
        step=int(sent["step"]),
        signal=sent.get("signal"),
        unit=None if unit is None else int(unit),
        chart=sent.get("chart"),
    )
