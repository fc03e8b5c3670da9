"""One unit at one step, with every number: the products, their sums, the gates, the state."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import floor, log10

import numpy as np

from rnnexplorer.measures.distribution import Array
from rnnexplorer.traces import Trace

#: A gate above this is called open, below one minus this closed (Karpathy et al. 2015 use the same
#: limits for saturation).
OPEN = 0.9

#: Numbers between these are written out; smaller and larger ones as powers of ten.
SMALLEST, LARGEST = 1e-3, 1e5

_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


@dataclass(frozen=True)
class Gate:
    """One gate, candidate or hidden state before and after its squashing function.

    Attributes:
        key: of the signal.
        from_input: x_t W_x, what the word brings.
        from_state: h_{t-1} W_h, what the state brings; for the GRU's candidate with its inner
            bias, before the reset gate scales it.
        bias: of the sum.
        total: the sum that goes into σ or tanh.
        value: σ or tanh of the total.
        held: the value that is used in its place, where somebody holds the gate; else None.
    """

    key: str
    from_input: float
    from_state: float
    bias: float
    total: float
    value: float
    held: float | None = None

    @property
    def used(self) -> float:
        """What goes into the rest of the step."""
        return self.value if self.held is None else self.held


@dataclass(frozen=True)
class Arithmetic:
    """A unit at a step.

    Attributes:
        cell: `rnn`, `lstm` or `gru`.
        gates: by key, in order of computation.
        before: the states the step started from, by key.
        kept: what stays of the old state: f·C (LSTM), z·h (GRU); 0 for the SimpleRNN.
        written: what is added: i·g (LSTM), (1-z)·n (GRU); 0 for the SimpleRNN.
        after: the states after the step, by key.
    """

    cell: str
    gates: Mapping[str, Gate]
    before: Mapping[str, float]
    kept: float
    written: float
    after: Mapping[str, float]


def arithmetic(
    trace: Trace, weights: Mapping[str, Array], *, layer: int, step: int, unit: int
) -> Arithmetic:
    """Compute one unit's step again from the weights.

    Args:
        trace: gives the word, the layer below and the state before.
        weights: of the same run and epoch, by checkpoint name.
        layer: from 0.
        step: from 0.
        unit: from 0.

    Raises:
        ValueError: the trace has no such layer, step or unit.
    """
    sizes = {"layer": trace.layers, "step": len(trace), "unit": trace.units}
    for name, index in (("layer", layer), ("step", step), ("unit", unit)):
        if not 0 <= index < sizes[name]:
            raise ValueError(f"{name} {index} does not exist; the trace has {sizes[name]}")
    gates = _gates(trace, weights, layer, step, unit)
    before = {key: float(array[layer, step, unit]) for key, array in trace.before.items()}
    value = {key: gate.value for key, gate in gates.items()}
    cell = trace.cell.key
    kept = written = 0.0
    if cell == "lstm":
        kept, written = value["f"] * before["c"], value["i"] * value["g"]
        c = kept + written
        after = {"c": c, "h": value["o"] * float(np.tanh(c))}
    elif cell == "gru":
        kept, written = value["z"] * before["h"], (1 - value["z"]) * value["n"]
        after = {"h": kept + written}
    else:
        after = {"h": value["h"]}
    return Arithmetic(cell, gates, before, kept, written, after)


def _gates(
    trace: Trace, weights: Mapping[str, Array], layer: int, step: int, unit: int
) -> dict[str, Gate]:
    columns = [block * trace.units + unit for block in range(len(trace.cell.gates))]
    from_input = _from_input(trace, weights, layer, step, columns)
    h_before = trace.before["h"][layer, step].astype(np.float64)
    from_state = h_before @ weights[f"W_hh.l{layer}"][:, columns].astype(np.float64)
    bias = weights[f"b.l{layer}"][columns].astype(np.float64)
    gates: dict[str, Gate] = {}
    for k, key in enumerate(trace.cell.gates):
        x, h, b = float(from_input[k]), float(from_state[k]), float(bias[k])
        if trace.cell.key == "gru" and key == "n":
            h += float(weights[f"b_hn.l{layer}"][unit])
            total = x + gates["r"].value * h + b
        else:
            total = x + h + b
        squash = _sigmoid if trace.cell.signal(key).kind == "gate" else np.tanh
        gates[key] = Gate(key, x, h, b, total, float(squash(total)))
    in_order = [signal.key for signal in trace.cell.signals if signal.key in gates]
    return {key: gates[key] for key in in_order}


def _from_input(
    trace: Trace, weights: Mapping[str, Array], layer: int, step: int, columns: list[int]
) -> Array:
    """x_t W_x of the unit's columns: a row for a one-hot word, a product for anything dense."""
    matrix = weights[f"W_xh.l{layer}"]
    if layer > 0:
        x = trace.signals["h"][layer - 1, step]
    else:
        word = trace.vocabulary.index(trace.words[step])
        if "embedding" not in weights:
            return matrix[word, columns].astype(np.float64)
        x = weights["embedding"][word]
    result: Array = x.astype(np.float64) @ matrix[:, columns].astype(np.float64)
    return result


def _sigmoid(x: float) -> float:
    return float(0.5 * (1.0 + np.tanh(0.5 * x)))  # no overflow on either side


def sentence(numbers: Arithmetic) -> str:
    """What the unit did, in a sentence."""
    if numbers.cell == "lstm":
        return _lstm_sentence(numbers)
    if numbers.cell == "gru":
        z = numbers.gates["z"].value
        return (
            f"The update gate was {_opening(z)} ({number(z)}): {number(numbers.kept)} is the old"
            f" state, {number(numbers.written)} is new."
        )
    gate = numbers.gates["h"]
    more = "the word" if abs(gate.from_input) > abs(gate.from_state) else "the state"
    return f"Here {more} counted for more; together they make h = {number(gate.value)}."


def _lstm_sentence(numbers: Arithmetic) -> str:
    f, i, o = (numbers.gates[key].used for key in "fio")
    did = {"open": "kept its memory", "closed": "erased its memory", "partly open": "kept a part"}
    first = f"The forget gate was {_opening(f)} ({number(f)}): this unit {did[_opening(f)]}."
    wrote = f"It wrote {number(numbers.written)} (input gate {_opening(i)}, {number(i)})"
    shown = {"open": "showed", "closed": "hid", "partly open": "showed a part of"}[_opening(o)]
    return f"{first} {wrote} and {shown} the result (output gate {number(o)})."


def _opening(gate: float) -> str:
    return "open" if gate > OPEN else "closed" if gate < 1 - OPEN else "partly open"


def number(value: float) -> str:
    """Two decimals, with a real minus sign, and none before zero."""
    text = f"{value:.2f}"
    return text.replace("-0.00", "0.00").replace("-", "\N{MINUS SIGN}")


def signed(value: float, decimals: int = 2) -> str:
    """The same with a plus before what is not negative, and as many decimals as asked for."""
    return f"{value:+z.{decimals}f}".replace("-", "\N{MINUS SIGN}")


# --- numbers of any size -------------------------------------------------------------------------


def short_signed(value: float) -> str:
    """`short` with a plus before what is above 0: +0.66, −0.0041."""
    return f"+{short(value)}" if value > 0 else short(value)


def raised(whole: int) -> str:
    """A whole number as an exponent."""
    return str(whole).translate(_RAISED)


def parts_of(value: float) -> tuple[str, int]:
    """Mantissa and power of ten, such as 3.8 and 5; the power is 0 for what is written out."""
    size = abs(value)
    if size == 0 or SMALLEST <= size < LARGEST:
        return _written_out(value), 0
    power = floor(log10(size))
    mantissa = f"{value / 10.0**power:.1f}".replace("-", "\N{MINUS SIGN}")
    if mantissa.endswith("10.0"):  # 9.96 rounds to the next power
        mantissa, power = mantissa.replace("10.0", "1.0"), power + 1
    return mantissa, power


def short(value: float) -> str:
    """A number of any size in a few characters: 0.66, 0.0057, 3.8·10⁵."""
    mantissa, power = parts_of(value)
    if not power:
        return mantissa
    return f"{'' if mantissa == '1.0' else mantissa + '·'}10{raised(power)}"


def _written_out(value: float) -> str:
    size = abs(value)
    if value == 0:
        return "0"
    if size >= 1000:
        return f"{value:,.0f}".replace("-", "\N{MINUS SIGN}")
    return number(value) if size >= 0.0995 else f"{value:#.2g}".replace("-", "\N{MINUS SIGN}")
