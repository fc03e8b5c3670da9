"""One word of a text replaced: how far apart states and expectations are from there on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from rnnexplorer.measures.distribution import Array, kl_divergence, probabilities
from rnnexplorer.traces import Trace

#: Bits; an expectation that moves less is the same for a reader.
SEEN = 0.01


@dataclass(frozen=True, eq=False)
class Change:
    """What one other word makes of a text, from its step on; [K] each.

    Attributes:
        step: of the word.
        word: that stands there.
        other: that stands there instead.
        key: of the state.
        bits: D(untouched ‖ changed) of the next word.
        distance: ‖state' - state‖ of the layer.
    """

    step: int
    word: str
    other: str
    key: str
    bits: Array
    distance: Array

    @property
    def gone(self) -> int:
        """After how many words it is below SEEN bits for good; K if never."""
        seen = np.flatnonzero(self.bits >= SEEN)
        return int(seen[-1]) + 1 if len(seen) else 0


def change(plain: Trace, changed: Trace, step: int, key: str, layer: int) -> Change:
    """Hold two versions of a text against each other.

    Args:
        plain: the text.
        changed: the same but for the word at the step.
        step: from 0.
        key: of the state.
        layer: from 0.

    Raises:
        ValueError: the two differ in more than that word.
    """
    rest = plain.words[:step] + plain.words[step + 1 :]
    if rest != changed.words[:step] + changed.words[step + 1 :]:
        raise ValueError(f"the two texts differ in more than the word at step {step}")
    later = slice(step, None)
    apart = changed.signals[key][layer, later] - plain.signals[key][layer, later]
    return Change(
        step=step,
        word=plain.words[step],
        other=changed.words[step],
        key=key,
        bits=kl_divergence(plain.logits[later], changed.logits[later]),
        distance=np.linalg.norm(apart.astype(np.float64), axis=1),
    )


def alternatives(trace: Trace, step: int, count: int) -> list[str]:
    """The words that were most expected at a step, but for the one that stands there.

    Before the first word nothing is expected: there they are those after it.
    """
    probs = probabilities(trace.logits[max(step - 1, 0)][None])[0]
    order = np.argsort(-probs, kind="stable")[: count + 1]
    words = [trace.vocabulary[int(k)] for k in order]
    return [word for word in words if word != trace.words[step]][:count]


def headline(found: Change) -> str:
    """How far the expectation moves, and how soon that is gone."""
    told = (
        f"“{found.other}” in place of “{found.word}” moves what is expected next by"
        f" {found.bits[0]:.2f} bits"
    )
    later, most = len(found.bits) - 1, int(found.bits.argmax())
    if most and found.gone > most:
        words = f"{most} word{'s' * (most != 1)}"
        told += f", and most, by {found.bits[most]:.2f}, {words} later"
    if later == 0:
        return f"{told}."
    if found.gone > later:
        words = f"{later} word{'s' * (later != 1)}"
        return f"{told}; at the end of the text, {words} later, {found.bits[-1]:.2f} are left."
    if found.gone <= 1:
        return f"{told}; one word later less than {SEEN} bits are left."
    if not most:
        told += f", {found.bits[1]:.2f} one word later"
    return f"{told}; after {found.gone} words it moves by less than {SEEN} bits."


def table(found: Change, words: Sequence[str], whole: float) -> pd.DataFrame:
    """A row a step from the changed word on.

    Args:
        found: the change.
        words: of the text.
        whole: the distance of the states at two unrelated places.
    """
    steps = np.arange(found.step, found.step + len(found.bits))
    return pd.DataFrame(
        {
            "step": steps,
            "words_later": steps - found.step,
            "word": [words[k] for k in steps.tolist()],
            "next_word_bits": found.bits,
            f"distance_{found.key}": found.distance,
            f"relative_distance_{found.key}": found.distance / whole,
        }
    )
