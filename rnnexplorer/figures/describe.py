"""What the stack of heatmaps shows, in sentences for those who do not see it."""

from __future__ import annotations

import numpy as np

from rnnexplorer.figures.following import following
from rnnexplorer.figures.view import View
from rnnexplorer.measures.arithmetic import OPEN, number
from rnnexplorer.traces import Trace


def describe_panels(trace: Trace, view: View | None = None) -> str:
    """The stack of `panels` in a few sentences: what it spans, and the numbers of each panel.

    Raises:
        ValueError: the view does not fit the trace.
    """
    view = view or View()
    steps = view.steps(trace)
    sentences = [
        f"Heatmaps over {len(steps)} words, from {trace.words[steps[0]]} (step {steps[0]}) to"
        f" {trace.words[steps[-1]]} (step {steps[-1]}), of {len(view.rows(trace))} of"
        f" {trace.units} units in layer {view.layer + 1} of {trace.layers}."
    ]
    for signal in view.signals(trace):
        values = view.values(trace, signal)
        text = f"{signal.name.capitalize()} {signal.symbol}"
        text += ", each unit minus its mean," if view.deviation else ""
        text += f" from {number(values.min())} to {number(values.max())}"
        if signal.kind == "gate" and not view.deviation:
            text += f", open (above {OPEN}) in {np.mean(values > OPEN):.0%} of the cells"
            text += f" and closed (below {1 - OPEN:.1f}) in {np.mean(values < 1 - OPEN):.0%}"
        sentences.append(text + ".")
    if view.next_words:
        sentences.append(_about_words(trace, steps, view.next_words))
    return " ".join(sentences)


def _about_words(trace: Trace, steps: range, ranks: int) -> str:
    table = following(trace, steps, ranks)
    places = table.came[table.came >= 0]
    among = int((places < len(table.probs) - 1).sum())
    first = int((places == 0).sum())
    return (
        f"Next word: of {len(places)} words that came, {first} had been the most probable"
        f" and {among} among the {len(table.probs) - 1} most probable."
    )
