"""A tiny text that a network can learn, and runs on it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from rnnexplorer import planning
from rnnexplorer.corpus import Corpus, read_text_file
from rnnexplorer.runs import Run

SENTENCES = (
    "the grey cat sat on the warm stone",
    "a small dog ran to the river and back",
    "the old man lit the lamp",
    "she rang the bell and the dog ran home",
    "the cat saw a small boat on the river",
)
#: Forty sentences in a fixed order that a network can learn but not in one epoch.
ORDER = np.random.default_rng(7).integers(0, len(SENTENCES), 40)
TEXT = ".\n".join(SENTENCES[k] for k in ORDER) + ".\n"

MakeRun = Callable[..., Run]


def write_text(folder: Path) -> Corpus:
    path = folder / "small.txt"
    path.write_text(TEXT, encoding="utf-8")
    return read_text_file(path)


def start_tiny_run(
    corpus: Corpus, cell: str = "lstm", preset: str = "quick", **changes: Any
) -> Run:
    tiny = {"hidden": 5, "embedding": 4, "window": 6, "batch": 16, "epochs": 3}
    wanted = {**tiny, "tied": False, "dropout": 0.1, **changes}
    if wanted.get("input") == "one-hot":
        del wanted["embedding"]
    return planning.start(planning.plan(cell, corpus, preset, **wanted))
