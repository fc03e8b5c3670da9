"""A dose–response curve: what the next word does while one number of an edit is swept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from rnnexplorer.edits import Action, Edit, Intervention
from rnnexplorer.measures.distribution import Array, kl_divergence, probabilities
from rnnexplorer.signals import Signal
from rnnexplorer.traces import Trace

if TYPE_CHECKING:
    from rnnexplorer.dosing import Response  # imports torch

#: Doses of a curve, evenly apart; more would not be seen.
DOSES = 41

#: Words of a curve; the lines of more would not be told apart.
WORDS = 5

#: An amount added to a signal within ±1 covers its range; one multiplied by 2 is well beyond.
LARGEST_AMOUNT, LARGEST_FACTOR = 1.0, 2.0


@dataclass(frozen=True, eq=False)
class Curves:
    """The response at one step.

    Attributes:
        doses: rising, [D].
        words: those whose probability changes most, most first, W of them.
        p: their probability at each dose, [D, W].
        p_without: their probability without the edit, [W].
        kl: D(untouched ‖ dosed) of the next-word distributions, bits, [D].
        natural: the dose that changes nothing; None where no single number does.
        h: the unit's own h at each dose, [D]; None where the edit is not of one unit, or sets
            this very h.
        h_without: the same without the edit.
    """

    doses: Array
    words: tuple[str, ...]
    p: Array
    p_without: Array
    kl: Array
    natural: float | None = None
    h: Array | None = None
    h_without: float | None = None


@dataclass(frozen=True)
class Shift:
    """The dose of a sweep that moves a word furthest.

    Attributes:
        dose: which; of several that move it as far, the first.
        word: the one that moves most there.
        before: its probability without the edit.
        after: its probability at that dose.
    """

    dose: float
    word: str
    before: float
    after: float


def curves(
    doses: Array,
    logits: Array,
    logits_without: Array,
    vocabulary: Sequence[str],
    *,
    natural: float | None = None,
    h: Array | None = None,
    h_without: float | None = None,
) -> Curves:
    """The words that a sweep moves most, and how far it moves the whole distribution.

    Args:
        doses: rising, [D].
        logits: of the next word at each dose, [D, V].
        logits_without: without the edit, [V].
        vocabulary: the V words; W of them are told, fewer than `WORDS` where there are fewer.
        natural: see `Curves`.
        h: see `Curves`.
        h_without: see `Curves`.
    """
    p, p_without = probabilities(logits), probabilities(logits_without[None])
    most = np.argsort(-np.abs(p - p_without).max(axis=0), kind="stable")[:WORDS]
    return Curves(
        doses=doses,
        words=tuple(vocabulary[k] for k in most.tolist()),
        p=p[:, most],
        p_without=p_without[0, most],
        kl=kl_divergence(logits_without, logits),
        natural=natural,
        h=h,
        h_without=h_without,
    )


def of_response(found: Response, trace: Trace, natural: float | None) -> list[Curves]:
    """The curves at each step that was answered, from the first edited one on.

    Args:
        found: what came of each dose.
        trace: the text without the edit.
        natural: see `Curves`.
    """
    edit = found.edit
    only = edit.units[0] if edit.units is not None and len(edit.units) == 1 else None
    answers = []
    for k, (logits, without) in enumerate(zip(found.logits, found.logits_without, strict=True)):
        # Where h itself is swept, its curve would be a straight line.
        unit = None if edit.covers(edit.layer, edit.start + k, "h") else only
        answers.append(
            curves(
                found.doses,
                logits,
                without,
                trace.vocabulary,
                natural=natural,
                h=None if unit is None else found.h[k, :, unit],
                h_without=None if unit is None else float(found.h_without[k, unit]),
            )
        )
    return answers


def largest_shift(found: Curves) -> Shift:
    """Of all doses and words, where a probability lies furthest from that without the edit.

    The words of the curves are enough: the one that moves furthest of all is the first of them.
    """
    dose, word = np.unravel_index(np.abs(found.p - found.p_without).argmax(), found.p.shape)
    return Shift(
        float(found.doses[dose]),
        found.words[int(word)],
        float(found.p_without[word]),
        float(found.p[dose, word]),
    )


def most_telling(probs: Array, W_hy: Array, h: Array, count: int) -> list[int]:
    """The units of the last layer whose h has most to say about the next word, most first.

    To second order a shift d of h of unit j costs D(p ‖ p') = d² Var_p(W_hy[j]) / 2, the variance
    over the next words being its Fisher information; d is taken as far as h can go, 1 + |h_j|.

    Args:
        probs: of the next word, [V].
        W_hy: the output matrix, [H, V].
        h: [H].
        count: how many units.
    """
    mean = W_hy @ probs
    variance = (W_hy**2) @ probs - mean**2
    cost = (1.0 + np.abs(h)) ** 2 * variance / 2.0
    return [int(unit) for unit in np.argsort(-cost, kind="stable")[:count]]


def natural_dose(edit: Edit, values: Array) -> float | None:
    """The number at which an edit changes nothing.

    Args:
        edit: `set`, `add` or `scale`.
        values: of its signal without it, at all steps and units that it is about, of any shape.

    Returns:
        0 of an amount, 1 of a factor; of `set` the value itself, None where there are several.
    """
    known: dict[Action, float] = {"add": 0.0, "scale": 1.0}
    if edit.action in known:
        return known[edit.action]
    return float(values.flat[0]) if values.size == 1 else None


def doses_in(
    trace: Trace, edit: Edit, after: Sequence[Intervention] = ()
) -> tuple[list[float], float | None]:
    """The numbers of an edit that are worth trying in a text, and the one that changes nothing.

    Args:
        trace: the text without the edit.
        edit: `set`, `add` or `scale`, of a layer and of units that the trace has.
        after: interventions that act after the edit; where they change what it sets, the trace
            does not hold the value that it would have to be set to.

    Returns:
        See `doses` and `natural_dose`.
    """
    columns = slice(None) if edit.units is None else list(edit.units)
    values = trace.signals[edit.signal][edit.layer][:, columns]
    natural = natural_dose(edit, values[edit.start : edit.stop])
    if edit.action == "set" and any(
        isinstance(other, Edit) and other.covers(edit.layer, edit.start, edit.signal)
        for other in after
    ):
        natural = None
    signal = trace.cell.signal(edit.signal)
    return doses(edit.action, signal, float(np.abs(values).max()), natural), natural


def doses(action: Action, signal: Signal, largest: float, natural: float | None) -> list[float]:
    """The numbers worth trying, rising, and among them the one that changes nothing.

    Args:
        action: `set` goes over the range of the signal, `add` as far both ways, `scale` from 0 to
            2.
        signal: whose; one without a range goes as far as it does in the text.
        largest: |value| of the signal in the text.
        natural: see `natural_dose`.
    """
    reach = max(largest, LARGEST_AMOUNT) if signal.limits is None else LARGEST_AMOUNT
    low, high = {"set": signal.limits or (-reach, reach), "scale": (0.0, LARGEST_FACTOR)}.get(
        action, (-reach, reach)
    )
    own = [] if natural is None else [natural]
    return sorted({*np.linspace(low, high, DOSES).tolist(), *own})


def table(found: Curves) -> pd.DataFrame:
    """A row a dose: the divergence, the unit's own h, the probability of each word.

    The probabilities are the network's own, at temperature 1; the last column says so.
    """
    columns: dict[str, object] = {"dose": found.doses, "kl_bits": found.kl}
    if found.h is not None:
        columns["own_h"] = found.h
    words = {f"p_{word}": p for word, p in zip(found.words, found.p.T, strict=True)}
    return pd.DataFrame({**columns, **words, "temperature": 1.0})
