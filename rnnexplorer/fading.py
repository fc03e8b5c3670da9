"""How much of a push to an earlier state of a trained network arrives at the last word.

The curve of `measures.expansion`, of a real network over real words, beside what would be its U.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from rnnexplorer import runs, signals
from rnnexplorer.measures import health
from rnnexplorer.measures.arithmetic import number, short
from rnnexplorer.measures.distribution import Array
from rnnexplorer.measures.stretch import of_rows
from rnnexplorer.signals import Cell

#: For each state the lengths of the rows of its Jacobian, [T, units].
Lengths = dict[str, Array]

#: Words looked back over: as far as the laboratory goes.
MOST_WORDS = 50


@dataclass(frozen=True, eq=False)
class Fading:
    """The way back from the last of some words.

    Attributes:
        cell: of the network.
        words: that were read, from the zero state, [T].
        gains: for each state ‖∂state_T/∂state_t‖ at each step, see `measures.stretch.gain`, [T].
        radius: the spectral radius of the block of W_hh that makes what is new in the state, the
            nearest that a cell has to the U of the expansion.
        passed: what a step passes on, averaged over the T-1 steps and units: tanh′ = 1 - h² of the
            SimpleRNN, else the gate that keeps.
    """

    cell: Cell
    words: tuple[str, ...]
    gains: dict[str, Array]
    radius: float
    passed: float

    def per_word(self, state: str) -> float:
        """The U that would give the same at the first word: the (T-1)-th root of the gain there."""
        return float(self.gains[state][0] ** (1.0 / (len(self.words) - 1)))


def words_of(words: Sequence[str], window: int | None) -> tuple[str, ...]:
    """The words that are looked back over: the last of a text, in window memory of a window."""
    return tuple(words[-min(MOST_WORDS, window or MOST_WORDS) :])


def fading(run: runs.Run, words: Sequence[str], epoch: int | None, layer: int) -> Fading:
    """Look back from the last of some words, all at once; see `joined`."""
    every = rows(run, words, epoch, layer, range(run.recipe.hidden))
    return joined(run, words, epoch, layer, [every])


def rows(
    run: runs.Run, words: Sequence[str], epoch: int | None, layer: int, units: range
) -> Lengths:
    """How far a push of length 1 to each earlier state can move some units of the last at most.

    Args:
        run: the run.
        words: read from the zero state, 2 to MOST_WORDS of them.
        epoch: which checkpoint; None is the last.
        layer: from 0.
        units: U of them.

    Returns:
        For each state ‖∂state_T[u] / ∂state_t‖, the last step first, [T, U].

    Raises:
        ValueError: there are none or too many words, or no such layer or epoch.
        UnknownWords: a word is not in the vocabulary.
    """
    from rnnexplorer import influencing  # imports torch

    if not 2 <= len(words) <= MOST_WORDS:
        raise ValueError(
            f"the number of words to look back over is {len(words)}; give 2 to {MOST_WORDS}"
        )
    found: Lengths = {}
    for state in signals.cell(run.recipe.cell).states:
        J = influencing.jacobians(run, words, len(words) - 1, layer, state, units, epoch=epoch)
        found[state] = np.linalg.norm(J.astype(np.float64), axis=2)
    return found


def joined(
    run: runs.Run, words: Sequence[str], epoch: int | None, layer: int, found: Sequence[Lengths]
) -> Fading:
    """The way back from the last of some words.

    Args:
        run: the run.
        words: as in `rows`.
        epoch: as in `rows`.
        layer: as in `rows`.
        found: of `rows`, for all units together.
    """
    from rnnexplorer import tracing  # imports torch

    trace = tracing.trace(run, words, epoch=epoch, memory="stateful")
    cell, epoch = trace.cell, trace.origin.epoch
    keeper = trace.signals[cell.keeper or "h"][layer][1:].astype(np.float64)
    blocks = health.blocks(trace.cell, runs.weights(run, epoch), layer)
    return Fading(
        cell=trace.cell,
        words=trace.words,
        gains={
            state: of_rows(np.concatenate([part[state] for part in found], axis=1))[::-1]
            for state in cell.states
        },
        radius=next(block.radius for block in blocks if block.key == cell.candidate),
        passed=float(np.mean(keeper if cell.keeper else 1.0 - keeper**2)),
    )


# --- in sentences --------------------------------------------------------------------------------


def headline(found: Fading) -> str:
    """What becomes of a push on the way, and which U would do the same."""
    back, told = len(found.words) - 1, []
    for state, gains in found.gains.items():
        u, left = found.per_word(state), short(float(gains[0]))
        part = f"{left} times as long, as if U were {number(u)}" if u > 0 else "gone"
        told.append(f"to {found.cell.signal(state).symbol} is {part}")
    return f"{back} word{'s' * (back != 1)} later a small push {'; one '.join(told)}."


def why(found: Fading) -> str:
    """Why the curve of a trained network is no power of its radius."""
    radius, passed = number(found.radius), number(found.passed)
    if found.cell.keeper is None:
        return (
            f"**Why not {radius}ᵏ?** One word multiplies by diag(1 − h²)·W_hhᵀ. The tanh passes on"
            f" 1 − h², here {passed} on average and different at every word and unit, so this is a"
            " product of different matrices and no power of one. And a radius tells the powers of a"
            " matrix only after many steps: at first W_hh, which is not symmetric, may stretch a"
            " push that it later shrinks, or the other way round."
        )
    state, gate = ("C", "forget gate f") if found.cell.key == "lstm" else ("h", "update gate z")
    return (
        f"**Why not {radius}ᵏ?** There is no one U here. {state} is carried on by the {gate}, here"
        f" {passed} on average and different at every word and unit; W_hh acts only inside the"
        f" gates and the new content, each with a block of its own. The dotted line takes the block"
        f" of the new content, {found.cell.candidate}: the nearest to the U of the expansion, and"
        " no verdict on memory."
    )


def table(found: Fading) -> pd.DataFrame:
    """A row per word: how far back it is, and what of a push to each state there arrives."""
    steps = len(found.words)
    return pd.DataFrame(
        {
            "word": found.words,
            "steps_back": np.arange(steps - 1, -1, -1),
            **{f"gradient_norm_{state}": gains for state, gains in found.gains.items()},
        }
    )
