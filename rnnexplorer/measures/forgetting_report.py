"""Forgetting told: what is left after some words in a sentence, and everything as a table."""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite

import numpy as np
import pandas as pd

from rnnexplorer.measures.distribution import Array
from rnnexplorer.measures.forgetting import Recurrent, Split, half_distance
from rnnexplorer.signals import Cell

#: Where the sentence looks, where there are so many words.
TOLD_BACK = 10

_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def length(value: float) -> str:
    """A length for a person: two digits that count, and a power of ten where it is small."""
    if value == 0.0:
        return "0"
    if value >= 0.0995:
        return f"{value:.2f}" if value < 99.5 else f"{value:,.0f}"
    if value >= 0.000995:
        return f"{value:.3f}" if value >= 0.00995 else f"{value:.4f}"
    digits, power = f"{value:.1e}".split("e")
    return f"{digits}·10{str(int(power)).translate(_RAISED)}"


def told_back(found: Split) -> int:
    """The distance that the sentence is about."""
    return min(TOLD_BACK, len(found.total) - 1)


def sentence(cell: Cell, found: Split, weights: Array | None = None) -> str:
    """What is left of a small change, and what the gates, or the weights, alone would have left.

    Args:
        cell: of the network.
        found: of all units together, [K + 1].
        weights: of a SimpleRNN, see `forgetting.weights_alone`.
    """
    k = told_back(found)
    left, change = float(found.total[k]), f"a small change of {_symbol(cell)}"
    if left > 1.0:
        told = f"{_back(k)}, {change} has grown to {length(left)} times its length"
    else:
        told = f"{_back(k)}, {length(left)} of {change} is left"
    if found.path is not None:
        gates = f"{cell.signal(str(cell.keeper)).name}s"
        told += f"; the {gates} alone would have kept {length(found.path[k])}"
    elif weights is not None:
        told += f"; its weights alone, without tanh, would have left {length(weights[k])}"
    return f"{told}."


def sentence_of_unit(cell: Cell, found: Split, unit: int) -> str:
    """The same of one unit, [K + 1]."""
    k = told_back(found)
    told = (
        f"A small change of {_symbol(cell)} {_back(k).lower()} moves unit {unit} by"
        f" {length(found.total[k])} of its length at most"
    )
    if found.path is not None:
        gate = cell.signal(str(cell.keeper)).name
        told += f"; its {gate} alone would have kept {length(found.path[k])} of its own"
    return f"{told}."


def sentence_of_other(name: str, cell: Cell, found: Split, back: int) -> str:
    """What another network has left at the same distance; of all its units, [K + 1]."""
    if back >= len(found.total):
        return f"{name} looks {len(found.total) - 1} words back only."
    left, symbol = float(found.total[back]), _symbol(cell)
    if left > 1.0:
        told = f"{name} has made a change of its {symbol} {length(left)} times as long"
    else:
        told = f"{name} has {length(left)} of its {symbol} left"
    if found.path is not None:
        gates = f"{cell.signal(str(cell.keeper)).name}s"
        told += f", {length(found.path[back])} by its {gates} alone"
    return f"{told}."


def halves(found: Split) -> str:
    """How many words back half is left: of all, and by the gates alone."""
    told = _half(found.total)
    if found.path is not None:
        half = _half(found.path)
        told += f"; by the gates alone {half[0].lower()}{half[1:]}"
    return f"{told}."


def recurrent_sentence(found: Recurrent) -> str:
    """The three numbers of a SimpleRNN's step."""
    return (
        f"W_hh has spectral radius {found.radius:.2f} and largest singular value"
        f" {found.stretch:.2f}; the slope of tanh, 1 − h², is {found.slope:.2f} on average."
    )


def _half(curve: Array) -> str:
    half = half_distance(curve)
    if isfinite(half):
        return f"Half is left {half:.1f} words back"
    return f"More than half is left {_back(len(curve) - 1).lower()}"


def _back(k: int) -> str:
    return "One word back" if k == 1 else f"{k} words back"


def _symbol(cell: Cell) -> str:
    return cell.signal(cell.memory).symbol


def table(found: Split, words: Sequence[str], values: Array | None = None) -> pd.DataFrame:
    """A row per distance: the word there, total, path and rest, and singular values.

    Args:
        found: of one unit or of all together, [K + 1].
        words: the last K + 1 words, in reading order.
        values: of a SimpleRNN, the singular values of J_k, [K + 1, H]; None leaves them out.
    """
    columns: dict[str, object] = {
        "words_back": np.arange(len(found.total)),
        "word": list(words)[::-1],
        "total": found.total,
    }
    if found.path is not None:
        columns |= {"path": found.path, "rest": found.rest}
    made = pd.DataFrame(columns)
    if values is None:
        return made
    names = [f"singular_{k}" for k in range(values.shape[1])]
    return pd.concat([made, pd.DataFrame(values, columns=names)], axis=1)
