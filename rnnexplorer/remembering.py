"""How far back a network remembers: what the page Influence and its commands tell.

The same places of the text, the same changed words and the same lags for every network of a text,
so that their curves compare place by place.
"""

from __future__ import annotations

from dataclasses import astuple, dataclass
from functools import cached_property
from hashlib import sha256
from typing import TYPE_CHECKING

import numpy as np

from rnnexplorer import runs, signals
from rnnexplorer.corpus import Vocabulary
from rnnexplorer.measures import lag, probe
from rnnexplorer.measures.distribution import Array, Ids
from rnnexplorer.measures.lag import Curve
from rnnexplorer.measures.probe import Probe, Ready
from rnnexplorer.reciting import Texts

if TYPE_CHECKING:
    from rnnexplorer.gradients import ByLag  # imports torch
    from rnnexplorer.perturbing import Apart  # imports torch

#: How far back is looked, and how many words are read before that: the state that is looked back
#: to is one that reading made, and not the zero state.
LAGS, BEFORE = 40, 40
#: Places, in the stretches of the text that the bands are over.
STRETCHES, PLACES = 20, 200
#: Places that are read in one piece of work, of a network of one layer of so many units: under a
#: second. Of a larger one fewer are.
AT_ONCE, UNITS = 50, 256
#: Words held out that are enough; else the text that was trained on is read.
ENOUGH = 1000
#: Of the places and of the words that are put there.
SEED = 1
#: Lags that are told in tables.
TOLD = (1, 2, 5, 10, 20)
#: Words between a cue and what is asked for, and probes that are found in a text.
BETWEEN, READY = 20, 8


@dataclass(frozen=True, eq=False)
class Places:
    """Passages from all over a text, in its order.

    Attributes:
        ids: the words read, as vocabulary indices, [BEFORE + 1 + LAGS, N].
        targets: the word after each, [N].
        others: what stands in the place of the word at BEFORE when it is changed, [N]; None where
            the training text is one word again and again.
        part: `held-out` or `training`, whichever text they are from.
    """

    ids: Ids
    targets: Ids
    others: Ids | None
    part: str

    @cached_property
    def digest(self) -> str:
        """Tells them from all others."""
        arrays = [self.ids, self.targets, *([] if self.others is None else [self.others])]
        return sha256(b"".join(np.ascontiguousarray(one).tobytes() for one in arrays)).hexdigest()

    def __len__(self) -> int:
        """How many there are."""
        return len(self.targets)


def places(texts: Texts, *, without: tuple[int, ...] = ()) -> Places:
    """One place drawn from each of PLACES neighbouring parts of a text.

    A word is changed into one that is drawn from the training text, as frequent words are, until it
    is another.

    Args:
        texts: of the run.
        without: words that do not stand at BEFORE, nor in the BETWEEN words after it.

    Raises:
        ValueError: the text is too short.
    """
    text = _read(texts)
    length = BEFORE + 1 + LAGS
    possible = _beginnings(text, length, without)
    if len(possible) < 2 * STRETCHES:
        raise ValueError(
            f"{len(text):,} words are too few for averages over places: {len(possible)} passages of"
            f" {length} words{' without these words' * bool(without)} fit in, and it takes"
            f" {2 * STRETCHES}"
        )
    random = np.random.default_rng(SEED)
    parts = np.array_split(possible, min(PLACES, len(possible)))
    starts = np.array([random.choice(part) for part in parts])
    ids = text[starts + np.arange(length)[:, None]]
    others = _others(random, texts.training, ids[BEFORE])
    return Places(
        ids, text[starts + length], others, "held-out" if text is texts.held_out else "training"
    )


def _others(random: np.random.Generator, training: Ids, words: Ids) -> Ids | None:
    """For each word another one, as frequent ones often; None where there is none."""
    if (training == training[0]).all():
        return None
    others = np.array([random.choice(training) for _ in words])
    while (same := others == words).any():
        others[same] = random.choice(training, int(same.sum()))
    return others


def other_words(found: Places) -> Ids:
    """What stands in the place of the words that are changed, [N].

    Raises:
        ValueError: the training text has one word only.
    """
    if found.others is None:
        raise ValueError(
            "the training text is one word again and again: there is no other word to put in the"
            " place of one; train on a text of at least two different words"
        )
    return found.others


def _read(texts: Texts) -> Ids:
    """The text that places are from."""
    return texts.held_out if len(texts.held_out) >= ENOUGH else texts.training


def _beginnings(text: Ids, length: int, without: tuple[int, ...]) -> Ids:
    """Where a passage that a word follows may begin."""
    last = len(text) - length
    if last <= 0:
        return np.zeros(0, dtype=np.int64)
    bad = np.concatenate(([0], np.cumsum(np.isin(text, without))))
    starts = np.arange(last, dtype=np.int64)
    free: Ids = starts[bad[starts + BEFORE + 1 + BETWEEN] == bad[starts + BEFORE]]
    return free


def pieces(found: Places, size: int = AT_ONCE) -> list[slice]:
    """The places in parts, each a piece of work."""
    return [slice(k, min(k + size, len(found))) for k in range(0, len(found), size)]


def at_once(run: runs.Run) -> int:
    """Places in a piece of work for the network of a run."""
    larger = (run.recipe.hidden / UNITS) ** 2 * run.recipe.layers
    return max(1, int(AT_ONCE / max(larger, 1.0)))


def lags_of(run: runs.Run) -> int:
    """How far back is looked: within its window, where a run's memory is one."""
    return LAGS if run.recipe.memory == "stateful" else min(LAGS, run.recipe.window - 1)


def memory_of(run: runs.Run) -> str:
    """The state that carries what a network remembers: C of an LSTM, h of the others."""
    return signals.cell(run.recipe.cell).memory


# --- what a network does -------------------------------------------------------------------------


def gradients(
    run: runs.Run, epoch: int, found: Places, part: slice, of: str = "loss"
) -> ByLag:  # fmt: skip
    """How the loss after each place, or a logit, hangs on what came before; see `gradients`."""
    from rnnexplorer import influencing  # torch

    ids, targets = found.ids[:, part], found.targets[part]
    return influencing.at_places(run, epoch, ids, targets, lags_of(run), of)


def apart(run: runs.Run, epoch: int, found: Places, part: slice) -> Apart:
    """What becomes of a changed word, see `perturbing.follow`.

    Raises:
        ValueError: see `other_words`.
    """
    from rnnexplorer import perturbing  # torch

    ids = found.ids[: BEFORE + 1 + lags_of(run), part]
    return perturbing.at_places(run, epoch, ids, BEFORE, other_words(found)[part])


def answered(run: runs.Run, epoch: int, found: Places, part: slice, asked: Probe) -> Array:
    """Log2 p(answer) with cue and with contrast, [2, N, K]; see `perturbing.answered`."""
    from rnnexplorer import perturbing  # torch

    ids = found.ids[: BEFORE + 1 + min(BETWEEN, lags_of(run)), part]
    cues = (asked.cue, asked.contrast)
    return perturbing.with_cues(run, epoch, ids, BEFORE, cues, asked.answer)


# --- probes --------------------------------------------------------------------------------------


def ready(texts: Texts, size: int) -> list[Ready]:
    """Probes found in the training text, at most READY of them; see `probe.ready`.

    Only those whose words leave enough passages free of them: between “the” and “and” little is.
    """
    text, length = _read(texts), BEFORE + 1 + LAGS
    found = probe.ready(texts.training, size, 4 * READY)
    fit = [
        one for one in found if len(_beginnings(text, length, astuple(one.probe))) >= 2 * STRETCHES
    ]
    return fit[:READY]


def probe_of(vocabulary: Vocabulary, cue: str, contrast: str, answer: str) -> Probe:
    """A probe of given words.

    Raises:
        UnknownWords: one of them is not in the vocabulary.
        ValueError: one of them is missing, or the cue is the contrast.
    """
    if not (cue and contrast and answer):
        raise ValueError("a probe needs three words: a cue, a contrast and an answer")
    if cue == contrast:
        raise ValueError(f"cue and contrast are both “{cue}”; give two words that differ")
    words = [int(k) for k in vocabulary.encode([cue, contrast, answer])]
    return Probe(*words)


# --- averages ------------------------------------------------------------------------------------


def gradient_curve(parts: list[ByLag], key: str, *, absolute: bool, layer: int = -1) -> Curve:
    """The gradient against lag: the geometric mean over places.

    Args:
        parts: of `gradients`, in order.
        key: of the state, or `words`.
        absolute: the norms themselves, not their shares of lag 0.
        layer: of the state; -1 is the last.
    """
    norms = _norms(parts, key, layer)
    values = np.maximum(norms, lag.SMALLEST_NORM) if absolute else lag.shares(norms)
    return lag.geometric(values, STRETCHES)


def _norms(parts: list[ByLag], key: str, layer: int = -1) -> Array:
    """[N, K]."""
    if key == "words":
        return np.concatenate([part.inputs for part in parts])
    return np.concatenate([part.states[key][layer] for part in parts])


def ratio_curve(first: list[ByLag], key: str, second: list[ByLag], other_key: str) -> Curve:
    """The first network's share of the gradient by the second's, place by place, geometric mean.

    At as many lags as both have.

    Args:
        first: of `gradients`, in order.
        key: of its state.
        second: of another network, at the same places.
        other_key: of its state.
    """
    of_first = lag.shares(_norms(first, key))
    of_second = lag.shares(_norms(second, other_key))
    lags = min(of_first.shape[1], of_second.shape[1])
    return lag.geometric(of_first[:, :lags] / of_second[:, :lags], STRETCHES)


def unrelated(parts: list[Apart], key: str, layer: int = -1) -> float:
    """The mean distance of the states at two places of the text.

    Args:
        parts: of `apart`, in order.
        key: of the state.
        layer: -1 is the last.
    """
    return lag.unrelated(np.concatenate([part.untouched[key][layer] for part in parts]))


def distance_curve(parts: list[Apart], key: str, layer: int = -1) -> Curve:
    """The distance of two versions' states, 1 being that of `unrelated` ones; see there."""
    distances = np.concatenate([part.states[key][layer] for part in parts])
    return lag.arithmetic(distances / unrelated(parts, key, layer), STRETCHES)


def bits_curve(parts: list[Apart]) -> Curve:
    """How far the expectations of two versions lie apart, D(untouched ‖ changed) in bits."""
    return lag.arithmetic(np.concatenate([part.bits for part in parts]), STRETCHES)


def probe_curve(parts: list[Array]) -> Curve:
    """What the cue adds to the answer over the contrast, in bits; parts are those of `answered`."""
    return probe.curve(np.concatenate(parts, axis=1), STRETCHES)
