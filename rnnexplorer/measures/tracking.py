"""What a unit tracks: how well its value tells something about the text, against chance.

Both signals and texts change slowly, so almost anything correlates with almost anything else;
labels shuffled word by word would make every unit look meaningful. The control therefore shifts
the labels along the text by a random distance: they keep their own rhythm and lose their place.
And with hundreds of units one of them always looks good: a score counts only if, measured in its
own standard deviations under the shifts, it beats the best of all units and all features under
the same shift (Westfall & Young 1993, the maxT procedure).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from rnnexplorer.measures.blocks import mean_and_spread, parts
from rnnexplorer.measures.distribution import Array

#: Shifts are at least this share of a part, so that labels do not fall beside their own words.
LEAST_SHIFT = 0.05

#: A column with a standard deviation of less does not move.
STILL = 1e-6


@dataclass(frozen=True, eq=False)
class Tracking:
    """Scores of all units of a layer for all features.

    Attributes:
        features: their names, F.
        score: [H, F], correlation on the held-out part, positive where it has the sign that was
            found on the training part; -1…1.
        sign: [H, F], of the correlation on the training part.
        shuffled: [H, F], mean score of the shifted labels, near 0.
        spread: [H, F], standard deviation of the score over the shifts.
        p: [H, F], how often the best score of all units and features under a shift reaches this
            one, each in its own `spread`: the p-value corrected for all tests together.
    """

    features: tuple[str, ...]
    score: Array
    sign: Array
    shuffled: Array
    spread: Array
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
        report: told how many words are read, and of how many; may raise to give up.

    Raises:
        ValueError: a part has fewer than 20 words: there is nothing to shift.
    """
    names = tuple(features[0])
    if min(len(values) for values in states) < 20:
        raise ValueError("a part of the text has fewer than 20 words; too few to score units on")
    lengths = [len(values) for values in states]
    shifted = np.array([[_shift(n, generator) for n in lengths] for _ in range(shifts)], dtype=int)
    products = []  # of both parts, [1 + S, H, F] each: the labels in their place, then shifted
    for number, (values, labels) in enumerate(zip(states, features, strict=True)):
        scaled = _standardised(np.stack([labels[name] for name in names], axis=1))
        offsets = [0, *shifted[:, number].tolist()]
        read = sum(lengths[:number])

        def told(done: int, read: int = read) -> None:
            report(read + done, sum(lengths))

        products.append(_correlations(values, scaled, offsets, told))
    training, held_out = products
    score, chance = held_out[0] * np.sign(training[0]), held_out[1:] * np.sign(training[1:])
    spread = chance.std(axis=0)
    # In deviations: a label that drifts all through the text would else set the bar for all others.
    best = (chance / np.maximum(spread, 1e-9)).reshape(shifts, -1).max(axis=1)
    beaten = (best[:, None, None] >= score / np.maximum(spread, 1e-9)).sum(axis=0)
    return Tracking(
        features=names,
        score=score,
        sign=np.sign(training[0]),
        shuffled=chance.mean(axis=0),
        spread=spread,
        p=(1.0 + beaten) / (1.0 + shifts),
    )


def _correlations(
    values: Array, labels: Array, offsets: Sequence[int], report: Callable[[int], None]
) -> Array:
    """Of every unit with every label shifted along the text by each offset, [S, H, F].

    Args:
        values: [N, H], on disk: each block of it is read once for all offsets.
        labels: [N, F], standardised.
        offsets: S of them, 0…N; what would fall off the end comes back at the beginning.
        report: told how many rows are done.
    """
    mean, spread = mean_and_spread(values)
    scale = np.divide(1.0, spread, out=np.zeros_like(spread), where=spread > STILL)
    twice = np.concatenate((labels, labels))  # so that a shifted block is a piece of it
    total = np.zeros((len(offsets), values.shape[1], labels.shape[1]))
    for part in parts(len(values)):
        report(part.start)
        block = ((values[part] - mean) * scale).astype(np.float32)
        for number, offset in enumerate(offsets):
            start = part.start + len(labels) - offset
            total[number] += block.T @ twice[start : start + len(block)]
    result: Array = total / len(values)
    return result


def _standardised(values: Array) -> Array:
    """Mean 0 and variance 1 over time; a column that does not move becomes zeros."""
    mean, spread = mean_and_spread(values)
    scale = np.divide(1.0, spread, out=np.zeros_like(spread), where=spread > STILL)
    result: Array = ((values - mean) * scale).astype(np.float32)
    return result


def _shift(length: int, generator: np.random.Generator) -> int:
    least = int(LEAST_SHIFT * length)
    return int(generator.integers(least, length - least))
