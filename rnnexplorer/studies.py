"""The study of a run's units, as it is kept beside its index: experiments that took seconds."""

from __future__ import annotations

from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnnexplorer import index, runs

Array = NDArray[np.floating[Any]]

#: Changes when what is found would: an older study is made again.
FORMAT = 3


@dataclass(frozen=True, eq=False)
class Study:
    """What was found about every unit of every layer.

    Attributes:
        part: `held out`, the text that units were tried on; `training` where too little is held
            out, [1].
        cost: rise of the loss on that text with the unit switched off, nats a word, [L, H].
        error: standard error of `cost` over the words, [L, H].
        loss: of the untouched network on the same words, [1].
        words: how many words `cost`, `error` and `loss` are means over, [1].
        left: share of a push to the unit's memory that is left after k steps, [L, K + 1, H].
        features: names of what units were held against, [F].
        score: correlation with each on the held-out text, or on the last tenth of the training
            text; positive where the text before has the same sign, [L, H, F].
        sign: of the correlation on the text before, [L, H, F].
        shuffled: mean score of labels that were shifted to another place, [L, H, F].
        spread: standard deviation of that score over the shifts, [L, H, F].
        p: of the score, corrected for all units and features of the layer, [L, H, F].
    """

    part: NDArray[np.str_]
    cost: Array
    error: Array
    loss: Array
    words: NDArray[np.integer[Any]]
    left: Array
    features: NDArray[np.str_]
    score: Array
    sign: Array
    shuffled: Array
    spread: Array
    p: Array


def path(run: runs.Run, epoch: int) -> Path:
    """Where the study of a checkpoint is, or would be."""
    return index.folder(run, epoch) / "units.npz"


def save(run: runs.Run, epoch: int, study: Study) -> None:
    """Keep a study beside its index."""
    target = path(run, epoch)
    temporary = target.with_name(".units.npz")
    with temporary.open("wb") as file:
        arrays = {field.name: getattr(study, field.name) for field in fields(Study)}
        np.savez(file, allow_pickle=False, format=np.array([FORMAT]), **arrays)
    temporary.replace(target)


def load(run: runs.Run, epoch: int) -> Study | None:
    """The study of a checkpoint; None if there is none of these weights and this format."""
    if not index.is_made(run, epoch):
        return None
    try:
        with np.load(path(run, epoch), allow_pickle=False) as file:
            if file["format"].tolist() != [FORMAT]:
                return None
            return Study(**{field.name: file[field.name] for field in fields(Study)})
    except (OSError, ValueError, KeyError):
        return None
