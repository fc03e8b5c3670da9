"""Probes: a cue, some words between, and how much the cue still says about an answer."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from rnnexplorer.measures import lag
from rnnexplorer.measures.distribution import Array, Ids
from rnnexplorer.measures.lag import Curve

#: Words of a pair go together with so many words between them, and no neighbour of a set phrase.
NEAREST, FARTHEST = 2, 10
#: Each word of a pair stands at least so often in the text, and the pair together.
LEAST_WORD, LEAST_PAIR = 20, 8
#: The contrast is as frequent as the cue within this factor, 2^½ both ways.
OCTAVES = 0.5
#: Bits; a probability that moves less, by four parts in a hundred, is not worth a word.
SEEN = 0.05


@dataclass(frozen=True)
class Probe:
    """Words, as vocabulary indices.

    Attributes:
        cue: goes with the answer.
        contrast: does not.
        answer: whose probability is asked for.
    """

    cue: int
    contrast: int
    answer: int


@dataclass(frozen=True)
class Ready:
    """A probe that was found in a text.

    Attributes:
        probe: its words.
        bits: pointwise mutual information of cue and answer.
        together: how often the answer followed the cue.
    """

    probe: Probe
    bits: float
    together: int


def ready(ids: Ids, size: int, count: int) -> list[Ready]:
    """The pairs of a text that go together most across some words between, each with a contrast.

    PMI(a, b) = log2(n_ab N / (n_a n_b D)), with n_ab how often b follows a within NEAREST to
    FARTHEST words, D such distances, N words (Church & Hanks 1990). The contrast is the word
    nearest in frequency to the cue that the answer follows no more often than chance would have it.
    A word is the cue of one probe at most, and the answer of one.

    Args:
        ids: the text, [N].
        size: words of the vocabulary.
        count: how many probes; fewer where fewer pairs are frequent enough.

    Returns:
        The strongest first.
    """
    counts = np.bincount(ids, minlength=size)
    frequent = np.flatnonzero(counts >= LEAST_WORD)
    place = np.full(size, -1)
    place[frequent] = np.arange(len(frequent))
    of = place[ids]
    together = np.zeros((len(frequent), len(frequent)), dtype=np.int64)
    for distance in range(NEAREST, FARTHEST + 1):
        before, after = of[:-distance], of[distance:]
        both = (before >= 0) & (after >= 0)
        np.add.at(together, (before[both], after[both]), 1)
    often = counts[frequent]
    chance = np.outer(often, often) * (FARTHEST - NEAREST + 1) / max(len(ids), 1)
    with np.errstate(divide="ignore"):
        bits = np.log2(together / chance)
    kept = (together >= LEAST_PAIR) & ~np.eye(len(frequent), dtype=bool)
    found: list[Ready] = []
    cues, answers = set[int](), set[int]()
    for flat in np.argsort(np.where(kept, -bits, np.inf), axis=None, kind="stable").tolist():
        cue, answer = divmod(flat, len(frequent))
        if len(found) == count or not kept[cue, answer]:
            break
        contrast = _contrast(often, bits[:, answer], cue, answer)
        if cue in cues or answer in answers or contrast is None:
            continue
        cues.add(cue)
        answers.add(answer)
        found.append(
            Ready(
                Probe(int(frequent[cue]), int(frequent[contrast]), int(frequent[answer])),
                float(bits[cue, answer]),
                int(together[cue, answer]),
            )
        )
    return found


def _contrast(often: Ids, bits: Array, cue: int, answer: int) -> int | None:
    """The word nearest in frequency that does not go with the answer; ties by vocabulary."""
    octaves = np.abs(np.log2(often / often[cue]))
    allowed = (octaves <= OCTAVES) & (bits <= 0.0)
    allowed[[cue, answer]] = False
    return int(np.where(allowed, octaves, np.inf).argmin()) if allowed.any() else None


def curve(answered: Array, stretches: int) -> Curve:
    """How many bits the cue still adds to the answer, over the contrast, after each further word.

    log2 p(answer | cue …) - log2 p(answer | contrast …), the mean over fillers.

    Args:
        answered: log2 p(answer) with cue and with contrast, [2, N, K], fillers in the order of the
            text.
        stretches: of the band, see `lag.arithmetic`.
    """
    return lag.arithmetic(answered[0] - answered[1], stretches)


def lasts(found: Curve) -> int:
    """From how many words between on the cue says nothing; as many as there are if never.

    Counted from one word between: without any, what is compared is the grammar of two neighbours.
    Nothing is a band that holds 0, or less than SEEN bits; a curve may swing through 0 before.
    """
    felt = ((found.low > 0.0) | (found.high < 0.0)) & (np.abs(found.mean) >= SEEN)
    last = np.flatnonzero(felt[1:])
    return int(last[-1]) + 2 if len(last) else 1


def told(found: Curve, cue: str, contrast: str, answer: str) -> str:
    """The same in a sentence: how much with one word between, and how soon it is gone."""
    end = lasts(found)
    if end == 1:
        return (
            f"With one word between, “{cue}” makes “{answer}” no more and no less likely than"
            f" “{contrast}” does."
        )
    begun = (
        f"With one word between, “{cue}” makes “{answer}” {_times(found, 1)} as likely as"
        f" “{contrast}” does"
    )
    if end == len(found.mean) == 2:
        return f"{begun}; it sees no further."
    if end == len(found.mean):
        return f"{begun}; with {end - 1}, still {_times(found, -1)}."
    return f"{begun}; with {end}, the difference is gone."


def _times(found: Curve, between: int) -> str:
    """A difference of logarithms as a factor."""
    return f"{2.0 ** float(found.mean[between]):.2f} times"


def table(curves: dict[str, Curve]) -> pd.DataFrame:
    """A row per model and number of words between."""
    return lag.table(curves).rename(columns={"lag": "words_between", "mean": "bits"})
