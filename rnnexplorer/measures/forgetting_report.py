"""Forgetting told: what is left after some words in a sentence, and everything as a table."""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite

import numpy as np
import pandas as pd

from rnnexplorer.measures.arithmetic import short
from rnnexplorer.measures.distribution import Array
from rnnexplorer.measures.forgetting import Averaged, Recurrent, Split
from rnnexplorer.measures.lag import CONFIDENCE, SMALLEST_NORM, Curve, crossing
from rnnexplorer.signals import Cell

#: Where the sentence looks, where there are so many words.
TOLD_BACK = 10


def told_back(found: Split) -> int:
    """The distance that the sentence is about."""
    return min(TOLD_BACK, len(found.total) - 1)


def first_word(word: str) -> str:
    """Said where there is no word before one."""
    return f"“{word}” is the first word that is read: there is nothing to look back to."


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
        told = f"{_back(k)}, {change} has grown to {_left(left)} times its length"
    else:
        told = f"{_back(k)}, {_left(left)} of {change} is left"
    if found.path is not None:
        told += f"; the {_gates(cell)} alone would have kept {_left(found.path[k])}"
        if found.rest is not None and found.rest[k] > found.path[k]:
            told += f", and more, {_left(found.rest[k])}, comes by way of h and the gates"
    elif weights is not None:
        told += f"; its weights alone, without tanh, would have left {_left(weights[k])}"
    return f"{told}."


def sentence_of_unit(cell: Cell, found: Split, unit: int) -> str:
    """The same of one unit, [K + 1]."""
    k = told_back(found)
    told = (
        f"A small change of {_symbol(cell)} {_back(k).lower()} moves unit {unit} by"
        f" {_left(found.total[k])} of its length at most"
    )
    if found.path is not None:
        told += f"; its {_gate(cell)} alone would have kept {_left(found.path[k])} of its own"
    return f"{told}."


def sentence_of_other(name: str, cell: Cell, found: Split, back: int) -> str:
    """What another network has left at the same distance; of all its units, [K + 1]."""
    if back >= len(found.total):
        words = f"{len(found.total) - 1} word{'s' * (len(found.total) != 2)}"
        return f"{name} looks {words} back only."
    left, symbol = float(found.total[back]), _symbol(cell)
    if left > 1.0:
        told = f"{name} has made a change of its {symbol} {_left(left)} times as long"
    else:
        told = f"{name} has {_left(left)} of its {symbol} left"
    if found.path is not None:
        told += f", {_left(found.path[back])} by its {_gates(cell)} alone"
    return f"{told}."


def halves(found: Split) -> str:
    """How many words back half is left: of all, and by the gates alone."""
    told = _half(found.total)
    if found.path is not None:
        half = _half(found.path)
        told += f"; by the gates alone {half[0].lower()}{half[1:]}"
    return f"{told}."


def on_average(told: str) -> str:
    """A sentence about one place, said of the average over many."""
    return f"On average {told[0].lower()}{told[1:]}"


def band_sentence(cell: Cell, found: Averaged) -> str:
    """How well the numbers of the headline are known; of one unit or all together, [K + 1]."""
    k = told_back(found.mean)
    told = f"{_back(k)} the band ({CONFIDENCE:.0%}) is {_between(found.total, k)}"
    if found.path is not None:
        told += f"; by the {_gates(cell)} alone {_between(found.path, k)}"
    return f"{told}."


def _between(curve: Curve, k: int) -> str:
    return f"{_left(float(curve.low[k]))} to {_left(float(curve.high[k]))}"


def recurrent_sentence(found: Recurrent) -> str:
    """The three numbers of a SimpleRNN's step."""
    return (
        f"W_hh has spectral radius {found.radius:.2f} and largest singular value"
        f" {found.stretch:.2f}; the slope of tanh, 1 − h², is {found.slope:.2f} on average."
    )


def _left(value: float) -> str:
    """A length; an average does not know those that it took for the smallest."""
    least = 0.0 < value <= SMALLEST_NORM * (1 + 1e-6)
    return f"less than {short(SMALLEST_NORM)}" if least else short(value)


def _half(curve: Array) -> str:
    half = crossing(curve, 0.5)
    if isfinite(half):
        return f"Half is left {half:.1f} words back"
    return f"More than half is left {_back(len(curve) - 1).lower()}"


def _back(k: int) -> str:
    return "One word back" if k == 1 else f"{k} words back"


def _symbol(cell: Cell) -> str:
    return cell.signal(cell.memory).symbol


def _gate(cell: Cell) -> str:
    return cell.signal(str(cell.keeper)).name


def _gates(cell: Cell) -> str:
    return f"{_gate(cell)}s"


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


def table_of_places(found: Averaged, largest: Curve | None = None) -> pd.DataFrame:
    """A row per distance: total, path and rest on average over places, each with its band.

    Args:
        found: of one unit or of all together, [K + 1].
        largest: of a SimpleRNN, the largest singular value of J_k; None leaves it out.
    """
    columns: dict[str, object] = {"words_back": np.arange(len(found.total.mean))}
    curves = found.parts | ({} if largest is None else {"singular_0": largest})
    for name, curve in curves.items():
        columns |= {name: curve.mean, f"{name}_low": curve.low, f"{name}_high": curve.high}
    return pd.DataFrame(columns)
