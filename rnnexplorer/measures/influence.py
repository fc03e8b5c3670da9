"""Which earlier words a word hangs on: a triangle of gradients, a row of it, and what it says.

A gradient says what a tiny change of a word would do to y, no more (Simonyan et al. 2014; between
words of one text: Madsen 2019). y is ln p of the word that came, or its logit.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from rnnexplorer.measures.arithmetic import short_signed, signed
from rnnexplorer.measures.distribution import Array
from rnnexplorer.traces import check_layer

if TYPE_CHECKING:
    from rnnexplorer.influencing import Rows  # imports torch

#: Words whose influence on each other is computed and drawn at once.
MOST_WORDS = 100

#: What can be moved: a word, by the size of its gradient, or with a sign, or all the way from
#: nothing; the states of a layer.
KINDS = ("words", "signed", "integrated", "h", "c")
SIGNED = ("signed", "integrated")

#: How each is written.
SYMBOLS = MappingProxyType(
    {
        "words": "‖∂y/∂x‖",
        "signed": "x · ∂y/∂x",
        "integrated": "x · ∫ ∂y/∂x",
        "h": "‖∂y/∂h‖",
        "c": "‖∂y/∂C‖",
    }
)


@dataclass(frozen=True, eq=False)
class Triangle:
    """What every word of a part hangs on; row a target, column a source, 0 from the target on.

    Attributes:
        steps: of the text, n of them.
        states: for each state ‖∂y/∂state‖ of each layer, [L, n, n].
        inputs: ‖∂y/∂x‖, [n, n].
        signed: x · ∂y/∂x, [n, n].
    """

    steps: range
    states: Mapping[str, Array]
    inputs: Array
    signed: Array

    def of(self, kind: str, layer: int) -> Array:
        """[n, n] of a kind; integrated gradients are those of one target, and not here.

        Raises:
            ValueError: there is no such kind or layer.
        """
        if kind == "words":
            return self.inputs
        if kind == "signed":
            return self.signed
        if kind not in self.states:
            known = ", ".join(("words", "signed", *self.states))
            raise ValueError(f"there is no triangle of {kind!r}; there are {known}")
        check_layer(layer, len(self.states[kind]))
        found: Array = self.states[kind][layer]
        return found

    def row(self, kind: str, layer: int, target: int) -> Row:
        """What one word hangs on; `target` is a step of the text, among `steps`."""
        at = target - self.steps.start
        return Row(target, self.steps.start, self.of(kind, layer)[at, :at].astype(np.float64))


def newest_half(amounts: Array) -> int:
    """How many of the last amounts, of one or more, hold at least half of the sum of all sizes."""
    newest = np.cumsum(np.abs(amounts[::-1]))
    return int(np.argmax(newest >= newest[-1] / 2)) + 1


def joined(pieces: Sequence[Rows]) -> Triangle:
    """The triangle of rows that were computed one after the other, from the first on."""
    return Triangle(
        steps=pieces[0].steps,
        states={
            key: np.concatenate([piece.states[key] for piece in pieces], axis=1)
            for key in pieces[0].states
        },
        inputs=np.concatenate([piece.inputs for piece in pieces]),
        signed=np.concatenate([piece.signed for piece in pieces]),
    )


@dataclass(frozen=True, eq=False)
class Row:
    """What one word hangs on.

    Attributes:
        target: its step.
        first: the step of the first source.
        amounts: of the sources from there on, [S]; the last is that of the word before the target,
            if there is any.
    """

    target: int
    first: int
    amounts: Array

    @property
    def total(self) -> float:
        """The sum of all sizes."""
        return float(np.abs(self.amounts).sum())

    @property
    def shares(self) -> Array:
        """Size of each by that of all; 0 where nothing matters."""
        found: Array = np.abs(self.amounts) / (self.total or 1.0)
        return found

    def most(self) -> int:
        """The step that matters most."""
        return self.first + int(np.abs(self.amounts).argmax())

    def newest_half(self) -> int:
        """How many of the last sources hold at least half of the total."""
        return newest_half(self.amounts)


def at_distances(amounts: Array, target: int, first: int) -> Row:
    """Amounts by how far back, put under the words before a target.

    Args:
        amounts: of the word before, of the one before that, …, [K].
        target: a step after `first`.
        first: the step of the first word that is shown.
    """
    reach = min(len(amounts), target - first)
    return Row(target, target - reach, amounts[:reach][::-1])


def sentence(row: Row, words: Sequence[str], kind: str) -> str:
    """Which word mattered most, and how far back half of the total lies.

    Args:
        row: of the kind.
        words: of the whole text.
        kind: one of KINDS.
    """
    target = words[row.target]
    if row.target == 0:
        return f"“{target}” is the first word: nothing came before it that could matter."
    if not row.total and kind == "integrated":
        return f"Nothing that is shown mattered for “{target}”."
    if not row.total:  # as of a saturated network; a large change may matter all the same
        return f"Every gradient is 0: no tiny change of what is shown would move “{target}”."
    most, half = row.most(), row.newest_half()
    value = float(row.amounts[most - row.first])
    ago = row.target - most
    where = "the word before it" if ago == 1 else f"{ago} words before it"
    if kind in SIGNED:
        side = "for" if value > 0 else "against"
        told = f"“{words[most]}”, {where}, speaks most strongly {side} “{target}”"
        told += f" ({short_signed(value)})"
    else:
        what = {"h": "the state h after ", "c": "the cell C after "}.get(kind, "")
        told = f"“{target}” hangs most on {what}“{words[most]}”, {where}"
    within = "in that word alone" if half == 1 else f"within the last {half} words"
    return f"{told}; half of the total lies {within}."


def integrated_sentence(row: Row, difference: float) -> str:
    """What integrated gradients sum to, what they should, and what the rule misses."""
    found = float(row.amounts.sum())
    missed = found - difference
    told = "less than 0.001" if abs(missed) < 0.0005 else signed(missed, 3)
    return (
        f"They sum to {signed(found, 3)}; y with these words minus y without is"
        f" {signed(difference, 3)}; the rule of summing misses {told}."
    )


def table(rows: Mapping[str, Row], words: Sequence[str]) -> pd.DataFrame:
    """A row per source that any of the kinds has: step, word, how far back, and each kind.

    Not a number stands where a kind was not measured so far back.

    Args:
        rows: by kind, all of one target.
        words: of the whole text.
    """
    target = next(iter(rows.values())).target
    first = min(row.first for row in rows.values())
    columns: dict[str, object] = {
        "step": range(first, target),
        "word": list(words[first:target]),
        "words_back": range(target - first, 0, -1),
    }
    for kind, row in rows.items():
        columns[kind] = np.concatenate([np.full(row.first - first, np.nan), row.amounts])
    return pd.DataFrame(columns)


def triangle_table(values: Array, words: Sequence[str], steps: range) -> pd.DataFrame:
    """The triangle as a table: a row per pair of a target and a source before it.

    Args:
        values: [n, n].
        words: of the whole text.
        steps: the n steps.
    """
    target, source = np.tril_indices(len(steps), -1)
    return pd.DataFrame(
        {
            "target_step": target + steps.start,
            "target": [words[steps[int(k)]] for k in target],
            "source_step": source + steps.start,
            "source": [words[steps[int(k)]] for k in source],
            "value": values[target, source],
        }
    )
