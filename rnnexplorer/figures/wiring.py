"""How a network is wired for one example: boxes for what goes in, is carried on and comes out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import plotly.graph_objects as go

from rnnexplorer.exercise_data import BLANK, Example
from rnnexplorer.figures.style import SERIF, Theme, base_layout, plain, theme_of, with_alpha

#: Heights of the three rows, and half the size of a box, in columns and in rows.
OUT, STATE, IN = 2.0, 1.0, 0.0
HALF_WIDTH, HALF_HEIGHT = 0.3, 0.27

#: Pixels.
HEIGHT = 250
MARGIN = {"l": 70, "r": 16, "t": 8, "b": 8}

#: A picture is never drawn for fewer columns: its boxes would be as wide as the page.
FEWEST = 7

FILLED = 0.16


def wiring(
    example: Example, handed_over: int | None, answers: Sequence[str], theme: str = "light"
) -> go.Figure:
    """A column for every step: the input below, the state in the middle, the answer above.

    A step without an input (its blank is written), or without an answer, has no box there, so that
    the picture shows the kind of the exercise: one or many in, one or many out. A box of a wrong
    answer is dashed.

    Args:
        example: whose symbols are written into the boxes.
        handed_over: steps of the encoder; None is one network throughout.
        answers: of the network, as long as the example; empty where none is asked.
        theme: `light` or `dark`.

    Raises:
        ValueError: the answers are not as many as the steps, or there is no such theme.
    """
    colors, steps = theme_of(theme), len(example.given)
    if len(answers) != steps:
        raise ValueError(f"{len(answers)} answers do not belong to {steps} steps")
    shapes, notes = [], []
    for t, (given, wanted, answer) in enumerate(
        zip(example.given, example.wanted, answers, strict=True)
    ):
        decoder = handed_over is not None and t >= handed_over
        shapes.append(_box(t, STATE, colors.hue("n" if decoder else "h"), colors))
        notes.append(_text(t, STATE, "h", colors.ink))
        if given != BLANK:
            shapes.append(_box(t, IN, colors.quiet, colors))
            notes += [_text(t, IN, plain(given), colors.ink), _up(t, IN, colors)]
        else:
            notes.append(_text(t, IN, BLANK, colors.quiet))
        if wanted:
            shapes.append(_box(t, OUT, colors.hue("p"), colors, dashed=answer != wanted))
            notes += [_text(t, OUT, plain(answer), colors.ink), _up(t, STATE, colors)]
        if t + 1 < steps:
            notes.append(_right(t, colors))
    notes += _rows(colors, steps, handed_over)
    axis = {"visible": False, "fixedrange": True}
    layout: dict[str, Any] = base_layout(colors) | {
        "height": HEIGHT,
        "margin": MARGIN,
        "xaxis": axis | {"range": [-0.5, max(steps, FEWEST) - 0.5]},
        "yaxis": axis | {"range": [IN - 0.42, OUT + 0.42]},
        "shapes": shapes,
        "annotations": notes,
    }
    return go.Figure(go.Scatter(x=[], y=[], hoverinfo="skip"), layout)


def describe(example: Example, handed_over: int | None, answers: Sequence[str]) -> str:
    """What goes in and what comes out, step by step."""
    given = " ".join(symbol for symbol in example.given if symbol != BLANK)
    told = " ".join(answer for answer in answers if answer)
    wanted = " ".join(symbol for symbol in example.wanted if symbol)
    text = f"{len(example.given)} steps. In: {given}. Out: {told}; right is {wanted}."
    if handed_over is not None:
        text += f" The first {handed_over} steps are the encoder, the others the decoder."
    return text


def _box(x: float, y: float, color: str, theme: Theme, *, dashed: bool = False) -> dict[str, Any]:
    return {
        "type": "rect", "x0": x - HALF_WIDTH, "x1": x + HALF_WIDTH, "y0": y - HALF_HEIGHT,
        "y1": y + HALF_HEIGHT, "line": {"color": color, "width": 1.5,
                                        "dash": "dot" if dashed else "solid"},
        "fillcolor": theme.background if dashed else with_alpha(color, FILLED),
    }  # fmt: skip


def _text(x: float, y: float, text: str, color: str) -> dict[str, Any]:
    return {
        "x": x, "y": y, "text": text, "showarrow": False,
        "font": {"family": SERIF, "size": 17, "color": color},
    }  # fmt: skip


def _arrow(start: tuple[float, float], end: tuple[float, float], theme: Theme) -> dict[str, Any]:
    return {
        "x": end[0], "y": end[1], "ax": start[0], "ay": start[1], "xref": "x", "yref": "y",
        "axref": "x", "ayref": "y", "text": "", "showarrow": True, "arrowhead": 2,
        "arrowsize": 1.1, "arrowwidth": 1.4, "arrowcolor": theme.quiet,
    }  # fmt: skip


def _up(x: float, y: float, theme: Theme) -> dict[str, Any]:
    return _arrow((x, y + HALF_HEIGHT), (x, y + 1 - HALF_HEIGHT), theme)


def _right(t: int, theme: Theme) -> dict[str, Any]:
    return _arrow((t + HALF_WIDTH, STATE), (t + 1 - HALF_WIDTH, STATE), theme)


def _rows(theme: Theme, steps: int, handed_over: int | None) -> list[dict[str, Any]]:
    """What each row is, on its left; beside an encoder and a decoder their names."""
    quiet = {"showarrow": False, "font": {"size": 13, "color": theme.quiet}}
    named = [
        {"text": text, "xref": "paper", "x": 0, "xanchor": "right", "xshift": -8, "y": y} | quiet
        for text, y in (("output", OUT), ("state", STATE), ("input", IN))
    ]
    if handed_over is None:
        return named
    middle, half = (handed_over - 1) / 2, 0.5  # rows where no arrow goes up
    parts = (("encoder", middle, STATE + half), ("decoder", middle + steps / 2, STATE - half))
    return named + [{"text": text, "x": x, "y": y} | quiet for text, x, y in parts]
