"""What an intervention did: two traces from the same words and random numbers, held together."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from rnnexplorer.edits import WordEdit, parse
from rnnexplorer.measures.arithmetic import number
from rnnexplorer.measures.distribution import Array, kl_divergence, probabilities
from rnnexplorer.traces import Trace

#: As far out of a range as two decimals can show; less is rounding.
SEEN = 0.005


@dataclass(frozen=True, eq=False)
class Effect:
    """The untouched trace against the changed one.

    Attributes:
        kl: D(untouched ‖ changed) of the next-word distributions at each step, bits, [T].
        other_read: the first step at which the two read different words, for whatever reason;
            None if there is none.
        parted: the first step at which the network wrote another word, words that an
            intervention put there not counted; None if there is none.
    """

    kl: Array
    other_read: int | None
    parted: int | None


def effect(untouched: Trace, changed: Trace) -> Effect:
    """Hold two traces of one run together, step by step.

    The divergence is how many bits a reader pays who expects what the changed network expects, see
    `distribution.kl_divergence`. Once the texts have parted the two read different words, and it
    tells of both causes together.

    Args:
        untouched: a trace.
        changed: of the same run, and of the same words or written from the same beginning.

    Raises:
        ValueError: the two do not have the same vocabulary.
    """
    if untouched.vocabulary != changed.vocabulary:
        raise ValueError("the two traces are of different vocabularies; compare two of one run")
    steps = min(len(untouched), len(changed))
    kl = kl_divergence(untouched.logits[:steps], changed.logits[:steps])
    asked = {edit.step for edit in parse(changed.origin.edits) if isinstance(edit, WordEdit)}
    pairs = enumerate(zip(untouched.words, changed.words, strict=False))
    differs = [step for step, (a, b) in pairs if a != b]
    written = [step for step in differs if step not in asked]
    return Effect(kl, next(iter(differs), None), next(iter(written), None))


def beyond_range(changed: Trace) -> list[str]:
    """Where interventions brought a signal out of the range that its equation guarantees.

    Measured on the values, so that it does not matter which intervention did it, or whether one of
    another signal did.

    Args:
        changed: a trace.

    Returns:
        A sentence for each signal of a layer, about its value furthest out.
    """
    told = []
    for layer in range(changed.layers):
        where = f" of layer {layer + 1}" if changed.layers > 1 else ""
        for signal in changed.cell.signals:
            if signal.limits is None:
                continue
            low, high = signal.limits
            limits = f"{low:g} to {high:g}".replace("-", "\N{MINUS SIGN}")
            values = changed.signals[signal.key][layer]
            beyond = np.maximum(low - values, values - high)
            step, unit = np.unravel_index(beyond.argmax(), beyond.shape)
            if beyond[step, unit] >= SEEN:
                told.append(
                    f"{signal.symbol} of unit {unit}{where} is {number(float(values[step, unit]))}"
                    f" at step {step}, beyond what the {signal.name} can be by itself,"
                    f" {limits}."
                )
    return told


def table(untouched: Trace, changed: Trace) -> pd.DataFrame:
    """A row per step: the word of each text, what each expects next, and the divergence."""
    found = effect(untouched, changed)
    steps = len(found.kl)
    likely = [
        [trace.vocabulary[k] for k in trace.logits[:steps].argmax(axis=1).tolist()]
        for trace in (untouched, changed)
    ]
    return pd.DataFrame(
        {
            "step": np.arange(steps),
            "word": untouched.words[:steps],
            "word_changed": changed.words[:steps],
            "likeliest_next": likely[0],
            "likeliest_next_changed": likely[1],
            "kl_bits": found.kl,
        }
    )


def largest_shifts(untouched: Trace, changed: Trace, step: int, count: int) -> pd.DataFrame:
    """The words whose probability an intervention changed most at a step, largest change first."""
    p, q = (probabilities(trace.logits[step : step + 1])[0] for trace in (untouched, changed))
    order = np.argsort(-np.abs(q - p), kind="stable")[:count]
    return pd.DataFrame(
        {
            "word": [untouched.vocabulary[k] for k in order.tolist()],
            "before": p[order],
            "after": q[order],
            "change": (q - p)[order],
        }
    )
