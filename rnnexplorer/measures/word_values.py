"""One value for each word of a trace, to shade it by."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rnnexplorer.measures import distribution
from rnnexplorer.measures.arithmetic import number
from rnnexplorer.measures.distribution import Array
from rnnexplorer.traces import Trace

#: What a word can be shaded by besides the signals of a unit, with its name on the screen.
CHOICES = {
    "probability": "probability the model gave it",
    "surprisal": "surprisal",
    "entropy": "uncertainty before it",
}


@dataclass(frozen=True, eq=False)
class WordValues:
    """One value a word.

    Attributes:
        values: [T]; NaN for a first word, which nothing predicted.
        high: the value with the full shade.
        signal: the key whose scale is meant; None for the scale of the next word.
        unit: of measurement: `share`, `bits` or empty.
        explanation: what the shade means, in a sentence.
    """

    values: Array
    high: float
    signal: str | None
    unit: str
    explanation: str

    def readings(self) -> list[str]:
        """Each value in words, for a hover and a screen reader."""
        return [self._reading(float(value)) for value in self.values]

    def _reading(self, value: float) -> str:
        if np.isnan(value):
            return "nothing came before it"
        if self.unit == "share":
            return f"probability {value:.1%}"
        if self.unit == "bits":
            return f"{value:.2f} bits"
        return number(value)


def of(trace: Trace, choice: str, *, layer: int = 0, unit: int = 0) -> WordValues:
    """The values of a choice.

    Args:
        trace: the words and what was computed.
        choice: one of `CHOICES`, or the key of a signal.
        layer: of the signal.
        unit: of the signal.

    Raises:
        ValueError: there is no such choice, layer or unit.
    """
    if choice in CHOICES:
        return _prediction(trace, choice)
    signal = trace.cell.signal(choice)
    if not 0 <= layer < trace.layers or not 0 <= unit < trace.units:
        raise ValueError(f"the trace has no unit {unit} in layer {layer}")
    values = trace.signals[choice][layer, :, unit]
    limits = signal.limits
    high = limits[1] if limits else max(float(np.abs(values).max()), 1e-6)
    side = "Full colour: open." if signal.kind == "gate" else "Full colour: positive; slate: minus."
    return WordValues(
        values, high, choice, "", f"Shade: {signal.symbol} ({signal.name}) of unit {unit}. {side}"
    )


def _prediction(trace: Trace, choice: str) -> WordValues:
    """What was said about a word before it came belongs to that word, hence the shift by one."""
    values = np.full(len(trace), np.nan)
    most = float(np.log2(len(trace.vocabulary)))
    if choice == "entropy":
        values[1:] = distribution.entropy(distribution.probabilities(trace.logits[:-1]))
        return WordValues(
            values, most, None, "bits", "The fuller the shade, the less sure the model was."
        )
    bits = distribution.surprisal(trace.logits[:-1], trace.targets())
    if choice == "surprisal":
        values[1:] = bits
        return WordValues(
            values,
            most,
            None,
            "bits",
            "The fuller the shade, the greater the surprise.",
        )
    values[1:] = 2.0**-bits
    return WordValues(
        values, 1.0, None, "share", "The fuller the shade, the more the model expected it."
    )
