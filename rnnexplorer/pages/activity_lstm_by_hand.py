"""What lesson 6 is done with: an LSTM of one unit whose gates can be held."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import streamlit as st

from rnnexplorer import signals
from rnnexplorer.figures import equations
from rnnexplorer.figures.matrices import Block
from rnnexplorer.measures import arithmetic, lstm_by_hand
from rnnexplorer.measures.arithmetic import Arithmetic, number
from rnnexplorer.pages import frame, knobs, lesson_pictures, lesson_runs
from rnnexplorer.pages.lesson import Way
from rnnexplorer.settings import Choice, Kinds, Matrix, Whole

STEPS = 6
HELD = {"free": "computed", "0": "held at 0", "1": "held at 1"}
HOLDABLE = ("f", "i", "o")
KINDS: Kinds = {
    **{key: Choice(tuple(HELD)) for key in HOLDABLE},
    "since": Whole(1, STEPS, 2),
    "step": Whole(1, STEPS, 2),
    "x": Matrix(((1.0, 0.0, 0.0, -1.0, 0.0, 0.0),), 10.0),
    "w": Matrix(((2.0, 0.5, 1.5, 1.0), (0.3, 0.2, 0.4, -0.5), (-1.0, 0.5, 0.0, 0.5)), 10.0),
    "before": Matrix(((0.0, 0.0),), 10.0),
}
#: The rows of the picture; what writes stands above what is written.
SHOWN = ("f", "i", "g", "c", "o", "h")


def draw(values: dict[str, Any]) -> Iterator[str]:
    """Six steps of one unit; gates that can be held; one step with every number."""
    held = {key: float(values[key]) for key in HOLDABLE if values[key] != "free"}
    yield from _fulfilled(held)
    (h, c), (x,) = values["before"][0], values["x"]
    weights, since = np.array(values["w"]), values["since"] - 1
    steps = lstm_by_hand.read(x, weights, h, c, held, since)
    free = lstm_by_hand.read(x, weights, h, c)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        for key in HOLDABLE:
            signal = signals.LSTM.signal(key)
            knobs.choice(KINDS, key, f"{signal.symbol}, {signal.name}", HELD,
                         f"Near 1 {signal.high}.")  # fmt: skip
    _edit()
    chosen = values["step"] - 1
    st.markdown(f"#### {_headline(steps, held, since)}")
    with st.container(key="lesson-lstm-zones"):
        left, right = st.columns([1.15, 1], gap="large")
    with left:
        with st.container(horizontal=True):
            knobs.slider(KINDS, "step", "Step that is worked out")
            if held:
                knobs.slider(KINDS, "since", "Held from step")
        lesson_pictures.matrices(
            _lines(x, steps, free if held else None, chosen),
            "lesson_lstm",
            "Time goes to the right. Each row in the hue that its signal has everywhere in"
            " rnnexplorer; amber is the step worked out beside it.",
        )
    with right:
        _worked_out(steps[chosen], x[chosen], chosen)


def _edit() -> None:
    with st.expander("Change the numbers", icon=":material/edit:"), st.container(horizontal=True):
        knobs.matrix(
            KINDS, "x", "**x**, one input a step", ["x"], [str(t + 1) for t in range(STEPS)]
        )
        knobs.matrix(
            KINDS, "w", "**Weights**: what x, the old h and the bias bring to each gate",
            ["x", "h₋", "bias"], list(lstm_by_hand.GATES),
        )  # fmt: skip
        knobs.matrix(KINDS, "before", "**States before step 1**", ["before"], ["h", "C"])


def _headline(steps: Sequence[Arithmetic], held: dict[str, float], since: int) -> str:
    c = [step.after["c"] for step in steps]
    before = steps[since].before["c"]
    if held.get("f") == 1 and held.get("i") == 0:
        return f"Kept: C stays {number(before)} from step {since + 1} on, whatever comes in"
    if held.get("f") == 0 and held.get("i") == 0:
        return f"Erased, and nothing written: C is 0 from step {since + 1} on"
    if held.get("f") == 0:
        return f"No memory: from step {since + 1} on, C is what the step itself writes"
    if held.get("o") == 0:
        return f"Hidden: C goes on to {number(c[-1])}, and h is 0 from step {since + 1} on"
    return f"C goes from {number(steps[0].before['c'])} to {number(c[-1])} in {STEPS} steps"


def _lines(
    x: Sequence[float], steps: Sequence[Arithmetic], free: Sequence[Arithmetic] | None, chosen: int
) -> list[list[Block]]:
    """A row per signal, with the C that nothing held would have given under that which is."""
    values = lstm_by_hand.rows(steps)
    limit = max(1.0, float(np.abs(values["c"]).max()))
    columns = [f"{t + 1}" for t in range(STEPS)]
    lines = [[Block("", np.array([x]), "p", ["x · input"], columns, limit=1.0, column=chosen)]]
    for key in SHOWN:
        signal = signals.LSTM.signal(key)
        name = f"{signal.symbol} · {signal.name}"
        gate, size = signal.kind == "gate", limit if key == "c" else 1.0
        lines.append(
            [Block("", values[key][None], key, [name], gate=gate, limit=size, column=chosen)]
        )
        if key == "c" and free is not None:
            without = lstm_by_hand.rows(free)["c"]
            lines.append([Block("", without[None], "c", ["C, nothing held"], limit=limit)])
    return lines


def _worked_out(step: Arithmetic, x: float, chosen: int) -> None:
    st.caption(
        f"Step {chosen + 1}: x = {number(x)}, h₋ = {number(step.before['h'])},"
        f" C₋ = {number(step.before['c'])}. In brackets what x, h₋ and the bias bring. All numbers"
        " are rounded to two decimals, so a sum may seem off by 0.01."
    )
    with st.container(key="arithmetic"):
        for block in equations(step, frame.theme()):
            st.latex(block)
    st.markdown(arithmetic.sentence(step))


def _fulfilled(held: dict[str, float]) -> Iterator[str]:
    if held.get("f") == 1 and held.get("i") == 0:
        yield "keep"
    if held == {"f": 0}:
        yield "erase"
    if held == {"o": 0}:  # else there may be nothing that is hidden
        yield "hide"


def explore() -> Way:
    """A held gate in a trained LSTM, on its text."""
    values = knobs.now(KINDS)
    held = [f"{key}@3-8={values[key]}" for key in HOLDABLE if values[key] != "free"]
    return Way(
        "what_if",
        "The same gates held in a trained LSTM, and what it then expects",
        {"tab": "edits", "edits": ";".join(held) or "f@3-8=1", "text": None, "step": 3,
         "signal": "c", **lesson_runs.looked_at("lstm")},
    )  # fmt: skip
