"""The text that every variant trains on: random word numbers, as many as in the chapter."""

from __future__ import annotations

from typing import Any

import numpy as np

WORDS = 3077  # of the text, in the chapter
VOCABULARY = 3077  # rows of its one-hot vectors
DISTINCT = 770  # different words among them, counted in the first 3,077 words of Alice
WINDOW, HIDDEN, BATCH = 10, 128, 128
SAMPLES = WORDS - WINDOW


def word_ids() -> np.ndarray[Any, np.dtype[np.int64]]:
    """The same random text on every call, [WORDS]; the speed does not depend on what it says."""
    random = np.random.default_rng(1)
    known = random.permutation(VOCABULARY)[:DISTINCT]
    # Every word once, the rest drawn as words are: the k-th most frequent in proportion to 1/k.
    share = 1.0 / np.arange(1, DISTINCT + 1)
    drawn = random.choice(known, size=WORDS - DISTINCT, p=share / share.sum())
    return random.permutation(np.concatenate((known, drawn))).astype(np.int64)
