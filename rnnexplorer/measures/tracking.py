"""What a unit tracks: how well its value tells something about the text, against chance.

Both signals and texts change slowly, so almost anything correlates with almost anything else;
labels shuffled word by word would make every unit look meaningful. The control therefore shifts
the labels along the text by a random distance: they keep their own rhythm and lose their place.
And with hundreds of units one of them always looks good: a score counts only if, measured in its
own standard deviations under the shifts, it beats the best of all units and all features under
the same shift (Westfall & Young 1993, the maxT procedure).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from rnnexplorer.measures.distribution import Array

#: Shifts are at least this share of a part, so that labels do not fall beside their own words.
LEAST_SHIFT = 0.05


@dataclass(frozen=True, eq=False)
class Tracking:
    """Scores of all units of a layer for all features.

    Attributes:
        features: their names, F.
        score: [H, F], correlation on the held-out part, positive where it has the sign that was
            found on the training part; -1…1.
        sign: [H, F], of the correlation on the training part.
        shuffled: [H, F], mean score of the shifted labels, near 0.
        p: [H, F], how often the best score of all units and features under a shift reaches this
            one: the p-value corrected for all tests together.
    """

    features: tuple[str, ...]
    score: Array
    sign: Array
    shuffled: Array
    p: Array


def tracking(
    states: tuple[Array, Array],
    features: tuple[Mapping[str, Array], Mapping[str, Array]],
    shifts: int,
    generator: np.random.Generator,
    report: Callable[[int, int], None] = lambda *_: None,
) -> Tracking:
    """Score every unit for every feature.

    Args:
        states: h of a layer on the training part and on the held-out part, [N, H] and [M, H].
        features: by name their values at each word of the two parts, [N] and [M].
        shifts: how many shifted copies of the labels are scored; p is at least 1/(shifts + 1).
        generator: of the shifts.
        report: told how many shifts are done, and of how many; may raise to give up.

    Raises:
        ValueError: a part has fewer than 20 words: there is nothing to shift.
    """
    names = tuple(features[0])
    parts = [
        (_standardised(values), _standardised(np.stack([labels[name] for name in names], axis=1)))
        for values, labels in zip(states, features, strict=True)
    ]
    if min(len(values) for values, _ in parts) < 20:
        raise ValueError("a part of the text has fewer than 20 words; too few to score units on")
    training, held_out = (values.T @ labels / len(values) for values, labels in parts)
    score = held_out * np.sign(training)
    scores = []
    for done in range(shifts):
        report(done, shifts)
        scores.append(_score_of_shifted(parts, generator))
    chance = np.stack(scores)  # [S, H, F]
    spread = chance.std(axis=0)
    # In deviations: a label that drifts all through the text would else set the bar for all others.
    best = (chance / np.maximum(spread, 1e-9)).reshape(shifts, -1).max(axis=1)
    beaten = (best[:, None, None] >= score / np.maximum(spread, 1e-9)).sum(axis=0)
    return Tracking(
        features=names,
        score=score,
        sign=np.sign(training),
        shuffled=chance.mean(axis=0),
        p=(1.0 + beaten) / (1.0 + shifts),
    )


def _score_of_shifted(parts: list[tuple[Array, Array]], generator: np.random.Generator) -> Array:
    first, second = (
        values.T @ np.roll(labels, _shift(len(labels), generator), axis=0) / len(values)
        for values, labels in parts
    )
    result: Array = second * np.sign(first)
    return result


def _standardised(values: Array) -> Array:
    """Mean 0 and variance 1 over time; a column that does not move becomes zeros."""
    centred = np.asarray(values, dtype=np.float32) - values.mean(axis=0, dtype=np.float64)
    spread = centred.std(axis=0)
    result: Array = np.divide(
        centred, spread, out=np.zeros_like(centred), where=spread > 1e-6
    ).astype(np.float32)
    return result


def _shift(length: int, generator: np.random.Generator) -> int:
    least = int(LEAST_SHIFT * length)
    return int(generator.integers(least, length - least))
